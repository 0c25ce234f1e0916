using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Scans;

namespace ML.Thermo.Onnx.Scans;

/// <summary>What is turned in a scan of a network on fixed rows.</summary>
public enum NetworkControl
{
    /// <summary>All floating inputs are multiplied by x: contrast, volume, gain.</summary>
    InputScale,

    /// <summary>Logits are divided by x.</summary>
    SoftmaxTemperature,

    /// <summary>One input has the value x throughout.</summary>
    InputValue,
}

/// <summary>Scans of any network with class logits or probabilities: what its answers to the same rows do while something is turned.</summary>
/// <remarks>The joint law of (row, class) is compared, so every distance is a mean over rows, with the error of that mean.</remarks>
[Maturity(Maturity.Theorem, "the laws")]
[Maturity(Maturity.Estimator, "over rows")]
public static class NetworkScan
{
    private const int BatchRows = 256;

    /// <summary>Runs the scan.</summary>
    /// <param name="model">The network: its first floating output [rows, classes] holds logits, or probabilities that add up to one.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="control">What is turned.</param>
    /// <param name="grid">Its values.</param>
    /// <param name="input">The input's name, for <see cref="NetworkControl.InputValue"/>.</param>
    /// <param name="options">How to look.</param>
    /// <param name="progress">Receives the share of the rows that are done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ThermoException">The network has no such output or input; the message lists them.</exception>
    public static ScanReport Run(
        OnnxModel model,
        NetworkInputs inputs,
        NetworkControl control,
        ControlGrid grid,
        string? input = null,
        ScanOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(grid);
        options ??= new ScanOptions();
        using AnswerPieces pieces = new(RowsOf([model], inputs, control, grid, input), options.Threads);
        if (control == NetworkControl.InputValue && (input is null || !pieces.Inputs.Contains(input)))
            throw new ThermoException($"'{model.Name}' has no input '{input}': its inputs are {string.Join(", ", pieces.Inputs)}.");
        if (control != NetworkControl.SoftmaxTemperature)
            return Compare(pieces, [model], grid, options, progress, cancellation);
        var sums = new SoftmaxSums(grid, options);
        pieces.InOrder(options.Workers, pieces.Count, (number, logits) =>
        {
            foreach (double[] row in logits)
                sums.Add(row);
            progress?.Report((number + 1) / (double)pieces.Count);
        }, cancellation);
        return sums.Report();
    }

    /// <summary>Compares several networks on the same rows, such as checkpoints of a training.</summary>
    /// <param name="models">A network for each value, with the same inputs and classes.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="grid">The networks' numbers.</param>
    /// <param name="options">How to look.</param>
    /// <param name="progress">Receives the share of the rows that are done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ThermoException">Classes differ, or a network has no output of classes.</exception>
    public static ScanReport Models(
        IReadOnlyList<OnnxModel> models,
        NetworkInputs inputs,
        ControlGrid grid,
        ScanOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(grid);
        options ??= new ScanOptions();
        using AnswerPieces pieces = new(RowsOf(models, inputs, null, grid, null), options.Threads);
        return Compare(pieces, models, grid, options, progress, cancellation);
    }

    private static AnsweredRows RowsOf(
        IReadOnlyList<OnnxModel> models, NetworkInputs inputs, NetworkControl? control, ControlGrid grid, string? input) =>
        new(models, inputs.BatchCount(BatchRows), index => inputs.Batch(BatchRows, index), control, grid.Values, input);

    /// <summary>Adds up the laws of every row at all values, batch by batch.</summary>
    private static ScanReport Compare(
        AnswerPieces pieces, IReadOnlyList<OnnxModel> models, ControlGrid grid, ScanOptions options, IProgress<double>? progress,
        CancellationToken cancellation)
    {
        InputSums? sums = null;
        List<double[][]> laws = []; // of a batch, value by value
        pieces.InOrder(options.Workers, pieces.Count, (number, answers) =>
        {
            if (laws.Count > 0 && answers[0].Length != laws[0][0].Length)
            {
                throw new UnusableDataException($"'{models[laws.Count % models.Count].Name}' has {answers[0].Length} classes: expected {laws[0][0].Length}, "
                    + "as the first.");
            }

            laws.Add(answers);
            if (laws.Count < pieces.Values)
                return;
            sums ??= new InputSums(grid, laws[0][0].Length, options);
            for (int i = 0; i < laws[0].Length; i++)
                sums.Add([.. laws.Select(rows => rows[i])]);
            laws.Clear();
            progress?.Report((number + 1) / (double)pieces.Count);
        }, cancellation);
        return (sums ?? new InputSums(grid, 0, options)).Report();
    }
}
