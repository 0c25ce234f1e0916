using ML.Thermo.Data;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear;

/// <summary>Small data sets without bias column whose energies are known to many digits, and larger generated ones.</summary>
internal static class LinearExamples
{
    public static LabelledData D1 { get; } = new(new[] { -2.0, -1, 0.5, 1, 2.5 }, new[] { -3.0, -1, 1, 1.5, 4 });

    public static LabelledData D2 { get; } = new(new[] { 1.0, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1 }, new[] { 1.0, 2, 2.5, 1.5, 3.5, -1 });

    public static LabelledData D3 { get; } = new(D2.Features, new[] { 1.0, 1, 0, 1, 1, 0 });

    public static LabelledData D4 { get; } = new(new[] { -2.0, -1, 0.5, 1, 2 }, new[] { 0.0, 1, 0, 1, 1 });

    /// <summary>Gaussian features, a linear target with Laplace-like noise.</summary>
    public static LabelledData Regression(int rows, int columns, ulong seed = 1)
    {
        double[] features = Features(rows, columns, seed), targets = new double[rows];
        var random = new RandomStream(seed, 1);
        for (int i = 0; i < rows; i++)
        {
            targets[i] = random.NextNormal() * random.NextNormal();
            for (int j = 0; j < columns; j++)
                targets[i] += features[(i * columns) + j] * (1 + (j % 3));
        }

        return new LabelledData(features, targets);
    }

    /// <summary>Gaussian features, labels by a noisy hyperplane: not separable.</summary>
    public static LabelledData Classification(int rows, int columns, ulong seed = 1)
    {
        LabelledData regression = Regression(rows, columns, seed);
        return new LabelledData(regression.Features, regression.Targets.ToArray().Select((y, i) => y + (5 * (i % 3 == 0 ? 1 : -1)) > 0 ? 1.0 : 0).ToArray());
    }

    public static ParameterLaw Normal(double deviation, int count = 2) => ParameterLaw.Same(InitializationLaw.Normal(0, deviation), count);

    public static ParameterLaw Uniform(double halfWidth, int count = 2) => ParameterLaw.Same(InitializationLaw.Uniform(-halfWidth, halfWidth), count);

    /// <summary>Normal, uniform and constant entries in turn, with non-zero means.</summary>
    public static ParameterLaw Mixed(int count) => new([.. Enumerable.Range(0, count).Select(j => (j % 4) switch
    {
        0 => InitializationLaw.Normal(0.2, 0.7),
        1 => InitializationLaw.Uniform(-1, 1.4),
        2 => InitializationLaw.Constant(0.3),
        _ => InitializationLaw.Uniform(-0.2, 0.1),
    })]);

    /// <summary>Kozachenko–Leonenko entropy of draws, with its standard error.</summary>
    public static Estimate SampleEntropy(EnergyEnsemble ensemble, int draws = 100_000)
    {
        double[] energies = new double[draws];
        ensemble.Draw(5, 0, energies);
        EntropyEstimate entropy = new KozachenkoLeonenko().Estimate(default, energies);
        return new Estimate(entropy.Value, entropy.StandardError);
    }

    /// <summary>From an ensemble to training losses at its floor, whose entropy is ½ ln 2πeV.</summary>
    public static Transition Training(EnergyMoments moments, double entropy, double trainedVariance) => new(
        new State
        {
            Kind = StateKind.TypeI,
            Energy = moments.Mean,
            Variance = moments.Variance,
            Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
        },
        new State
        {
            Kind = StateKind.TypeII,
            Energy = Estimate.Exact(moments.Floor),
            Variance = Estimate.Exact(trainedVariance),
            Entropy = new EntropyEstimate(0.5 * Math.Log(2 * Math.PI * Math.E * trainedVariance), 0, EntropyMethod.CentralLimit),
        });

    private static double[] Features(int rows, int columns, ulong seed)
    {
        double[] features = new double[rows * columns];
        new RandomStream(seed, 0).FillNormal(features);
        return features;
    }
}
