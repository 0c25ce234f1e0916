using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>Where the losses of the Type II state come from.</summary>
/// <remarks>
/// <para>Training losses are optimistic: for n rows and d Gaussian features their mean is v(1 − d/n) where fresh rows have
/// v(1 + d/(n − d − 1)). With nothing to learn a flexible model still takes loss off its training rows. So the default measures rows that
/// the measured model has not seen.</para>
/// <para>Steps in front of the wrapped trainer, as scalers and encodings, have seen all rows: wrap the whole chain where that matters.</para></remarks>
[Maturity(Maturity.Paper, "data-shift state; the choice of rows is an estimator")]
public abstract record TypeIIRows
{
    private const double TwinFraction = 0.3;

    private protected TypeIIRows()
    {
    }

    /// <summary>
    /// The default. The model that is delivered is trained on all rows, as it would be alone; a twin, which the same trainer makes of the others,
    /// is measured on a random 30 % of the rows, at most <see cref="MostTwinRows"/> of them. It costs one training more. Where a trainer draws
    /// random numbers, what it trains after that (the next fold of a cross-validation) is drawn anew.
    /// </summary>
    public static TypeIIRows Twin { get; } = new TwinRows();

    /// <summary>Most rows on which a twin is measured: they give a mean loss to 0.7 % of the spread of the losses.</summary>
    public static int MostTwinRows => 20_000;

    /// <summary>The training rows; the trainer sees all the rows it would see alone, and is measured on what it knows.</summary>
    public static TypeIIRows Training { get; } = new TrainingRows();

    /// <summary>Other rows, as they come to the wrapped trainer: what steps before it do to the training data must have been done to them.</summary>
    /// <param name="rows">At least two rows, with all the columns of the training data, those that steps have hidden included.</param>
    /// <remarks>Rows that lack a step are refused: either transform them, or wrap the whole chain and give them raw.</remarks>
    public static TypeIIRows HeldOut(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new OtherRows(rows);
    }

    /// <summary>A share of the rows, chosen by the seed; the trainer sees the others, also for the model that is delivered.</summary>
    /// <param name="fraction">Inside (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    public static TypeIIRows HeldOut(double fraction) => fraction > 0 && fraction < 1
        ? new RandomRows(fraction)
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Expected a fraction between 0 and 1.");

    /// <summary>The rows in which a column is true; the trainer sees the others, also for the model that is delivered.</summary>
    /// <param name="columnName">A Boolean column.</param>
    public static TypeIIRows HeldOut(string columnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return new MarkedRows(columnName);
    }

    /// <summary>Who is trained and measured on what.</summary>
    internal abstract RowSplit Split(MLContext context, IDataView input, string label, ulong seed);

    private static DataOperationsCatalog.TrainTestData Random(MLContext context, IDataView input, double fraction, ulong seed) =>
        context.Data.TrainTestSplit(input, fraction, seed: (int)(seed % int.MaxValue));

    private sealed record TwinRows : TypeIIRows
    {
        internal override RowSplit Split(MLContext context, IDataView input, string label, ulong seed)
        {
            long rows = input.GetRowCount() ?? Count(input, label);
            var split = Random(context, input, Math.Min(TwinFraction, MostTwinRows / Math.Max(rows, 1.0)), seed);
            return new RowSplit(input, split.TrainSet, IsKept(input.Schema) ? context.Data.Cache(split.TestSet) : split.TestSet);
        }

        /// <summary>Whether rows can be kept in memory, so that all are looked through once for those: numbers, texts and keys; not pictures.</summary>
        private static bool IsKept(DataViewSchema schema) => schema.All(column =>
            column.Type is PrimitiveDataViewType or VectorDataViewType { ItemType: PrimitiveDataViewType });

        private static long Count(IDataView input, string label)
        {
            using DataViewRowCursor cursor = input.GetRowCursor(input.Schema.Where(column => column.Name == label).Take(1));
            long rows = 0;
            while (cursor.MoveNext())
                rows++;
            return rows;
        }
    }

    private sealed record TrainingRows : TypeIIRows
    {
        internal override RowSplit Split(MLContext context, IDataView input, string label, ulong seed) => new(input, input, input);
    }

    private sealed record OtherRows(IDataView Rows) : TypeIIRows
    {
        internal override RowSplit Split(MLContext context, IDataView input, string label, ulong seed)
        {
            string expected = Words(input.Schema), actual = Words(Rows.Schema);
            return expected == actual ? new(input, input, Rows) : throw new ArgumentOutOfRangeException(
                nameof(input),
                "The held-out rows are not what the wrapped trainer reads: a step before it has changed the training data and not them. Expected the "
                + $"columns [{expected}], got [{actual}]. Wrap the whole chain, PhaseTransition(scaler.Append(trainer), …), or pass "
                + "HeldOut(fraction), HeldOut(columnName) or rows that the fitted steps have transformed.");
        }

        /// <summary>
        /// Names and types of all columns, and whether they are normalised: a step that changes one in place hides it behind another of its name.
        /// </summary>
        private static string Words(DataViewSchema schema) => string.Join(", ", schema.Select(column =>
        {
            string normalized = column.Annotations.Schema.GetColumnOrNull("IsNormalized") is null ? "" : " IsNormalized";
            return $"{column.Name}: {column.Type}{normalized}{(column.IsHidden ? " hidden" : "")}";
        }));
    }

    private sealed record RandomRows(double Fraction) : TypeIIRows
    {
        internal override RowSplit Split(MLContext context, IDataView input, string label, ulong seed)
        {
            var split = Random(context, input, Fraction, seed);
            return new RowSplit(split.TrainSet, split.TrainSet, split.TestSet);
        }
    }

    private sealed record MarkedRows(string Column) : TypeIIRows
    {
        internal override RowSplit Split(MLContext context, IDataView input, string label, ulong seed)
        {
            input.Schema.Demand("held-out", Column, "a Boolean", type => type is BooleanDataViewType);
            IDataView marked = context.Transforms.CopyColumns(HiddenColumns.HeldOut, Column).Fit(input).Transform(input);
            IDataView others = Keep(false);
            return new RowSplit(others, others, Keep(true));

            IDataView Keep(bool heldOut)
            {
                IDataView rows = context.Data.FilterByCustomPredicate<Marked>(marked, row => row.IsHeldOut != heldOut);
                return context.Transforms.DropColumns(HiddenColumns.HeldOut).Fit(rows).Transform(rows);
            }
        }
    }

    private sealed class Marked
    {
        [ColumnName(HiddenColumns.HeldOut)]
        public bool IsHeldOut { get; set; }
    }
}

/// <summary>Who is trained and measured on what.</summary>
/// <param name="Delivered">What the delivered model is trained on.</param>
/// <param name="Training">What the measured model is trained on: the same, or some of it for a twin.</param>
/// <param name="Measured">What it is measured on: the same, or rows that it has not seen.</param>
internal sealed record RowSplit(IDataView Delivered, IDataView Training, IDataView Measured)
{
    /// <summary>Whether a twin is measured in the place of what is delivered.</summary>
    public bool HasTwin => Training != Delivered;

    /// <summary>Whether the rows measured were kept from the measured model.</summary>
    public bool IsHeldOut => Measured != Training;
}
