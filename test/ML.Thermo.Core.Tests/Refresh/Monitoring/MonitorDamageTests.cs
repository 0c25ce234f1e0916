using ML.Thermo.Files;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

/// <summary>Bytes that change, files that are cut, folders that take no file: no number becomes another, and no row is counted that was not kept.</summary>
internal sealed class MonitorDamageTests
{
    private const int RecordLength = 8 * (3 + 1 + 5), HeaderLength = 56; // three features, the prediction, two energies; epoch, number, checksum
    private static readonly DriftReference Reference = MonitorData.Reference();
    private static readonly MonitorOptions Options = new() { WindowRows = 50 };
    private string _folder = "";

    private string Path_ => Path.Combine(_folder, "monitor");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_changed_byte_of_the_checkpoint_is_refused_and_its_section_named()
    {
        using (DriftMonitor monitor = Open())
            MonitorData.Feed(monitor, MonitorData.Rows(70, 8));
        byte[] bytes = File.ReadAllBytes(Path_);
        var random = new RandomStream(12, 1);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] changed = [.. bytes];
            int at = (int)(random.NextDouble() * bytes.Length);
            changed[at] ^= (byte)(1 << (trial & 7));
            File.WriteAllBytes(Path_, changed);
            Assert.That(() => Open().Dispose(), Throws.TypeOf<UnusableDataException>().With.Message.Contains(at < 8 ? "monitor" : "Section"), $"byte {at}");
        }

        int label = bytes.AsSpan().IndexOf("open window"u8);
        bytes[label + 40] ^= 1;
        File.WriteAllBytes(Path_, bytes);
        Assert.That(() => Open().Dispose(), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'open window', is damaged"));
    }

    [Test]
    public void A_cut_checkpoint_is_refused([Values(0, 1, 7, 8, 9, 30, 100, 1000)] int fromTheEnd)
    {
        using (DriftMonitor monitor = Open())
            MonitorData.Feed(monitor, MonitorData.Rows(70, 8));
        byte[] bytes = File.ReadAllBytes(Path_);
        File.WriteAllBytes(Path_, bytes[..(fromTheEnd == 0 ? 0 : bytes.Length - fromTheEnd)]);
        Assert.That(() => Open().Dispose(), Throws.TypeOf<UnusableDataException>().With.Message.Contains("cut short"));
    }

    [Test]
    public void Rows_from_the_first_damaged_one_on_are_dropped_and_counted([Values(0, 1, 17, 29)] int row, [Values(0, 8, 16, 40, 71)] int at)
    {
        byte[] expected = Killed(30);
        Change(Path_ + ".rows", HeaderLength + (row * RecordLength) + at);
        using DriftMonitor next = Open();
        MonitorSnapshot snapshot = next.Snapshot();
        Assert.Multiple(() =>
        {
            Assert.That((snapshot.Rows, snapshot.RowsLost), Is.EqualTo((row, 30 - row)));
            Assert.That(snapshot.Damage, Does.Contain($"Row {row + 1} since the last checkpoint"));
            Assert.That(MonitorData.Bytes(snapshot.Open), Is.EqualTo(MonitorData.Bytes(Untroubled(row).Open)));
            Assert.That(MonitorData.Bytes(snapshot.Open), Is.Not.EqualTo(expected));
        });
    }

    [Test]
    public void A_changed_header_of_the_journal_loses_its_rows_and_says_so([Range(0, 55, 5)] int at)
    {
        Killed(30);
        Change(Path_ + ".rows", at);
        using DriftMonitor next = Open();
        Assert.That((next.Snapshot().Rows, next.Snapshot().RowsLost), Is.EqualTo((0, 30)));
    }

    [Test]
    public void A_cut_journal_invents_nothing([Values(0, 20, 56, 57, 600, 632, 1000)] int length)
    {
        Killed(30);
        using (FileStream file = File.OpenWrite(Path_ + ".rows"))
            file.SetLength(length);
        using DriftMonitor next = Open();
        int whole = Math.Max(0, (length - HeaderLength) / RecordLength);
        Assert.That(next.Snapshot().Rows, Is.EqualTo(whole));
        Assert.That(MonitorData.Bytes(next.Snapshot().Open), Is.EqualTo(MonitorData.Bytes(Untroubled(whole).Open)));
    }

    [Test]
    public void Zeros_where_rows_were_are_no_rows()
    {
        Killed(30);
        byte[] bytes = File.ReadAllBytes(Path_ + ".rows");
        bytes.AsSpan(HeaderLength + (12 * RecordLength)).Clear();
        File.WriteAllBytes(Path_ + ".rows", bytes);
        using DriftMonitor next = Open();
        Assert.That(next.Snapshot().Rows, Is.EqualTo(12));
        Assert.That(next.Snapshot().Damage, Is.Not.Null);
    }

    [Test]
    public void Rows_of_an_earlier_life_do_not_come_back()
    {
        // The checkpoint is taken away, and a backup of it comes back: epochs start again from a lower number each time.
        Killed(30);
        File.Delete(Path_);
        using (DriftMonitor fresh = Open())
            Assert.That(fresh.Snapshot().Rows, Is.Zero);
        byte[] backup = File.ReadAllBytes(Path_);
        Killed(40);
        File.WriteAllBytes(Path_, backup);
        using (DriftMonitor restored = Open())
        {
            Assert.That(restored.Snapshot().Rows, Is.Zero);
            MonitorData.Feed(restored, MonitorData.Rows(3, 4));
            Copy();
        }

        using DriftMonitor next = DriftMonitor.Open(Path_ + "-copy", Reference, MonitorData.Values, Options);
        Assert.That(next.Snapshot().Rows, Is.EqualTo(3));
    }

    [Test]
    public void A_journal_of_another_reference_is_refused()
    {
        Killed(30);
        byte[] rows = File.ReadAllBytes(Path_ + ".rows");
        DriftReference other = MonitorData.Reference(400);
        using (DriftMonitor monitor = DriftMonitor.Open(Path_ + "-2", other, MonitorData.Values, Options))
        {
        }

        File.WriteAllBytes(Path_ + "-2.rows", rows);
        Assert.That(
            () => DriftMonitor.Open(Path_ + "-2", other, MonitorData.Values, Options),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("another reference"));
    }

    [Test]
    public void A_section_of_a_newer_version_is_refused_by_name()
    {
        using var stream = new MemoryStream();
        stream.Write("MLTHMON2"u8);
        var writer = new SectionWriter(stream);
        writer.Add("later still", to => to.WriteByte(1));
        writer.Close();
        stream.Position = 0;
        Assert.That(
            () => DriftMonitor.Load(stream, Reference, MonitorData.Values),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("'later still'").And.Message.Contains("update the package"));
    }

    [Test]
    public void A_row_that_cannot_be_counted_leaves_no_trace()
    {
        using DriftMonitor monitor = Open();
        MonitorData.Feed(monitor, MonitorData.Rows(10, 4));
        byte[] before = MonitorData.Bytes(monitor);
        long length = new FileInfo(Path_ + ".rows").Length;
        foreach ((double energy, double self) in new[] { (double.PositiveInfinity, 1.0), (1.0, double.NegativeInfinity), (1e90, 1.0) })
            Assert.That(() => monitor.Observe(energy, self, [0, 0, 0, 0]), Throws.TypeOf<UnusableDataException>());
        Assert.That(MonitorData.Bytes(monitor), Is.EqualTo(before));
        Assert.That(new FileInfo(Path_ + ".rows").Length, Is.EqualTo(length));
    }

    [Test]
    public void A_checkpoint_that_cannot_be_written_loses_nothing()
    {
        // A folder in the place of the file that is written at first: no rename can be made.
        using (DriftMonitor monitor = Open())
        {
            Directory.CreateDirectory(Path_ + ".new");
            MonitorData.Feed(monitor, MonitorData.Rows(130, 4));
            Assert.That(monitor.Snapshot().CheckpointError, Is.Not.Null);
            byte[] before = MonitorData.Bytes(monitor);
            Assert.That(monitor.Drain, Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
            Assert.That(monitor.Reset, Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
            Assert.That(MonitorData.Bytes(monitor), Is.EqualTo(before), "what is not in the journal is taken back");
        }

        Directory.Delete(Path_ + ".new");
        using DriftMonitor next = Open();
        Assert.That((next.Snapshot().Rows, next.Snapshot().Windows, next.Snapshot().RowsLost), Is.EqualTo((130, 2, 0)));
        MonitorData.Feed(next, MonitorData.Rows(20, 5));
        Assert.That(next.Snapshot().CheckpointError, Is.Null);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Files_of_rows_are_their_owners()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllBytes(Path_ + ".rows", []);
        File.SetUnixFileMode(Path_ + ".rows", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using DriftMonitor monitor = Open();
        foreach (string file in Directory.GetFiles(_folder))
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    private DriftMonitor Open() => DriftMonitor.Open(Path_, Reference, MonitorData.Values, Options);

    private static MonitorSnapshot Untroubled(int rows)
    {
        using var monitor = new DriftMonitor(Reference, MonitorData.Values, Options);
        MonitorData.Feed(monitor, MonitorData.Rows(rows, 4));
        return monitor.Snapshot();
    }

    /// <summary>The files as a killed process leaves them, so many rows after the checkpoint.</summary>
    private byte[] Killed(int rows)
    {
        using DriftMonitor monitor = Open();
        MonitorData.Feed(monitor, MonitorData.Rows(rows, 4));
        Copy();
        byte[] open = MonitorData.Bytes(monitor.Snapshot().Open);
        monitor.Dispose();
        foreach (string end in new[] { "", ".rows" })
            File.Move(Path_ + "-copy" + end, Path_ + end, overwrite: true);
        return open;
    }

    private void Copy()
    {
        foreach (string end in new[] { "", ".rows" })
        {
            using var copy = System.Diagnostics.Process.Start("cp", [Path_ + end, Path_ + "-copy" + end]);
            copy.WaitForExit();
            Assert.That(copy.ExitCode, Is.Zero);
        }
    }

    private static void Change(string file, int at)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 4;
        File.WriteAllBytes(file, bytes);
    }
}
