using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>Data in the form that a network takes: rows for each of its inputs, cut into batches.</summary>
/// <remarks>
/// <para>The first extent of an input counts rows where it is free, or where the first input fixes it to the same number: then every
/// batch has just that many rows and rows that do not fill a batch are left out. An input of another shape is given to every
/// batch whole.</para>
/// </remarks>
public sealed class NetworkInputs
{
    private const int MostListed = 20;
    private readonly IReadOnlyList<NetworkInput> _inputs;

    private NetworkInputs(OnnxModel model, IReadOnlyList<NetworkInput> inputs)
    {
        _inputs = inputs;
        FixedBatch = FixedBatchOf(Declared(model));
        NetworkInput? first = inputs.FirstOrDefault(i => i.HasRows);
        Rows = first?.Shape[0] ?? 1;
        if (inputs.FirstOrDefault(i => i.HasRows && i.Shape[0] != Rows) is { } other)
            throw new UnusableDataException($"The inputs have different numbers of rows: '{first!.Name}' has {Rows}, '{other.Name}' has {other.Shape[0]}.");
        if (Rows == 0)
            throw new UnusableDataException("There is no data: expected at least one row.");
        if (FixedBatch is { } size && first is not null && Rows < size)
            throw new UnusableDataException($"'{model.Name}' takes batches of exactly {size} rows, and the data have {Rows}.");
    }

    /// <summary>Number of rows.</summary>
    public long Rows { get; }

    /// <summary>The number of rows that every batch must have, or null where the network takes any.</summary>
    public int? FixedBatch { get; }

    /// <summary>Rows that fill no batch of the fixed size and are left out.</summary>
    public long RowsLeftOut => FixedBatch is { } size ? Rows % size : 0;

    /// <summary>Reads data for a network.</summary>
    /// <param name="path">.npz with one array an input, named like it (names do not matter if there is one of each); .npy or .csv (numbers;
    /// a heading line is passed over) for a network with one input.</param>
    /// <param name="model">The network.</param>
    /// <exception cref="ThermoException">The file cannot be read, or its arrays are not the network's inputs: both are listed.</exception>
    /// <exception cref="UnusableDataException">A number does not fit the input's type, or there are too few rows.</exception>
    public static NetworkInputs Read(string path, OnnxModel model)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<OnnxValue> declared = Declared(model);
        if (Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
            return new(model, [NumberTable.Read(path, declared)]);
        var file = NumpyFile.Open(path); // names are compared before anything is inflated
        IReadOnlyList<NumpyHeader> arrays = file.Arrays;
        if (arrays is [_] && declared is [var input])
            return new(model, [Match(file.Read(arrays)[0], input, declared)]);
        string found = string.Join(", ", arrays.Take(MostListed).Select(a => $"'{a.Name}' ({a.ElementType}[{string.Join(',', a.Shape)}])")),
            expected = string.Join(", ", declared);
        if (declared.Count != arrays.Count || !declared.All(d => arrays.Any(a => a.Name == d.Name)))
        {
            throw new ThermoException($"'{Path.GetFileName(path)}' has the arrays {found}{(arrays.Count > MostListed ? ", …" : "")}; '{model.Name}' takes "
                + $"{expected}: expected one array an input, named like it.");
        }

        return new(model, [.. file.Read([.. declared.Select(d => arrays.First(a => a.Name == d.Name))]).Zip(declared, (a, d) => Match(a, d, declared))]);
    }

    /// <summary>Standard normal numbers for inputs of floats, zeros for inputs of integers; row i is the same whatever the number of rows.</summary>
    /// <param name="model">The network.</param>
    /// <param name="rows">Number of rows, ≥ 1; rounded up to a whole number of batches of a fixed size.</param>
    /// <param name="seed">Chooses the numbers.</param>
    /// <param name="extents">Free extents by their name, or by <c>input:axis</c> where they have none; those not listed are 1, save those of the
    /// first axis, which count rows.</param>
    /// <exception cref="ThermoException">An input takes text or no tensor, or an extent is listed that the network does not leave free.</exception>
    public static NetworkInputs Synthetic(OnnxModel model, int rows, ulong seed, IReadOnlyDictionary<string, long>? extents = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        IReadOnlyList<OnnxValue> declared = Declared(model);
        extents ??= new Dictionary<string, long>();
        string[] free = [.. declared.SelectMany(
            d => (d.Shape ?? []).Select((e, axis) => e.Value is null ? e.Symbol ?? $"{d.Name}:{axis}" : null)).OfType<string>().Distinct()];
        if (extents.Keys.FirstOrDefault(k => !free.Contains(k)) is { } unknown)
            throw new ThermoException($"'{model.Name}' has no free extent '{unknown}'; free are: {(free.Length == 0 ? "none" : string.Join(", ", free))}.");
        int size = FixedBatchOf(declared) ?? 1;
        return new(model, [.. declared.Select((input, index) =>
        {
            bool hasRows = HasRows(input, declared);
            long[] shape = [.. input.Shape!.Select((e, axis) =>
                hasRows && axis == 0 ? (rows + size - 1L) / size * size
                    : e.Value ?? (extents.TryGetValue(e.Symbol ?? $"{input.Name}:{axis}", out long given) ? given : 1))];
            return NetworkInput.Of(input, shape, hasRows, Draw(input, shape, hasRows, seed, (ulong)index));
        })]);
    }

    /// <summary>Cuts the data into batches.</summary>
    /// <param name="size">Most rows of a batch, ≥ 1; a fixed size of the network goes before it.</param>
    public IEnumerable<NetworkBatch> Batches(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Cut(FixedBatch ?? size);
    }

    /// <summary>The inputs that a run must be given: initialisers that may be overridden are none.</summary>
    internal static IReadOnlyList<OnnxValue> Declared(OnnxModel model)
    {
        HashSet<string> constants = [.. model.Graph.Initializers.Select(t => t.Name), .. model.Graph.SparseInitializers.Select(t => t.Name)];
        OnnxValue[] declared = [.. model.Graph.Inputs.Where(input => !constants.Contains(input.Name))];
        return declared.FirstOrDefault(
            d => d.Kind != ValueKind.Tensor || d.ElementType is ElementType.Text or ElementType.Undefined || d.Shape is null) is { } strange
            ? throw new ThermoException($"Input {strange} of '{model.Name}' is no tensor of numbers with a known number of axes: give its batches by code.")
            : declared;
    }

    /// <summary>Whether an array of some shape is what an input takes, rows aside.</summary>
    internal static NetworkInput Checked(
        OnnxValue input, IReadOnlyList<OnnxValue> declared, IReadOnlyList<long> shape, string what, Func<bool, NetworkInput> make)
    {
        bool hasRows = HasRows(input, declared);
        bool fits = shape.Count == input.Shape!.Count && shape.Zip(input.Shape).Skip(hasRows ? 1 : 0)
            .All(pair => pair.Second.Value is not { } extent || extent == pair.First);
        return fits ? make(hasRows) : throw new UnusableDataException($"{what} has the shape [{string.Join(',', shape)}]; expected input {input}.");
    }

    private static NetworkInput Match(NumpyArray array, OnnxValue input, IReadOnlyList<OnnxValue> declared) =>
        Checked(input, declared, array.Shape, $"Array '{array.Name}'", hasRows => (input.ElementType, array.ElementType) switch
        {
            (ElementType.Float, ElementType.Float) => NetworkInput.OfStored<float>(input, [.. array.Shape], hasRows, array.Finite().Bytes),
            (ElementType.Int64, ElementType.Int64) => NetworkInput.OfStored<long>(input, [.. array.Shape], hasRows, array.Bytes),
            _ => NetworkInput.Of(input, [.. array.Shape], hasRows, array.Finite().ToDoubles()),
        });

    internal static bool HasRows(OnnxValue input, IReadOnlyList<OnnxValue> declared) =>
        input.Shape is [var first, ..] && (first.Value is null || first.Value == FixedBatchOf(declared));

    internal static int? FixedBatchOf(IReadOnlyList<OnnxValue> declared) =>
        declared is [{ Shape: [{ Value: { } size }, ..] }, ..] && size is > 0 and < int.MaxValue ? (int)size : null;

    private static double[] Draw(OnnxValue input, long[] shape, bool hasRows, ulong seed, ulong index)
    {
        double[] values = new double[checked((int)Shape.Count(shape, $"Input {input}"))];
        if (!input.ElementType.IsFloating())
            return values;
        int rows = hasRows ? (int)shape[0] : 1, length = values.Length / Math.Max(rows, 1);
        for (int row = 0; row < rows; row++)
            new RandomStream(seed, (index << 48) | (uint)row).FillNormal(values.AsSpan(row * length, length));
        return values;
    }

    private IEnumerable<NetworkBatch> Cut(int size)
    {
        for (long first = 0; first < Rows - RowsLeftOut; first += size)
        {
            int count = (int)Math.Min(size, Rows - first);
            yield return new NetworkBatch(_inputs.ToDictionary(input => input.Name, input => input.Slice(first, count)), count);
        }
    }
}
