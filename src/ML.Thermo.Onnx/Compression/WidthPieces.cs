using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression;

/// <summary>A layer at a width.</summary>
/// <param name="Layer">Its number among those that can be compressed.</param>
/// <param name="Choice">What it costs, and what is lost with it alone.</param>
/// <param name="Roundings">Its weights.</param>
internal sealed record WidthTrial(int Layer, CompressionChoice Choice, ChannelRounding[] Roundings);

/// <summary>What every layer loses at every width, alone: a piece is one layer at one width; null where it cannot be stored so.</summary>
internal sealed class WidthPieces : Pieces<WidthTrial?>, IDisposable
{
    /// <summary>Name and version of the form.</summary>
    public const string Kind = "widths/1";

    private readonly CompressionSubject _subject;
    private readonly CompressionMenu _menu;
    private readonly int _mostIdle;
    private readonly List<LayerTrials> _idle = [];

    /// <summary>The layers of a network at the widths of a menu.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="menu">The widths.</param>
    /// <param name="mostIdle">Layers that are kept cut for another width, at most.</param>
    public WidthPieces(CompressionSubject subject, CompressionMenu menu, int mostIdle) => (_subject, _menu, _mostIdle) = (subject, menu, mostIdle);

    /// <summary>All pieces.</summary>
    public int Count => _subject.Layers.Found.Count * _menu.Bits.Count;

    /// <summary>A layer is cut once, for all its widths.</summary>
    protected override int Neighbours => _menu.Bits.Count;

    /// <inheritdoc/>
    public override WidthTrial? Do(long number, CancellationToken cancellation)
    {
        int layer = (int)(number / _menu.Bits.Count), width = (int)(number % _menu.Bits.Count);
        LayerTrials trials = Take(layer) ?? new LayerTrials(_subject, layer);
        try
        {
            return trials.At(_menu.Bits[width], cancellation);
        }
        finally
        {
            Return(trials, width == _menu.Bits.Count - 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LayerTrials trials in _idle)
            trials.Dispose();
        _idle.Clear();
    }

    /// <inheritdoc/>
    protected override SharedWork Describe() => new(Kind, _subject.Shared, Packed.Of(to =>
    {
        _subject.Write(to);
        to.WriteAll<int>(_menu.Bits.ToArray());
    }), []);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter to, WidthTrial? result)
    {
        to.Write(result is not null);
        if (result is null)
            return;
        CompressionChoice choice = result.Choice;
        to.Write(result.Layer);
        to.Write(choice.Bits);
        to.Write(choice.Form);
        to.Write(choice.Bytes);
        to.Write(choice.LevelBytes);
        to.Write(choice.SelfEnergy.Value);
        to.Write(choice.SelfEnergy.StandardError);
        to.WriteAll<int>(choice.Planes.ToArray());
        foreach (ChannelRounding rounding in result.Roundings)
            rounding.Write(to);
    }

    /// <inheritdoc/>
    protected override WidthTrial? Read(BinaryReader from)
    {
        if (!from.ReadBoolean())
            return null;
        int layer = from.ReadInt32(), bits = from.ReadInt32();
        CompressionChoice choice = new(
            bits, from.ReadString(), from.ReadInt64(), from.ReadInt64(), new Estimate(from.ReadDouble(), from.ReadDouble()))
        { Planes = from.ReadAll<int>() };
        return new(layer, choice, [.. _subject.Layers.Found[layer].Weights.Select(weight => ChannelRounding.Read(from, weight, bits))]);
    }

    private LayerTrials? Take(int layer)
    {
        lock (_idle)
        {
            int at = _idle.FindIndex(trials => trials.Layer == layer);
            if (at < 0)
                return null;
            LayerTrials found = _idle[at];
            _idle.RemoveAt(at);
            return found;
        }
    }

    private void Return(LayerTrials trials, bool isLast)
    {
        LayerTrials? gone = trials;
        lock (_idle)
        {
            if (!isLast)
            {
                _idle.Add(trials);
                gone = _idle.Count > _mostIdle ? _idle[0] : null;
                if (gone is not null)
                    _idle.RemoveAt(0);
            }
        }

        gone?.Dispose();
    }
}
