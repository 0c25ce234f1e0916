using Microsoft.ML;

namespace ML.Thermo;

/// <summary>Hangs the thermodynamics on an <see cref="MLContext"/>.</summary>
public static class ThermoExtensions
{
    /// <summary>The components of this package.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <exception cref="ArgumentNullException">The context is null.</exception>
    public static ThermoCatalog Thermo(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ThermoCatalog(context);
    }
}
