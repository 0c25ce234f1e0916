using System.Globalization;
using System.Text.RegularExpressions;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>The page of a network.</summary>
internal static class NetworkPage
{
    public static PageContent Of(NetworkFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        (string Group, Field<LayerFindings> Field)[] columns =
            [.. new LayerFields(findings).OnPage.SelectMany(part => FieldWriters.OnPage(part.Fields).Select(field => (part.Group, field)))];
        return new PageContent
        {
            Title = $"{Path.GetFileName(findings.Graph.Model.Name)}: its layers as heat engines",
            Subtitle = Subtitle(findings),
            Warnings = [.. findings.Summary.Where(paragraph => paragraph == NetworkSummary.Synthetic)],
            Settings = Settings(findings),
            Summary = [.. findings.Summary.Where(paragraph => paragraph != NetworkSummary.Synthetic)],
            Status = findings.Thermodynamics is { } known ? StatusWords.Of(known.Network.Transition.Status) : [],
            Scripts = ["engine.js", "layerlist.js", "layers.js"],
            Data = new
            {
                findings.IsSynthetic,
                Facts = Facts(findings),
                NetworkTemperature = findings.Thermodynamics is { } found ? Temperature(found) : null,
                Columns = columns.Select(column =>
                    new { Name = column.Field.FlatName, column.Field.Label, column.Group, column.Field.Meaning, InTable = column.Field.InPageTable }),
                Layers = findings.Layers.Select(layer => Layer(layer, [.. columns.Select(column => column.Field)])),
                Skipped = findings.Graph.Skipped.Select(node => new { node.Node, node.OpType, node.Reason }),
            },
        };
    }

    private static string Subtitle(NetworkFindings findings)
    {
        string size = $"{Phrases.Layers(findings.Layers.Count)}, {findings.Graph.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters in "
            + "the network";
        string run = findings.Signals is { } signals ? $"{signals.Rows} rows of {(findings.IsSynthetic ? "noise" : "data")} on {signals.Device}"
            : "weights only, nothing was run";
        return findings.Thermodynamics is { } found ? $"{size}; {run}; energy {found.Energy.Name}" : $"{size}; {run}";
    }

    private static (string Name, string Value)[] Settings(NetworkFindings findings)
    {
        if (findings.Thermodynamics is not { } found)
            return [];
        string[] laws = [.. found.Network.Assumed.Where(law => law.Law is not null).Select(law => $"{Rounded($"{law.Law}")} ({law.Note})").Distinct()];
        string some = string.Join("; ", laws.Take(4)) + (laws.Length > 4 ? "; …" : "");
        return [("assumed before training", some), ("draws", $"{found.Network.Energies.Length}")];
    }

    /// <summary>A law with numbers of four digits.</summary>
    private static string Rounded(string law) =>
        Regex.Replace(
            law, @"\d+\.\d{5,}", number => double.Parse(number.Value, CultureInfo.InvariantCulture).ToString("G4", CultureInfo.InvariantCulture),
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static IEnumerable<object> Facts(NetworkFindings findings)
    {
        if (findings.Thermodynamics is { } found)
        {
            foreach (Field<NetworkThermodynamics> field in LayerFields.Network.Where(field => field.InPageTable && field.Name != "efficiency")
                .OrderByDescending(field => field.Name == "temperature"))
                yield return Fact(field.Name == "temperature" ? "T of the network" : field.Label, field.Of(found).Page, field.Meaning);
            yield return Fact("Interaction", Quantity.Of(found.InteractionEnergy, "layers were left out by choice"), "ΔE − Σ ΔE of the layers alone");
        }

        string activations = string.Join(", ", findings.KnownActivations.Select(activation => activation.Name).DefaultIfEmpty("none that acts unit by unit"));
        yield return new { Label = "Engine", Text = findings.EngineType?.ToString() ?? "none", Meaning = $"by its activations: {activations}" };
    }

    private static object Fact(string label, Quantity quantity, string meaning) => new { Label = label, quantity.Text, Meaning = meaning };

    private static Quantity Temperature(NetworkThermodynamics found) =>
        Quantity.Of(found.Network.Transition.Temperature, StatusWords.WhyUndefined(found.Network.Transition));

    private static object Layer(LayerFindings findings, IReadOnlyList<Field<LayerFindings>> columns)
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
            Values = FieldWriters.PageValues(columns, findings),
            Assumed = Assumed(findings).Select(law =>
                new { Parameter = law.Root.Name, Role = law.Role.ToString(), Law = law.Law?.ToString(), Because = law.Note }),
            DeadUnits = findings.Signal?.DeadUnits ?? [],
            ChannelAbsMax = findings.Signal?.Tails.UnitAbsMax ?? [],
            Transfer = LayerCurves.Transfer(findings),
            Spectrum = LayerCurves.Spectrum(findings.Weights),
        };
    }

    private static IEnumerable<AssumedLaw> Assumed(LayerFindings findings) =>
        findings.Result?.Assumed ?? (findings.Assumed is { } weights ? [weights] : []);
}
