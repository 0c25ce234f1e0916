using ML.Thermo.Files;

namespace ML.Thermo.Refresh.Alarms;

/// <content>How far a table is, in bytes: whoever goes on from them need not draw it again. A megabyte at the default ARL until the last window.</content>
internal sealed partial class AlarmLimits
{
    private const string Name = "alarm limits";
    private const int Format = 1;

    /// <summary>Windows of a stream whose limits this table would have to draw before it knows the last of them.</summary>
    /// <param name="sizes">Rows of the stream's windows.</param>
    public int Owed(IReadOnlyList<long> sizes)
    {
        lock (_lock)
            return Math.Max(0, sizes.Count - (Agrees(sizes) ? _limits.Count : 0));
    }

    /// <summary>Writes what was drawn so far.</summary>
    /// <param name="to">It stays open.</param>
    public void Write(Stream to) => CheckedContent.Write(to, Name, writer =>
    {
        lock (_lock)
        {
            writer.Write(Format);
            writer.Write(_key);
            writer.Write(_limits.Count);
            foreach ((long rows, double limit) in _limits)
            {
                writer.Write(rows);
                writer.Write(limit);
            }

            writer.Write(_particles is not null);
            _particles?.Write(writer);
        }
    });

    /// <summary>A table that goes on from what was written: this one, or one of its own where this one has windows of other sizes.</summary>
    /// <param name="from">What <see cref="Write"/> wrote.</param>
    /// <param name="sizes">Rows of the windows of the stream that asks.</param>
    /// <returns>This table as it is where the bytes are of other balls, options, format or windows: it draws then.</returns>
    /// <exception cref="UnusableDataException">The bytes are damaged.</exception>
    public AlarmLimits GoOn(Stream from, IReadOnlyList<long> sizes)
    {
        using BinaryReader reader = CheckedContent.Open(from, Name, out int format);
        if (format != Format || reader.ReadString() != _key)
            return this;
        var limits = new List<(long Rows, double Limit)>();
        int windows = reader.ReadInt32();
        if (windows is < 0 or > MostWindows)
            throw new UnusableDataException($"Limits of an alarm claim {windows} windows, of at most {MostWindows}: they are damaged.");
        for (int t = 0; t < windows; t++)
            limits.Add((reader.ReadInt64(), reader.ReadDouble()));
        if (!limits.Zip(sizes).All(both => both.First.Rows == both.Second) || Owed(sizes) == 0)
            return this;
        AlarmParticles? particles = reader.ReadBoolean() ? NewParticles() : null;
        particles?.Read(reader);
        return TryTake(limits, particles) is { } table ? table : Own().TryTake(limits, particles)!;
    }

    private AlarmLimits? TryTake(List<(long Rows, double Limit)> limits, AlarmParticles? particles)
    {
        lock (_lock)
        {
            if (!_limits.Zip(limits).All(both => both.First.Rows == both.Second.Rows))
                return null;
            if (_limits.Count >= limits.Count)
                return this;
            _limits.Clear();
            _limits.AddRange(limits);
            (_particles, _ahead, _rows) = (particles, null, limits.Sum(window => (double)window.Rows));
            return this;
        }
    }

    private bool Agrees(IReadOnlyList<long> sizes) => _limits.Zip(sizes).All(both => both.First.Rows == both.Second);
}
