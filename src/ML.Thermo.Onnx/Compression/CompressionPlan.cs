using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Compression;
using ML.Thermo.Display;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression;

/// <summary>What every width of every layer costs, and the best choice at a size or a loss.</summary>
/// <remarks>Sizes are those of the file, all bytes counted; the file that is written is no larger than was said.</remarks>
[Maturity(Maturity.Theorem, "where losses add up; the bath and the forecast measure what they do together")]
[TypeFormatterSource(typeof(CompressionPlanDisplay))]
public sealed class CompressionPlan
{
    private const int Bisections = 8;
    private readonly SizeTable _bytes, _levels;
    private SharedFile? _roundings;

    internal CompressionPlan(CompressionSubject subject, IReadOnlyList<CompressionLayer> layers, CompressionOptions options)
    {
        (Subject, Layers, Options) = (subject, layers, options);
        OnnxModel model = subject.Model;
        BytesBefore = model.Bytes.Length + model.Graph.Initializers.Where(t => t.IsExternal).Sum(t => t.ByteLength);
        _bytes = SizeTable.OfBytes(layers, BytesBefore);
        _levels = SizeTable.OfLevels(layers);
        Curve = _bytes.Equilibria;
    }

    /// <summary>The layers that can be compressed, in the graph's order.</summary>
    public IReadOnlyList<CompressionLayer> Layers { get; }

    /// <summary>The weights that stay as they are, with the reason.</summary>
    public IReadOnlyList<KeptLayer> Kept => Subject.Layers.Kept;

    /// <summary>What was asked.</summary>
    public CompressionOptions Options { get; }

    /// <summary>Number of rows of the plan: two thirds choose widths, every third row forecasts what others will lose.</summary>
    public int Rows => Measure.Energy.Rows;

    /// <summary>Whether loss is a divergence in nats a row; else it is a share of the outputs' variance.</summary>
    public bool IsDivergence => Measure.IsDivergence;

    /// <summary>Number of weights that can be compressed.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Bytes of the original model, files beside it included.</summary>
    public long BytesBefore { get; }

    /// <summary>No plan makes the file smaller.</summary>
    public long SmallestBytes => _bytes.Smallest;

    /// <summary>No plan stores a weight in fewer bits, on average over levels, scales and zero points.</summary>
    public double SmallestAverageBits => 8.0 * _levels.Smallest / Parameters;

    /// <summary>Loss against size, by the sum of the layers' self-energies: the choices at which one temperature rules, from the smallest file on. The
    /// slope is in loss a byte; 8 bytes' bits are 8 ln 2 nats.</summary>
    public IReadOnlyList<Equilibrium> Curve { get; }

    internal CompressionSubject Subject { get; }

    internal LossMeasure Measure => Subject.Measure;

    /// <summary>The roundings of all layers, for workers elsewhere.</summary>
    internal SharedFile Roundings => _roundings ??= SharedFile.Of(JointNetwork.Write(Layers));

    /// <summary>The plan of least loss whose file is no larger.</summary>
    /// <param name="bytes">The most that the file may take.</param>
    /// <param name="cancellation">Checked before each pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below <see cref="SmallestBytes"/>.</exception>
    public CompressedNetwork At(long bytes, CancellationToken cancellation = default)
    {
        if (bytes < SmallestBytes)
            throw new ArgumentOutOfRangeException(nameof(bytes), $"No file of {bytes} bytes can be reached: the smallest one has {SmallestBytes} "
                + $"({100.0 * SmallestBytes / BytesBefore:0.#} % of {BytesBefore}). Take narrower widths, or keep fewer layers.");
        return Settle(_bytes.At(bytes), choices => _bytes.Of(choices) <= bytes, cancellation);
    }

    /// <summary>The plan of least loss that stores a weight in no more bits on average, scales and zero points counted.</summary>
    /// <param name="bits">Bits a weight.</param>
    /// <param name="cancellation">Checked before each pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below <see cref="SmallestAverageBits"/>.</exception>
    public CompressedNetwork AtAverageBits(double bits, CancellationToken cancellation = default)
    {
        if (!(bits >= SmallestAverageBits))
            throw new ArgumentOutOfRangeException(nameof(bits), $"No plan stores a weight in {bits} bits: the least is {SmallestAverageBits:0.###}, "
                + "scales and zero points counted. Take narrower widths.");
        long most = (long)Math.Floor(bits * Parameters / 8);
        return Settle(_levels.At(most), choices => _levels.Of(choices) <= most, cancellation);
    }

    /// <summary>The smallest plan that was found to lose no more, with all layers stored together.</summary>
    /// <param name="loss">The most that the rows by which widths are chosen may lose on average: nats a row, or a share of the outputs' variance; ≥ 0.</param>
    /// <param name="cancellation">Checked before each pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative.</exception>
    public CompressedNetwork UpTo(double loss, CancellationToken cancellation = default)
    {
        if (!(loss >= 0))
            throw new ArgumentOutOfRangeException(nameof(loss), $"A loss of {loss} is none: expected a number ≥ 0.");
        using Bath bath = new(this);
        int[] best = [.. Layers.Select(layer => layer.Choices.Count - 1)];
        double low = 0, high = double.PositiveInfinity, aim = loss;
        for (int i = 0; i < Bisections; i++)
        {
            int[] choices = _bytes.UpTo(aim);
            if (bath.Joint(choices, cancellation) <= loss)
            {
                best = _bytes.Of(choices) <= _bytes.Of(best) ? choices : best;
                low = aim;
            }
            else
            {
                high = aim;
            }

            aim = double.IsFinite(high) ? (low + high) / 2 : 2 * aim;
        }

        long most = _bytes.Of(best);
        return bath.Settle(best, choices => _bytes.Of(choices) <= most, cancellation);
    }

    /// <summary>Given widths, as they are: a position in <see cref="CompressionLayer.Choices"/> for each layer.</summary>
    /// <param name="choices">One a layer.</param>
    /// <param name="cancellation">Checked before each pass.</param>
    /// <exception cref="ArgumentException">They are not as many as the layers, or one does not exist.</exception>
    public CompressedNetwork Of(IReadOnlyList<int> choices, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count != Layers.Count || choices.Where((choice, i) => choice < 0 || choice >= Layers[i].Choices.Count).Any())
            throw new ArgumentException($"[{string.Join(',', choices)}] chooses nothing that exists for {Layers.Count} layers.", nameof(choices));
        using Bath bath = new(this);
        return bath.Given([.. choices], cancellation);
    }

    /// <summary>Runs a written model on rows and compares its outputs with those of the original.</summary>
    /// <param name="written">The compressed model.</param>
    /// <param name="rows">Inputs by name, batch by batch; best other rows than the plan's.</param>
    /// <exception cref="ThermoException">ONNX Runtime refuses the model.</exception>
    public MeasuredLoss Verify(OnnxModel written, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> rows)
    {
        ArgumentNullException.ThrowIfNull(written);
        return WrittenLoss.Of(LossMeasure.Of(Measure.Energy.Network, rows, Options, Measure.Unit), written);
    }

    internal long BytesOf(IReadOnlyList<int> choices) => _bytes.Of(choices);

    internal double AverageBitsOf(IReadOnlyList<int> choices) => 8.0 * _levels.Of(choices) / Parameters;

    private CompressedNetwork Settle(int[] choices, Func<int[], bool> fits, CancellationToken cancellation)
    {
        using Bath bath = new(this);
        return bath.Settle(choices, fits, cancellation);
    }
}
