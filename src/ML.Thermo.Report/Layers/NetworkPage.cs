using System.Globalization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Layers;

/// <summary>The page of a network.</summary>
internal static class NetworkPage
{
    public static PageContent Of(NetworkFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        LayerColumn[] columns = [.. new LayerColumns(findings).All()];
        return new PageContent
        {
            Title = $"{Path.GetFileName(findings.Graph.Model.Name)}: its layers as heat engines",
            Subtitle = Subtitle(findings),
            Warnings = [.. findings.Summary.Where(paragraph => paragraph == NetworkSummary.Synthetic)],
            Summary = [.. findings.Summary.Where(paragraph => paragraph != NetworkSummary.Synthetic)],
            Status = findings.Thermodynamics is { } known ? StatusWords.Of(known.Network.Transition.Status) : [],
            Scripts = ["engine.js", "layers.js"],
            Data = new
            {
                findings.IsSynthetic,
                Facts = Facts(findings),
                NetworkTemperature = findings.Thermodynamics is { } found ? Temperature(found) : null,
                Columns = columns.Select(column => new { column.Key, column.Label, column.Group, column.Meaning, column.InTable }),
                Layers = findings.Layers.Select(layer => Layer(layer, columns)),
                Skipped = findings.Graph.Skipped.Select(node => new { node.Node, node.OpType, node.Reason }),
            },
        };
    }

    private static string Subtitle(NetworkFindings findings)
    {
        string size = $"{Phrases.Layers(findings.Layers.Count)}, {findings.Graph.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters in the network";
        string run = findings.Signals is { } signals ? $"{signals.Rows} rows of {(findings.IsSynthetic ? "noise" : "data")} on {signals.Device}" : "weights only, nothing was run";
        return findings.Thermodynamics is { } found ? $"{size}; {run}; energy {found.Energy.Name}" : $"{size}; {run}";
    }

    private static IEnumerable<object> Facts(NetworkFindings findings)
    {
        if (findings.Thermodynamics is { } found)
        {
            Transition whole = found.Network.Transition;
            yield return Fact("T of the network", Temperature(found), "loss per nat, relative to the assumed laws");
            yield return Fact("ΔE", Quantity.Of(whole.DeltaEnergy, "an energy is not finite"), "loss that training removed");
            yield return Fact("ΔS", Quantity.Of(whole.DeltaEntropy, StatusWords.WhyUndefined(whole)), "nats of certainty gained");
            yield return Fact("Interaction", Quantity.Of(found.InteractionEnergy, "layers were left out by choice"), "ΔE − Σ ΔE of the layers alone");
        }

        yield return new { Label = "Engine", Text = findings.EngineType?.ToString() ?? "none", Meaning = $"by its activations: {string.Join(", ", findings.KnownActivations.Select(activation => activation.Name).DefaultIfEmpty("none that acts unit by unit"))}" };
    }

    private static object Fact(string label, Quantity quantity, string meaning) => new { Label = label, quantity.Text, Meaning = meaning };

    private static Quantity Temperature(NetworkThermodynamics found) =>
        Quantity.Of(found.Network.Transition.Temperature, StatusWords.WhyUndefined(found.Network.Transition));

    private static object Layer(LayerFindings findings, IReadOnlyList<LayerColumn> columns)
    {
        Layer layer = findings.Layer;
        return new
        {
            layer.Index,
            layer.Name,
            Type = layer.OpType,
            Activation = layer.Activation?.ToString(),
            Parameters = layer.ParameterCount,
            Shape = findings.Signal is { } signal ? string.Join(" × ", signal.OutputShape) : null,
            Mode = (findings.Result?.Engine.Mode ?? EngineMode.Undefined).ToString(),
            Status = findings.Result is { } result ? StatusWords.Of(result.Transition.Status) : [],
            Values = columns.ToDictionary(column => column.Key, column => column.Of(findings)),
            Assumed = Assumed(findings).Select(law => new { Parameter = law.Root.Name, Role = law.Role.ToString(), Law = law.Law?.ToString(), Because = law.Note }),
            DeadUnits = findings.Signal?.DeadUnits ?? [],
            ChannelAbsMax = findings.Signal?.Tails.UnitAbsMax ?? [],
            Transfer = LayerCurves.Transfer(findings),
            Spectrum = LayerCurves.Spectrum(findings.Weights),
        };
    }

    private static IEnumerable<AssumedLaw> Assumed(LayerFindings findings) =>
        findings.Result?.Assumed ?? (findings.Assumed is { } weights ? [weights] : []);
}
