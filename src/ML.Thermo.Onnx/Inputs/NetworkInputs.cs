using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>Data in the form that a network takes: rows for each of its inputs, cut into batches.</summary>
/// <remarks>
/// <para>The first extent of an input counts rows where it is free, or where the first input fixes it to the same number: then every
/// batch has just that many rows and rows that do not fill a batch are left out. An axis that bears the name of the first input's first one counts
/// rows wherever it lies, as in a recurrent state [layers, batch, units]. An input without such an axis is given to every batch whole.</para>
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
        Rows = first?.Rows ?? 1;
        if (inputs.FirstOrDefault(i => i.HasRows && i.Rows != Rows) is { } other)
            throw new UnusableDataException($"The inputs have different numbers of rows: '{first!.Name}' has {Rows}, '{other.Name}' has {other.Rows}.");
        if (Rows == 0)
            throw new UnusableDataException("There is no data: expected at least one row.");
        if (FixedBatch is { } size && first is not null && Rows < size)
            throw new UnusableDataException($"'{model.Name}' takes batches of exactly {size} rows, and the data have {Rows}.");
    }

    /// <summary>Number of rows.</summary>
    public long Rows { get; }

    /// <summary>The inputs, each with all its rows.</summary>
    internal IReadOnlyList<NetworkInput> All => _inputs;

    /// <summary>The number of rows that every batch must have, or null where the network takes any.</summary>
    public int? FixedBatch { get; }

    /// <summary>Rows that fill no batch of the fixed size and are left out.</summary>
    public long RowsLeftOut => FixedBatch is { } size ? Rows % size : 0;

    /// <summary>Whether every row is the same: nothing can then be said of what varies from row to row.</summary>
    public bool HasEqualRows => Rows > 1 && _inputs.All(input => input.HasEqualRows);

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

    /// <summary>Rows in memory for a network with one input.</summary>
    /// <param name="model">The network.</param>
    /// <param name="rows">At least one, all of the same length.</param>
    /// <param name="extents">Extents of one row.</param>
    /// <exception cref="ThermoException">The network has several inputs, or takes rows of other extents.</exception>
    internal static NetworkInputs Of(OnnxModel model, IReadOnlyList<double[]> rows, IReadOnlyList<long> extents)
    {
        IReadOnlyList<OnnxValue> declared = Declared(model);
        if (declared is not [var input])
            throw new ThermoException($"'{model.Name}' takes {string.Join(", ", declared)}: expected one input.");
        return new(model, [Checked(input, declared, [rows.Count, .. extents], "A row", rowAxis =>
        {
            NetworkInput made = NetworkInput.Zeros(input, [rows.Count, .. extents], rowAxis);
            for (int row = 0; row < rows.Count; row++)
                made.Set(row * rows[row].Length, rows[row]);
            return made;
        })]);
    }

    /// <summary>
    /// Inputs that nobody gave. Real numbers are standard normal. Whole numbers that pick from a table are drawn evenly below its number of rows,
    /// masks are 1, positions are counted, lengths are those of the ids; other whole numbers are 0 or 1, bytes anything. Row i is the same
    /// whatever the number of rows.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="rows">Number of rows, ≥ 1; rounded up to a whole number of batches of a fixed size.</param>
    /// <param name="seed">Chooses the numbers.</param>
    /// <param name="extents">Free extents by their name, or by <c>input:axis</c> where they have none; those not listed are 16 where they count
    /// the places of ids and 1 elsewhere, save those of the first axis, which count rows.</param>
    /// <exception cref="ThermoException">An input takes text or no tensor, or an extent is listed that the network does not leave free.</exception>
    public static NetworkInputs Synthetic(OnnxModel model, int rows, ulong seed, IReadOnlyDictionary<string, long>? extents = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        IReadOnlyList<OnnxValue> declared = Declared(model);
        SyntheticInputs synthetic = new(model, declared, extents ?? new Dictionary<string, long>());
        if (extents?.Keys.FirstOrDefault(k => !synthetic.Free.Contains(k)) is { } unknown)
        {
            string free = synthetic.Free.Count == 0 ? "none" : string.Join(", ", synthetic.Free);
            throw new ThermoException($"'{model.Name}' has no free extent '{unknown}'; free are: {free}.");
        }

        int size = FixedBatchOf(declared) ?? 1;
        long all = (rows + size - 1L) / size * size;
        return new(model, [.. declared.Select((input, index) =>
        {
            int rowAxis = RowAxis(input, declared);
            long[] shape = synthetic.ShapeOf(input, rowAxis, all);
            return synthetic.Draw(input, shape, rowAxis, seed, (ulong)index);
        })]);
    }

    /// <summary>The extents that <see cref="Synthetic"/> takes where the network leaves them free, rows apart, by the names under which others can be
    /// given.</summary>
    /// <param name="model">The network.</param>
    /// <param name="extents">Those that are given.</param>
    /// <exception cref="ThermoException">An input takes text or is no tensor.</exception>
    public static IReadOnlyDictionary<string, long> SyntheticExtents(OnnxModel model, IReadOnlyDictionary<string, long>? extents = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<OnnxValue> declared = Declared(model);
        return new SyntheticInputs(model, declared, extents ?? new Dictionary<string, long>()).Assumed(input => RowAxis(input, declared));
    }

    /// <summary>Cuts the data into batches.</summary>
    /// <param name="size">Most rows of a batch, ≥ 1; a fixed size of the network goes before it.</param>
    public IEnumerable<NetworkBatch> Batches(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Enumerable.Range(0, BatchCount(size)).Select(index => Batch(size, index));
    }

    /// <summary>How many batches <see cref="Batches"/> cuts.</summary>
    internal int BatchCount(int size) => checked((int)((Rows - RowsLeftOut + (FixedBatch ?? size) - 1) / (FixedBatch ?? size)));

    /// <summary>One of them.</summary>
    internal NetworkBatch Batch(int size, int index)
    {
        long first = (long)(FixedBatch ?? size) * index;
        int count = (int)Math.Min(FixedBatch ?? size, Rows - first);
        return new NetworkBatch(_inputs.ToDictionary(input => input.Name, input => input.Slice(first, count)), count);
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
        OnnxValue input, IReadOnlyList<OnnxValue> declared, IReadOnlyList<long> shape, string what, Func<int, NetworkInput> make)
    {
        int rowAxis = RowAxis(input, declared);
        bool fits = shape.Count == input.Shape!.Count
            && !shape.Where((given, axis) => axis != rowAxis && input.Shape[axis].Value is { } extent && extent != given).Any();
        return fits ? make(rowAxis) : throw new UnusableDataException($"{what} has the shape [{string.Join(',', shape)}]; expected input {input}.");
    }

    private static NetworkInput Match(NumpyArray array, OnnxValue input, IReadOnlyList<OnnxValue> declared) =>
        Checked(input, declared, array.Shape, $"Array '{array.Name}'", rowAxis => (input.ElementType, array.ElementType) switch
        {
            (ElementType.Float, ElementType.Float) => NetworkInput.OfStored<float>(input, [.. array.Shape], rowAxis, array.Finite().Bytes),
            (ElementType.Int64, ElementType.Int64) => NetworkInput.OfStored<long>(input, [.. array.Shape], rowAxis, array.Bytes),
            _ => NetworkInput.Of(input, [.. array.Shape], rowAxis, array.Finite().ToDoubles()),
        });

    /// <summary>The axis of an input that counts rows, or −1.</summary>
    internal static int RowAxis(OnnxValue input, IReadOnlyList<OnnxValue> declared)
    {
        if (input.Shape is not { Count: > 0 } shape)
            return -1;
        string? rows = declared[0].Shape is [{ Value: null, Symbol: { Length: > 0 } symbol }, ..] ? symbol : null;
        int named = rows is null ? -1 : shape.Select((extent, axis) => (extent, axis)).Where(e => e.extent.Value is null && e.extent.Symbol == rows)
            .Select(e => e.axis).DefaultIfEmpty(-1).First();
        return named >= 0 ? named : shape[0].Value is null || shape[0].Value == FixedBatchOf(declared) ? 0 : -1;
    }

    internal static bool HasRows(OnnxValue input, IReadOnlyList<OnnxValue> declared) => RowAxis(input, declared) == 0;

    internal static int? FixedBatchOf(IReadOnlyList<OnnxValue> declared) =>
        declared is [{ Shape: [{ Value: { } size }, ..] }, ..] && size is > 0 and < int.MaxValue ? (int)size : null;
}
