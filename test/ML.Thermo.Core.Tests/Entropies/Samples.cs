using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Entropies;

/// <summary>Samples of laws with known entropy.</summary>
internal static class Samples
{
    /// <summary>½ ln 2πe, and H(½, 2).</summary>
    public const double NormalEntropy = 1.4189385332046727, ChiSquareEntropy = 0.783757110473934;

    public static double[] Normal(ulong seed, int count)
    {
        double[] sample = new double[count];
        new RandomStream(seed, 0).FillNormal(sample);
        return sample;
    }

    public static double[] Uniform(ulong seed, int count)
    {
        double[] sample = new double[count];
        new RandomStream(seed, 0).FillUniform(sample);
        return sample;
    }

    public static double[] Exponential(ulong seed, int count) => [.. Uniform(seed, count).Select(u => -Math.Log(u))];

    public static double[] ChiSquare(ulong seed, int count) => [.. Normal(seed, count).Select(z => z * z)];

    public static (double[] Sample, double Entropy) Of(string law, ulong seed, int count) => law switch
    {
        "normal" => (Normal(seed, count), NormalEntropy),
        "uniform" => (Uniform(seed, count), 0),
        "exponential" => (Exponential(seed, count), 1),
        _ => (ChiSquare(seed, count), ChiSquareEntropy),
    };
}
