using System.Globalization;
using ML.Thermo.Joules;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Joules;

/// <summary>What <c>--joules</c> adds to the prose of another command.</summary>
internal static class JoulesSentence
{
    /// <summary>A sentence where joules were asked for.</summary>
    public static IEnumerable<string> Each(string what, ML.Thermo.Joules.Joules? joules, Transition? training = null) =>
        joules is null ? [] : [Of(what, joules, training)];

    /// <summary>The cost of a training, and of a nat where one was gained.</summary>
    private static string Of(string what, ML.Thermo.Joules.Joules joules, Transition? training = null)
    {
        JouleQuantity basis = joules.Basis;
        if (basis.Value is null)
            return $"No joules of {what}: {basis.Status}. {basis.Reason}";
        string each = training is null ? "" : joules.PerNat(training) is { Value: not null } perNat ? $", {Text(perNat)} J a nat"
            : $"; {joules.PerNat(training).Reason}";
        string cost = $"{char.ToUpperInvariant(what[0])}{what[1..]} cost {Text(basis)} J ({basis.Status}, the whole machine){each}.";
        return basis.Reason is null ? cost : $"{cost} {basis.Reason}";
    }

    private static string Text(JouleQuantity quantity)
    {
        string value = quantity.Value!.Value.ToString("G4", CultureInfo.InvariantCulture);
        return quantity.StandardError is { } error and > 0 ? $"{value} ± {error.ToString("G2", CultureInfo.InvariantCulture)}" : value;
    }
}
