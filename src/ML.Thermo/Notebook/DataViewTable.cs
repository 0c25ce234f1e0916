using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Display;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Notebook;

/// <summary>The first rows of a data view as a table: what notebooks show in place of the view's properties.</summary>
/// <remarks>The package registers it with .NET Interactive for every <see cref="IDataView"/> when a notebook's cell refers to the package by name.</remarks>
public static class DataViewTable
{
    private const int ShownOfVector = 4;

    /// <summary>The first rows as an HTML table, under a line with the schema. Columns that only carry a pipeline's inner numbers are left out.</summary>
    /// <param name="view">The data; only the rows that are shown are read.</param>
    /// <param name="rows">How many rows; ≥ 1.</param>
    /// <exception cref="ArgumentNullException">There is no view.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 1.</exception>
    public static string Html(IDataView view, int rows = 10)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        DataViewSchema.Column[] columns = [.. view.Schema.Where(column =>
            !column.IsHidden && !column.Name.StartsWith(HiddenColumns.Prefix, StringComparison.Ordinal))];
        var table = new HtmlTable([.. columns.Select(column => column.Name).Prepend("row")]);
        bool more = false;
        using (DataViewRowCursor cursor = view.GetRowCursor(columns))
        {
            Func<string>[] cells = [.. columns.Select(column => Cell(cursor, column))];
            int row = 0;
            for (; row < rows && cursor.MoveNext(); row++)
                table.Row([row.ToString(CultureInfo.InvariantCulture), .. cells.Select(cell => cell())]);
            more = row == rows && cursor.MoveNext();
        }

        string count = view.GetRowCount() is long all ? $" of {all.ToString(CultureInfo.InvariantCulture)}" : more ? " of more" : "";
        return HtmlTable.Line(string.Join(", ", columns.Select(column => $"{column.Name}: {column.Type}")))
            + table + (more ? HtmlTable.Line($"the first {rows} rows{count}") : "");
    }

    private static Func<string> Cell(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        NumberDataViewType type when type.RawType == typeof(float) => Of<float>(cursor, column, Number),
        NumberDataViewType type when type.RawType == typeof(double) => Of<double>(cursor, column, value => value.ToString("G6", CultureInfo.InvariantCulture)),
        VectorDataViewType { ItemType: NumberDataViewType item } when item.RawType == typeof(float) => Of<VBuffer<float>>(cursor, column, Vector),
        _ when CategoryText.IsCategory(column.Type) => CategoryText.Of(cursor, column),
        _ => () => $"{column.Type}",
    };

    private static string Number(float value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Vector(VBuffer<float> vector)
    {
        string shown = string.Join(", ", vector.DenseValues().Take(ShownOfVector).Select(Number));
        return vector.Length > ShownOfVector ? $"{shown}, … ({vector.Length})" : shown;
    }

    private static Func<string> Of<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, string> text)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return text(value);
        };
    }
}
