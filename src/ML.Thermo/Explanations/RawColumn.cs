using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>A raw column of a model's input: what of it are features, and how they move.</summary>
internal abstract class RawColumn(string name)
{
    /// <summary>Room of the moves of one row; a neighbourhood's largest block.</summary>
    protected const int MostMoves = 8;

    public string Name { get; } = name;

    /// <summary>Looks at a row of the background.</summary>
    public abstract Action Observer(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Ends the looking.</summary>
    public virtual void Learn()
    {
    }

    /// <summary>Reads this column of the rows that are explained.</summary>
    public abstract Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column);
}

/// <summary>A raw column's value in an explained row.</summary>
internal abstract class RawValue
{
    /// <summary>Its features; none where it stays as it is.</summary>
    public virtual IReadOnlyList<ExplainedFeature> Features => [];

    /// <summary>What of it stays as it is, and would not in another background.</summary>
    public virtual IReadOnlyList<string> NotVaried => [];
}

/// <summary>The same as ML.NET reads it.</summary>
internal abstract class RawValue<T> : RawValue
{
    /// <summary>The value after some moves of its own features.</summary>
    /// <param name="moves">With <see cref="Move.Feature"/> as an index of <see cref="RawValue.Features"/>.</param>
    /// <param name="value">Takes it.</param>
    public abstract void Get(ReadOnlySpan<Move> moves, ref T value);
}

/// <summary>A column that is no feature.</summary>
internal sealed class FixedColumn<T>(string name) : RawColumn(name)
{
    public override Action Observer(DataViewRow row, DataViewSchema.Column column) => () => { };

    public override Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return new Value(value);
        };
    }

    private sealed class Value(T held) : RawValue<T>
    {
        public override void Get(ReadOnlySpan<Move> moves, ref T value) => value = held;
    }
}
