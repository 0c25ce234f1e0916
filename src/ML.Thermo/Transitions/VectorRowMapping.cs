using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>The step of a saved pipeline that computes the row columns of a model with a vector of scores, as <see cref="RowMapping"/> does for one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class VectorRowMapping : CustomMappingFactory<VectorRowMapping.Input, RowMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.VectorRow/1";

    /// <inheritdoc/>
    public override Action<Input, RowMapping.Output> GetMapping() => Map;

    internal static void Map(Input row, RowMapping.Output columns) => columns.Set(RowMapping.Transition(row.State).Read(
        row.Scores.IsDense ? row.Scores.GetValues() : [.. row.Scores.DenseValues()], row.Features, row.Target));

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input : IRestorable
    {
        /// <summary>The numbers of the model.</summary>
        [ColumnName(HiddenColumns.State)]
        public ReadOnlyMemory<char> State { get; set; }

        /// <summary>The trained model's scores.</summary>
        [ColumnName(HiddenColumns.Score)]
        public VBuffer<float> Scores { get; set; }

        /// <summary>The trained model's features.</summary>
        [ColumnName(HiddenColumns.Features)]
        public VBuffer<float> Features { get; set; }

        /// <summary>The label, or NaN.</summary>
        [ColumnName(HiddenColumns.Target)]
        public float Target { get; set; }

        ITransformer? IRestorable.Restore(IReadOnlyList<ITransformer> steps, string? file) => SavedTransitions.Restored(steps, file);
    }
}
