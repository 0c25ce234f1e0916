using Functions = MathNet.Numerics.SpecialFunctions;

namespace ML.Thermo.RowLosses;

/// <summary>The standard normal law.</summary>
internal static class Normal
{
    public static double Density(double x) => Math.Exp(-0.5 * x * x) * 0.3989422804014326779;

    public static double Distribution(double x) => 0.5 * Functions.Erfc(-x / Math.Sqrt(2));
}
