namespace ML.Thermo.Activations;

/// <summary>Mean and variance of φ(z), E φ′(z) and E φ′(z)² for a normal z.</summary>
internal readonly record struct OutputMoments(double Mean, double Variance, double CoherentGain, double GradientGain)
{
    /// <summary><see cref="Status.NotConverged"/> where quadrature missed its tolerance by far.</summary>
    public Status Status { get; init; }
}
