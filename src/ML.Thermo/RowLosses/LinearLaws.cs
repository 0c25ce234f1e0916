using Microsoft.ML.Data;
using ML.Thermo.Numerics;
using ML.Thermo.Steps;
using static System.Math;
using Functions = MathNet.Numerics.SpecialFunctions;

namespace ML.Thermo.RowLosses;

/// <summary>(z − t)² of a linear output: ⟨e⟩ = s² + (μ − t)², Var e = 2s⁴ + 4s²(μ − t)² + κ₄. Exact for every law.</summary>
internal sealed class LinearSquared(LinearOutput output) : LossLaw
{
    public override bool ReadsFeatures => true;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        (double mean, double variance, double fourth) = output.At(features);
        double shift = mean - target[0];
        return new RowMoments(variance + (shift * shift), (2 * variance * variance) + (4 * variance * shift * shift) + fourth);
    }

    public override void Write(NamedValues entries) => output.Write(entries);
}

/// <summary>
/// |z − t| of a linear output, a folded normal: ⟨e⟩ = s·g(u) with u = (μ − t)/s, g(u) = 2φ(u) + u(2Φ(u) − 1),
/// Var e = s² + (μ − t)² − ⟨e⟩². Exact for normal laws; others by their fourth cumulant (Edgeworth), relative error below 0.5 % from two features on.
/// </summary>
internal sealed class LinearAbsolute(LinearOutput output) : LossLaw
{
    private const double Far = 8; // beyond it |z − t| = ±(z − t) but for 1e-15

    public override bool ReadsFeatures => true;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        (double mean, double variance, double fourth) = output.At(features);
        double shift = mean - target[0], s = Sqrt(variance), u = shift / s;
        if (s == 0 || Abs(u) > Far)
            return new RowMoments(Abs(shift), variance);
        double density = SpecialFunctions.NormalDensity(u);
        double folded = (2 * density) + (u * Functions.Erf(u / Sqrt(2)));
        folded += fourth / (variance * variance) / 12 * ((u * u) - 1) * density; // κ₄/24 of g'''' = 2(u² − 1)φ(u)
        return new RowMoments(s * folded, Max(variance * (1 + (u * u) - (folded * folded)), 0));
    }

    public override void Write(NamedValues entries) => output.Write(entries);
}

/// <summary>
/// softplus(z) − t·z of a logit, t the probability of the positive class: ⟨e⟩ = A − tμ, Var e = B − A² + t²s² − 2ts²C with A, B, C the
/// means of softplus, its square and its slope (Stein's identity). Exact to 1e-7 for normal laws, whose closure other laws take.
/// </summary>
internal sealed class LinearLogistic(LinearOutput output) : LossLaw
{
    public override bool ReadsFeatures => true;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        (double mean, double variance, _) = output.At(features);
        if (!double.IsFinite(mean + variance))
            return new RowMoments(double.NaN, double.NaN);
        (double a, double spread, double slope) = SoftplusMoments.Of(mean, Sqrt(variance));
        double t = target[0];
        return new RowMoments(a - (t * mean), Max(spread + (t * variance * (t - (2 * slope))), 0));
    }

    public override void Write(NamedValues entries) => output.Write(entries);
}

/// <summary>
/// ln Σ e^zₖ − t·z of K logits with the same law, t the probabilities of the classes: ⟨e⟩ = M(s), Var e = V(s) + s²(Σtₖ² − 2/K), with M and V
/// mean and variance of ln Σ e^zₖ. Exact to 1e-6 for normal laws, whose closure other laws take.
/// </summary>
internal sealed class LinearSoftmax(LinearOutput output, int classes) : LossLaw
{
    private readonly Lazy<LogSumExpMoments> _moments = new(() => LogSumExpMoments.For(classes));

    public override bool ReadsFeatures => true;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        (_, double variance, _) = output.At(features); // a mean that all classes share moves no loss
        if (!double.IsFinite(variance))
            return new RowMoments(double.NaN, double.NaN);
        (double m, double v) = _moments.Value.At(Sqrt(variance));
        double squares = System.Numerics.Tensors.TensorPrimitives.SumOfSquares(target);
        return new RowMoments(m, Max(v + (variance * (squares - (2.0 / classes))), 0));
    }

    public override void Write(NamedValues entries)
    {
        output.Write(entries);
        entries["classes"] = $"{classes}";
    }
}
