using System.Globalization;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

namespace ML.Thermo.Documentation;

/// <summary>The picture on top of the README is what the library draws of shipped data today.</summary>
public sealed class OverviewPictureTests
{
    private const int Onset = 30, Windows = 52;

    private static string Data(string name) => Path.Combine(Repository.Root, "test", "data", name);

    [Test]
    public void ThePictureIsDrawnByTheLibrary() => DrawnPicture.Check("overview.svg", TwoStates(), Layers(), Weeks());

    /// <summary>Losses of a linear model of 442 patients: parameters random, and parameters trained on data that are fresh.</summary>
    private static Figure TwoStates()
    {
        string[] lines = File.ReadAllLines(Data("diabetes.csv"));
        double[][] rows = [.. lines[1..].Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        var raw = new LabelledData(rows.SelectMany(row => row[..^1]).ToArray(), rows.Select(row => row[^1]).ToArray(), lines[0].Split(',')[..^1]);
        (double[] means, double[] deviations) = raw.FeatureScales();
        LabelledData data = raw.Standardize(means, deviations).WithIntercept();
        var system = new LinearSystem(data, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 50), data.Columns));
        Transition training = system.Train();
        double[] untrained = new double[20_000];
        system.Ensemble.Draw(1, 0, untrained);
        double spread = Math.Sqrt(training.To.Variance.Value), mean = training.To.Energy.Value;
        var before = untrained.GroupBy(e => Math.Round(8 * Math.Log(e))).OrderBy(bin => bin.Key).Where(bin => bin.Count() > 20)
            .Select(bin => (X: Math.Exp(bin.Key / 8), Y: (double)bin.Count())).ToArray();
        double most = before.Max(point => point.Y);
        return new Figure("Training: two states of the loss", "mean squared loss", "density, each to its peak") { LogarithmicAcross = true }
            .Line("parameters trained, data fresh", Enumerable.Range(-40, 81).Select(i => (mean + (i * spread / 10), Math.Exp(-0.5 * i * i / 100))))
            .Line("parameters random, before training", before.Select(point => (point.X, point.Y / most)))
            .Vertical($"T = {training.Temperature} of loss for a nat", mean);
    }

    /// <summary>Layers of a small transformer against the network's temperature.</summary>
    private static Figure Layers()
    {
        using OnnxModel model = OnnxModel.Open(Data("networks/digits-transformer.onnx"));
        NetworkInputs inputs = NetworkInputs.Read(Data("networks/digits.npz"), model);
        NetworkBatch[] batches = [.. inputs.Batches(256).Take(1)];
        long[] labels = [.. NumpyArray.ReadFile(Data("networks/digits-labels.npy"))[0].ToDoubles().Take(256).Select(label => (long)label)];
        var energy = NetworkEnergy.Of(LayerGraph.Of(model), [.. batches.Select(batch => batch.Inputs)], new EnergyOptions { Labels = labels });
        NetworkThermodynamics found = NetworkAnalysis.Run(energy, new() { Draws = 128 });
        foreach (NetworkBatch batch in batches)
            batch.Dispose();
        double network = found.Network.Transition.Temperature.Value;
        (double X, double Y)[] layers = [.. found.Layers.Select(layer => (X: (double)layer.Layer.Index, Y: Math.Log2(layer.Transition.Temperature.Value / network))).Where(point => double.IsFinite(point.Y))];
        // To a tenth: the last digits of floats differ from machine to machine.
        return new Figure("A transformer: which layers are hot", "layer, by depth", "log₂ of T against the network")
            .Points("colder than the network", layers.Where(point => point.Y <= 0).Select(point => (point.X, Math.Round(point.Y, 1))))
            .Points("hotter", layers.Where(point => point.Y > 0).Select(point => (point.X, Math.Round(point.Y, 1))))
            .Horizontal("the network", 0);
    }

    /// <summary>A deployed model whose world changes slowly from week 30 on.</summary>
    private static Figure Weeks()
    {
        static LabelledData Rows(int count, ulong seed, double grip)
        {
            var random = new RandomStream(seed, 0);
            double[] features = new double[2 * count], targets = new double[count];
            for (int i = 0; i < count; i++)
            {
                random.FillNormal(features.AsSpan(2 * i, 2));
                targets[i] = features[2 * i] + (grip * features[(2 * i) + 1]) + (0.5 * random.NextNormal());
            }

            return new LabelledData(features, targets);
        }

        var system = new LinearSystem(Rows(1000, 1, 1), Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2));
        var builder = new DriftReferenceBuilder([]);
        foreach (double loss in system.Losses(Rows(3000, 2, 1)))
            builder.Observe(loss, double.NaN, []);
        DriftReference reference = builder.Build();
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        var points = new List<(double X, double Y, bool Asks)>();
        int alarm = -1;
        for (int week = 0; week < Windows; week++)
        {
            DriftWindow window = reference.NewWindow();
            foreach (double loss in system.Losses(Rows(150, 100 + (ulong)week, week < Onset ? 1 : 1 - (0.025 * (week - Onset)))))
                window.Observe(loss, double.NaN, []);
            WindowDrift drift = reference.Measure(window);
            points.Add((week, drift.Energy!.Transition!.DeltaEnergy.Value, drift.Refresh));
            if (detector.Observe(window).Alarm && alarm < 0)
                alarm = week;
        }

        return new Figure("A deployed model: when to train again", "week", "loss above the reference")
            .Points("nothing to do", points.Where(point => !point.Asks).Select(point => (point.X, point.Y)))
            .Points("asks for a refresh", points.Where(point => point.Asks).Select(point => (point.X, point.Y)))
            .Vertical("alarm of all weeks together", alarm).Vertical("the world begins to change", Onset);
    }
}
