using System.Globalization;

namespace ML.Thermo.Joules;

/// <summary>Watts of the processors that the user supplies, for a machine that measures none: P = idle + (busy − idle)·load.</summary>
/// <remarks>Whatever comes of it is <see cref="JouleStatus.Estimated"/>.</remarks>
[Maturity(Maturity.Analogy, "power is not linear in load")]
public sealed record AssumedWatts
{
    /// <summary>Takes the two powers.</summary>
    /// <param name="idle">W with nothing to do; ≥ 0.</param>
    /// <param name="busy">W with all cores busy; ≥ idle.</param>
    /// <exception cref="ArgumentOutOfRangeException">A power is negative, not finite, or busy is below idle.</exception>
    public AssumedWatts(double idle, double busy)
    {
        if (!(idle >= 0) || !(busy >= idle) || !double.IsFinite(busy))
            throw new ArgumentOutOfRangeException(nameof(busy), $"{idle}:{busy}", "Expected IDLE:BUSY in watts, with 0 ≤ IDLE ≤ BUSY.");
        (Idle, Busy) = (idle, busy);
    }

    /// <summary>W with nothing to do.</summary>
    public double Idle { get; }

    /// <summary>W with all cores busy.</summary>
    public double Busy { get; }

    /// <summary>The formula with its numbers.</summary>
    public string Formula => string.Create(CultureInfo.InvariantCulture, $"E = ∫ ({Idle} + ({Busy} − {Idle})·load) dt, from watts that you supplied");

    /// <summary>Reads <c>IDLE:BUSY</c>.</summary>
    /// <param name="text">Such as <c>12:85</c>.</param>
    /// <exception cref="ThermoException">It is something else.</exception>
    public static AssumedWatts Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length == 2 && Number(parts[0]) is { } idle && Number(parts[1]) is { } busy && idle >= 0 && busy >= idle && double.IsFinite(busy))
            return new AssumedWatts(idle, busy);
        throw new ThermoException($"The assumed watts '{text}' are not IDLE:BUSY: expected two numbers with 0 ≤ IDLE ≤ BUSY, such as 12:85.");
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
