using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Stochastic_Lanczos_quadrature
{
    private static readonly WeightAnalysisOptions Sampled = new() { Method = SpectrumMethod.Lanczos, Probes = 16 };

    private static (Spectrum Exact, Spectrum Sampled) Both(double[] entries, int rows, int columns)
    {
        var weights = new WeightMatrix(entries, Layouts.Dense(rows, columns));
        return (Spectrum.Of(weights), Spectrum.Of(weights, perPosition: false, Sampled));
    }

    private static double[] Matrix(string spectrum) => spectrum switch
    {
        "random" => Matrices.Normal(200 * 280, 1),
        "power law" => Matrices.WithSingularValues([.. Enumerable.Range(1, 200).Select(i => Math.Pow(i, -0.4))], 280, seed: 2),
        _ => Matrices.WithSingularValues([.. Enumerable.Range(1, 200).Select(i => Math.Exp(-i / 30.0))], 280, seed: 3),
    };

    [TestCase("random")]
    [TestCase("power law")]
    [TestCase("exponential")]
    public void Estimates_averages_within_their_standard_errors_and_the_top_within_its_residual(string spectrum)
    {
        (Spectrum exact, Spectrum sampled) = Both(Matrix(spectrum), 200, 280);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sampled.Entropy.StandardError, Is.InRange(1e-4, 0.05));
            Assert.That(sampled.Entropy.Value, Is.EqualTo(exact.Entropy.Value).Within(4 * sampled.Entropy.StandardError));
            Assert.That(sampled.NormalizedEntropy.Value, Is.EqualTo(exact.NormalizedEntropy.Value).Within(4 * sampled.NormalizedEntropy.StandardError));
            Assert.That(sampled.FrobeniusNorm, Is.EqualTo(exact.FrobeniusNorm).Within(1e-12 * exact.FrobeniusNorm));
            Assert.That(sampled.Rank.Value, Is.EqualTo(exact.Rank.Value).Within((4 * sampled.Rank.StandardError) + 1e-9));
            Assert.That(sampled.SpectralNorm.Value,
                Is.EqualTo(exact.SpectralNorm.Value).Within(sampled.SpectralNorm.StandardError + (1e-12 * exact.SpectralNorm.Value)));
            Assert.That(sampled.StableRank.Value,
                Is.EqualTo(exact.StableRank.Value).Within(sampled.StableRank.StandardError + (1e-11 * exact.StableRank.Value)));
        }
    }

    [Test]
    public void Follows_the_tail_exponent_of_the_spectrum()
    {
        // λ of rank i is i^(−0.8): p(λ) ∝ λ^(−1 − 1/0.8), α = 2.25
        (Spectrum exact, Spectrum sampled) = Both(Matrix("power law"), 200, 280);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exact.Tail.Alpha.Value, Is.EqualTo(2.25).Within(0.1));
            Assert.That(sampled.Tail.Alpha.Value, Is.EqualTo(2.25).Within(0.1));
        }
    }

    [Test]
    public void Finds_the_bulk_and_the_spikes()
    {
        const int Rows = 300, Columns = 600;
        double[] u = Matrices.Normal(Rows, 21), v = Matrices.Normal(Columns, 22), noise = Matrices.Normal(Rows * Columns, 23);
        double[] entries = Matrices.Of(Rows, Columns, (i, j) => noise[(i * Columns) + j] + (0.14 * u[i] * v[j]));
        (Spectrum exact, Spectrum sampled) = Both(entries, Rows, Columns);
        BulkFit direct = BulkFit.Of(exact, Rows, Columns), fit = BulkFit.Of(sampled, Rows, Columns);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((direct.Spikes, fit.Spikes), Is.EqualTo((1, 1)));
            Assert.That(fit.Sigma.Value, Is.EqualTo(1).Within(4 * fit.Sigma.StandardError));
            Assert.That(fit.Sigma.StandardError, Is.GreaterThan(direct.Sigma.StandardError));
            Assert.That(fit.Status, Is.EqualTo(Status.Defined));
        }
    }

    [Test]
    public void Depends_on_the_seed_alone()
    {
        double[] entries = Matrices.Normal(60 * 80, 4);
        Spectrum Run(ulong seed) => Spectrum.Of(new WeightMatrix(entries, Layouts.Stacked(2, 30, 80)), false, Sampled with { Seed = seed });
        Spectrum first = Run(1), again = Run(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Eigenvalues, Is.EqualTo(first.Eigenvalues));
            Assert.That(again.Entropy, Is.EqualTo(first.Entropy));
            Assert.That(Run(2).Entropy, Is.Not.EqualTo(first.Entropy));
        }
    }

    [Test]
    public void Is_exact_where_it_takes_as_many_steps_as_there_are_rows_and_signs_see_all_alike()
    {
        // A diagonal matrix: every vector of signs has the same weight on each eigenvector.
        double[] entries = Matrices.Of(12, 12, (i, j) => i == j ? i + 1 : 0);
        (Spectrum exact, Spectrum sampled) = Both(entries, 12, 12);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sampled.Entropy.Value, Is.EqualTo(exact.Entropy.Value).Within(1e-10));
            Assert.That(sampled.Entropy.StandardError, Is.LessThan(1e-10));
            Assert.That(sampled.SpectralNorm.Value, Is.EqualTo(12).Within(1e-12));
        }
    }

    [Test]
    public void Takes_over_beyond_the_direct_limit()
    {
        var weights = new WeightMatrix(Matrices.Normal(20 * 30, 6), Layouts.Dense(20, 30));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Spectrum.Of(weights, false, new() { DirectLimit = 20 }).Method, Is.EqualTo(SpectrumMethod.Gram));
            Assert.That(Spectrum.Of(weights, false, new() { DirectLimit = 19 }).Method, Is.EqualTo(SpectrumMethod.Lanczos));
        }
    }

    [TestCase(1, 8)]
    [TestCase(64, 1)]
    [TestCase(2000, 8)]
    public void Refuses_settings_outside_their_range(int steps, int probes) => Assert.That(
        () => Spectrum.Of(new WeightMatrix(new float[4], Layouts.Dense(2, 2)), false, new() { LanczosSteps = steps, Probes = probes }),
        Throws.TypeOf<ArgumentOutOfRangeException>());
}
