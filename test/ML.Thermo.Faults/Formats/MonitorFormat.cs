using System.Buffers.Binary;
using ML.Thermo.Faults.Monitors;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Faults.Formats;

/// <summary>
/// The two files of a monitor as a killed process left them, one of them damaged: the checkpoint is refused or what it was, and the journal gives
/// the first so many of its rows and no others.
/// </summary>
internal sealed class MonitorFormat : IFormat, IDisposable
{
    private const int Kept = 50, Rows = 80; // a full window in the checkpoint, thirty rows in the journal
    private readonly ScratchFolder _folder = new();
    private readonly byte[] _checkpoint, _journal;
    private readonly byte[][] _states;

    public MonitorFormat()
    {
        string file = _folder.At("monitor");
        using (DriftMonitor monitor = MonitorRows.Open(file))
        {
            for (long row = 0; row < Rows; row++)
                MonitorRows.Observe(monitor, row);
            (_checkpoint, _journal) = (Read(file), Read(file + ".rows"));
        }

        _states = [.. Enumerable.Range(Kept, Rows - Kept + 1).Select(rows => MonitorRows.Untroubled(rows))];
    }

    /// <inheritdoc/>
    public string Name => "monitor files";

    /// <inheritdoc/>
    public int Cost => 4;

    /// <summary>The length of the checkpoint, the checkpoint, the journal.</summary>
    public byte[] Mutant(RandomStream random)
    {
        bool isCheckpoint = random.NextInteger(2) == 0;
        byte[] damaged = isCheckpoint ? _checkpoint : _journal;
        damaged = random.NextInteger(2) == 0 ? Mutator.Flip(damaged, ref random) : Mutator.Damage(damaged, ref random);
        byte[] checkpoint = isCheckpoint ? damaged : _checkpoint;
        return [.. BitConverter.GetBytes(checkpoint.Length), .. checkpoint, .. isCheckpoint ? _journal : damaged];
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        string file = _folder.Write("damaged", bytes[4..(4 + length)]);
        _folder.Write("damaged.rows", bytes[(4 + length)..]);
        using DriftMonitor monitor = MonitorRows.Open(file);
        MonitorSnapshot snapshot = monitor.Snapshot();
        long replayed = snapshot.Rows - Kept;
        if (replayed < 0 || replayed >= _states.Length)
            return new(Outcome.SilentWrong, $"{snapshot.Rows} rows");
        bool isCut = replayed < Rows - Kept, saysSo = snapshot.Damage is not null;
        return !MonitorRows.Bytes(monitor).AsSpan().SequenceEqual(_states[replayed]) ? new(Outcome.SilentWrong, $"another state after {snapshot.Rows} rows")
            : isCut && !saysSo && bytes.Length >= 4 + length + _journal.Length ? new(Outcome.SilentWrong, $"{Rows - snapshot.Rows} rows are gone and "
                + "nothing is said")
            : new(Outcome.Worked, snapshot.Damage ?? "");
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Another process' view of a file that is open here: on Unix by its descriptor's name.</summary>
    private static byte[] Read(string file)
    {
        using var copy = System.Diagnostics.Process.Start("cp", [file, file + "-copy"]);
        copy.WaitForExit();
        return File.ReadAllBytes(file + "-copy");
    }
}
