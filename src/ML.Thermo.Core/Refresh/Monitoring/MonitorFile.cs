using System.Security.Cryptography;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>A monitor's state on disk: a checkpoint, replaced as a whole at every full window, and a journal of the rows since.</summary>
internal sealed class MonitorFile : IDisposable
{
    private const long Mark = 0x4D4C5448_45524D4F, MostEpochs = 1L << 40; // any bit flipped, the mark is no number of windows
    private const int Header = sizeof(long) + SHA256.HashSizeInBytes;

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
                using Stream from = Checked(path);
                using (var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true))
                    file._epoch = reader.ReadInt64();
                state.Load(from);

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
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
            writer.Write(_epoch);
        state.Save(content);
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        using (FileStream to = File.Create(_path + ".new"))
        {
            to.Write(BitConverter.GetBytes(Mark));
            to.Write(SHA256.HashData(bytes));
            to.Write(bytes);
            to.Flush(flushToDisk: true);
        }

        File.Move(_path + ".new", _path, overwrite: true);
        _journal.Restart(_epoch);
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>What a checkpoint holds, if it is what was written; a file of the first version has no checksum, and begins with a small number.</summary>
    private static MemoryStream Checked(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < sizeof(long))
            throw new EndOfStreamException();
        long first = BitConverter.ToInt64(file);
        if (first is >= 0 and < MostEpochs)
            return new MemoryStream(file, writable: false);
        bool isWhole = first == Mark && file.Length >= Header
            && SHA256.HashData(file.AsSpan(Header)).AsSpan().SequenceEqual(file.AsSpan(sizeof(long), SHA256.HashSizeInBytes));
        return isWhole
            ? new MemoryStream(file, Header, file.Length - Header, writable: false)
            : throw new UnusableDataException($"'{path}' is not what was written there: it is no monitor, cut short, or damaged.");
    }
}
