namespace ML.Thermo;

/// <summary>How far a quantity is known.</summary>
public enum Maturity
{
    /// <summary>Proven, under the conditions that stand beside it.</summary>
    Theorem,

    /// <summary>As arXiv 2404.13218 defines it.</summary>
    Paper,

    /// <summary>A number from a sample or from a numerical method, with its error where it has one.</summary>
    Estimator,

    /// <summary>A picture: it helps to think, and nothing more is known of it.</summary>
    Analogy,
}

/// <summary>
/// How far the numbers of a type or a member are known. A type whose parts differ says it of each part. Names, options and carriers have none.
/// </summary>
/// <param name="level">How far.</param>
/// <param name="of">Of what, under which conditions, after whom; null where nothing is to be added.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Delegate
    | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor | AttributeTargets.Field, AllowMultiple = true, Inherited = false)]
public sealed class MaturityAttribute(Maturity level, string? of = null) : Attribute
{
    /// <summary>How far.</summary>
    public Maturity Level { get; } = level;

    /// <summary>Of what, under which conditions, after whom; null where nothing is to be added.</summary>
    public string? Of { get; } = of;
}
