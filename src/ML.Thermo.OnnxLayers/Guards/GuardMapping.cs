using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Steps;

namespace ML.Thermo.Guards;

/// <summary>
/// The step of a pipeline that judges a row of which the layers were read. ML.NET finds it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>It has no state of its own: the guard comes with every row, as a text that all rows share.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class GuardMapping : CustomMappingFactory<GuardMapping.Input, GuardMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.OnnxLayers.Guard/1";

    internal const string Guard = HiddenColumns.Prefix + "guard", Numbers = HiddenColumns.Prefix + "guard_inputs";
    internal const string Temperatures = HiddenColumns.Prefix + "guard_temperatures", Efficiencies = HiddenColumns.Prefix + "guard_efficiencies";
    internal const string Strangeness = HiddenColumns.Prefix + "strangeness", PValue = HiddenColumns.Prefix + "pvalue";
    internal const string HottestLayer = HiddenColumns.Prefix + "hottest";

    private static readonly ConditionalWeakTable<string, KnownGuard> Known = [];

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input row, Output columns)
    {
        KnownGuard guard = Known.GetValue(SharedText.Of(row.Guard), static text => new KnownGuard(text));
        GuardedRow verdict = guard.Judge.Judge(guard.Reading(row.Temperatures, row.Efficiencies, row.Numbers));
        (columns.Strangeness, columns.PValue) = ((float)verdict.Strangeness, (float)verdict.PValue);
        columns.HottestLayer = (verdict.HottestLayer ?? "").AsMemory();
    }

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input
    {
        /// <summary>The guard, base 64.</summary>
        [ColumnName(GuardMapping.Guard)]
        public ReadOnlyMemory<char> Guard { get; set; }

        /// <summary>The numbers of the network's input.</summary>
        [ColumnName(GuardMapping.Numbers)]
        public VBuffer<float> Numbers { get; set; }

        /// <summary>Temperatures of the watched layers; anything where none is.</summary>
        [ColumnName(GuardMapping.Temperatures)]
        public VBuffer<float> Temperatures { get; set; }

        /// <summary>Their efficiencies.</summary>
        [ColumnName(GuardMapping.Efficiencies)]
        public VBuffer<float> Efficiencies { get; set; }
    }

    /// <summary>What the step adds to a row.</summary>
    public sealed class Output
    {
        /// <summary>Nats.</summary>
        [ColumnName(GuardMapping.Strangeness)]
        public float Strangeness { get; set; }

        /// <summary>Conformal.</summary>
        [ColumnName(GuardMapping.PValue)]
        public float PValue { get; set; }

        /// <summary>Empty where the statistics of the input have the largest part.</summary>
        [ColumnName(GuardMapping.HottestLayer)]
        public ReadOnlyMemory<char> HottestLayer { get; set; }
    }

    private sealed class KnownGuard
    {
        private readonly bool _readsLayers;

        public KnownGuard(string text)
        {
            NetworkGuard guard = NetworkGuard.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(text)), "the model's guard");
            _readsLayers = guard.Layers.Count > 0;
            Judge = new GuardJudge(guard, guard.Layers);
        }

        public GuardJudge Judge { get; }

        public double[] Reading(VBuffer<float> temperatures, VBuffer<float> efficiencies, VBuffer<float> numbers) => Judge.Reading(
            _readsLayers ? Onnx.Guards.LayerReader.Row([.. temperatures.DenseValues()], [.. efficiencies.DenseValues()]) : [],
            [.. numbers.DenseValues().Select(value => (double)value)]);
    }
}
