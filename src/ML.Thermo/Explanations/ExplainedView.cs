using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>Rows with their explanations, which are made in batches where one of their columns is read.</summary>
internal sealed class ExplainedView(IDataView input, DataViewSchema schema, ModelExplainer explainer, IReadOnlyList<string> slots) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = schema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        int own = input.Schema.Count;
        DataViewRowCursor rows = input.GetRowCursor(needed.Where(column => column.Index < own).Select(column => input.Schema[column.Index]));
        IEnumerator<Explanation>? explanations = needed.Any(column => column.Index >= own) ? explainer.Explain(input).GetEnumerator() : null;
        return new Cursor(this, rows, explanations, [.. needed.Select(column => column.Index)]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(ExplainedView view, DataViewRowCursor rows, IEnumerator<Explanation>? explanations, HashSet<int> active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => view.Schema;

        public override long Position => rows.Position;

        public override long Batch => 0;

        public override bool MoveNext() => rows.MoveNext() && (explanations?.MoveNext() ?? true);

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int own = column.Index - rows.Schema.Count;
            if (own < 0)
                return rows.GetGetter<TValue>(rows.Schema[column.Index]);
            if (own == 0)
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Effects;
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<float>)((ref float value) => value = (float)(own switch
            {
                1 => explanations!.Current.Unfaithfulness,
                2 => explanations!.Current.Entropy,
                _ => explanations!.Current.EffectiveFeatures,
            }));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rows.Dispose();
                explanations?.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Effects(ref VBuffer<float> effects)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref effects, view.SlotCount);
            foreach (Term term in explanations!.Current.Terms)
                editor.Values[term.Index] = (float)term.Effect.Value;
            effects = editor.Commit();
        }
    }

    private int SlotCount => slots.Count;
}
