using System.Globalization;

namespace ML.Thermo.Joules.MLNet;

/// <summary>What the training of a model cost, as the model carries it.</summary>
[Maturity(Maturity.Estimator)]
public sealed record TrainingJoules
{
    private const int Format = 1;

    /// <summary>s that training took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The measured total, or the estimate from watts that the user supplied, with its status; no number where nothing was measured.</summary>
    public required JouleQuantity Total { get; init; }

    /// <summary>Whether a part of the machine had no number.</summary>
    public required bool IsLowerBound { get; init; }

    /// <summary>The components.</summary>
    public required IReadOnlyList<JouleComponent> Components { get; init; }

    internal static TrainingJoules Of(Joules joules) =>
        new() { Seconds = joules.Seconds, Total = joules.Basis, IsLowerBound = joules.TotalIsLowerBound, Components = joules.Components };

    /// <summary><c>name=value</c> by <c>name=value</c>.</summary>
    internal IEnumerable<string> ToEntries() =>
    [
        $"format={Format}",
        $"seconds={Text(Seconds)}",
        .. Entries("total", Total.Value, Total.StandardError, Total.Status, Total.Reason),
        $"isLowerBound={IsLowerBound}",
        $"components={string.Join(',', Components.Select(component => component.Name))}",
        .. Components.SelectMany(component => (string[])
        [
            .. Entries(component.Name, component.Joules, component.StandardError, component.Status, component.Reason),
            $"{component.Name}.source={component.Source}",
            $"{component.Name}.scope={component.Scope}",
            $"{component.Name}.resolutionSeconds={Text(component.ResolutionSeconds)}",
        ]),
    ];

    /// <summary>Reads what <see cref="ToEntries"/> wrote.</summary>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    internal static TrainingJoules From(IEnumerable<string> entries)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in entries)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            values[equals > 0 ? entry[..equals]
                : throw new FormatException($"'{entry}' is not NAME=VALUE: the model's record of joules is damaged.")] = entry[(equals + 1)..];
        }

        string Value(string name) => values.TryGetValue(name, out string? value) ? value
            : throw new FormatException($"The model's record of joules has no '{name}': it is damaged.");
        double? Number(string name) => Value(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        string? Said(string name) => Value(name) is { Length: > 0 } text ? text : null;
        if (int.Parse(Value("format"), CultureInfo.InvariantCulture) is > Format and var format)
            throw new NotSupportedException(
                $"The model's record of joules has format {format}; this version of ML.Thermo reads up to format {Format}: update the package.");
        return new TrainingJoules
        {
            Seconds = Number("seconds") ?? double.NaN,
            Total = new(Number("total.joules"), Number("total.standardError"), Enum.Parse<JouleStatus>(Value("total.status")), Said("total.reason")),
            IsLowerBound = bool.Parse(Value("isLowerBound")),
            Components =
            [
                .. Value("components").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new JouleComponent
                {
                    Name = name,
                    Joules = Number($"{name}.joules"),
                    StandardError = Number($"{name}.standardError"),
                    Status = Enum.Parse<JouleStatus>(Value($"{name}.status")),
                    Reason = Said($"{name}.reason"),
                    Source = Value($"{name}.source"),
                    Scope = Enum.Parse<JouleScope>(Value($"{name}.scope")),
                    ResolutionSeconds = Number($"{name}.resolutionSeconds"),
                }),
            ],
        };
    }

    private static IEnumerable<string> Entries(string name, double? joules, double? error, JouleStatus status, string? reason) =>
        [$"{name}.joules={Text(joules)}", $"{name}.standardError={Text(error)}", $"{name}.status={status}", $"{name}.reason={reason?.ReplaceLineEndings(" ")}"];

    private static string Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
