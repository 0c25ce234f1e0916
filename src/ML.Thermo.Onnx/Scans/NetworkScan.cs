using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
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
        using var network = new ClassNetwork(model);
        if (control == NetworkControl.InputValue && (input is null || !network.Inputs.Contains(input)))
            throw new ThermoException($"'{model.Name}' has no input '{input}': its inputs are {string.Join(", ", network.Inputs)}.");
        if (control == NetworkControl.SoftmaxTemperature)
            return SoftmaxScan.Temperatures(grid, Rows(network, inputs, progress, cancellation), options);
        InputSums? sums = null;
        foreach (NetworkBatch batch in Batches(inputs, progress, cancellation))
        {
            double[][][] laws = [.. grid.Values.Select(x => network.Laws(batch, (name, value) => control == NetworkControl.InputScale ? value * (float)x
                : name == input ? (float)x : value))];
            sums ??= new InputSums(grid, laws[0][0].Length, options);
            for (int i = 0; i < laws[0].Length; i++)
                sums.Add([.. laws.Select(rows => rows[i])]);
        }

        return (sums ?? new InputSums(grid, 0, options)).Report();
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
        List<ClassNetwork> networks = [];
        try
        {
            networks.AddRange(models.Select(model => new ClassNetwork(model)));
            InputSums? sums = null;
            foreach (NetworkBatch batch in Batches(inputs, progress, cancellation))
            {
                double[][][] laws = [.. networks.Select(network => network.Laws(batch, null))];
                int other = Array.FindIndex(laws, rows => rows[0].Length != laws[0][0].Length);
                if (other >= 0)
                    throw new UnusableDataException($"'{models[other].Name}' has {laws[other][0].Length} classes: expected {laws[0][0].Length}, as the first.");
                sums ??= new InputSums(grid, laws[0][0].Length, options);
                for (int i = 0; i < laws[0].Length; i++)
                    sums.Add([.. laws.Select(rows => rows[i])]);
            }

            return (sums ?? new InputSums(grid, 0, options)).Report();
        }
        finally
        {
            networks.ForEach(network => network.Dispose());
        }
    }

    private static IEnumerable<double[]> Rows(ClassNetwork network, NetworkInputs inputs, IProgress<double>? progress, CancellationToken cancellation) =>
        Batches(inputs, progress, cancellation).SelectMany(batch => network.Logits(batch, null));

    private static IEnumerable<NetworkBatch> Batches(NetworkInputs inputs, IProgress<double>? progress, CancellationToken cancellation)
    {
        long done = 0;
        foreach (NetworkBatch batch in inputs.Batches(BatchRows))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return batch;
            }

            progress?.Report((done += BatchRows) / (double)inputs.Rows);
        }
    }
}
