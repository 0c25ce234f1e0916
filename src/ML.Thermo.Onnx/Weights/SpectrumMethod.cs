namespace ML.Thermo.Onnx.Weights;

/// <summary>How singular values are found.</summary>
public enum SpectrumMethod
{
    /// <summary><see cref="Gram"/> up to the direct limit of the options, <see cref="Lanczos"/> beyond.</summary>
    Auto,

    /// <summary>All eigenvalues of the smaller Gram matrix. Exact but for rounding: singular values below √(m·2⁻⁵²)·σ_max are
    /// noise, which for single-precision weights is about what
    /// rounding the weights did to them. Takes 8m² bytes and about 2m³ operations for the smaller dimension m.</summary>
    Gram,

    /// <summary>Singular value decomposition (MathNet.Numerics): small singular values to full relative precision, many times slower.</summary>
    Svd,

    /// <summary>Stochastic Lanczos quadrature: the top of the spectrum and averages over it, with standard errors.</summary>
    Lanczos,
}
