namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// A trained batch normalisation y = γ(x − μ)/√(σ² + ε) + β behind a linear layer, as the factor and the offset that can be folded
/// into the layer's weights and bias.</summary>
/// <param name="Scale">γ, one a channel.</param>
/// <param name="Shift">β, one a channel.</param>
/// <param name="Mean">μ, one a channel.</param>
/// <param name="Variance">σ², one a channel.</param>
/// <param name="Epsilon">ε ≥ 0.</param>
[Maturity(Maturity.Theorem, "inference-time batch normalisation is affine: Ioffe and Szegedy 2015, section 3.1")]
public sealed record BatchNormalizationFold(ParameterTensor Scale, ParameterTensor Shift, ParameterTensor Mean, ParameterTensor Variance, double Epsilon)
{
    /// <summary>y = factor · x + offset, channel by channel.</summary>
    /// <exception cref="ThermoException">The four tensors cannot be read or differ in length.</exception>
    public (double[] Factor, double[] Offset) Fold()
    {
        double[] scale = Scale.ToDoubles();
        double[] shift = Shift.ToDoubles();
        double[] mean = Mean.ToDoubles();
        double[] variance = Variance.ToDoubles();
        if (shift.Length != scale.Length || mean.Length != scale.Length || variance.Length != scale.Length)
            throw new ThermoException($"Batch normalisation by '{Scale.Name}' has {scale.Length}, {shift.Length}, {mean.Length} and {variance.Length} "
                + "channels in its four tensors: expected one number of them.");
        double[] factor = [.. scale.Zip(variance, (gamma, v) => gamma / Math.Sqrt(v + Epsilon))];
        return (factor, [.. shift.Select((beta, i) => beta - (factor[i] * mean[i]))]);
    }
}
