using System.Globalization;
using System.Text;
using System.Text.Json;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;

namespace ML.Thermo.Faults.Formats;

/// <summary>
/// Tables that a command reads by itself, not as features and a label: scans, loops and trajectories. The command runs whole: it ends with a sentence,
/// or with JSON whose number of rows is that of the lines.
/// </summary>
internal sealed class CommandFormat : IFormat, IDisposable
{
    private static readonly string[] s_cells = ["", "NaN", "inf", "-1", "1e308", "1e400", "1,5", "x", "2026-13-45", "2026-03-01T00:00", "0", "'", "\"", "=1+1", "\u202E"];
    private readonly ScratchFolder _folder = new();
    private readonly (string[] Arguments, string Table)[] _runs = [.. Scans(), Loop(), Trajectory()];

    /// <inheritdoc/>
    public string Name => "tables of scans, loops, trajectories";

    /// <inheritdoc/>
    public int Cost => 10;

    /// <summary>The number of the run in one byte, then the table.</summary>
    public byte[] Mutant(RandomStream random)
    {
        int run = (int)random.NextInteger(_runs.Length);
        byte[] table = Encoding.UTF8.GetBytes(_runs[run].Table);
        if (random.NextInteger(2) == 0)
            return [(byte)run, .. Mutator.Damage(table, ref random)];
        List<string[]> rows = [.. _runs[run].Table.Split('\n').Select(line => line.Split(','))];
        for (long i = random.NextInteger(4); i > 0; i--)
        {
            string[] row = rows[(int)random.NextInteger(rows.Count)];
            row[random.NextInteger(row.Length)] = s_cells[random.NextInteger(s_cells.Length)];
        }

        return [(byte)run, .. Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(row => string.Join(',', row))))];
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        byte[] table = bytes[1..];
        using StringWriter output = new(), error = new();
        var command = new ThermoCommand(new Terminal(output, error, OutputIsTerminal: false, ErrorIsTerminal: false));
        int code = command.Run([.. _runs[bytes[0]].Arguments, _folder.Write("table.csv", table), "--json", "-", "--quiet"]).GetAwaiter().GetResult();
        string said = error.ToString();
        if (code is not (0 or 3))
        {
            return said.Contains("Internal error", StringComparison.Ordinal) || said.Trim().Contains('\n', StringComparison.Ordinal) || said.Length == 0
                ? new(Outcome.Raw, $"{code}: {said}") : new(Outcome.ClearError, said);
        }

        using JsonDocument json = JsonDocument.Parse(output.ToString());
        long lines = Encoding.UTF8.GetString(table).Split('\n').Count(line => line.Trim().Length > 0) - 1;
        return json.RootElement.TryGetProperty("points", out JsonElement points) && IsPlain(table)
            && points.EnumerateArray().Sum(point => point.GetProperty("samples").GetInt64()) is var samples && samples != lines
                ? new(Outcome.SilentWrong, $"{samples} samples of {lines} lines")
                : new(Outcome.Worked);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>No quotes, no odd characters: a line is a row.</summary>
    private static bool IsPlain(byte[] table) => table.AsSpan().IndexOfAnyExceptInRange((byte)' ', (byte)'~') is var odd
        && (odd < 0 || table.All(b => b is (byte)'\n' or (>= (byte)' ' and <= (byte)'~' and not (byte)'"')));

    private static IEnumerable<(string[], string)> Scans()
    {
        var random = new RandomStream(7, 1);
        var text = new StringBuilder("day,step,answer,v,p0,p1");
        for (int i = 0; i < 120; i++)
        {
            double p = i < 60 ? 0.25 : 0.75;
            text.Append(CultureInfo.InvariantCulture, $"\n2026-03-{1 + (i / 12):D2},{i / 12},{(random.NextDouble() < p ? 'a' : 'b')},{random.NextNormal() + (i / 60):F3},{p},{1 - p}");
        }

        string table = text.ToString();
        yield return (["scan", "--over", "step", "--outcome", "answer"], table);
        yield return (["scan", "--over", "day", "--outcome", "answer"], table);
        yield return (["scan", "--over", "step", "--observe", "v"], table);
    }

    private static (string[], string) Loop()
    {
        var random = new RandomStream(7, 2);
        var text = new StringBuilder("generation,category");
        for (int i = 0; i < 120; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n{i / 40},{"abcdefgh"[(int)random.NextInteger(8 - (2 * (i / 40)))]}");
        return (["collapse", "guard", "--generation-column", "generation", "--category", "category"], text.ToString());
    }

    private static (string[], string) Trajectory()
    {
        var text = new StringBuilder("t,e,s");
        for (int i = 0; i < 60; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n{0.1 * i:F1},1,{1 - Math.Exp(-0.1 * i):F6}");
        return (["audit", "--energy-column", "e", "--entropy-column", "s"], text.ToString());
    }
}
