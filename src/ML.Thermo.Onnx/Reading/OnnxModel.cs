using System.Collections.Frozen;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Reading;

/// <summary>
/// A trained network as its ONNX file describes it. The file is mapped, not read: opening costs time and memory in proportion to the
/// number of nodes, and weights are touched only where they are asked for.</summary>
/// <remarks>
/// <para>The model, its graphs and its tensors can be read from several threads at once. Dispose it after the last use of anything
/// taken from it; a file that is cut short by another program meanwhile ends the process, as with every mapped file.</para></remarks>
public sealed class OnnxModel : IDisposable
{
    private static readonly FrozenSet<string> KnownDomains = new[]
    {
        "", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.nchwc",
        "com.microsoft.experimental", "com.ms.internal.nhwc",
    }.ToFrozenSet();

    private readonly ByteSource _source;
    private readonly ExternalFiles _files;
    private SharedFile? _file;

    private OnnxModel(ByteSource source, ExternalFiles files, string name, string? folder, ModelFields fields)
    {
        _source = source;
        _files = files;
        Name = name;
        Folder = folder;
        IrVersion = fields.IrVersion;
        ProducerName = fields.ProducerName;
        ProducerVersion = fields.ProducerVersion;
        Domain = fields.Domain;
        ModelVersion = fields.ModelVersion;
        OperatorSets = fields.OperatorSets;
        Graph = fields.Graph;
        Functions = fields.Functions;
    }

    /// <summary>The file's name, or what was given for a model in memory.</summary>
    public string Name { get; }

    /// <summary>Where files beside the model are looked for; null for a model in memory without one.</summary>
    public string? Folder { get; }

    /// <summary>Version of the ONNX format.</summary>
    public long IrVersion { get; }

    /// <summary>The exporter, as it calls itself.</summary>
    public string ProducerName { get; }

    /// <summary>The exporter's version.</summary>
    public string ProducerVersion { get; }

    /// <summary>The model's own domain; mostly empty.</summary>
    public string Domain { get; }

    /// <summary>The model's own version; mostly 0.</summary>
    public long ModelVersion { get; }

    /// <summary>Operator set version by domain; ONNX's own domain is the empty text.</summary>
    public IReadOnlyDictionary<string, long> OperatorSets { get; }

    /// <summary>Version of ONNX's own operator set; 0 where the model imports only others.</summary>
    public long OperatorSet => OperatorSets.GetValueOrDefault("");

    /// <summary>The network.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>The operators that the model itself defines.</summary>
    public IReadOnlyList<OnnxFunction> Functions { get; }

    /// <summary>The model's file in place, without tensors in files beside it.</summary>
    public ReadOnlySpan<byte> Bytes => _source.Slice(0, (int)_source.Length);

    /// <summary>The model for workers elsewhere.</summary>
    /// <exception cref="ThermoException">It is more than one file.</exception>
    internal SharedFile Shared => _file ??= Graph.Initializers.FirstOrDefault(tensor => tensor.IsExternal) is { } external
        ? throw new ThermoException($"The model keeps '{external.Name}' in a file beside it: workers take models that are one file.")
        : SharedFile.Of(Bytes, () => Bytes.ToArray());

    /// <summary>Domains of operators in use that neither ONNX, nor ONNX Runtime, nor the model itself defines: it cannot run without an extension.</summary>
    public IReadOnlyList<string> ForeignDomains =>
        [.. Domains(Graph.Nodes.Concat(Functions.SelectMany(f => f.Nodes))).Distinct()
            .Where(d => !KnownDomains.Contains(d) && Functions.All(f => f.Domain != d)).Order(StringComparer.Ordinal)];

    /// <summary>Maps a model's file.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <exception cref="OnnxFormatException">The file is empty, truncated, damaged, no ONNX model, imports no operator set, or claims a
    /// size that cannot be.</exception>
    /// <exception cref="ThermoException">The file is missing or cannot be read.</exception>
    public static OnnxModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new ThermoException(Directory.Exists(path) ? $"'{path}' is a folder: expected an .onnx file." : $"There is no file '{path}'.");
        try
        {
            long length = new FileInfo(Links.Resolve(path)).Length;
            if (length == 0)
            {
                using FileStream file = File.OpenRead(path);
                throw new OnnxFormatException(file.CanSeek ? $"'{path}' is empty: expected an ONNX model."
                    : $"'{path}' is a pipe or a device: expected a file, because a model is mapped and not read.");
            }

            if (length > int.MaxValue)
                throw new OnnxFormatException($"'{path}' has {length} bytes, and a protobuf file ends at 2 GiB: export the model with its tensors as "
                    + "external data.");
            string full = Path.GetFullPath(path);
            return Read(ByteSource.Map(full), Path.GetFileName(full), Path.GetDirectoryName(full), Path.GetDirectoryName(Links.Resolve(full)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ThermoException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a model from memory, without copying it.</summary>
    /// <param name="bytes">The model; must not change while it is in use.</param>
    /// <param name="name">How messages call it.</param>
    /// <param name="folder">Where files beside the model are looked for; null refuses them.</param>
    /// <exception cref="OnnxFormatException">As <see cref="Open"/>.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> bytes, string name = "model", string? folder = null) => bytes.IsEmpty
        ? throw new OnnxFormatException($"'{name}' is empty: expected an ONNX model.")
        : Read(ByteSource.Of(bytes), name, folder, folder);

    /// <summary>What exporters noted beside the model.</summary>
    public IReadOnlyDictionary<string, string> ReadMetadata() => Metadata.Read(_source, [new(0, (int)_source.Length)], field: 14);

    /// <summary>A copy of <see cref="Bytes"/> with more behind them, which leaves none of the file in memory.</summary>
    internal byte[] CopyWith(ReadOnlySpan<byte> more)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>((int)_source.Length + more.Length);
        _source.CopyTo(copy);
        more.CopyTo(copy.AsSpan((int)_source.Length));
        return copy;
    }

    /// <summary>Unmaps the files. Nothing taken from the model may be used afterwards.</summary>
    public void Dispose()
    {
        _files.Dispose();
        _source.Dispose();
    }

    private static OnnxModel Read(ByteSource source, string name, string? folder, string? resolvedFolder)
    {
        ExternalFiles files = new(folder, resolvedFolder);
        try
        {
            return new(source, files, name, folder, new ModelReader(source, files).ReadModel());
        }
        catch (OnnxFormatException e)
        {
            string kind = FileKind.Guess(source.Slice(0, (int)Math.Min(source.Length, FileKind.Looked)));
            source.Dispose();
            throw new OnnxFormatException(kind.Length > 0 ? $"'{name}' is not an ONNX model: it looks like {kind}." : $"'{name}': {e.Message}", e);
        }
    }

    /// <summary>Domains of nodes and of those in their bodies.</summary>
    private static IEnumerable<string> Domains(IEnumerable<OnnxNode> nodes) =>
        nodes.SelectMany(node => Domains(node.Attributes.SelectMany(attribute => attribute.Graphs).SelectMany(body => body.Nodes)).Prepend(node.Domain));
}
