using ML.Thermo.Numerics;

namespace ML.Thermo.Linear;

/// <summary>E(w) = (1/n)Σ softplus(aᵢw + oᵢ): the cross-entropy as a function of one parameter, convex and smooth.</summary>
/// <param name="features">aᵢ = ±xᵢ, minus for label one.</param>
/// <param name="offsets">oᵢ.</param>
internal sealed class LogisticCurve(double[] features, double[] offsets) : ConvexCurve
{
    private double? _minimizer;

    /// <inheritdoc/>
    public override double Minimizer => _minimizer ??= FindMinimizer();

    /// <inheritdoc/>
    public override double Energy(double w)
    {
        double sum = 0, product = 1;
        for (int i = 0; i < features.Length; i++)
        {
            double z = (features[i] * w) + offsets[i];
            sum += Math.Max(z, 0);
            product *= 1 + Math.Exp(-Math.Abs(z));
            if (i % 512 == 511)
            {
                sum += Math.Log(product);
                product = 1;
            }
        }

        return (sum + Math.Log(product)) / features.Length;
    }

    /// <inheritdoc/>
    public override double Slope(double w) => Slopes(w).First;

    /// <inheritdoc/>
    public override double Partner(double w)
    {
        double energy = Energy(w), step = Minimizer - w, partner = Minimizer + step;
        while (Energy(partner) < energy && double.IsFinite(partner))
        {
            step *= 2;
            partner = Minimizer + step;
        }

        // From outside Newton's method on a convex function falls towards the root and never passes it.
        for (int iteration = 0; iteration < 60; iteration++)
        {
            double next = partner - ((Energy(partner) - energy) / Slope(partner));
            if (!(Math.Abs(next - Minimizer) < Math.Abs(partner - Minimizer)) || Math.Sign(next - Minimizer) != Math.Sign(step))
                break;
            partner = next;
        }

        return partner;
    }

    private (double First, double Second) Slopes(double w)
    {
        double first = 0, second = 0;
        for (int i = 0; i < features.Length; i++)
        {
            double p = 1 / (1 + Math.Exp(-((features[i] * w) + offsets[i])));
            first += features[i] * p;
            second += features[i] * features[i] * p * (1 - p);
        }

        return (first / features.Length, second / features.Length);
    }

    private double FindMinimizer()
    {
        bool rises = features.Any(a => a > 0), falls = features.Any(a => a < 0);
        if (!rises && !falls)
            return double.NaN;
        if (!rises || !falls)
            return rises ? double.NegativeInfinity : double.PositiveInfinity;
        double low = -1, high = 1;
        while (Slope(low) > 0)
            low *= 2;
        while (Slope(high) < 0)
            high *= 2;
        double w = 0;
        for (int iteration = 0; iteration < 200 && high > low; iteration++)
        {
            (double first, double second) = Slopes(w);
            (low, high) = first < 0 ? (w, high) : (low, w);
            double newton = w - (first / second), next = newton > low && newton < high ? newton : low + ((high - low) / 2);
            if (next == w || Math.Abs(first) < 1e-17)
                break;
            w = next;
        }

        return w;
    }
}
