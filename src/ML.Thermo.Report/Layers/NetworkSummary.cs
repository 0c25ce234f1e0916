using ML.Thermo.Activations;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>A network in plain sentences, none of which claims more than status and errors allow.</summary>
internal static class NetworkSummary
{
    /// <summary>What a run on noise is worth.</summary>
    public const string Synthetic =
        "The inputs were synthetic: standard normal noise; ids were drawn below the size of their table, masks were 1, positions counted. "
            + "Temperatures and signals are those of the network on such inputs, not on its data.";

    /// <summary>Sentences, a paragraph a subject.</summary>
    public static IReadOnlyList<string> Of(NetworkFindings findings) => [.. Paragraphs(findings)];

    /// <summary>What the brackets of the console's tables mean.</summary>
    public static IEnumerable<string> Brackets(NetworkFindings findings)
    {
        WeightAnalysis[] weights = [.. findings.Layers.Select(layer => layer.Weights).OfType<WeightAnalysis>()];
        if (weights.Any(spectrum => spectrum.Bulk.Law is not null && !spectrum.HasRandomBulk()))
            yield return "A spike count in brackets is unreliable: the spectrum does not look like noise plus outliers.";
        if (weights.Any(spectrum => spectrum.Alpha.IsDefined && spectrum.HasFewInTail()))
            yield return $"An α in brackets rests on fewer than {TailExponent.ReliableTail} singular values.";
    }

    private static IEnumerable<string> Paragraphs(NetworkFindings findings)
    {
        if (findings.Signals is null)
            yield return "Nothing was run: without data only the weights were read, so there are no temperatures, efficiencies or signals.";
        else if (findings.IsSynthetic)
            yield return Synthetic;
        foreach (IEnumerable<string> paragraph in new[] { Warnings(findings), TemperatureSummary.Of(findings), RunSummary.Curvature(findings),
            RunSummary.Signals(findings), DepthSummary.Of(findings), Weights(findings), Engine(findings) })
        {
            string text = string.Join(' ', paragraph);
            if (text.Length > 0)
                yield return text;
        }
    }

    private static IEnumerable<string> Warnings(NetworkFindings findings)
    {
        if (findings.Graph.Model.ForeignDomains.Count > 0)
            yield return $"The model uses operators of {string.Join(", ", findings.Graph.Model.ForeignDomains)}, which ONNX Runtime cannot run without an "
                + "extension.";
        foreach (LayerFindings row in findings.Layers)
        {
            if (row.Weights is { Entries.NotFinite: > 0 and var broken })
                yield return $"The weights of {row.Layer.Name} hold {(broken == 1 ? "1 number that is" : $"{broken} numbers that are")} NaN or infinite.";
        }

        foreach (IGrouping<string, LayerFindings> left in findings.Layers.Where(row =>
            row is { Weights: null, WeightsReason: not (null or LayerFields.WeightsNotAsked), Layer.Weight: not null }).GroupBy(row => row.WeightsReason!))
            yield return $"The weights of {Phrases.Listed(Names(left))} were not analysed: {left.Key}";
        string[] depthwise = Names(findings.Layers.Where(row => row.Weights?.Layout is { Rows: 1, Columns: 1 }));
        if (depthwise.Length > 0)
            yield return $"α is left out for {Phrases.Listed(depthwise)}: a depthwise convolution has one number a matrix, and a tail of those is no spectrum.";
        LayerFindings[] constant = [.. findings.Layers.Where(row => row.Weights is { Variance: 0 })];
        if (constant.Length > 0)
            yield return $"All weights are equal in {Phrases.Listed(Names(constant))}.";
    }

    private static IEnumerable<string> Weights(NetworkFindings findings)
    {
        LayerFindings[] rows = [.. findings.Layers.Where(row => row.Weights is not null)];
        if (rows.Length == 0)
            yield break;
        LayerFindings[] compared = [.. rows.Where(row => double.IsFinite(row.Weights!.Initialization?.VarianceRatio ?? double.NaN))];
        if (compared.Length > 0)
        {
            yield return "The laws before training are not in the file: He, Glorot or LeCun by activation and fan is assumed, biases 0, scales of norms 1.";
            foreach (IGrouping<string, LayerFindings> kept in rows.Where(row => row.Assumed is { Law: null }).GroupBy(row => row.Assumed!.Note))
                yield return $"None is for {Phrases.Listed(Names(kept))}: {kept.Key}.";
            LayerFindings widest = compared.MaxBy(Ratio)!, narrowest = compared.MinBy(Ratio)!;
            yield return compared.Length == 1
                ? $"The weights of {widest.Layer.Name} have {Numbers.Significant(Ratio(widest), 2)} times the variance of that law."
                : $"Against these laws the variance of the weights is from {Numbers.Significant(Ratio(narrowest), 2)} times ({narrowest.Layer.Name}) to "
                    + $"{Numbers.Significant(Ratio(widest), 2)} times ({widest.Layer.Name}) as large.";
        }

        LayerFindings[] reliable = [.. rows.Where(row => row.Weights!.HasRandomBulk())];
        if (reliable.MaxBy(row => row.Weights!.Spikes) is { } most)
        {
            yield return most.Weights!.Spikes == 0
                ? $"In {Of(reliable.Length, rows.Length)} the bulk of the spectrum looks like that of random numbers, and nothing sticks out of it."
                : $"In {Of(reliable.Length, rows.Length)} the bulk of the spectrum looks like that of random numbers; {most.Layer.Name} has the most "
                    + $"singular values beyond it ({most.Weights!.Spikes} of {most.Weights!.Matrix.Dimension}).";
        }
        else
        {
            yield return "No layer has a bulk like that of random numbers, or is large enough to tell.";
        }
    }

    private static IEnumerable<string> Engine(NetworkFindings findings)
    {
        if (findings.Graph.Layers.Count == 0)
        {
            yield return findings.Graph.Skipped.Any(node => node.Reason.Contains("trees", StringComparison.Ordinal))
                ? "The model is made of trees, which have no layers: there is nothing to say of engines."
                : "The model has no layers: there is nothing to say of engines.";
            yield break;
        }

        string[] saturating = [.. findings.KnownActivations.Where(function => NetworkEngine.Of(function) == EngineType.Saturating).Select(function =>
            function.Name)];
        string[] known = [.. findings.KnownActivations.Select(function => function.Name)];
        yield return saturating.Length > 0
            ? $"By its activations the network is a saturating engine: the efficiency of {string.Join(", ", saturating)} depends on the operating temperature."
            : known.Length > 0
                ? $"By its activations ({string.Join(", ", known)}) the network is a homogeneous engine: their efficiency is the same at every operating "
                    + "temperature."
                : "No layer has an activation or a gate that acts unit by unit: the network is no engine.";
        string[] others = [.. findings.OtherActivations];
        if (others.Length > 0)
            yield return $"{string.Join(", ", others)} did not count for that.";
    }

    private static string[] Names(IEnumerable<LayerFindings> rows) => [.. rows.Select(row => row.Layer.Name)];

    private static double Ratio(LayerFindings row) => row.Weights!.Initialization!.VarianceRatio;

    private static string Of(int part, int all) =>
        part == all ? (all == 1 ? "the one layer with weights" : $"all {all} layers with weights") : $"{part} of {all} layers with weights";
}
