using ML.Thermo.Files;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <content>How it is written: named sections with checksums, so that a later version can add one.</content>
internal sealed partial class MonitorLedger
{
    private const string Monitor = "monitor", Replicas = "replicas", Counts = "counts", Early = "early labels";
    private readonly MonitorOptions _options;

    /// <summary>What is to be stored.</summary>
    public byte[] Save()
    {
        using var to = new MemoryStream();
        var sections = new SectionWriter(to);
        sections.Add(Monitor, _monitor.Save);
        sections.Add(Counts, Written(writer =>
        {
            foreach (long count in new[] { _order, _late, _ahead, _dropped, _doubled, _unmatched })
                writer.Write(count);
        }));
        sections.Add(Replicas, Written(writer =>
        {
            writer.Write(_replicas.Count);
            foreach ((Guid number, Replica replica) in _replicas)
            {
                writer.Write(number.ToByteArray());
                writer.Write(replica.Name);
                foreach (long count in new[] { replica.Sequence, replica.Rows, replica.Moment.UtcTicks, replica.Seen.UtcTicks, replica.ClockAhead.Ticks })
                    writer.Write(count);
                writer.Write(replica.HasLeft);
            }
        }));
        if (_early.Count > 0)
        {
            sections.Add(Early, Written(writer =>
            {
                writer.Write(_early.Count);
                foreach (UInt128 id in _earlyOrder.Where(_early.ContainsKey))
                {
                    writer.Write((ulong)(id >> 64));
                    writer.Write((ulong)id);
                    writer.Write(_early[id]);
                }
            }));
        }

        sections.Close();
        return to.ToArray();
    }

    /// <summary>Goes on from what was stored.</summary>
    /// <exception cref="UnusableDataException">It is of a newer version, or damaged.</exception>
    public void Load(byte[] stored)
    {
        string what = $"The stored state of model '{_model}'";
        using var from = new MemoryStream(stored);
        Dictionary<string, byte[]> sections = SectionReader.ReadAll(from, what);
        if (sections.Keys.Except([Monitor, Replicas, Counts, Early]).FirstOrDefault() is { } unknown)
            throw new UnusableDataException($"{what} has the section '{unknown}', which this silo's version of ML.Thermo does not know: update the silo.");
        using (BinaryReader monitor = sections.Section(Monitor, what))
        {
            // The instruments of the old one end first: two of one name would be counted twice.
            _monitor.Dispose();
            _monitor = DriftMonitor.Load(monitor.BaseStream, _reference, _setup.ToPredictions(), _options);
        }

        using (BinaryReader counts = sections.Section(Counts, what))
        {
            (_order, _late, _ahead) = (counts.ReadInt64(), counts.ReadInt64(), counts.ReadInt64());
            (_dropped, _doubled, _unmatched) = (counts.ReadInt64(), counts.ReadInt64(), counts.ReadInt64());
        }

        _replicas.Clear();
        using (BinaryReader replicas = sections.Section(Replicas, what))
        {
            for (int left = replicas.ReadInt32(); left > 0; left--)
            {
                var number = new Guid(replicas.ReadBytes(16));
                _replicas[number] = new Replica
                {
                    Name = replicas.ReadString(),
                    Sequence = replicas.ReadInt64(),
                    Rows = replicas.ReadInt64(),
                    Moment = new DateTimeOffset(replicas.ReadInt64(), TimeSpan.Zero),
                    Seen = new DateTimeOffset(replicas.ReadInt64(), TimeSpan.Zero),
                    ClockAhead = TimeSpan.FromTicks(replicas.ReadInt64()),
                    HasLeft = replicas.ReadBoolean(),
                };
            }
        }

        _early.Clear();
        _earlyOrder.Clear();
        if (!sections.ContainsKey(Early))
            return;
        using BinaryReader early = sections.Section(Early, what);
        for (int left = early.ReadInt32(); left > 0; left--)
        {
            var id = new UInt128(early.ReadUInt64(), early.ReadUInt64());
            _early.Add(id, early.ReadDouble());
            _earlyOrder.Enqueue(id);
        }
    }

    private static Action<Stream> Written(Action<BinaryWriter> content) => to =>
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        content(writer);
    };
}
