using System.Globalization;
using System.Text;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Fields;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Layers;

/// <summary>The layers as a table of values between commas: a header, then a row a layer; what is undefined is empty.</summary>
internal static class LayersCsv
{
    private static readonly (string Name, Func<LayerRow, object?> Value)[] Columns =
    [
        ("index", row => row.Layer.Index),
        ("name", row => row.Layer.Name),
        ("type", row => row.Layer.OpType),
        ("activation", row => row.Layer.Activation?.Operator),
        ("parameters", row => row.Layer.ParameterCount),
        ("fanIn", row => row.Layer.FanIn),
        ("fanOut", row => row.Layer.FanOut),
        Weight("mean", weights => weights.Mean),
        Weight("variance", weights => weights.Variance),
        Weight("kurtosis", weights => weights.Kurtosis),
        Weight("spectralNorm", weights => weights.SpectralNorm.Value),
        Weight("frobeniusNorm", weights => weights.FrobeniusNorm),
        Weight("stableRank", weights => weights.StableRank.Value),
        Weight("spectralEntropy", weights => weights.SpectralEntropy.Value),
        Weight("alpha", weights => weights.Alpha.Value),
        Weight("alphaStandardError", weights => weights.Alpha.StandardError),
        Weight("marchenkoPasturEdge", weights => weights.MarchenkoPasturEdge),
        ("spikes", row => row.Weights.Analysis?.Spikes),
        ("initialization", row => row.Weights.Law),
        Weight("varianceRatio", weights => weights.Initialization?.VarianceRatio),
        Weight("kolmogorovSmirnov", weights => weights.Initialization?.KolmogorovSmirnov),
        ("weightsStatus", row => row.Weights.Analysis is { } weights ? string.Join(' ', weights.Status.Names()) : row.Weights.Reason),
        ("temperature", row => row.Result?.Transition.Temperature.Value),
        ("temperatureStandardError", row => row.Result?.Transition.Temperature.StandardError),
        ("deltaEnergy", row => row.Result?.Transition.DeltaEnergy.Value),
        ("deltaEntropy", row => row.Result?.Transition.DeltaEntropy.Value),
        ("efficiency", row => row.Result?.Engine.Efficiency.Value),
        ("mode", row => row.Result?.Engine.Mode.ToString()),
        ("transitionStatus", row => row.Result is { } result ? string.Join(' ', result.Transition.Status.Names()) : null),
        ("hessianTrace", row => row.Sharpness?.Traces.Trace.Value),
        ("hessianTraceStandardError", row => row.Sharpness?.Traces.Trace.StandardError),
        ("curvatureDegreesOfFreedom", row => row.Sharpness?.Traces.EffectiveDegreesOfFreedom.Value),
        ("learningCoefficient", row => row.Sharpness?.LearningCoefficient.Value.Value),
        ("inputVariance", row => row.Signal?.InputVariance),
        ("outputVariance", row => row.Signal?.OutputVariance),
        ("activationEfficiency", row => row.Signal?.ActivationEfficiency.Value),
        ("signalEntropy", row => row.Signal?.Entropy.Value),
        ("deadFraction", row => row.Signal?.DeadFraction),
        ("saturatedFraction", row => row.Signal?.SaturatedFraction),
    ];

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(LayersResult report)
    {
        var text = new StringBuilder();
        AppendRow(text, Columns.Select(column => column.Name));
        foreach (LayerRow row in report.Rows)
            AppendRow(text, Columns.Select(column => Written(column.Value(row))));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(',', cells.Select(CsvCell.Of)).Append('\n');

    private static (string Name, Func<LayerRow, object?> Value) Weight(string name, Func<WeightAnalysis, double?> value) =>
        (name, row => row.Weights.Analysis is { } weights ? value(weights) : null);

    private static string Written(object? value) => value switch
    {
        null => "",
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
