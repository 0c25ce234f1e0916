using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>The sums of all taps, as a whole and in groups of batches for the jackknife, and what they say of each layer.</summary>
internal sealed class SignalStatistics(IReadOnlyList<LayerTap> layers, IReadOnlyList<SignalTap> taps)
{
    /// <summary>Groups of the jackknife: batch i goes into group i modulo this.</summary>
    public const int Groups = 32;

    /// <summary>Of which a jackknife with fewer has no error to state.</summary>
    private const int FewestGroups = 8;

    private const int WellFilledFrom = 30;

    private readonly SignalSums?[] _totals = new SignalSums?[taps.Count];
    private readonly SignalSums?[][] _groups = [.. Enumerable.Range(0, Groups).Select(_ => new SignalSums?[taps.Count])];

    public long Batches { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Adds the next batch.</summary>
    public void Add(SignalSession.SignalResult result, int rows)
    {
        foreach (LayerTap layer in layers)
        {
            AddTap(layer, layer.Pre, result.Record(layer.Pre));
            if (layer.Post is { } post)
                AddTap(layer, post, result.Record(post));
        }

        Batches++;
        Rows += rows;
    }

    /// <summary>What the batches so far say of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="hasEqualRows">Whether all rows were the same, so that what never varied says nothing.</param>
    public LayerSignal Of(LayerTap layer, bool hasEqualRows)
    {
        SignalSums pre = _totals[layer.Pre]!, post = _totals[layer.Post ?? layer.Pre]!;
        double heatIn = layer.IsHidden ? double.NaN : pre.MeanVariance, mean = layer.IsHidden ? double.NaN : pre.MeanValue;
        Activation? phi = layer.Layer.Activation?.Function;
        bool isLinear = layer.IsLinear;
        Estimate transmission = isLinear && heatIn > 0 ? Estimate.Exact(1) : Transmission(layer);
        return new LayerSignal
        {
            Layer = layer.Layer,
            InputVariance = heatIn,
            InputMean = mean,
            OutputVariance = HeatOut(layer, pre, post),
            Transmission = transmission,
            GaussianPrediction = isLinear ? 0 : phi is not null && heatIn > 0 && double.IsFinite(heatIn)
                ? layer.Functions.Average(f => new ActivationEngine(f).Efficiency(heatIn, mean)) : double.NaN,
            Entropy = layer.IsHidden ? Estimate.Undefined : pre.Entropy,
            Distribution = layer.IsHidden ? [] : pre.Distribution,
            DeadFraction = hasEqualRows ? double.NaN : DeadUnits(layer, pre, post).Count / (double)pre.Units,
            DeadUnits = hasEqualRows ? [] : DeadUnits(layer, pre, post),
            Tails = SignalTails.Of(pre),
            SaturatedFraction = layer.Saturates ? post.Saturated / (double)post.Values : double.NaN,
            Units = pre.Units,
            Values = pre.Values,
            OutputShape = post.Shape,
            Status = (transmission.IsDefined ? Status.Defined : Status.Undefined)
                | (pre.ValuesPerUnit < WellFilledFrom ? Status.SmallSample : Status.Defined)
                | (heatIn == 0 ? Status.PointState : Status.Defined),
            EngineType = isLinear ? EngineType.Homogeneous : NetworkEngine.Of([layer.Layer]),
        };
    }

    /// <summary>The first layer of a batch whose values are not all finite, or null. What a softmax is given may be −∞.</summary>
    public LayerTap? FirstNonFinite(SignalSession.SignalResult result) => layers.FirstOrDefault(layer =>
        (!IsFinite(layer.Pre, result) && layer is not { Post: not null, Layer.Activation.Function: null })
        || (layer.Post is { } post && !IsFinite(post, result)));

    private bool IsFinite(int tap, SignalSession.SignalResult result)
    {
        ReadOnlySpan<double> record = result.Record(tap);
        int units = (record.Length - SignalRecord.HeaderLength - (taps[tap].HistogramLimit > 0 ? SignalHistogram.Bins : 0)) / UnitSums.Fields;
        double sum = 0;
        foreach (double value in record[..(UnitSums.Added * units)])
            sum += value;
        return double.IsFinite(sum);
    }

    private void AddTap(LayerTap layer, int tap, ReadOnlySpan<double> record)
    {
        int tail = SignalRecord.HeaderLength + (taps[tap].HistogramLimit > 0 ? SignalHistogram.Bins : 0);
        int units = (record.Length - tail) / UnitSums.Fields;
        if (_totals[tap] is not { } total)
            _totals[tap] = new SignalSums(taps[tap], record);
        else if (!total.Fits(taps[tap], record))
            throw new ThermoException($"Layer '{layer.Layer.Name}' has {units} units in batch {Batches + 1} and had {total.Units} before: give all "
                + "batches the same extents (pad them).");
        else
            total.Add(record);
        ref SignalSums? group = ref _groups[Batches % Groups][tap];
        if (group is null)
            group = new SignalSums(taps[tap], record, histogram: false);
        else
            group.Add(record);
    }

    /// <summary>τ and its jackknife error √((G − 1)/G Σ (τ₍g₎ − mean)²) over the G groups left out one after the other.</summary>
    private Estimate Transmission(LayerTap layer)
    {
        SignalSums pre = _totals[layer.Pre]!, post = _totals[layer.Post ?? layer.Pre]!;
        double value = Ratio(layer, pre, post);
        SignalSums?[][] groups = [.. _groups.Where(group => group[layer.Pre] is not null)];
        if (!double.IsFinite(value) || groups.Length < FewestGroups)
            return new(double.IsFinite(value) ? value : double.NaN, double.NaN);
        double[] left = [.. groups.Select(group => Ratio(layer, pre.Without(group[layer.Pre]!), post.Without(group[layer.Post ?? layer.Pre]!)))];
        double centre = left.Average();
        return new(value, Math.Sqrt(left.Sum(v => (v - centre) * (v - centre)) * (left.Length - 1) / left.Length));
    }

    private static double Ratio(LayerTap layer, SignalSums pre, SignalSums post) => layer.IsHidden ? double.NaN : HeatOut(layer, pre, post) / pre.MeanVariance;

    private static double HeatOut(LayerTap layer, SignalSums pre, SignalSums post) =>
        layer.Slopes is { } slopes ? pre.MeanHomogeneousVariance(slopes.Positive, slopes.Negative) : post.MeanVariance;

    private static IReadOnlyList<int> DeadUnits(LayerTap layer, SignalSums pre, SignalSums post)
    {
        // A rectifier is dead where nothing comes above its threshold; behind one that is clipped above as well, a unit may also sit there.
        bool rectifies = layer.Slopes is { Positive: > 0, Negative: 0 };
        return rectifies
            ? [.. Enumerable.Range(0, pre.Units).Where(u => pre.Count(u) > 0
                && (pre.Most(u) <= layer.Clip.Low || pre.Least(u) >= layer.Clip.High || pre.IsConstant(u)))]
            : [.. Enumerable.Range(0, post.Units).Where(post.IsConstant)];
    }
}
