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
    private readonly Lock _lock = new();
    private LayerReader? _reader;
    private GuardJudge? _judge;
    private bool _isDisposed;

    internal GuardSession(NetworkGuard guard, OnnxModel network) => (_guard, _network) = (guard, network);

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
        if (!input.Layout.Extents.SequenceEqual(_guard.Extents))
        {
            throw new UnusableDataException($"The rows have the extents [{string.Join(',', input.Layout.Extents)}]: the guard was fitted on "
                + $"[{string.Join(',', _guard.Extents)}].");
        }

        (LayerReader? reader, GuardJudge judge) = Ready(input);
        double[][] rows = GuardInput.Rows(data), layers = reader?.Read(rows, cancellation) ?? [.. rows.Select(_ => Array.Empty<double>())];
        double[][] readings = [.. layers.Zip(rows, judge.Reading)];
        List<GuardedWindow> windows = [];
        int length = Math.Min(window, rows.Length);
        for (int first = 0; length >= ShortestWindow && first + length <= rows.Length; first += length)
        {
            cancellation.ThrowIfCancellationRequested();
            windows.Add(new(first, length, judge.Window(readings[first..(first + length)], seed + (ulong)first)));
        }

        return new([.. readings.Select(judge.Judge)], windows);
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

    /// <summary>Opened by the first rows; no reader where the input alone is looked at.</summary>
    private (LayerReader? Reader, GuardJudge Judge) Ready(GuardInput input)
    {
        lock (_lock)
        {
            if (_judge is null)
            {
                _reader = _guard.Layers.Count == 0 ? null : new LayerReader(_network, input, _guard.Layers);
                _judge = new GuardJudge(_guard, _reader?.Layers ?? []);
            }

            return (_reader, _judge);
        }
    }
}
