using MathNet.Numerics.Distributions;

namespace ML.Thermo.Loops.Guard;

/// <summary>A point of the likelihood's profile: the best temperature at a given fresh share.</summary>
/// <param name="FreshShare">λ.</param>
/// <param name="Temperature">T̂ at that share.</param>
/// <param name="LogLikelihood">ln L there, below its maximum by so much (≤ 0).</param>
/// <param name="TemperatureStandardError">From the observed information at that share.</param>
[Maturity(Maturity.Estimator)]
public readonly record struct ProfilePoint(double FreshShare, double Temperature, double LogLikelihood, double TemperatureStandardError);

/// <summary>
/// Temperature and fresh share of a loop by maximum likelihood: generation t + 1 is multinomial with shares λq + (1 − λ)P_T(p̂(t)).</summary>
/// <remarks>
/// <para>Standard errors by observed information; at λ̂ = 0 that of T from its own likelihood. Intervals by the profile. T is an <em>effective</em>
/// temperature for the chosen categories: a model that smooths or extrapolates is not P_T exactly.</para>
/// <para>p̂(t) must be the whole training data of the next generation; a subsample biases T.</para></remarks>
[Maturity(Maturity.Estimator, "maximum likelihood; coverage measured among the unit tests")]
public sealed record LoopFit
{
    internal const double Hottest = 50;

    /// <summary>T̂ with its standard error; NaN with <see cref="GuardStatus.NoTemperature"/>.</summary>
    public required Estimate Temperature { get; init; }

    /// <summary>Interval of T by the profile, at the guard's error rate.</summary>
    public required (double Low, double High) TemperatureInterval { get; init; }

    /// <summary>λ̂ with its standard error; exact where it was given, of unknown error at the edge.</summary>
    public required Estimate FreshShare { get; init; }

    /// <summary>Interval of λ by the profile.</summary>
    public required (double Low, double High) FreshShareInterval { get; init; }

    /// <summary>ln L at the maximum less ln L at T = 1 with the share that suits that best; twice it is χ² with one degree of freedom where T is one.</summary>
    public required double LogLikelihoodGain { get; init; }

    /// <summary>Best temperature by fresh share, where the share is not given; one point where it is.</summary>
    public required IReadOnlyList<ProfilePoint> Profile { get; init; }

    /// <summary>Rows of categories that the model cannot make.</summary>
    public required long NovelRows { get; init; }

    /// <summary>What must be known.</summary>
    public required GuardStatus Status { get; init; }

    /// <summary>Points on the border of the region that the data do not exclude, by which functions of (T, λ) get their interval.</summary>
    internal IReadOnlyList<(double Temperature, double Share)> Border { get; init; } = [];

    internal static LoopFit Of(LoopLikelihood likelihood, double? knownShare, double errorRate, CancellationToken cancellation)
    {
        double limit = Math.Pow(Normal.InvCDF(0, 1, 1 - (errorRate / 2)), 2);
        var profile = new LoopProfile(likelihood, cancellation);
        double share = knownShare ?? profile.BestShare();
        LoopProfile.Node best = profile.At(share);
        GuardStatus status = likelihood.NovelRows > 0 ? GuardStatus.Novelty : GuardStatus.Defined;
        if (!best.IsKnown)
        {
            return new LoopFit
            {
                Temperature = Estimate.Undefined,
                TemperatureInterval = (double.NaN, double.NaN),
                FreshShare = knownShare is null ? Estimate.Undefined : Estimate.Exact(share),
                FreshShareInterval = knownShare is null ? (double.NaN, double.NaN) : (share, share),
                LogLikelihoodGain = double.NaN,
                Profile = [],
                NovelRows = likelihood.NovelRows,
                Status = status | GuardStatus.NoTemperature,
            };
        }

        (double low, double high) = knownShare is null ? profile.Interval(share, limit) : (share, share);
        double atOne = knownShare is null ? profile.BestAtOne() : likelihood.At(1, share).Value;
        (double lowT, double highT) = profile.Temperatures(best, low, high, limit);

        // A function of both that may jump, as the retention does at λ = 0, needs the region that holds both: χ² with two degrees of freedom, −2 ln a.
        double joint = knownShare is null ? -2 * Math.Log(errorRate) : limit;
        (double jointLow, double jointHigh) = knownShare is null ? profile.Interval(share, joint) : (share, share);
        (double errorT, double errorShare) = knownShare is not null || share == 0
            ? (best.StandardError, knownShare is null ? double.NaN : 0)
            : LoopProfile.Errors(best);
        if (knownShare is null && share == 0)
            status |= GuardStatus.AtBoundary;
        if (knownShare is null && high - low > 0.1)
            status |= GuardStatus.FlatProfile;
        return new LoopFit
        {
            Temperature = new Estimate(best.Temperature, errorT),
            TemperatureInterval = (lowT, highT),
            FreshShare = new Estimate(share, errorShare),
            FreshShareInterval = (low, high),
            LogLikelihoodGain = best.Value - atOne,
            Profile = knownShare is not null
                ? [best.Relative(best.Value)]
                : [.. profile.Known.Where(node => node.IsKnown).Select(node => node.Relative(best.Value))],
            NovelRows = likelihood.NovelRows,
            Status = status,
            Border = [.. profile.Edges(best, jointLow, jointHigh, joint)],
        };
    }
}
