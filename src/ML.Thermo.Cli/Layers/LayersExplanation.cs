using ML.Thermo.Activations;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Cli.Layers;

/// <summary>A network in plain sentences, none of which claims more than status and errors allow.</summary>
internal static class LayersExplanation
{
    /// <summary>Sentences, a paragraph a subject.</summary>
    public static IEnumerable<string> Of(LayersReport report)
    {
        if (report.Run is null)
            yield return "Nothing was run: without --data only the weights were read, so there are no temperatures, efficiencies or signals.";
        else if (report.Request.Data!.IsSynthetic)
            yield return "The inputs were standard normal noise, and zeros where they are whole numbers (--synthetic): temperatures and signals are those of the network on such inputs, not on its data.";
        foreach (IEnumerable<string> paragraph in new[] { Warnings(report), RunExplanation.Temperatures(report), RunExplanation.Curvature(report), RunExplanation.Signals(report), Weights(report), Engine(report) })
        {
            string text = string.Join(' ', paragraph);
            if (text.Length > 0)
                yield return text;
        }
    }

    private static IEnumerable<string> Warnings(LayersReport report)
    {
        if (report.Model.ForeignDomains.Count > 0)
            yield return $"The model uses operators of {string.Join(", ", report.Model.ForeignDomains)}, which ONNX Runtime cannot run without an extension.";
        foreach (LayerRow row in report.Rows)
        {
            if (row.Weights.Analysis is { Entries.NotFinite: > 0 and var broken })
                yield return $"The weights of {row.Layer.Name} hold {(broken == 1 ? "1 number that is" : $"{broken} numbers that are")} NaN or infinite.";
        }

        foreach (IGrouping<string, LayerRow> left in report.Rows.Where(row => row.Weights is { Analysis: null, Reason: not LayerWeights.NoWeights }).GroupBy(row => row.Weights.Reason!))
            yield return $"The weights of {Listed(Names(left))} were not analysed: {left.Key}";
        LayerRow[] constant = [.. report.Rows.Where(row => row.Weights.Analysis is { Variance: 0 })];
        if (constant.Length > 0)
            yield return $"All weights are equal in {Listed(Names(constant))}.";
    }

    private static IEnumerable<string> Weights(LayersReport report)
    {
        LayerRow[] rows = [.. report.Rows.Where(row => row.Weights.Analysis is not null)];
        if (rows.Length == 0)
            yield break;
        LayerRow[] compared = [.. rows.Where(row => double.IsFinite(row.Weights.Analysis!.Initialization?.VarianceRatio ?? double.NaN))];
        if (compared.Length > 0)
        {
            yield return "The laws before training are not in the file: He, Glorot or LeCun by activation and fan is assumed, biases 0, scales of norms 1.";
            foreach (IGrouping<string, LayerRow> kept in rows.Where(row => row.Weights is { Law: null, Assumed: not null }).GroupBy(row => row.Weights.Assumed!.Note))
                yield return $"None is for {Listed(Names(kept))}: {kept.Key}.";
            LayerRow widest = compared.MaxBy(Ratio)!, narrowest = compared.MinBy(Ratio)!;
            yield return compared.Length == 1
                ? $"The weights of {widest.Layer.Name} have {Numbers.Significant(Ratio(widest), 2)} times the variance of that law."
                : $"Against these laws the variance of the weights is from {Numbers.Significant(Ratio(narrowest), 2)} times ({narrowest.Layer.Name}) to {Numbers.Significant(Ratio(widest), 2)} times ({widest.Layer.Name}) as large.";
        }

        LayerRow[] reliable = [.. rows.Where(row => row.Weights.Analysis!.HasRandomBulk())];
        if (reliable.MaxBy(row => row.Weights.Analysis!.Spikes) is { } most)
        {
            yield return most.Weights.Analysis!.Spikes == 0
                ? $"In {Of(reliable.Length, rows.Length)} the bulk of the spectrum looks like that of random numbers, and nothing sticks out of it."
                : $"In {Of(reliable.Length, rows.Length)} the bulk of the spectrum looks like that of random numbers; most singular values stick out of it in {most.Layer.Name} ({most.Weights.Analysis!.Spikes} of {most.Weights.Analysis!.Matrix.Dimension}).";
        }
        else
        {
            yield return "No layer has a bulk like that of random numbers, or is large enough to tell.";
        }

        if (rows.Any(row => row.Weights.Analysis is { Bulk.Law: not null } spectrum && !spectrum.HasRandomBulk()))
            yield return "Spikes in brackets had no such bulk to stick out of.";
        if (rows.Any(row => row.Weights.Analysis is { Alpha.IsDefined: true } weights && weights.HasFewInTail()))
            yield return $"An α in brackets rests on fewer than {TailExponent.ReliableTail} singular values.";
    }

    private static IEnumerable<string> Engine(LayersReport report)
    {
        string[] saturating = [.. report.KnownActivations.Where(activation => new ActivationEngine(activation).Type == EngineType.Saturating).Select(activation => activation.Name)];
        string[] known = [.. report.KnownActivations.Select(activation => activation.Name)];
        yield return saturating.Length > 0
            ? $"By its activations the network is a saturating engine: the efficiency of {string.Join(", ", saturating)} depends on the operating temperature."
            : known.Length > 0
                ? $"By its activations ({string.Join(", ", known)}) the network is a homogeneous engine: their efficiency is the same at every operating temperature."
                : "No layer has an activation that acts unit by unit: the network is a homogeneous engine of efficiency zero.";
        string[] others = [.. report.OtherActivations];
        if (others.Length > 0)
            yield return $"{string.Join(", ", others)} did not count for that.";
    }

    /// <summary>So many layers.</summary>
    public static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";

    /// <summary>Two names at most.</summary>
    public static string Listed(string[] names) => names switch
    {
        [var one] => one,
        [var one, var two] => $"{one} and {two}",
        [var one, .. var others] => $"{one} and {others.Length} others",
        [] => "none",
    };

    private static string[] Names(IEnumerable<LayerRow> rows) => [.. rows.Select(row => row.Layer.Name)];

    private static double Ratio(LayerRow row) => row.Weights.Analysis!.Initialization!.VarianceRatio;

    private static string Of(int part, int all) => part == all ? (all == 1 ? "the one layer with weights" : $"all {all} layers with weights") : $"{part} of {all} layers with weights";
}
