using System.Globalization;

namespace ML.Thermo.Loops;

/// <summary>Which rows the next model is trained on: the last generation, all of them, or the last few.</summary>
/// <param name="Window">How many generations are kept: 1 replaces, <see cref="int.MaxValue"/> keeps all.</param>
public readonly record struct RefillPolicy(int Window)
{
    /// <summary>How many generations are kept, ≥ 1.</summary>
    public int Window { get; } = Window >= 1
        ? Window
        : throw new ArgumentOutOfRangeException(nameof(Window), Window, $"The window has {Window} generations: expected at least 1.");

    /// <summary>The last generation only.</summary>
    public static RefillPolicy Replace => new(1);

    /// <summary>All generations so far.</summary>
    public static RefillPolicy Accumulate => new(int.MaxValue);

    /// <summary>Reads <c>replace</c>, <c>accumulate</c> or <c>window:W</c>.</summary>
    /// <param name="text">In any case.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static RefillPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToLowerInvariant() switch
        {
            "replace" => Replace,
            "accumulate" => Accumulate,
            ['w', 'i', 'n', 'd', 'o', 'w', ':', .. var size]
                when int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int window) && window >= 1 => new RefillPolicy(window),
            _ => throw new ArgumentException($"'{text}' is not a policy: expected replace, accumulate or window:W with W generations, as "
                + "window:5.", nameof(text)),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Window switch
    {
        1 => "replace",
        int.MaxValue => "accumulate",
        _ => string.Create(CultureInfo.InvariantCulture, $"window:{Window}"),
    };
}
