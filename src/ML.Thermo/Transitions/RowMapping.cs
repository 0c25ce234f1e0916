using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>
/// The step of a saved pipeline that computes the row columns of a model with one score. ML.NET finds it by its contract when a model is
/// loaded; nobody calls it.
/// </summary>
/// <remarks>It has no state of its own: the numbers come with every row, as a text that all rows share.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class RowMapping : CustomMappingFactory<RowMapping.Input, RowMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Row/1";

    private static readonly ConditionalWeakTable<string, Parsed> Known = [];
    private static volatile Parsed? _last;

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input row, Output columns)
    {
        float score = row.Score;
        columns.Set(Transition(row.State).Read(new ReadOnlySpan<float>(in score), row.Features, row.Target));
    }

    /// <summary>All rows of a pipeline hold the same string, so it is parsed once and then recognised by its reference.</summary>
    internal static RowTransition Transition(ReadOnlyMemory<char> state)
    {
        Parsed? last = _last;
        bool isWhole = MemoryMarshal.TryGetString(state, out string? text, out _, out int length) && length == text.Length;
        if (last is null || !(isWhole ? ReferenceEquals(last.Text, text) : state.Span.SequenceEqual(last.Text)))
            _last = last = Known.GetValue(isWhole ? text! : state.ToString(), static unknown => new Parsed(unknown));
        return last.Transition;
    }

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input : IRestorable
    {
        /// <summary>The numbers of the model.</summary>
        [ColumnName(HiddenColumns.State)]
        public ReadOnlyMemory<char> State { get; set; }

        /// <summary>The trained model's score.</summary>
        [ColumnName(HiddenColumns.Score)]
        public float Score { get; set; }

        /// <summary>The trained model's features.</summary>
        [ColumnName(HiddenColumns.Features)]
        public VBuffer<float> Features { get; set; }

        /// <summary>The label, or NaN.</summary>
        [ColumnName(HiddenColumns.Target)]
        public float Target { get; set; }

        ITransformer? IRestorable.Restore(IReadOnlyList<ITransformer> steps, string? file) => SavedTransitions.Restored(steps, file);
    }

    /// <summary>What the step adds to a row.</summary>
    public sealed class Output
    {
        /// <summary>Energy, loss units.</summary>
        [ColumnName(HiddenColumns.Energy)]
        public float Energy { get; set; }

        /// <summary>Entropy, nats.</summary>
        [ColumnName(HiddenColumns.Entropy)]
        public float Entropy { get; set; }

        /// <summary>Temperature, loss units per nat.</summary>
        [ColumnName(HiddenColumns.Temperature)]
        public float Temperature { get; set; }

        internal void Set((double Energy, double Entropy, double Temperature) row) =>
            (Energy, Entropy, Temperature) = ((float)row.Energy, (float)row.Entropy, (float)row.Temperature);
    }

    private sealed record Parsed(string Text)
    {
        public RowTransition Transition { get; } = RowTransition.From(NamedValues.Parse(Text));
    }
}
