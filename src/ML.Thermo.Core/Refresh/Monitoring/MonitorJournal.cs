using System.IO.MemoryMappedFiles;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>
/// The rows since the last checkpoint of a monitor, in a file that is mapped to memory: a row is safe from the end of the process, however
/// sudden, as soon as it is written (not from the end of the machine).
/// </summary>
/// <remarks>Each row is written before it is counted. The epoch says which checkpoint the rows come after: others are in it already.</remarks>
internal sealed class MonitorJournal : IDisposable
{
    private const long Magic = 0x4D54_4A52_4E4C_0001;
    private const int MagicAt = 0, WidthAt = 8, EpochAt = 16, CountAt = 24, RowsAt = 32;

    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _width;
    private readonly long _capacity;

    /// <param name="path">The file; nobody else may have it open.</param>
    /// <param name="width">Numbers a row.</param>
    /// <param name="capacity">Most rows.</param>
    /// <exception cref="IOException">Another monitor has the file open.</exception>
    public MonitorJournal(string path, int width, long capacity)
    {
        (_width, _capacity) = (width, capacity);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        long length = Math.Max(RowsAt + (capacity * width * sizeof(double)), _file.Length); // what is in it may be of wider windows
        _map = MemoryMappedFile.CreateFromFile(_file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor();
    }

    public bool IsFull => _view.ReadInt64(CountAt) >= _capacity;

    public void Append(ReadOnlySpan<double> row)
    {
        long count = _view.ReadInt64(CountAt), at = RowsAt + (count * _width * sizeof(double));
        foreach (double number in row)
        {
            _view.Write(at, number);
            at += sizeof(double);
        }

        Thread.MemoryBarrier();
        _view.Write(CountAt, count + 1);
    }

    /// <summary>The rows that came after a checkpoint.</summary>
    public IEnumerable<double[]> After(long epoch)
    {
        if (_view.ReadInt64(MagicAt) != Magic || _view.ReadInt64(WidthAt) != _width || _view.ReadInt64(EpochAt) != epoch)
            yield break;
        long count = _view.ReadInt64(CountAt);
        for (long i = 0; i < count; i++)
        {
            double[] row = new double[_width];
            _view.ReadArray(RowsAt + (i * _width * sizeof(double)), row, 0, _width);
            yield return row;
        }
    }

    /// <summary>Forgets all rows: a checkpoint has them.</summary>
    public void Restart(long epoch)
    {
        _view.Write(CountAt, 0L);
        _view.Write(MagicAt, Magic);
        _view.Write(WidthAt, (long)_width);
        _view.Write(EpochAt, epoch);
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }
}
