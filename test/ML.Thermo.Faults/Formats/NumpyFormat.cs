using System.IO.Compression;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Inputs;

namespace ML.Thermo.Faults.Formats;

/// <summary>Arrays (.npy) and archives of them (.npz): of an archive no changed byte may become another number, since its entries have checksums.</summary>
internal sealed class NumpyFormat : IFormat, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly byte[] _array, _deflated, _stored;
    private readonly List<double[]> _numbers;

    public NumpyFormat()
    {
        string networks = Path.Combine(AppContext.BaseDirectory, "networks");
        _array = File.ReadAllBytes(Path.Combine(networks, "digits-labels.npy"));
        string archive = Path.Combine(networks, "digits.npz");
        _deflated = File.ReadAllBytes(archive);
        _stored = Stored(archive);
        _numbers = [.. NumpyArray.ReadFile(archive).Select(array => array.ToDoubles())];
    }

    /// <inheritdoc/>
    public string Name => "arrays (npy, npz)";

    /// <inheritdoc/>
    public byte[] Mutant(RandomStream random)
    {
        byte[] file = random.NextInteger(3) switch { 0 => _array, 1 => _deflated, _ => _stored };
        if (random.NextInteger(2) == 0)
            return Mutator.Damage(file, ref random);
        byte[] head = Mutator.Damage(file[..128], ref random); // where all is said
        return [.. head, .. file[128..]];
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        IReadOnlyList<NumpyArray> arrays = NumpyArray.ReadFile(_folder.Write("array", bytes));
        foreach (NumpyArray array in arrays)
        {
            double[] numbers = array.ToDoubles();
            if (numbers.Length != array.Shape.Aggregate(1L, (a, b) => a * b))
                return new(Outcome.SilentWrong, $"'{array.Name}' has {numbers.Length} numbers for its shape");
            if (bytes[0] == 'P' && !_numbers.Any(known => known.AsSpan().SequenceEqual(numbers)))
                return new(Outcome.SilentWrong, $"'{array.Name}' has other numbers than were saved");
        }

        return new(Outcome.Worked);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static byte[] Stored(string archive)
    {
        using var bytes = new MemoryStream();
        using (ZipArchive from = ZipFile.OpenRead(archive), to = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using Stream read = entry.Open(), write = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                read.CopyTo(write);
            }
        }

        return bytes.ToArray();
    }
}
