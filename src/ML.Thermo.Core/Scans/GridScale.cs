namespace ML.Thermo.Scans;

/// <summary>The variable in which a grid is measured: where splits lie between its points, and the unit of Fisher information.</summary>
/// <remarks>A peak depends on it: F_u = F_x (dx/du)².</remarks>
public enum GridScale
{
    /// <summary>x itself: splits at means, Fisher information in 1/x².</summary>
    Linear,

    /// <summary>ln x: splits at geometric means, Fisher information of ln x, which for a canonical law over its temperature is the heat capacity. The usual
    /// choice for temperatures, scales, rates and steps.</summary>
    Geometric,

    /// <summary>Time in days, otherwise as <see cref="Linear"/>.</summary>
    Time,
}
