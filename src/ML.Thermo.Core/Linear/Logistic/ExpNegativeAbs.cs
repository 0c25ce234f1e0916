using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Linear.Logistic;

/// <summary>e^(−|z|) for sums 1 + e^(−|z|), eight at a time.</summary>
/// <remarks>
/// e^x = 2ⁿ e^r with |r| ≤ ½ ln 2 and a polynomial of degree 11 for e^r (Taylor's series economised by Chebyshev polynomials, relative
/// error 3e-18 before rounding). Arguments beyond 40 are taken as 40: e^(−40) is lost in the sum 1 + e^(−|z|) all the same.
/// </remarks>
internal static class ExpNegativeAbs
{
    private const double Log2E = 1.4426950408889634;
    private const double Log2High = 0.693147180369123816490, Log2Low = 1.90821492927058770002e-10; // ln 2 in two parts (Cody and Waite)
    private const double Shifter = 6755399441055744; // 1.5·2⁵²: adding it rounds to an integer, which the lowest bits then hold

    /// <summary>e^(−|z|), absolute error 2e-16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> z)
    {
        Vector512<double> x = Vector512.Max(-Vector512.Abs(z), Vector512.Create(-40.0));
        Vector512<double> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Shifter));
        Vector512<double> n = shifted - Vector512.Create(Shifter);
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Low), Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2High), x));
        Vector512<double> p = Step(Vector512.Create(2.5114882786996687e-08), r, 2.763265575933203e-07);
        p = Step(p, r, 2.755722491836887e-06);
        p = Step(p, r, 2.480148543844738e-05);
        p = Step(p, r, 0.00019841269909260645);
        p = Step(p, r, 0.0013888888952356135);
        p = Step(p, r, 0.008333333333309507);
        p = Step(p, r, 0.04166666666648794);
        p = Step(p, r, 0.16666666666666702);
        p = Step(p, r, 0.5000000000000019);
        p = Step(Step(p, r, 1), r, 1);
        return (p.AsInt64() + Vector512.ShiftLeft(shifted.AsInt64(), 52)).AsDouble(); // × 2ⁿ
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Step(Vector512<double> polynomial, Vector512<double> r, double coefficient) =>
        Vector512.FusedMultiplyAdd(polynomial, r, Vector512.Create(coefficient));
}
