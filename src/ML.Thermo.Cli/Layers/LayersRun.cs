using System.Diagnostics;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Sharing;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>Reads a network, analyses its weights and, where there are data, runs it.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="note">Told what the result does not show.</param>
internal sealed class LayersRun(LayersRequest request, Action<string> note)
{
    /// <summary>In which the curvature is probed: its effective number of directions is then known to a tenth or so.</summary>
    private const int Directions = 256;

    /// <summary>Does the work.</summary>
    /// <param name="meter">Told how far it has come.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The report, which holds the model open.</returns>
    public LayersResult Execute(Meter meter, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using JouleMeter? energy = request.MetersRun ? JouleMeter.Start() : null;
        OpenNetwork network = OpenNetwork.Open(request, request.Model, note);
        try
        {
            LayerGraph graph = network.Graph;
            if (graph.Disorder is { } disorder)
                note($"{disorder}: ONNX Runtime refuses such a model.");
            IReadOnlyList<Layer> layers = request.Choose(graph.Layers);
            NetworkFindings findings = new() { Graph = graph, Layers = [.. layers.Select(layer => new LayerFindings(layer))] };
            try
            {
                if (request.Data is { } data)
                    findings = Run(data, findings, meter, cancellation);
            }
            catch (NonFiniteActivationException bad)
            {
                findings = findings with { Signals = bad.SoFar, NonFinite = bad }; // what is known is reported all the same
            }

            findings = findings with { Layers = [.. Weights(findings.Layers, meter, cancellation).Select(layer => With(layer, findings))] };
            return new LayersResult(request, findings, Stopwatch.GetElapsedTime(start)) { Network = network, Joules = energy?.Stop() };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private IReadOnlyList<LayerFindings> Weights(IReadOnlyList<LayerFindings> layers, Meter meter, CancellationToken cancellation)
    {
        if (!request.ReadsWeights)
            return [.. layers.Select(layer => layer with { WeightsReason = LayerFields.WeightsNotAsked })];
        meter.Begin("weights");
        return LayerWeights.OfLayers([.. layers.Select(layer => layer.Layer)], request.Initialization, request.Seed, request.Quick, meter, cancellation);
    }

    /// <summary>A layer with what running the network told of it.</summary>
    private static LayerFindings With(LayerFindings layer, NetworkFindings findings) => layer with
    {
        Signal = findings.Signals?.Layers.FirstOrDefault(signal => signal.Layer == layer.Layer),
        Result = findings.Thermodynamics?.Layers.FirstOrDefault(result => result.Layer == layer.Layer),
        Sharpness = findings.Sharpness?.Layers.FirstOrDefault(sharpness => sharpness.Layers[0] == layer.Layer),
    };

    private NetworkFindings Run(DataRequest data, NetworkFindings findings, Meter meter, CancellationToken cancellation)
    {
        LayerGraph graph = findings.Graph;
        ExecutionDevice device = ExecutionDevice.Choose(data.Device);
        if (device.FallbackReason is { } reason)
            note($"--device auto takes the CPU: {reason}");
        NetworkInputs inputs = data.Inputs(graph.Model, request.Seed);
        if (inputs.RowsLeftOut > 0)
            note($"The network takes batches of {inputs.FixedBatch} rows: the last {inputs.RowsLeftOut} rows are left out.");
        EnergyOptions targets = data.Draws == 0 || data.Labels is null ? new() : Targets(data.Labels, data.Energy, inputs);
        meter.Begin("signals");
        HashSet<Layer> chosen = [.. findings.Layers.Select(layer => layer.Layer)];
        using SignalAnalysis analysis = new(graph, new() { Device = device, Layers = chosen.Contains });
        NetworkSignals signals;
        try
        {
            signals = analysis.Run(inputs.Batches(SignalAnalysis.BatchSize(inputs.Rows, data.Batch)),
                new Share(progress => meter.Report((double)progress.Rows / inputs.Rows)), cancellation);
        }
        catch (ThermoException error) when (error is not NonFiniteActivationException && data.Assumed(graph.Model) is { Length: > 0 } assumed)
        {
            throw new ThermoException($"{error.Message} {assumed}", error);
        }

        findings = findings with { Signals = signals, IsSynthetic = data.IsSynthetic, ResidualVariance = data.ResidualVariance };
        if (data.Draws == 0)
            return findings;
        (NetworkThermodynamics found, NetworkSharpness? sharpness) = Losses(data, targets, graph, chosen, inputs, device, meter, cancellation);
        return findings with { Thermodynamics = found, Sharpness = sharpness };
    }

    /// <summary>The labels, whose number is compared with that of the rows before the network is run: so many a row as it has outputs.</summary>
    internal static EnergyOptions Targets(string path, string? energy, NetworkInputs inputs)
    {
        EnergyOptions targets = LabelFile.Read(path, energy);
        long count = targets.Labels?.Count ?? targets.Targets?.Count ?? 0, rows = inputs.Rows - inputs.RowsLeftOut;
        return count > 0 && (count % inputs.Rows == 0 || count % rows == 0)
            ? targets
            : throw new UnusableDataException($"--labels '{path}' holds {count} labels and the data have {inputs.Rows} rows: expected {inputs.Rows}, or " +
                "as many "
                + "for each row.");
    }

    /// <summary>What needs a loss: temperatures, and curvature where it is asked for.</summary>
    internal (NetworkThermodynamics Thermodynamics, NetworkSharpness? Sharpness) Losses(
        DataRequest data, EnergyOptions targets, LayerGraph graph, HashSet<Layer> chosen, NetworkInputs inputs,
        ExecutionDevice device, Meter meter, CancellationToken cancellation)
    {
        using Silos? silos = data.Cluster is { } file ? Silos.Of(file, cancellation) : null;
        NetworkBatch[] batches = [.. inputs.Batches(data.Batch)];
        try
        {
            meter.Begin("trained losses");
            NetworkEnergy energy = NetworkEnergy.Of(
                graph,
                [.. batches.Select(batch => batch.Inputs)],
                data.Energy switch
                {
                    "mse" => targets with { Meaning = OutputMeaning.Values },
                    "ce" => targets with { Meaning = OutputMeaning.AnyLogits },
                    _ => targets,
                },
                device.CreateSessionOptions);
            if (double.IsFinite(data.ResidualVariance) && energy.Name != "self-mse")
            {
                throw new ThermoException("--residual-variance is for squared error against the network's own outputs, "
                    + $"and the energy is {energy.Name}: leave it out, or give --energy mse.");
            }

            var options = new NetworkAnalysisOptions
            {
                Initialization = request.Initialization,
                Draws = data.Draws,
                Precision = data.Precision,
                Seed = request.Seed,
                Layers = chosen.Contains,
                ResidualVariance = data.ResidualVariance,
                Workers = silos?.Workers,
                Progress = new Ensemble(meter),
            };
            meter.Begin("redrawing", "less with fewer --rows, --draws or --layers, or a larger --precision; --signals-only redraws nothing");
            NetworkThermodynamics found = NetworkAnalysis.Run(energy, options, cancellation);
            if (silos is not null)
                note(silos.Shares("draws"));
            if (!data.Sharpness)
                return (found, null);
            meter.Begin("curvature");
            return (found, NetworkSharpness.Of(energy, new() { Draws = Directions, Seed = request.Seed }, chosen.Contains, meter, cancellation));
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

    /// <summary>Batches done, told at once and on the thread that did them.</summary>
    private sealed class Share(Action<SignalProgress> tell) : IProgress<SignalProgress>
    {
        public void Report(SignalProgress value) => tell(value);
    }

    /// <summary>Draws done, under the name of what is redrawn.</summary>
    private sealed class Ensemble(Meter meter) : IProgress<NetworkProgress>
    {
        public void Report(NetworkProgress value)
        {
            meter.Rename($"redrawing {value.Ensemble ?? "the network"}");
            meter.Report((double)value.Done / value.Total);
        }
    }
}
