namespace ML.Thermo.Refresh.Monitoring;

/// <summary>A monitor's state on disk: a checkpoint, replaced as a whole at every full window, and a journal of the rows since.</summary>
internal sealed class MonitorFile : IDisposable
{
    private readonly string _path;
    private readonly MonitorJournal _journal;
    private long _epoch;

    private MonitorFile(string path, MonitorJournal journal) => (_path, _journal) = (path, journal);

    /// <summary>Brings a new state to where the last process left it.</summary>
    public static MonitorFile Open(string path, MonitorState state, int width, long windowRows)
    {
        var file = new MonitorFile(path, new MonitorJournal(path + ".rows", width, windowRows));
        try
        {
            if (File.Exists(path))
            {
                using (FileStream from = File.OpenRead(path))
                {
                    using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
                    file._epoch = reader.ReadInt64();
                    state.Load(from);
                }

                foreach (double[] row in file._journal.After(file._epoch))
                    state.Observe(row);
            }

            file.Checkpoint(state);
            return file;
        }
        catch (EndOfStreamException)
        {
            file.Dispose();
            throw new UnusableDataException($"'{path}' is cut short: it is no monitor, or damaged.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a row that the state has counted.</summary>
    public void Keep(ReadOnlySpan<double> row, MonitorState state, bool closed)
    {
        if (closed || _journal.IsFull)
            Checkpoint(state);
        else
            _journal.Append(row);
    }

    /// <summary>Writes the state beside the old one and puts it in its place; only then are the rows of the journal forgotten.</summary>
    public void Checkpoint(MonitorState state)
    {
        _epoch++;
        using (FileStream to = File.Create(_path + ".new"))
        {
            using (var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true))
                writer.Write(_epoch);
            state.Save(to);
            to.Flush(flushToDisk: true);
        }

        File.Move(_path + ".new", _path, overwrite: true);
        _journal.Restart(_epoch);
    }

    public void Dispose() => _journal.Dispose();
}
