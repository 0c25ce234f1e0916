using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Faults.Formats;

/// <summary>Tables of numbers: damaged as bytes and cell by cell. What is taken is compared with a strict reading of plain lines.</summary>
internal sealed partial class TableFormat : IFormat, IDisposable
{
    private static readonly string[] s_cells = ["1,5", "\"1,234\"", "1e400", "inf", "NaN", "", "0x1F", "1.5.2", "--3",
        "1 000", "\u0665", "1e5", "-.5", "+7", "\"2\"", "1_0", "½", "1e-400", "∞", "(3)"];
    private readonly ScratchFolder _folder = new();
    private readonly byte[] _table = Encoding.UTF8.GetBytes(Table());

    /// <inheritdoc/>
    public string Name => "tables (csv)";

    /// <inheritdoc/>
    public byte[] Mutant(RandomStream random)
    {
        if (random.NextInteger(3) == 0)
            return Mutator.Damage(_table, ref random);
        List<string[]> rows = [.. Encoding.UTF8.GetString(_table).Split('\n').Select(line => line.Split(','))];
        for (long i = random.NextInteger(3); i >= 0; i--)
        {
            string[] row = rows[(int)random.NextInteger(rows.Count)];
            row[random.NextInteger(row.Length)] = s_cells[random.NextInteger(s_cells.Length)];
        }

        char separator = ",;\t|"[(int)random.NextInteger(8) is < 4 and var other ? other : 0];
        string text = string.Join(random.NextInteger(4) == 0 ? "\r\n" : "\n", rows.Select(row => string.Join(separator, row)));
        return random.NextInteger(8) == 0 ? Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(text)).ToArray() : Encoding.UTF8.GetBytes(text);
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        string path = _folder.Write("table.csv", bytes);
        LabelledTable table = TableFile.Guard(path, () => TableReader.Read(new TableRequest(path, "y", null, [])));
        return Difference(Encoding.UTF8.GetString(bytes), table.Data) is { } difference ? new(Outcome.SilentWrong, difference) : new(Outcome.Worked);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static string Table()
    {
        var random = new RandomStream(5, 5);
        var text = new StringBuilder("a,b,c,y");
        for (int i = 0; i < 30; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n{random.NextNormal():F3},{random.NextNormal():G17},{i},{random.NextNormal():E4}");
        return text.ToString();
    }

    /// <summary>Compares a file of plain lines with commas; null where it is none of those, or agrees.</summary>
    private static string? Difference(string text, LabelledData data)
    {
        string[][] rows = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(','))];
        if (text.AsSpan().IndexOfAny("\";\t|\0") >= 0 || rows.Length < 2 || rows.Any(row => row.Length != rows[0].Length))
            return null;
        int label = Array.IndexOf(rows[0], "y");
        if (label < 0 || rows[0].Count(name => name == "y") > 1 || data.Rows != rows.Length - 1)
            return null;
        for (int i = 1; i < rows.Length; i++)
        {
            string cell = rows[i][label];
            if (!Number().IsMatch(cell))
                return $"row {i}: '{cell}' was taken for the number {data.Targets.Span[i - 1]:R}";
            if (double.Parse(cell, CultureInfo.InvariantCulture) != data.Targets.Span[i - 1])
                return $"row {i}: '{cell}' was read as {data.Targets.Span[i - 1]:R}";
        }

        return null;
    }

    [GeneratedRegex(@"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
