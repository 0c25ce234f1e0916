using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Guards;

/// <summary>How the numbers of a row lie.</summary>
internal sealed class RowLayout
{
    private const int LeastSide = 3;

    /// <param name="extents">Extents of a row.</param>
    public RowLayout(IReadOnlyList<long> extents)
    {
        Extents = [.. extents];
        Length = checked((int)extents.Aggregate(1L, (a, b) => checked(a * b)));
        Picture = Layout(Extents);
    }

    /// <summary>Extents of a row.</summary>
    public long[] Extents { get; }

    /// <summary>Numbers of a row.</summary>
    public int Length { get; }

    /// <summary>How its rows lie as pictures; null where they are columns of numbers.</summary>
    public PictureLayout? Picture { get; }

    private static PictureLayout? Layout(long[] extents)
    {
        long[] sides = [.. extents.OrderDescending().Take(2)];
        return extents.Length is 2 or 3 && sides[1] >= LeastSide && (extents.Length == 2 || extents[0] <= PictureLayout.MostChannels
            || extents[2] <= PictureLayout.MostChannels) ? PictureLayout.Of("input", extents) : null;
    }
}

/// <summary>The one input of real numbers that a guarded network has.</summary>
internal sealed class GuardInput
{
    private readonly OnnxValue _declared;
    private readonly int? _fixedBatch;

    private GuardInput(OnnxValue declared, int? fixedBatch, long[] extents)
    {
        (_declared, _fixedBatch, Layout) = (declared, fixedBatch, new RowLayout(extents));
    }

    /// <summary>How its rows lie.</summary>
    public RowLayout Layout { get; }

    /// <summary>The input of a network, as data give its extents.</summary>
    /// <exception cref="ThermoException">The network has several inputs, or one that takes no real numbers or has no axis of rows.</exception>
    public static GuardInput Of(OnnxModel model, NetworkInputs data)
    {
        IReadOnlyList<OnnxValue> declared = NetworkInputs.Declared(model);
        if (declared is not [var only] || !only.ElementType.IsFloating() || data.All is not [{ RowAxis: 0 } values])
            throw new ThermoException(
                $"'{model.Name}' takes {string.Join(", ", declared)}: the guard expects one input of real numbers with rows on its first axis.");
        return new(only, data.FixedBatch, values.Shape[1..]);
    }

    /// <summary>The rows of data as numbers.</summary>
    public static double[][] Rows(NetworkInputs data)
    {
        double[][] rows = new double[data.Rows][];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = data.All[0].Row(row);
        return rows;
    }

    /// <summary>A batch of rows; where the network takes a fixed number, the first is repeated to fill it.</summary>
    /// <param name="rows">At most as many as the fixed number, where there is one.</param>
    public NetworkBatch Batch(ReadOnlySpan<double[]> rows)
    {
        int count = _fixedBatch ?? rows.Length;
        long[] shape = [count, .. Layout.Extents];
        NetworkInput input = NetworkInput.Zeros(_declared, shape, rowAxis: 0);
        for (int i = 0; i < count; i++)
            input.Set(i * Layout.Length, rows[i < rows.Length ? i : 0]);
        return new NetworkBatch(new Dictionary<string, OrtValue>(StringComparer.Ordinal) { [_declared.Name] = input.Slice(0, count) }, count);
    }

    /// <summary>Rows of one run.</summary>
    public int BatchSize(int wanted) => _fixedBatch ?? wanted;
}
