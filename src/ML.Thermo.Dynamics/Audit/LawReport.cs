namespace ML.Thermo.Dynamics.Audit;

/// <summary>How the energy balance fails, if it does.</summary>
public enum FirstLawClass
{
    /// <summary>The residual is what rounding makes of an exact balance: max |R| ≤ 64 ε √n max Σ|E|.</summary>
    RoundOff,

    /// <summary>The residual stays bounded without a trend, as with symplectic schemes; lawful on average.</summary>
    Bounded,

    /// <summary>The residual has a trend, or ends more than 32 times above all of its first half and above 1 % of the energy
    /// exchanged: energy is made or lost as time goes on.</summary>
    Secular,
}

/// <summary>What must be known of an audit before it is trusted.</summary>
[Flags]
public enum AuditStatus
{
    /// <summary>Nothing stands against the numbers.</summary>
    Defined = 0,

    /// <summary>One energy column and no exchange: its size depends on a free constant, and so does the relative residual.</summary>
    OffsetDependent = 1,

    /// <summary>The noise is estimated from fewer than 20 rows, and tends to be too large.</summary>
    SmallSample = 2,

    /// <summary>The residual about its line is larger than the noise: errors are not independent, and the class decides the first law.</summary>
    DependentErrors = 4,

    /// <summary>The p-value of the drawdown is at or below what is resolved: 1e-9 where the noise is known, 1/16,000 where it is estimated from up to
    /// 4,096 rows.</summary>
    BelowResolution = 8,
}

/// <summary>The first law along a trajectory. R(k) = E(k) − E(0) − W(k) − Q(k), energy units.</summary>
/// <param name="MaxResidual">max |R|.</param>
/// <param name="Relative">max |R| in units of <paramref name="Scale"/>; NaN where the scale is zero.</param>
/// <param name="Scale">Energy really exchanged: the largest range of one energy column; with one column see
/// <see cref="AuditStatus.OffsetDependent"/>.</param>
/// <param name="FinalResidual">R of the last row.</param>
/// <param name="Slope">Least-squares slope of R in time, with its Newey–West error (lag 4(n/100)^{2/9}); energy per time.</param>
/// <param name="DetrendedRms">Root mean square of R about its line (dividing by n).</param>
/// <param name="Class">The kind of failure.</param>
/// <param name="Noise">Standard deviation of an error of R, given or estimated; 0 for a program's numbers.</param>
/// <param name="PValue">Of the slope, under independent normal errors of that size, which an estimate of it accounts for; NaN where the noise is 0.</param>
/// <param name="ConstantPValue">Of the χ² of R about its mean; NaN where the noise is 0.</param>
/// <param name="IsLawful">The verdict on this law.</param>
[Maturity(Maturity.Estimator)]
public sealed record FirstLaw(
    double MaxResidual, double Relative, double Scale, double FinalResidual, Estimate Slope, double DetrendedRms, FirstLawClass Class,
    double Noise, double PValue, double ConstantPValue, bool IsLawful);

/// <summary>The second law along a trajectory. D is the series that must not fall: S, S − Σ ΔQ/T or −(E − T S) + W.</summary>
/// <param name="Drawdown">d = max over i &lt; j of D(i) − D(j). Half of it is the least uniform error that would make D lawful (theorem).</param>
/// <param name="NegativeVariation">Sum of all falls from one row to the next.</param>
/// <param name="Falls">Number of rows lower than the one before.</param>
/// <param name="FirstFall">The first such row, counted from 0; −1 where there is none.</param>
/// <param name="LargestFall">The largest fall from one row to the next.</param>
/// <param name="IsotonicRms">Root mean square distance to the nearest series that does not fall (dividing by n); NaN where it was not fitted.</param>
/// <param name="Noise">Standard deviation of an error of D, given or estimated; 0 for a program's numbers.</param>
/// <param name="PValue">P(drawdown of n independent standard normal numbers ≥ d/σ), with σ estimated from them too where it is estimated here; NaN
/// where the noise is
/// 0.</param>
/// <param name="Change">D of the last row less D of the first.</param>
/// <param name="IsLawful">The verdict on this law.</param>
[Maturity(Maturity.Theorem, "the p-value bounds the probability from above for every lawful series with independent normal errors")]
public sealed record SecondLaw(
    double Drawdown, double NegativeVariation, int Falls, long FirstFall, double LargestFall, double IsotonicRms, double Noise, double PValue, double Change,
        bool IsLawful);

/// <summary>The audit of one trajectory.</summary>
/// <param name="Rows">Number of rows, ≥ 3.</param>
/// <param name="FirstLaw">The energy balance; null in a bath whose heat is not known.</param>
/// <param name="SecondLaw">The entropy.</param>
/// <param name="IsLawful">Whether both laws hold; null where neither noise nor exactness can be told (fewer than 5 rows of unknown noise).</param>
/// <param name="Status">What to know before trusting it.</param>
[Maturity(Maturity.Estimator)]
public sealed record LawReport(long Rows, FirstLaw? FirstLaw, SecondLaw SecondLaw, bool? IsLawful, AuditStatus Status)
{
    /// <summary>Names of the status flags, as in JSON.</summary>
    public IReadOnlyList<string> StatusNames => Status == AuditStatus.Defined
        ? [nameof(AuditStatus.Defined)]
        : [.. Enum.GetValues<AuditStatus>().Where(flag => flag != AuditStatus.Defined && Status.HasFlag(flag)).Select(flag => flag.ToString())];
}
