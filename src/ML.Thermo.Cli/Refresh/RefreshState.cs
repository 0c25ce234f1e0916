using ML.Thermo.Files;
using ML.Thermo.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>What <c>--state</c> keeps from one run to the next: the sequential test, and how many windows and rows there were.</summary>
internal sealed class RefreshState
{
    private const string Counts = "counts", Test = "sequential test";

    private RefreshState(SequentialDetector detector) => Detector = detector;

    /// <summary>The test over all windows.</summary>
    public SequentialDetector Detector { get; }

    /// <summary>Windows of earlier runs.</summary>
    public int Windows { get; private init; }

    /// <summary>Rows of earlier runs.</summary>
    public long Rows { get; private init; }

    /// <summary>The first window that gave alarm; null where none did.</summary>
    public int? FirstAlarm { get; private init; }

    /// <summary>Goes on from a file, or begins where there is none.</summary>
    /// <exception cref="UnusableDataException">The file is damaged, or of another reference or other options.</exception>
    public static RefreshState Of(string? path, DriftReference reference, DriftRule rule)
    {
        if (path is null || !File.Exists(path))
            return new RefreshState(new SequentialDetector(reference, rule));
        using FileStream file = File.OpenRead(path);
        string what = $"'{path}'";
        Dictionary<string, byte[]> sections = SectionReader.ReadAll(file, what);
        using BinaryReader counts = sections.Section(Counts, what), test = sections.Section(Test, what);
        string options = Options(reference, rule), known = counts.ReadString();
        if (known != options)
            throw new UnusableDataException($"{what} was begun with {known}: expected {options}; ask for the same, or begin anew by removing it.");
        try
        {
            return new RefreshState(SequentialDetector.Load(test.BaseStream, reference))
            {
                Windows = counts.ReadInt32(),
                Rows = counts.ReadInt64(),
                FirstAlarm = counts.ReadInt32() is >= 0 and int alarm ? alarm : null,
            };
        }
        catch (UnusableDataException wrong)
        {
            throw new UnusableDataException($"{what}: {wrong.Message} Give the reference that it was begun with, or begin anew by removing it.");
        }
    }

    /// <summary>Writes the state after this run.</summary>
    public void Save(Stream to, DriftReference reference, int windows, long rows, int? firstAlarm)
    {
        var sections = new SectionWriter(to);
        sections.Add(Counts, stream =>
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Options(reference, Detector.Rule));
            writer.Write(windows);
            writer.Write(rows);
            writer.Write(firstAlarm ?? -1);
        });
        sections.Add(Test, Detector.Save);
        sections.Close();
    }

    private static string Options(DriftReference reference, DriftRule rule) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"rule {rule}, --run-length {reference.Options.RunLength}, --seed {reference.Options.Seed}{(reference.Options.BothWays ? ", --two-sided" : "")}");
}
