using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Compression;

namespace ML.Thermo.Cli.Compression;

/// <summary>A compression with everything that must stay open until it is told.</summary>
internal sealed class CompressResult(OnnxModel model, IReadOnlyList<NetworkBatch> batches, CompressionFindings findings) : IDisposable
{
    public CompressionFindings Findings => findings;

    public void Dispose()
    {
        foreach (NetworkBatch batch in batches)
            batch.Dispose();
        model.Dispose();
    }
}

/// <summary>Plans, writes, and measures what was written.</summary>
internal sealed class CompressRun(CompressRequest request, Action<string> note)
{
    private const int MostRowsAtOnce = 32, Parts = 6;

    public CompressResult Execute(Meter meter, CancellationToken cancellation)
    {
        OnnxModel model = OnnxModel.Open(request.Model);
        List<NetworkBatch> batches = [];
        try
        {
            batches.AddRange(Batches(model));
            int measured = batches.Count / 3;
            NetworkBatch[] plans = [.. batches.Take(batches.Count - measured)], others = [.. batches.TakeLast(measured)];
            meter.Begin("measuring layers", "fewer --rows or fewer --bits take less time");
            CompressionPlan plan = NetworkCompression.Plan(
                LayerGraph.Of(model), [.. plans.Select(batch => batch.Inputs)], request.Menu, request.Options, meter, cancellation);
            meter.Begin("exchanging bits between layers", "--bath 0 leaves this out");
            CompressedNetwork network = request.Goal.Of(plan, cancellation);
            CompressionFindings findings = new() { Subject = model.Name, Network = network, IsSynthetic = request.Data is null };
            return new(model, batches, request.Out is null ? findings : Write(findings, others, meter));
        }
        catch
        {
            batches.ForEach(batch => batch.Dispose());
            model.Dispose();
            throw;
        }
    }

    private CompressionFindings Write(CompressionFindings findings, NetworkBatch[] others, Meter meter)
    {
        meter.Begin("writing and measuring the file");
        byte[] bytes = findings.Network.ToBytes();
        request.Out!.Place(bytes);
        using OnnxModel written = OnnxModel.Open(request.OutPath!);
        IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> batch = others[0].Inputs;
        return findings with
        {
            Bytes = bytes.Length,
            Measured = findings.Network.Plan.Verify(written, [.. others.Select(other => other.Inputs)]),
            MeasuredRows = others.Sum(other => other.Rows),
            Costs = new CompressionCosts(
                ModelCosts.Measure(request.Model, batch), ModelCosts.Measure(request.OutPath!, batch),
                ModelCosts.Measure(request.OutPath!, batch, dequantizeAtLoad: true), others[0].Rows),
        };
    }

    /// <summary>The rows, in batches of which the last third is for measuring.</summary>
    private IEnumerable<NetworkBatch> Batches(OnnxModel model)
    {
        DataRequest noise = new() { Draws = 0, Rows = request.Data is null ? request.Rows : null, Extents = request.Extents };
        NetworkInputs inputs = request.Data is null ? noise.Inputs(model, request.Seed) : NetworkInputs.Read(request.Data, model);
        if (noise.Assumed(model) is { Length: > 0 } assumed && request.Data is null)
            note(assumed);
        long rows = request.Data is null ? inputs.Rows : Math.Min(inputs.Rows, request.Rows ?? long.MaxValue);
        int size = (int)Math.Clamp(rows / Parts, 1, MostRowsAtOnce);
        long count = rows / (inputs.FixedBatch ?? size);
        if (count < 3)
        {
            string batches = inputs.FixedBatch is { } batch ? $" in batches of exactly {batch}" : "";
            throw new UnusableDataException($"There are {rows} rows{batches}: expected at least three, two thirds to plan and one to measure.");
        }

        return inputs.Batches(size).Take((int)count);
    }
}
