using ML.Thermo.Files;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>A monitor's state on disk: a checkpoint, replaced as a whole at every full window, and a journal of the rows since.</summary>
/// <remarks>
/// A row is in the journal before it is counted. The checkpoint carries an epoch, one more each time: rows of another epoch are in it already.
/// A checkpoint that cannot be written at the end of a window loses nothing, since the journal has the rows; it is tried again at the next.
/// </remarks>
internal sealed class MonitorFile : IDisposable
{
    private readonly string _path;
    private readonly MonitorJournal _journal;
    private long _epoch;

    private MonitorFile(string path, MonitorJournal journal) => (_path, _journal) = (path, journal);

    /// <summary>Why the last checkpoint could not be written; null where it was.</summary>
    public string? Error { get; private set; }

    /// <summary>What was found damaged in the journal when it was opened.</summary>
    public string? Damage { get; private set; }

    /// <summary>Brings a new state to where the last process left it.</summary>
    public static MonitorFile Open(string path, MonitorState state, int width, ReadOnlySpan<byte> identity)
    {
        var file = new MonitorFile(path, new MonitorJournal(path + ".rows", width, identity));
        try
        {
            if (File.Exists(path))
                file.GoOn(state);
            else
                file._journal.Clear(); // rows of a monitor that was taken away
            file.Checkpoint(state);
            file._journal.Clear(); // no row of an earlier life may stand where a later one of the same epoch comes
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Records since the last checkpoint.</summary>
    public long Records => _journal.Count;

    /// <summary>Keeps a row that is counted next, or a note, or both.</summary>
    /// <exception cref="IOException">It cannot be kept, and must not be counted.</exception>
    public void Keep(ReadOnlySpan<double> records) => _journal.Append(records);

    /// <summary>Writes the state in the place of the old one; only then are the rows of the journal forgotten.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is whole, and the journal has the rows since.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; likewise.</exception>
    public void Checkpoint(MonitorState state)
    {
        // One fixed name beside it, since the journal is ours alone: what a killed process left is written over.
        new OutputFile(_path, isPrivate: true) { Partial = _path + ".new" }.Write(to => state.Save(to, _epoch + 1));
        _journal.Restart(++_epoch);
        Error = null;
    }

    /// <summary>Writes the state if that is possible now; the journal has all that is not in the old one.</summary>
    public void TryCheckpoint(MonitorState state)
    {
        try
        {
            Checkpoint(state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error = error.Message;
        }
    }

    public void Dispose() => _journal.Dispose();

    private void GoOn(MonitorState state)
    {
        using (FileStream from = File.OpenRead(_path))
        {
            _epoch = state.Load(from, $"'{_path}'", isCheckpoint: true);
            if (from.Position != from.Length)
                throw new UnusableDataException($"'{_path}' has {from.Length - from.Position} bytes behind its end: it is damaged.");
        }

        (long lost, Damage) = _journal.Replay(_epoch, state.Replay);
        state.Lose(lost);
    }
}
