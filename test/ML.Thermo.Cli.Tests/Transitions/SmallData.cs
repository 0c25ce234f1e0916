namespace ML.Thermo.Cli.Tests.Transitions;

/// <summary>The four small data sets behind the golden numbers, as csv files.</summary>
internal static class SmallData
{
    /// <summary>One feature, no intercept: Σ = 2.5, c = 3.8, s = 5.85, ŵ = 1.52, E₀ = 0.074.</summary>
    public static readonly string[] D1 = ["x,y", "-2,-3", "-1,-1", "0.5,1", "1,1.5", "2.5,4"];

    /// <summary>Two features: ŵ = (0.756, 1.949), E₀ = 0.0395299145.</summary>
    public static readonly string[] D2 = ["x1,x2,y", "1,0,1", "0,1,2", "1,1,2.5", "-1,1,1.5", "2,1,3.5", "1,-1,-1"];

    /// <summary>The features of D2 with labels that no line through zero separates.</summary>
    public static readonly string[] D3 = ["x1,x2,t", "1,0,1", "0,1,1", "1,1,0", "-1,1,1", "2,1,1", "1,-1,0"];

    /// <summary>One feature with labels that no threshold separates.</summary>
    public static readonly string[] D4 = ["x,t", "-2,0", "-1,1", "0.5,0", "1,1", "2,1"];
}
