using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Marchenko_Pastur_laws
{
    // golden: closed form (1 ± 1/√Q)², printed in many places
    [TestCase(1, 0, 4)]
    [TestCase(2, 0.085786, 2.914214)]
    [TestCase(4, 0.25, 2.25)]
    [TestCase(10, 0.467545, 1.732456)]
    public void Have_their_edges(double ratio, double lower, double upper)
    {
        var law = new MarchenkoPasturLaw(ratio, 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(law.LowerEdge, Is.EqualTo(lower).Within(1e-6));
            Assert.That(law.UpperEdge, Is.EqualTo(upper).Within(1e-6));
            Assert.That(law.DetectionThreshold, Is.EqualTo(Math.Pow(ratio, -0.25)).Within(1e-15));
        }
    }

    // golden: scipy 1.10.1, integrate.quad over the density
    [TestCase(1, 0.5, 0.44059565583651206)]
    [TestCase(1, 1.5, 0.7277715987755835)]
    [TestCase(2, 0.5, 0.3183098861837887)]
    [TestCase(2, 1, 0.5760042151038532)]
    [TestCase(4, 0.5, 0.1863784082421797)]
    [TestCase(4, 1.5, 0.8087728719649069)]
    [TestCase(10, 0.5, 0.014221150825558674)]
    [TestCase(10, 1, 0.5336373720536285)]
    public void Have_their_distribution_in_closed_form(double ratio, double eigenvalue, double expected)
    {
        var law = new MarchenkoPasturLaw(ratio, 9);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(law.Distribution(9 * eigenvalue), Is.EqualTo(expected).Within(1e-12));
            Assert.That(law.Quantile(expected), Is.EqualTo(9 * eigenvalue).Within(1e-9));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property Have_the_density_as_the_slope_of_the_distribution() => Prop.ForAll<byte, byte>((ratioStep, share) =>
    {
        var law = new MarchenkoPasturLaw(1 + (ratioStep / 8.0), 1);
        double x = law.LowerEdge + ((law.UpperEdge - law.LowerEdge) * (0.05 + (0.9 * share / 255.0))), h = 1e-5 * (law.UpperEdge - law.LowerEdge);
        double slope = (law.Distribution(x + h) - law.Distribution(x - h)) / (2 * h);
        return Math.Abs(slope - law.Density(x)) < 1e-6 * law.Density(x);
    });

    // golden: midpoint rule of 200 000 points over sin θ, outside this library; moments in closed form
    [TestCase(1, 1, 0.8378770664)] // ln 2π − 1: with λ = 4 sin² t the law is (4/π) cos² t dt
    [TestCase(2, 1, 0.837877066)]
    [TestCase(4, 9, 2.773477572)]
    [TestCase(10, 1, 0.160706840)]
    public void Have_their_moments_and_entropy(double ratio, double variance, double entropy)
    {
        var law = new MarchenkoPasturLaw(ratio, variance);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(law.Mean, Is.EqualTo(variance));
            Assert.That(law.Variance, Is.EqualTo(variance * variance / ratio).Within(1e-12));
            Assert.That(law.DifferentialEntropy(), Is.EqualTo(entropy).Within(1e-6));
        }
    }

    [TestCase(0.5, 1)]
    [TestCase(double.NaN, 1)]
    [TestCase(2, 0)]
    [TestCase(2, double.PositiveInfinity)]
    public void Refuse_parameters_outside_their_range(double ratio, double variance) =>
        Assert.That(() => new MarchenkoPasturLaw(ratio, variance), Throws.TypeOf<ArgumentOutOfRangeException>());
}

public class Fits_of_the_random_bulk
{
    private static BulkFit Fit(double[] entries, int rows, int columns) =>
        BulkFit.Of(Spectrum.Of(new WeightMatrix(entries, Layouts.Dense(rows, columns))), rows, columns);

    [TestCase(100, 100)]
    [TestCase(100, 200)]
    [TestCase(300, 75)]
    [TestCase(60, 600)]
    public void Find_the_scale_of_random_weights_within_the_stated_error(int rows, int columns)
    {
        BulkFit[] fits = [.. Enumerable.Range(0, 40).Select(seed => Fit(Matrices.Normal(rows * columns, (ulong)seed, 0.02), rows, columns))];
        double stated = Math.Sqrt(fits.Average(fit => Math.Pow(fit.Sigma.StandardError, 2)));
        double spread = Math.Sqrt(fits.Average(fit => Math.Pow(fit.Sigma.Value - 0.02, 2)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spread / stated, Is.InRange(0.6, 1.5), "40 samples tell the spread to a tenth or so");
            Assert.That(fits.Average(fit => fit.Sigma.Value), Is.EqualTo(0.02).Within(4 * stated / Math.Sqrt(fits.Length)));
            Assert.That(fits.Count(fit => fit.Spikes > 0), Is.LessThanOrEqualTo(4), "one in a hundred is expected");
            Assert.That(fits.Max(fit => fit.Distance), Is.LessThan(5.0 / Math.Min(rows, columns)));
            Assert.That(fits.Select(fit => fit.Status), Is.All.EqualTo(Status.Defined));
            Assert.That(fits.Average(fit => fit.SoftRank), Is.EqualTo(1).Within(0.06));
        }
    }

    [TestCase(120, 120)]
    [TestCase(120, 240)]
    [TestCase(80, 800)]
    public void See_a_planted_signal_above_the_detection_threshold_and_not_below(int rows, int columns)
    {
        double threshold = new MarchenkoPasturLaw((double)columns / rows, 1).DetectionThreshold;
        int Seen(double strength) =>
            Enumerable.Range(0, 8).Count(seed => Fit(Planted(rows, columns, strength * threshold, (ulong)seed), rows, columns).Spikes > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Seen(0.6), Is.LessThanOrEqualTo(1));
            Assert.That(Seen(2), Is.EqualTo(8));
        }
    }

    [Test]
    public void Put_a_planted_spike_where_theory_has_it()
    {
        // Benaych-Georges and Nadakuditi 2012: σ²_spike/N = (1 + θ²)(1/Q + θ²)/θ² for a signal of singular value θ√N
        const int Rows = 100, Columns = 200, Count = 30;
        const double Strength = 2;
        double expected = Columns * (1 + (Strength * Strength)) * (0.5 + (Strength * Strength)) / (Strength * Strength);
        double[] found = [.. Enumerable.Range(0, Count).Select(seed => Spectrum.Of(
            new WeightMatrix(Planted(Rows, Columns, Strength, (ulong)seed), Layouts.Dense(Rows, Columns))).Eigenvalues[^1])];
        double error = Math.Sqrt(found.Average(x => Math.Pow(x - found.Average(), 2)) / Count);
        Assert.That(found.Average(), Is.EqualTo(expected).Within(4 * error));
    }

    [Test]
    public void Keep_the_scale_when_many_signals_stick_out()
    {
        const int Rows = 200, Columns = 300;
        double[] entries = Matrices.Normal(Rows * Columns, 9);
        double[] signal = Matrices.Product(Matrices.Normal(Rows * 12, 10), Matrices.Normal(12 * Columns, 11), Rows, 12, Columns);
        BulkFit fit = Fit([.. entries.Zip(signal, (x, y) => x + y)], Rows, Columns);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Spikes, Is.EqualTo(12));
            Assert.That(fit.Sigma.Value, Is.EqualTo(1).Within(4 * fit.Sigma.StandardError));
        }
    }

    [Test]
    public void Do_not_see_a_bulk_in_heavy_tails()
    {
        double[] values = [.. Enumerable.Range(1, 200).Select(i => Math.Pow(i, -0.8))];
        BulkFit fit = Fit(Matrices.WithSingularValues(values, 250, 12), 200, 250);
        Assert.That(fit.Status.HasFlag(Status.OutOfRange) || fit.Status.HasFlag(Status.NotConverged), $"{fit}");
    }

    [Test]
    public void Pool_blocks_of_one_size()
    {
        double[] entries = Matrices.Normal(8 * 40 * 90, 13);
        var shape = Layouts.Stacked(8, 40, 90);
        BulkFit fit = BulkFit.Of(Spectrum.Of(new WeightMatrix(entries, shape)), 40, 90, blocks: 8);
        Assert.That(fit.Sigma.Value, Is.EqualTo(1).Within(4 * fit.Sigma.StandardError));
    }

    [Test]
    public void Say_what_they_cannot_do()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fit(Matrices.Normal(9, 1), 1, 9).Status, Is.EqualTo(Status.Undefined), "one singular value");
            Assert.That(Fit(new double[30], 5, 6).Status, Is.EqualTo(Status.Undefined), "zeros");
            Assert.That(Fit(Matrices.Normal(5 * 9, 1), 5, 9).Status.HasFlag(Status.SmallSample));
            Assert.That(Fit([1, 2, double.NaN, 3], 2, 2).Status, Is.EqualTo(Status.Undefined));
            Assert.That(
                () => BulkFit.Of(Spectrum.Of(new WeightMatrix(new float[12], Layouts.Dense(3, 4))), 5, 6),
                Throws.ArgumentException.With.Message.Contains("5 singular values"));
        }
    }

    private static double[] Planted(int rows, int columns, double strength, ulong seed)
    {
        double[] noise = Matrices.Normal(rows * columns, seed), u = Unit(rows, seed + 100), v = Unit(columns, seed + 200);
        double scale = strength * Math.Sqrt(columns);
        return Matrices.Of(rows, columns, (i, j) => noise[(i * columns) + j] + (scale * u[i] * v[j]));
    }

    private static double[] Unit(int count, ulong seed)
    {
        double[] vector = Matrices.Normal(count, seed);
        double length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
