using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Cli.Layers;

/// <summary>Reads a network, analyses its weights and, where there are data, runs it.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="note">Told what the result does not show.</param>
internal sealed class LayersRun(LayersRequest request, Action<string> note)
{
    /// <summary>Does the work.</summary>
    /// <param name="meter">Told how far it has come.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The report, which holds the model open.</returns>
    public LayersReport Execute(Meter meter, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        OnnxModel model = OnnxModel.Open(request.Model);
        try
        {
            LayerGraph graph = LayerGraph.Of(model);
            IReadOnlyList<Layer> layers = request.Choose(graph.Layers);
            RunResult? run = request.Data is { } data ? Run(data, graph, layers, meter, cancellation) : null;
            meter.Begin("weights");
            IReadOnlyList<LayerWeights> weights = LayerWeights.OfLayers(layers, request.Initialization, request.Seed, meter, cancellation);
            return new LayersReport
            {
                Request = request,
                Graph = graph,
                Rows = [.. layers.Zip(weights, (layer, found) => new LayerRow(layer, found, run?.Signals.Layers.FirstOrDefault(s => s.Layer == layer), run?.Thermodynamics?.Layers.FirstOrDefault(r => r.Layer == layer)))],
                Run = run,
                Elapsed = Stopwatch.GetElapsedTime(start),
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private RunResult Run(DataRequest data, LayerGraph graph, IReadOnlyList<Layer> layers, Meter meter, CancellationToken cancellation)
    {
        ExecutionDevice device = ExecutionDevice.Choose(data.Device);
        if (device.FallbackReason is { } reason)
            note($"--device auto takes the CPU: {reason}");
        NetworkInputs inputs = data.Inputs(graph.Model, request.Seed);
        if (inputs.RowsLeftOut > 0)
            note($"The network takes batches of {inputs.FixedBatch} rows: the last {inputs.RowsLeftOut} rows are left out.");
        meter.Begin("signals");
        HashSet<Layer> chosen = [.. layers];
        using SignalAnalysis analysis = new(graph, new() { Device = device, Layers = chosen.Contains });
        SignalReport signals = analysis.Run(inputs.Batches(data.Batch), new Share(progress => meter.Report((double)progress.Rows / inputs.Rows)), cancellation);
        return new RunResult(signals, data.Draws == 0 ? null : Ensembles(data, graph, chosen, inputs, device, meter, cancellation));
    }

    private NetworkThermodynamics Ensembles(
        DataRequest data, LayerGraph graph, HashSet<Layer> chosen, NetworkInputs inputs, ExecutionDevice device, Meter meter, CancellationToken cancellation)
    {
        NetworkBatch[] batches = [.. inputs.Batches(data.Batch)];
        try
        {
            EnergyOptions targets = data.Labels is null ? new() : LabelFile.Read(data.Labels, data.Energy);
            NetworkEnergy energy = Energy(data, graph, [.. batches.Select(batch => batch.Inputs)], targets, device);
            var options = new NetworkAnalysisOptions
            {
                Initialization = request.Initialization,
                Draws = data.Draws,
                Precision = data.Precision,
                Seed = request.Seed,
                Layers = chosen.Contains,
                Progress = new Ensemble(meter),
            };
            return NetworkAnalysis.Run(energy, options, cancellation);
        }
        catch (ThermoException error)
        {
            throw new ThermoException($"{error.Message} (--signals-only leaves the temperatures out.)", error);
        }
        finally
        {
            foreach (NetworkBatch batch in batches)
                batch.Dispose();
        }
    }

    private static NetworkEnergy Energy(
        DataRequest data, LayerGraph graph, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> batches, EnergyOptions targets, ExecutionDevice device)
    {
        Func<SessionOptions>? session = device.IsCuda ? () => OnCuda(device) : null;
        NetworkEnergy energy = NetworkEnergy.Of(graph, batches, data.Energy == "mse" ? targets with { Meaning = OutputMeaning.Values } : targets, session);
        return data.Energy == "ce" && energy.Meaning == OutputMeaning.Values
            ? NetworkEnergy.Of(graph, batches, targets with { Meaning = OutputMeaning.Logits }, session)
            : energy;
    }

    private static SessionOptions OnCuda(ExecutionDevice device)
    {
        var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.AppendExecutionProvider_CUDA(int.Parse(device.Name.AsSpan(device.Name.IndexOf(':') + 1), CultureInfo.InvariantCulture));
        return options;
    }

    /// <summary>Batches done, told at once and on the thread that did them.</summary>
    private sealed class Share(Action<SignalProgress> tell) : IProgress<SignalProgress>
    {
        public void Report(SignalProgress value) => tell(value);
    }

    /// <summary>Draws done, under the name of what is redrawn.</summary>
    private sealed class Ensemble(Meter meter) : IProgress<NetworkProgress>
    {
        private string? _stage;

        public void Report(NetworkProgress value)
        {
            string stage = $"redrawing {value.Ensemble ?? "the network"}";
            if (stage != Interlocked.Exchange(ref _stage, stage))
                meter.Begin(stage);
            meter.Report((double)value.Done / value.Total);
        }
    }
}
