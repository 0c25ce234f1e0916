using System.Globalization;

namespace ML.Thermo.Scans;

/// <summary>The values of a control parameter at which a system was observed, in rising order, and the variable in which they are measured.</summary>
public sealed class ControlGrid
{
    private static readonly string[] s_geometric = ["t", "temperature", "scale", "rate", "step", "softmax-temperature"];
    private static readonly double s_beforeOne = -Math.Log(2);

    private readonly double[] _values, _coordinates;

    private ControlGrid(string name, GridScale scale, double[] values, double[] coordinates) =>
        (Name, Scale, _values, _coordinates) = (name, scale, values, coordinates);

    /// <summary>The parameter's name.</summary>
    public string Name { get; }

    /// <summary>The variable in which distances are measured.</summary>
    public GridScale Scale { get; }

    /// <summary>Rising values x.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>Number of values.</summary>
    public int Count => _values.Length;

    /// <summary>A grid of given values.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="values">At least two different finite values, in any order.</param>
    /// <param name="scale">Null: geometric for what is named <c>T</c>, <c>temperature</c>, <c>scale</c>, <c>rate</c> or <c>step</c> and is positive throughout,
    /// and for values that are evenly spaced in ln x and not in x; else linear. On a geometric grid of steps 0 may stand one octave before 1.</param>
    /// <exception cref="UnusableDataException">A value is not finite or comes twice, there are fewer than two, or a temperature is not positive.</exception>
    public static ControlGrid Of(string name, IEnumerable<double> values, GridScale? scale = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        double[] sorted = [.. values.Order()];
        foreach (double value in sorted)
        {
            if (!double.IsFinite(value))
                throw new UnusableDataException($"{name} = {Text(value)} is no place on a grid: expected a finite number.");
        }

        for (int k = 1; k < sorted.Length; k++)
        {
            if (sorted[k] == sorted[k - 1])
                throw new UnusableDataException($"{name} = {Text(sorted[k])} comes twice: expected different values.");
        }

        if (sorted.Length < 2)
            throw new UnusableDataException($"{name} has {sorted.Length} value{(sorted.Length == 1 ? "" : "s")}: expected at least two to compare.");
        if (name.ToUpperInvariant() is "T" or "TEMPERATURE" && sorted[0] <= 0)
            throw new UnusableDataException($"{name} = {Text(sorted[0])} is no temperature: expected > 0 (at 0 nothing is random; use a small value).");
        GridScale chosen = scale ?? Guess(name, sorted);
        return new(name, chosen, sorted, Coordinates(name, sorted, chosen));
    }

    /// <summary>Reads a grid: <c>a,b,c</c>, <c>LO..HI:STEP</c>, or <c>LO..HI:Nlog</c> for N values at equal ratios.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="text">The grid.</param>
    /// <param name="scale">As in <see cref="Of"/>.</param>
    /// <exception cref="UnusableDataException">It is none of these; the message says why.</exception>
    public static ControlGrid Parse(string name, string text, GridScale? scale = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        int range = text.IndexOf("..", StringComparison.Ordinal);
        if (range < 0)
            return Of(name, text.Split(',').Select(part => Number(part, text)), scale);
        int colon = text.IndexOf(':', range);
        if (colon < 0)
            throw new UnusableDataException($"'{text}' has no step: expected LO..HI:STEP, such as 1..4:.1, or LO..HI:Nlog, such as .1..10:21log.");
        double low = Number(text[..range], text), high = Number(text[(range + 2)..colon], text);
        if (high <= low)
            throw new UnusableDataException($"'{text}' falls: expected LO..HI with LO below HI.");
        string step = text[(colon + 1)..].Trim();
        return step.EndsWith("log", StringComparison.OrdinalIgnoreCase)
            ? Of(name, Ratios(low, high, step[..^3], text), scale ?? GridScale.Geometric)
            : Of(name, Steps(low, high, Number(step, text), text), scale);
    }

    /// <summary>Distance of two neighbouring values in the grid's variable.</summary>
    internal double Coordinate(int k) => _coordinates[k];

    /// <summary>The place of the split between value j and the next, in the grid's variable.</summary>
    internal double SplitCoordinate(int j) => (_coordinates[j] + _coordinates[j + 1]) / 2;

    /// <summary>The place of the split between value j and the next: a mean, or a geometric one.</summary>
    public double Split(int j) => Value(SplitCoordinate(j));

    /// <summary>Δ: how far apart the means of both windows at a split are, in the grid's variable.</summary>
    internal double Distance(int j, int window)
    {
        double left = 0, right = 0;
        for (int i = 0; i < window; i++)
        {
            left += _coordinates[j - i];
            right += _coordinates[j + 1 + i];
        }

        return (right - left) / window;
    }

    /// <summary>x at a place in the grid's variable.</summary>
    internal double Value(double coordinate) =>
        Scale != GridScale.Geometric ? coordinate
        : _values[0] == 0 && coordinate < 0 ? Math.Max(1 + (coordinate / -s_beforeOne), 0)
        : Math.Exp(coordinate);

    /// <summary>dx/du, which turns an error in the grid's variable into one of x.</summary>
    internal double Slope(double coordinate) => Scale != GridScale.Geometric ? 1 : _values[0] == 0 && coordinate < 0 ? 1 / -s_beforeOne : Math.Exp(coordinate);

    private static GridScale Guess(string name, double[] x)
    {
        if (x[0] <= 0)
            return GridScale.Linear;
        if (s_geometric.Contains(name, StringComparer.OrdinalIgnoreCase))
            return GridScale.Geometric;
        return x.Length > 2 && IsEven(x, Math.Log) && !IsEven(x, value => value) ? GridScale.Geometric : GridScale.Linear;
    }

    private static bool IsEven(double[] x, Func<double, double> variable)
    {
        double step = (variable(x[^1]) - variable(x[0])) / (x.Length - 1);
        return Enumerable.Range(1, x.Length - 1).All(k => Math.Abs(variable(x[k]) - variable(x[k - 1]) - step) < 1e-6 * step);
    }

    private static double[] Coordinates(string name, double[] x, GridScale scale)
    {
        if (scale != GridScale.Geometric)
            return x;
        if (x[0] < 0 || (x[0] == 0 && x[1] < 1))
            throw new UnusableDataException($"{name} = {Text(x[0])} has no place on a geometric grid: expected positive values (0 only before whole steps).");
        return [.. x.Select(value => value == 0 ? s_beforeOne : Math.Log(value))];
    }

    private static IEnumerable<double> Ratios(double low, double high, string count, string text)
    {
        if (low <= 0)
            throw new UnusableDataException($"'{text}' starts at {Text(low)}: expected a positive value for equal ratios.");
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 2 || n > 100_000)
            throw new UnusableDataException($"'{text}' asks for '{count}' values: expected a whole number from 2, as in .1..10:21log.");
        return Enumerable.Range(0, n).Select(k => k == n - 1 ? high : low * Math.Pow(high / low, k / (double)(n - 1)));
    }

    private static IEnumerable<double> Steps(double low, double high, double step, string text)
    {
        double count = (high - low) / step;
        if (!(step > 0) || count > 100_000)
            throw new UnusableDataException($"'{text}' has the step {Text(step)}: expected a positive one that gives at most 100,000 values.");
        int decimals = Math.Min(15, 2 + (int)Math.Max(0, Math.Ceiling(-Math.Log10(step)))); // 0.1 × 3 is meant to be 0.3
        return Enumerable.Range(0, (int)Math.Floor(count + 1e-9) + 1).Select(k => Math.Round(low + (k * step), decimals));
    }

    private static double Number(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new UnusableDataException($"'{part}' in '{text}' is no number: expected a,b,c or LO..HI:STEP or LO..HI:Nlog.");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
