namespace ML.Thermo.Joules.Tuning;

/// <summary>One value for each knob.</summary>
/// <param name="Values">Value by the knob's name, in the order of the knobs.</param>
[Maturity(Maturity.Theorem, "a name")]
public sealed record Setting(IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>Every combination of the values of all knobs, the last knob fastest.</summary>
    /// <param name="knobs">Values by knob.</param>
    /// <exception cref="ArgumentException">There is no knob, a knob has no value, or two have one name.</exception>
    public static IReadOnlyList<Setting> Grid(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> knobs)
    {
        ArgumentNullException.ThrowIfNull(knobs);
        if (knobs.Count == 0 || knobs.Any(knob => knob.Value.Count == 0) || knobs.DistinctBy(knob => knob.Key).Count() < knobs.Count)
            throw new ArgumentException("Expected at least one knob, each with a name of its own and at least one value.", nameof(knobs));
        IEnumerable<KeyValuePair<string, string>[]> grid = [[]];
        foreach ((string name, IReadOnlyList<string> values) in knobs)
            grid = [.. grid.SelectMany(_ => values, (before, value) => (KeyValuePair<string, string>[])[.. before, new(name, value)])];
        return [.. grid.Select(values => new Setting(values))];
    }

    /// <summary>A command line with <c>{knob}</c> replaced by its value.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    public IReadOnlyList<string> Fill(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return [.. arguments.Select(argument =>
            Values.Aggregate(argument, (text, knob) => text.Replace($"{{{knob.Key}}}", knob.Value, StringComparison.Ordinal)))];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Values.Select(knob => $"{knob.Key}={knob.Value}"));
}

/// <summary>What one run of a setting cost.</summary>
/// <param name="Seconds">s; &gt; 0.</param>
/// <param name="Joules">J; ≥ 0.</param>
[Maturity(Maturity.Estimator)]
public readonly record struct RunCost(double Seconds, double Joules);
