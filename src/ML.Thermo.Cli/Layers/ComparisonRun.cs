using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>Two networks side by side.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">The second.</param>
/// <param name="Found">What changed.</param>
/// <param name="Rows">Rows that both ran; 0 where nothing was run.</param>
/// <param name="IsSynthetic">Whether those are noise.</param>
internal sealed record ComparisonResult(OpenNetwork First, OpenNetwork Second, NetworkComparison Found, long Rows, bool IsSynthetic = false) : IDisposable
{
    /// <summary>For the page.</summary>
    public ComparisonFindings Findings => new() { First = First.Graph, Second = Second.Graph, Found = Found, Rows = Rows, IsSynthetic = IsSynthetic };

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}

/// <summary>Opens both networks, compares their weights and, where there are data, their outputs and temperatures on the same rows.</summary>
internal sealed class ComparisonRun(LayersRequest request, Action<string> note)
{
    public ComparisonResult Execute(Meter meter, CancellationToken cancellation)
    {
        OpenNetwork first = OpenNetwork.Open(request, request.Model, note), second;
        try
        {
            second = OpenNetwork.Open(request, request.Against!, note);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        try
        {
            meter.Begin("weights of both");
            NetworkComparison found = NetworkComparison.Of(first.Graph, second.Graph, spectra: !request.Quick, cancellation);
            if (request.Data is not { } data)
                return new(first, second, found, 0);
            ExecutionDevice device = ExecutionDevice.Choose(data.Device);
            NetworkInputs inputs = data.Inputs(first.Graph.Model, request.Seed);
            meter.Begin("outputs of both");
            found = found.WithOutputs(first.Graph, second.Graph, inputs.Batches(data.Batch), device, cancellation);
            if (data.Draws > 0)
            {
                EnergyOptions targets = data.Labels is null ? new() : LayersRun.Targets(data.Labels, data.Energy, inputs);
                HashSet<Layer> all = [.. first.Graph.Layers, .. second.Graph.Layers];
                LayersRun run = new(request, note);
                found = found.WithTemperatures(
                    run.Losses(data, targets, first.Graph, all, inputs, device, meter, cancellation).Thermodynamics,
                    run.Losses(data, targets, second.Graph, all, inputs, device, meter, cancellation).Thermodynamics);
            }

            return new(first, second, found, inputs.Rows, data.IsSynthetic);
        }
        catch
        {
            first.Dispose();
            second.Dispose();
            throw;
        }
    }
}
