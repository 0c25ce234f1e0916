using ML.Thermo.Novelty;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Guards;

/// <summary>A guard at work on its network. Thread-safe.</summary>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference")]
public sealed class GuardSession : IDisposable
{
    private const int ShortestWindow = 2;

    private readonly NetworkGuard _guard;
    private readonly OnnxModel _network;
    private readonly ConformalCalibration _rank;
    private readonly WindowCalibration _windows;
    private readonly Lock _lock = new();
    private LayerReader? _reader;
    private bool _isDisposed;

    internal GuardSession(NetworkGuard guard, OnnxModel network)
    {
        (_guard, _network) = (guard, network);
        _rank = new(guard.Calibration.Select(z => NetworkGuard.Comparable(FluctuationLaw.StrangenessOf(z))));
        _windows = new(guard.Calibration, guard.Radius);
    }

    /// <summary>Judges rows, each by itself and in windows of rows that follow one another.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="window">Rows of a window, ≥ 2; rows that fill no window are judged singly, unless there is no full window.</param>
    /// <param name="seed">Chooses the relabellings of the windows.</param>
    /// <param name="cancellation">Checked between batches and windows.</param>
    /// <exception cref="UnusableDataException">A row has other extents than those of the reference.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public GuardVerdict Judge(NetworkInputs data, int window = NetworkGuard.UsualWindow, ulong seed = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, ShortestWindow);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        GuardInput input = GuardInput.Of(_network, data);
        if (!input.Extents.SequenceEqual(_guard.Extents))
            throw new UnusableDataException($"The rows have the extents [{string.Join(',', input.Extents)}]: the guard was fitted on [{string.Join(',', _guard.Extents)}].");
        double[][] rows = GuardInput.Rows(data), readings = Read(input, rows, cancellation, out GuardLaw law);
        double[][] whitened = [.. readings.Select(law.Whiten)];
        GuardedRow[] judged = [.. whitened.Select((z, i) => Judge(FluctuationLaw.StrangenessOf(z), law, readings[i]))];
        List<GuardedWindow> windows = [];
        int length = Math.Min(window, rows.Length);
        for (int first = 0; length >= ShortestWindow && first + length <= rows.Length; first += length)
        {
            cancellation.ThrowIfCancellationRequested();
            windows.Add(new(first, length, _windows.PValue(whitened[first..(first + length)], seed + (ulong)first)));
        }

        return new(judged, windows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _reader?.Dispose();
        }
    }

    private GuardedRow Judge(double strangeness, GuardLaw law, double[] readings)
    {
        bool isFinite = double.IsFinite(strangeness);
        return new(_rank.PValue(strangeness), isFinite ? strangeness : double.NaN, isFinite ? law.Hottest(readings) : null);
    }

    private double[][] Read(GuardInput input, double[][] rows, CancellationToken cancellation, out GuardLaw law)
    {
        InputStatistics statistics = new(input, _guard.Unit);
        LayerReader? reader = Reader(input);
        GuardColumn[] columns = [.. GuardColumn.Of(reader?.Layers ?? []), .. statistics.Names.Select(name => new GuardColumn(null, name))];
        law = GuardLaw.Of(columns, _guard.Columns, _guard.Law);
        double[][] layers = reader?.Read(rows, cancellation) ?? [.. rows.Select(_ => Array.Empty<double>())];
        return [.. layers.Zip(rows, (read, row) => (double[])[.. read, .. statistics.Of(row)])];
    }

    /// <summary>Opened by the first rows; none where the input alone is looked at.</summary>
    private LayerReader? Reader(GuardInput input)
    {
        if (_guard.Layers.Count == 0)
            return null;
        lock (_lock)
            return _reader ??= new LayerReader(_network, input, _guard.Layers);
    }
}
