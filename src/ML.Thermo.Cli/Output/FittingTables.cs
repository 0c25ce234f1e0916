using Spectre.Console;
using Spectre.Console.Rendering;

namespace ML.Thermo.Cli.Output;

/// <summary>
/// Tables that fit a line without breaking a number: names give way first, in their middle; then a table goes on below, with its first columns again.</summary>
/// <param name="width">Characters of a line.</param>
internal sealed class FittingTables(int width) : IRenderHook
{
    private const int Space = 2, Edge = 1, ShortestName = 12;

    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.SelectMany(renderable => renderable is Table { Columns.Count: > 1 } table ? Fit(options, table) : [renderable]);

    private IEnumerable<IRenderable> Fit(RenderOptions options, Table table)
    {
        IRenderable[][] rows = [.. table.Rows.Select(row => row.ToArray())];
        int[] filled =
        [
            .. Enumerable.Range(0, table.Columns.Count).Where(c => rows.Length == 0 || rows.Any(row => !string.IsNullOrWhiteSpace(Text(options, row[c])))),
        ];
        if (filled.Length > 0 && filled.Length < table.Columns.Count)
            return Fit(options, Part(table, rows, filled)); // a column of nothing takes nobody's place
        int[] widths = [.. table.Columns.Select((column, c) => Measure(options, rows.Select(row => row[c]), table.ShowHeaders ? column.Header : null))];
        int spare = width - Edge - widths.Sum(w => w + Space);
        if (spare >= 0 || table.Columns.Any(column => !column.NoWrap))
            return Whole(table, widths, spare);

        bool[] isText = [.. table.Columns.Select((column, c) => column.Alignment is Justify.Left && rows.Any(row => Text(options, row[c]).Any(char.IsLetter)))];
        foreach (int c in Enumerable.Range(0, widths.Length).Where(c => isText[c]).OrderByDescending(c => widths[c]))
        {
            int less = Math.Min(-spare, Math.Max(0, widths[c] - ShortestName));
            if (less <= 0)
                continue;
            (widths[c], spare) = (widths[c] - less, spare + less);
            foreach (IRenderable[] row in rows)
                row[c] = Shortened(options, row[c], widths[c]);
        }

        return spare >= 0 ? [Part(table, rows, [.. Enumerable.Range(0, widths.Length)])] : Parts(table, rows, widths);
    }

    /// <summary>Columns of sentences may break between words; the numbers beside them keep their width.</summary>
    private static IEnumerable<IRenderable> Whole(Table table, int[] widths, int spare)
    {
        if (spare < 0)
        {
            foreach ((TableColumn column, int w) in table.Columns.Zip(widths).Where(pair => pair.First.NoWrap))
                column.Width = w;
        }

        return [table];
    }

    /// <summary>The first column, and what stands before it, begins each part.</summary>
    private List<Table> Parts(Table table, IRenderable[][] rows, int[] widths)
    {
        int names = 1 + Math.Max(0, table.Columns.Select((column, c) => (column, c)).FirstOrDefault(pair => pair.column.Alignment is Justify.Left).c);
        int used = Edge + widths[..names].Sum(w => w + Space), at = used;
        List<Table> parts = [];
        List<int> columns = [];
        for (int c = names; c < widths.Length; c++)
        {
            if (columns.Count > 0 && at + widths[c] + Space > width)
            {
                parts.Add(Part(table, rows, [.. Enumerable.Range(0, names), .. columns]));
                (at, columns) = (used, []);
            }

            columns.Add(c);
            at += widths[c] + Space;
        }

        parts.Add(Part(table, rows, [.. Enumerable.Range(0, names), .. columns]));
        return parts;
    }

    private static Table Part(Table table, IRenderable[][] rows, int[] columns)
    {
        Table part = new Table().Border(table.Border).BorderStyle(table.BorderStyle ?? Style.Plain);
        part.ShowHeaders = table.ShowHeaders;
        foreach (int c in columns)
            part.AddColumn(table.Columns[c]);
        foreach (IRenderable[] row in rows)
            part.AddRow([.. columns.Select(c => row[c])]);
        return part;
    }

    private static int Measure(RenderOptions options, IEnumerable<IRenderable> cells, IRenderable? header) =>
        (header is null ? cells : cells.Prepend(header)).Select(cell => cell.Measure(options, int.MaxValue).Max).DefaultIfEmpty(0).Max();

    private static string Text(RenderOptions options, IRenderable cell) => string.Concat(cell.Render(options, int.MaxValue).Select(segment => segment.Text));

    /// <summary>The cell without its middle, in its style.</summary>
    private static IRenderable Shortened(RenderOptions options, IRenderable cell, int longest)
    {
        Segment[] segments = [.. cell.Render(options, int.MaxValue)];
        string text = string.Concat(segments.Select(segment => segment.Text)).TrimEnd('\n');
        if (text.Length <= longest)
            return cell;
        int start = (longest - 1) / 2;
        return new Text($"{text[..start]}…{text[^(longest - 1 - start)..]}", segments[0].Style);
    }
}
