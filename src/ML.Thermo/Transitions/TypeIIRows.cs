using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>Where the losses of the Type II state come from.</summary>
/// <remarks>
/// <para>Training losses are optimistic: for n rows and d Gaussian features their mean is v(1 − d/n) where fresh rows have
/// v(1 + d/(n − d − 1)). Held-out rows are honest, and a trainer sees that many rows less.</para>
/// <para>Maturity: paper (data-shift state); the choice of rows is an estimator.</para>
/// </remarks>
public abstract record TypeIIRows
{
    private protected TypeIIRows()
    {
    }

    /// <summary>The training rows; the trainer sees all the rows it would see alone.</summary>
    public static TypeIIRows Training { get; } = new TrainingRows();

    /// <summary>Other rows, with the columns of the training data.</summary>
    /// <param name="rows">At least two rows.</param>
    public static TypeIIRows HeldOut(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new OtherRows(rows);
    }

    /// <summary>A share of the rows, chosen by the seed; the trainer sees the others.</summary>
    /// <param name="fraction">Inside (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    public static TypeIIRows HeldOut(double fraction) => fraction > 0 && fraction < 1
        ? new RandomRows(fraction)
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Expected a fraction between 0 and 1.");

    /// <summary>The rows in which a column is true; the trainer sees the others.</summary>
    /// <param name="columnName">A Boolean column.</param>
    public static TypeIIRows HeldOut(string columnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return new MarkedRows(columnName);
    }

    /// <summary>Rows to train on, and rows to measure on, null where they are the same.</summary>
    internal abstract (IDataView Training, IDataView? HeldOut) Split(MLContext context, IDataView input, ulong seed);

    private sealed record TrainingRows : TypeIIRows
    {
        internal override (IDataView Training, IDataView? HeldOut) Split(MLContext context, IDataView input, ulong seed) => (input, null);
    }

    private sealed record OtherRows(IDataView Rows) : TypeIIRows
    {
        internal override (IDataView Training, IDataView? HeldOut) Split(MLContext context, IDataView input, ulong seed) => (input, Rows);
    }

    private sealed record RandomRows(double Fraction) : TypeIIRows
    {
        internal override (IDataView Training, IDataView? HeldOut) Split(MLContext context, IDataView input, ulong seed)
        {
            DataOperationsCatalog.TrainTestData split = context.Data.TrainTestSplit(input, Fraction, seed: (int)(seed % int.MaxValue));
            return (split.TrainSet, split.TestSet);
        }
    }

    private sealed record MarkedRows(string Column) : TypeIIRows
    {
        internal override (IDataView Training, IDataView? HeldOut) Split(MLContext context, IDataView input, ulong seed)
        {
            input.Schema.Demand("held-out", Column, "a Boolean", type => type is BooleanDataViewType);
            IDataView marked = context.Transforms.CopyColumns(HiddenColumns.HeldOut, Column).Fit(input).Transform(input);
            return (Keep(false), Keep(true));

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
