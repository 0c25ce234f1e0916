using Spectre.Console;

namespace ML.Thermo.Cli.Output;

/// <summary>The one form that tables take: few lines, text to the left, numbers to the right.</summary>
internal static class Sheet
{
    /// <summary>An empty table.</summary>
    /// <param name="columns">Headings; one that starts with <c>#</c> heads a column of numbers. No heading at all where all are empty.</param>
    public static Table Create(params IReadOnlyList<string> columns)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(new Style(decoration: Decoration.Dim));
        foreach (string column in columns)
        {
            TableColumn heading = new TableColumn(Plain.Cell(column.TrimStart('#'))).NoWrap().PadLeft(0).PadRight(1);
            table.AddColumn(column.StartsWith('#') ? heading.RightAligned() : heading.LeftAligned());
        }

        table.ShowHeaders = columns.Any(column => column.TrimStart('#').Length > 0);
        return table;
    }

    /// <summary>A row each, of the fields that are shown in the console.</summary>
    /// <param name="fields">The columns.</param>
    /// <param name="rows">At least one, where the columns of numbers are to be told from others.</param>
    public static Table Of<T>(IEnumerable<Field<T>> fields, IReadOnlyList<T> rows)
    {
        Field<T>[] columns = [.. fields.Where(field => field.In.HasFlag(Shown.Console))];
        Table table = Create([.. columns.Select(field => rows.Count > 0 && field.Of(rows[0]).IsNumber ? $"#{field.Heading}" : field.Heading)]);
        foreach (T row in rows)
            table.AddRow(Row(columns, row));
        return table;
    }

    /// <summary>Characters that each column takes, with the space behind it.</summary>
    public static int[] Widths<T>(IEnumerable<Field<T>> fields, IReadOnlyList<T> rows) => [.. fields.Where(field => field.In.HasFlag(Shown.Console))
        .Select(field => 2 + rows.Select(row => field.Of(row).Console.Length).Append(field.Heading.Length).Max())];

    /// <summary>The cells of one row, of the fields that are shown in the console.</summary>
    public static string[] Row<T>(IEnumerable<Field<T>> fields, T row) =>
        [.. fields.Where(field => field.In.HasFlag(Shown.Console)).Select(field => Drawn(field.Of(row)))];

    /// <summary>One cell.</summary>
    public static string Drawn(Cell cell)
    {
        string text = Plain.Cell(cell.Console);
        return cell.Tone switch
        {
            Tone.Strong => $"[bold]{text}[/]",
            Tone.Hot => $"[red]{text}[/]",
            Tone.Cold => $"[blue]{text}[/]",
            _ => text,
        };
    }
}
