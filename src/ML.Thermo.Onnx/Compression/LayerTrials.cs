using ML.Thermo.Onnx.Compression.Roundings;

namespace ML.Thermo.Onnx.Compression;

/// <summary>One layer, cut from what lies below it, at one width after another.</summary>
internal sealed class LayerTrials : IDisposable
{
    private readonly CompressionSubject _subject;
    private readonly IReadOnlyList<CompressibleWeight> _weights;
    private readonly CutNetwork _cut;
    private readonly Compensation?[] _compensations;

    /// <summary>Runs what lies below once, and gathers how the layer's inputs go together.</summary>
    public LayerTrials(CompressionSubject subject, int layer)
    {
        (_subject, Layer, _weights) = (subject, layer, subject.Layers.Found[layer].Weights);
        _cut = new CutNetwork(subject.Measure.Energy, _weights);
        _compensations = [.. _weights.Select(weight => subject.Options.Rounding == CompressionRounding.Compensated
            ? Compensation.Of(weight, InputMoments.Of(subject.Model, weight, subject.Measure.Energy.BatchRows, subject.Measure.Chooses, _cut.At)) : null)];
    }

    /// <summary>Number among the layers that can be compressed.</summary>
    public int Layer { get; }

    /// <summary>Rounds it to a width, and measures what is lost with it alone; null where it cannot be stored so.</summary>
    public WidthTrial? At(int bits, CancellationToken cancellation)
    {
        ChannelRounding[] roundings = [.. _weights.Select((weight, i) => ChannelRounding.Of(weight, bits, _compensations[i]))];
        StoredWeight?[] stored = [.. _weights.Zip(roundings, (weight, rounding) => StoredWeight.Of(weight, rounding, _subject.Model, _subject.Options.Prefer))];
        if (Array.Exists(stored, form => form is null))
            return null;
        for (int i = 0; i < _weights.Count; i++)
            _cut.Set(i, roundings[i].Decode());
        Estimate loss = NetworkCompression.RowMean(_subject.Measure.Choosing(_cut.Excess(cancellation)), _subject.Measure.Unit);
        CompressionChoice choice = new(bits, stored[0]!.Form, stored.Sum(form => form!.Bytes), stored.Sum(form => form!.LevelBytes), loss)
        {
            Planes = stored[0]!.Tables,
        };
        return new(Layer, choice, roundings);
    }

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();
}
