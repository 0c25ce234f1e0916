using NCalc;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>A formula over the columns of a table: + − * /, ^ for powers, and functions such as Sqrt, Exp, Log(x, base), Ln.</summary>
internal sealed class Formula
{
    private readonly Expression _expression;
    private readonly string _option;
    private readonly string[] _variables;

    public Formula(string option, string text, IEnumerable<string> columns)
    {
        _option = option;
        _expression = new Expression(text.Replace("^", "**", StringComparison.Ordinal));
        string[] known = [.. columns];
        try
        {
            _variables = [.. _expression.GetParameterNames().Distinct()];
        }
        catch (Exception error) when (error is NCalc.Exceptions.NCalcException or FormatException)
        {
            throw new UsageException($"{option} '{text}' cannot be read: {error.Message}");
        }

        if (_variables.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new UsageException($"{option} names '{unknown}', which is no column. Columns, nearest first: " +
                $"{string.Join(", ", NearestNames.Order(unknown, known).Take(12))}.");
    }

    /// <summary>The columns it names.</summary>
    public IReadOnlyList<string> Variables => _variables;

    /// <summary>Its value, for values of its variables in their order.</summary>
    public double Value(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < _variables.Length; i++)
            _expression.Parameters[_variables[i]] = values[i];
        try
        {
            return Convert.ToDouble(_expression.Evaluate(), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is NCalc.Exceptions.NCalcException or InvalidCastException or FormatException or ArgumentException)
        {
            throw new UsageException($"{_option} cannot be computed: {error.Message}");
        }
    }
}
