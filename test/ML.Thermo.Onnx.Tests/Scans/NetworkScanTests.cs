using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Scans;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

/// <summary>The shipped network of digits on the 512 that it has not seen. Golden numbers: an independent program in double precision.</summary>
internal sealed class NetworkScanTests
{
    [Test]
    public void Changes_most_where_all_contrast_goes_and_asks_for_a_larger_grid()
    {
        ScanReport report = Run(NetworkControl.InputScale, ControlGrid.Parse("scale", "0..3:.1"));
        Assert.That(report.Splits[0].Linear.Value, Is.EqualTo(0.3563174413).Within(1e-6));
        Assert.That(report.Splits[0].Linear.StandardError, Is.EqualTo(0.0052910).Within(1e-6));
        Assert.That(report.Splits[1].Linear.Value, Is.EqualTo(0.1233098393).Within(1e-6));
        Assert.That(report.Splits[2].Linear.Value, Is.EqualTo(0.0267971544).Within(1e-6));
        Assert.That(report.Splits[9].Linear.Value, Is.EqualTo(0.0001753362).Within(1e-6));
        Assert.That(report.Status.HasFlag(Status.AtEdge));
    }

    [Test]
    public void Changes_fastest_on_a_geometric_grid_where_accuracy_climbs()
    {
        ScanReport report = Run(NetworkControl.InputScale, ControlGrid.Parse("scale", ".02..2:41log"));
        ScanSplit peak = report.Splits.MaxBy(split => split.Linear.Value)!;
        Assert.That(report.Grid.Values[peak.Left], Is.EqualTo(0.11246827).Within(1e-8));
        Assert.That(report.Grid.Values[peak.Right], Is.EqualTo(0.12619147).Within(1e-8));
        Assert.That(peak.Linear.Value, Is.EqualTo(0.0042730287).Within(1e-6));
        Assert.That(peak.Linear.StandardError, Is.EqualTo(0.0001032).Within(1e-6));
        Assert.That(peak.TotalVariation.Value, Is.EqualTo(0.0510666346).Within(1e-6));
        Assert.That(peak.JensenShannon.Value, Is.EqualTo(0.0021421923).Within(1e-6));
        Assert.That(peak.Fisher.Value, Is.EqualTo(1.28950910).Within(1e-4));
        Assert.That(report.Transitions, Has.Count.EqualTo(1));
    }

    [Test]
    public void Has_a_heat_capacity_over_softmax_temperature()
    {
        ScanReport report = Run(NetworkControl.SoftmaxTemperature, ControlGrid.Parse("temperature", ".1..10:41log"));
        ScanPoint most = report.Points.MaxBy(point => point.HeatCapacity.Value)!, one = report.Points[20];
        ScanSplit peak = report.Splits.MaxBy(split => split.Linear.Value)!;
        Assert.That(most.X, Is.EqualTo(2.511886).Within(1e-6));
        Assert.That(most.HeatCapacity.Value, Is.EqualTo(1.6565336650).Within(1e-6));
        Assert.That(one.Entropy.Value, Is.EqualTo(0.0958237142).Within(1e-6));
        Assert.That(one.HeatCapacity.Value, Is.EqualTo(0.2566069869).Within(1e-6));
        Assert.That(report.Grid.Values[peak.Left], Is.EqualTo(2.511886).Within(1e-6));
        Assert.That(peak.Linear.Value, Is.EqualTo(0.0054694968).Within(1e-6));
    }

    [Test]
    public void An_input_that_does_not_exist_is_refused_with_those_that_do()
    {
        using OnnxModel model = OnnxModel.Open(ShippedNetworks.Find("digits-mlp.onnx"));
        var inputs = NetworkInputs.Synthetic(model, 4, 1);
        Assert.That(
            () => NetworkScan.Run(model, inputs, NetworkControl.InputValue, ControlGrid.Of("x", [0, 1]), "nothing"),
            Throws.InstanceOf<ThermoException>().With.Message.Contains("no input 'nothing'").And.Message.Contains("image"));
    }

    private static ScanReport Run(NetworkControl control, ControlGrid grid)
    {
        using OnnxModel model = OnnxModel.Open(ShippedNetworks.Find("digits-mlp.onnx"));
        return NetworkScan.Run(model, NetworkInputs.Read(ShippedNetworks.Find("digits.npz"), model), control, grid);
    }
}
