using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Layers;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>What running a network shows, layer by layer: temperatures, curvature and signals.</summary>
internal static class TemperatureTables
{
    /// <summary>The network's own temperature, then its layers'; hot ones red, cold ones blue. Without fluctuations of the trained state, what
    /// can be said without its entropy.</summary>
    public static Table Temperatures(LayersResult report, NetworkThermodynamics found, int width)
    {
        IReadOnlyList<Field<LayerFindings>> layers = new LayerFields(report.Findings).Redrawn;
        IReadOnlyList<Field<NetworkThermodynamics>> network = LayerFields.Network;
        if (found.Trained.Status.HasFlag(Status.PointState))
            (layers, network) = (WithoutEntropy(layers), WithoutEntropy(network));
        LayerFindings[] rows = [.. report.Rows.Where(row => row.Result is not null)];
        return WithNetwork(LayersTables.Of("redrawn", width, layers, rows, Sheet.Widths(network, [found])), network, found);
    }

    /// <summary>Curvature of the loss at the trained weights, of the network and of its layers.</summary>
    public static Table Curvature(LayersResult report, NetworkSharpness found, int width) => WithNetwork(
        LayersTables.Of(
            "curvature of", width, LayerFields.Bent, [.. report.Rows.Where(row => row.Sharpness is not null)],
            Sheet.Widths(LayerFields.Curvature, [found.Network])),
        LayerFields.Curvature, found.Network);

    /// <summary>Variances before the activation, what it takes of them, and how many units do nothing.</summary>
    public static Table Signals(LayersResult report, int width) =>
        LayersTables.Of("signal of", width, SignalFields.Of(report.Findings), [.. report.Rows.Where(row => row.Signal is not null)]);

    /// <summary>ΔE with its error, and what needs no entropy; the last column says why there is no T.</summary>
    private static Field<T>[] WithoutEntropy<T>(IReadOnlyList<Field<T>> fields)
    {
        Field<T> Named(string name) => fields.Single(field => field.Name == name) with { In = Shown.Console };
        Field<T> energy = Named("deltaEnergy");
        return
        [
            energy with { Of = row => energy.Of(row) with { Short = null } },
            Named("fluctuationTemperature"),
            Named("effectiveDegreesOfFreedom"),
            Named("mode") with { Heading = "T" },
        ];
    }

    private static Table WithNetwork<T>(Table table, IReadOnlyList<Field<T>> fields, T network) =>
        table.InsertRow(0, ["", "[bold]network[/]", .. Sheet.Row(fields, network)]);
}
