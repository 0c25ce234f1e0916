using System.Globalization;

namespace ML.Thermo.Explanations;

/// <summary>How columns of numbers vary: what one standard deviation is, and which columns are switches.</summary>
/// <remarks>σ is the population standard deviation. A column with two values is a switch for a row that has one of them.</remarks>
[Maturity(Maturity.Theorem, "moments")]
public sealed class Background
{
    private readonly IReadOnlyList<string> _names;
    private readonly double[] _deviations;
    private readonly (double First, double Second)[] _values;
    private readonly bool[] _hasTwo;
    private readonly bool _areWhole;

    /// <summary>Looks at rows of numbers.</summary>
    /// <param name="rows">Row by row, at least 2 rows of finite numbers.</param>
    /// <param name="names">The columns' names.</param>
    /// <param name="areWhole">Whether the columns hold whole numbers only, and must go on to.</param>
    /// <exception cref="UnusableDataException">There are too few rows, or a number is not finite: its row and column are named.</exception>
    public Background(ReadOnlySpan<double> rows, IReadOnlyList<string> names, bool areWhole = false)
    {
        ArgumentNullException.ThrowIfNull(names);
        _areWhole = areWhole;
        (_names, _deviations, _values, _hasTwo) = (names, new double[names.Count], new (double, double)[names.Count], new bool[names.Count]);
        int columns = names.Count, count = columns == 0 ? 0 : rows.Length / columns;
        if (columns == 0 || rows.Length != count * columns)
            throw new UnusableDataException($"{rows.Length} numbers are no rows of {columns} columns.");
        if (count < 2)
            throw new UnusableDataException($"The background has {count} row{(count == 1 ? "" : "s")}: expected at least 2, to know how far a feature varies.");
        for (int j = 0; j < columns; j++)
            Look(rows, j, count);
    }

    /// <summary>The features of a row that vary in the background.</summary>
    /// <param name="row">One number a column, finite.</param>
    /// <exception cref="UnusableDataException">There are too few or too many numbers, or one is not finite: its column is named.</exception>
    public NumberRow Row(ReadOnlySpan<double> row)
    {
        if (row.Length != _names.Count)
            throw new UnusableDataException($"The explained row has {row.Length} numbers: expected {_names.Count}, as the background has columns.");
        List<ExplainedFeature> features = [];
        List<int> columns = [];
        List<string> fixedColumns = [];
        for (int j = 0; j < row.Length; j++)
        {
            if (!double.IsFinite(row[j]))
                throw new UnusableDataException(string.Create(
                    CultureInfo.InvariantCulture, $"'{_names[j]}' of the explained row is {row[j]}: expected a finite number."));
            if (_deviations[j] == 0)
            {
                fixedColumns.Add(_names[j]);
                continue;
            }

            (double first, double second) = _values[j];
            features.Add(_hasTwo[j] && (row[j] == first || row[j] == second)
                ? ExplainedFeature.Switch(_names[j], row[j], row[j] == first ? second : first, _deviations[j])
                : ExplainedFeature.Numeric(_names[j], row[j], _deviations[j], _areWhole));
            columns.Add(j);
        }

        return new(row.ToArray(), features, columns, fixedColumns);
    }

    private void Look(ReadOnlySpan<double> rows, int j, int count)
    {
        int columns = _names.Count, distinct = 1;
        double origin = rows[j], sum = 0, squares = 0, second = origin;
        for (int i = 0; i < count; i++)
        {
            double x = rows[(i * columns) + j];
            if (!double.IsFinite(x))
                throw new UnusableDataException(string.Create(
                    CultureInfo.InvariantCulture, $"Row {i} of the background has {x} in '{_names[j]}': expected a finite number."));
            if (distinct < 3 && x != origin && (distinct == 1 || x != second))
            {
                distinct++;
                second = distinct == 2 ? x : second;
            }

            sum += (x - origin) / count;
        }

        for (int i = 0; i < count; i++)
        {
            double off = rows[(i * columns) + j] - origin - sum;
            squares += off * off / count;
        }

        (_hasTwo[j], _values[j]) = (distinct == 2, (origin, second));
        _deviations[j] = distinct == 1 ? 0 : Math.Sqrt(squares);
    }
}
