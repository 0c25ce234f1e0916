using System.Globalization;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>Numbers separated by commas, semicolons or tabs, one row a line, as the one input of a network.</summary>
internal static class NumberTable
{
    private static readonly char[] Separators = [',', ';', '\t'];

    public static NetworkInput Read(string path, IReadOnlyList<OnnxValue> declared)
    {
        string file = Path.GetFileName(path);
        if (declared is not [var input])
            throw new ThermoException($"'{file}' is one table, and the network takes {declared.Count} inputs ({string.Join(", ", declared)}): give "
                + "them as .npz.");
        List<double> values = [];
        int columns = 0, rows = 0;
        foreach (double[] row in Rows(path, file))
        {
            columns = rows == 0 ? row.Length : columns;
            if (row.Length != columns)
                throw new UnusableDataException($"'{file}': data row {rows + 1} has {row.Length} numbers and the first has {columns}.");
            values.AddRange(row);
            rows++;
        }

        // A row is the input's extents behind the first, flattened; one free extent among them takes what is left.
        long[] inner = [.. input.Shape!.Skip(1).Select(e => e.Value ?? -1)];
        long known = inner.Where(e => e >= 0).Aggregate(1L, (a, b) => a * b);
        if (inner.Count(e => e < 0) == 1 && known > 0 && columns % known == 0)
            (inner[Array.IndexOf(inner, -1)], known) = (columns / known, columns);
        if (inner.Contains(-1) || known != columns)
            throw new UnusableDataException($"'{file}' has {columns} columns; expected as many numbers a row as one row of input {input} has.");
        long[] shape = [rows, .. inner];
        return NetworkInputs.Checked(input, declared, shape, $"'{file}'", rowAxis => NetworkInput.Of(input, shape, rowAxis, [.. values]));
    }

    private static IEnumerable<double[]> Rows(string path, string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ThermoException($"'{path}' cannot be read: {e.Message}", e);
        }

        char separator = lines.Length == 0 ? ',' : Separators.MaxBy(c => lines[0].Count(x => x == c));
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            string[] cells = lines[i].Split(separator);
            double[] row = new double[cells.Length];
            int bad = Array.FindIndex(cells, cell => !TryNumber(cell, out _));
            if (bad >= 0 && i == 0 && cells.All(cell => !TryNumber(cell, out _)))
                continue; // the heading
            if (bad >= 0)
                throw new UnusableDataException($"'{file}', line {i + 1}, column {bad + 1}: '{cells[bad].Trim()}' is no finite number.");
            for (int c = 0; c < row.Length; c++)
                TryNumber(cells[c], out row[c]);
            yield return row;
        }
    }

    /// <summary>A finite number, alone or between two quotes: of a quoted cell with a separator inside, no half is one.</summary>
    private static bool TryNumber(string cell, out double value)
    {
        ReadOnlySpan<char> text = cell.AsSpan().Trim();
        if (text is ['"', .. var quoted, '"'])
            text = quoted;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
