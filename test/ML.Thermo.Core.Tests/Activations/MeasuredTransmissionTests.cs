using ML.Thermo.Activations;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Activations;

[TestFixture]
public class MeasuredTransmissionTests
{
    [Test]
    public void Variances_are_summed_over_units_about_their_own_means()
    {
        // unit 1: (0, 2, 4), unit 2: (5, 5, 5); doubled by the activation
        double[] pre = [0, 5, 2, 5, 4, 5], post = [0, 10, 4, 10, 8, 10];
        MeasuredTransmission measured = MeasuredTransmission.Of(pre, post, units: 2);
        Assert.That(measured.InputVariance, Is.EqualTo(2));
        Assert.That(measured.OutputVariance, Is.EqualTo(8));
        Assert.That(measured.Transmission, Is.EqualTo(Estimate.Exact(4)));
        Assert.That(measured.Efficiency.Value, Is.EqualTo(-3));
        Assert.That(measured.CoherentGain, Is.EqualTo(Estimate.Exact(2)));
        Assert.That(measured.Status, Is.EqualTo(Status.SmallSample));
    }

    /// <summary>The spread of repeated measurements is what the standard error says, within the 4 standard errors of a spread.</summary>
    [Test]
    public void The_standard_error_is_the_spread_of_repeated_measurements()
    {
        const int Repeats = 400, Samples = 200, Units = 3;
        Activation tanh = Activation.Parse("tanh");
        double[] values = new double[Repeats], errors = new double[Repeats];
        for (int r = 0; r < Repeats; r++)
        {
            var random = new RandomStream(5, (ulong)r);
            double[] pre = new double[Samples * Units];
            for (int i = 0; i < pre.Length; i++)
                pre[i] = random.NextNormal();
            MeasuredTransmission measured = MeasuredTransmission.Of(pre, [.. pre.Select(tanh.Value)], Units);
            (values[r], errors[r]) = (measured.Transmission.Value, measured.Transmission.StandardError);
        }

        double mean = values.Average(), spread = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (Repeats - 1));
        Assert.That(errors.Average(), Is.EqualTo(spread).Within(4 * spread / Math.Sqrt(2 * Repeats)));
    }

    [Test]
    public void Input_that_does_not_vary_has_no_transmission()
    {
        double[] flat = [.. Enumerable.Repeat(1.5, 40)];
        MeasuredTransmission measured = MeasuredTransmission.Of(flat, flat);
        Assert.That(measured.Status, Is.EqualTo(Status.Undefined));
        Assert.That(measured.Transmission.Value, Is.NaN);
        Assert.That(measured.Efficiency.Value, Is.NaN);
    }

    [Test]
    public void Dead_units_transmit_nothing()
    {
        double[] pre = [.. Enumerable.Range(0, 50).Select(i => -1.0 - i)];
        MeasuredTransmission measured = MeasuredTransmission.Of(pre, new double[50]);
        Assert.That(measured.Transmission, Is.EqualTo(Estimate.Exact(0)));
        Assert.That(measured.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => MeasuredTransmission.Of([1, 2, 3], [1, 2, 3], units: 2), Throws.ArgumentException);
        Assert.That(() => MeasuredTransmission.Of([1, 2], [1, 2, 3]), Throws.ArgumentException);
        Assert.That(() => MeasuredTransmission.Of([1], [1]), Throws.ArgumentException);
        Assert.That(() => MeasuredTransmission.Of([1, 2], [1, 2], units: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => MeasuredTransmission.Of([1, 2, 3, 4], [1, double.NaN, 3, 4], units: 2),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("Sample 1, unit 2 of 'post'"));
    }
}
