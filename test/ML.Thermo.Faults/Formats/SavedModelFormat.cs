using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Faults.Formats;

/// <summary>
/// Saved ML.NET models with a transition and a drift reference: one entry of the archive is damaged, the archive itself is sound. What of ours is
/// taken must be what was saved; what ML.NET's own loader says is not ours.
/// </summary>
internal sealed class SavedModelFormat : IFormat
{
    private readonly List<(string Name, byte[] Bytes)> _entries;
    private readonly string _saved;

    public SavedModelFormat()
    {
        var context = new MLContext(1);
        Row[] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "diabetes.csv")).Skip(1).Select(Row.Parse)];
        IDataView data = context.Data.LoadFromEnumerable(rows[..300]), later = context.Data.LoadFromEnumerable(rows[300..]);
        var trainer = context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads = 1, MaximumNumberOfIterations = 20 });
        var model = context.Thermo().PhaseTransition(trainer).Fit(data);
        ITransformer refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 40 }).Fit(model.Transform(later));
        using var bytes = new MemoryStream();
        context.Model.Save(model.Append(refresh), data.Schema, bytes);
        _entries = [.. Entries(bytes)];
        _saved = Facts(Zip(_entries))!;
    }

    /// <inheritdoc/>
    public string Name => "saved models";

    /// <inheritdoc/>
    public int Cost => 20;

    /// <inheritdoc/>
    public byte[] Mutant(RandomStream random)
    {
        int chosen = (int)random.NextInteger(_entries.Count);
        (string name, byte[] bytes) = _entries[chosen];
        List<(string, byte[])> entries = [.. _entries];
        entries[chosen] = (name, random.NextInteger(2) == 0 ? Mutator.Flip(bytes, ref random) : Mutator.Damage(bytes, ref random));
        return Zip(entries);
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        try
        {
            string? facts = Facts(bytes);
            return facts == _saved ? new(Outcome.Worked)
                : facts is null ? new(Outcome.ClearError, "no record")
                : new(Outcome.SilentWrong, $"{facts}\ninstead of\n{_saved}");
        }
        catch (Exception error) when (error is FormatException or NotSupportedException or ArgumentException && IsOurs(error))
        {
            return new(Outcome.ClearError, error.Message);
        }
        catch (Exception error) when (error is not ThermoException && !IsOurs(error))
        {
            return new(Outcome.OthersError, error.Message);
        }
    }

    /// <summary>Thrown by our code, or thrown in a call that ours made.</summary>
    private static bool IsOurs(Exception error) =>
        error.StackTrace?.Split('\n').FirstOrDefault(line => !line.Contains("System.", StringComparison.Ordinal)) is { } top
        && top.Contains("at ML.Thermo.", StringComparison.Ordinal);

    /// <summary>The transition, and the reference of the monitor, as text; null where the model has none any more.</summary>
    private static string? Facts(byte[] file)
    {
        var context = new MLContext(1);
        using var stream = new MemoryStream(file);
        ITransformer model = context.Model.Load(stream, out _);
        string record = context.Thermo().GetRecord(model).ToString();
        using var monitor = context.Thermo().GetMonitor(model);
        using var reference = new MemoryStream();
        monitor.Reference.Save(reference);
        return $"{record} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(reference.ToArray()))}";
    }

    private static IEnumerable<(string, byte[])> Entries(MemoryStream file)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            yield return (entry.FullName, bytes.ToArray());
        }
    }

    private static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(10)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public static Row Parse(string line)
        {
            float[] numbers = [.. line.Split(',').Select(cell => float.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))];
            return new() { Features = numbers[..10], Label = numbers[10] };
        }
    }
}
