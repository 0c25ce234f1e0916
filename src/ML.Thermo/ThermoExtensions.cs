using Microsoft.ML;

namespace ML.Thermo;

/// <summary>Hangs the thermodynamics on an <see cref="MLContext"/>.</summary>
public static class ThermoExtensions
{
    /// <summary>The components of this package.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="seed">Chooses held-out rows, permutations, draws and chains of what this catalog makes without options of its own. The seed of the
    /// context itself cannot be read, and drawing a number from it would change those that the trainers made after it draw.</param>
    /// <exception cref="ArgumentNullException">The context is null.</exception>
    public static ThermoCatalog Thermo(this MLContext context, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ThermoCatalog(context, seed);
    }
}
