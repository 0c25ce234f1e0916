using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>A column of one number, or of yes and no.</summary>
/// <param name="name">Its name.</param>
/// <param name="isWhole">Whether it holds whole numbers.</param>
/// <param name="read">To a double.</param>
/// <param name="write">From a double.</param>
internal sealed class NumberColumn<T>(string name, bool isWhole, Func<T, double> read, Func<double, T> write) : RawColumn(name)
{
    private readonly List<double> _seen = [];
    private Background? _background;

    public override Action Observer(DataViewRow row, DataViewSchema.Column column)
    {
        Func<double> number = Number(row, column);
        return () =>
        {
            double value = number();
            if (!double.IsNaN(value))
                _seen.Add(value);
        };
    }

    public override void Learn() => _background = new([.. _seen], [Name], isWhole);

    public override Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        Func<double> number = Number(row, column);
        return () => new Value(_background!.Row([number()]), write);
    }

    private Func<double> Number(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return read(value);
        };
    }

    private sealed class Value(NumberRow row, Func<double, T> write) : RawValue<T>
    {
        private readonly double[] _number = new double[1];

        public override IReadOnlyList<ExplainedFeature> Features => row.Features;

        public override IReadOnlyList<string> NotVaried => row.NotVaried;

        public override void Get(ReadOnlySpan<Move> moves, ref T value)
        {
            row.Fill(moves, _number);
            value = write(_number[0]);
        }
    }
}

/// <summary>A vector of known size: a feature a slot.</summary>
/// <param name="name">Its name.</param>
/// <param name="slots">Names of the slots.</param>
/// <param name="read">To a double.</param>
/// <param name="write">From a double.</param>
internal sealed class VectorColumn<T>(string name, IReadOnlyList<string> slots, Func<T, double> read, Func<double, T> write) : RawColumn(name)
{
    private readonly List<double> _seen = [];
    private Background? _background;

    public override Action Observer(DataViewRow row, DataViewSchema.Column column)
    {
        Func<double[]> numbers = Numbers(row, column);
        return () =>
        {
            double[] values = numbers();
            if (!values.Any(double.IsNaN))
                _seen.AddRange(values);
        };
    }

    public override void Learn() => _background = new([.. _seen], slots);

    public override Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        Func<double[]> numbers = Numbers(row, column);
        return () => new Value(_background!.Row(numbers()), write);
    }

    private Func<double[]> Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            double[] numbers = new double[slots.Count];
            foreach ((int slot, T value) in buffer.Items(all: true))
                numbers[slot] = read(value);
            return numbers;
        };
    }

    private sealed class Value(NumberRow row, Func<double, T> write) : RawValue<VBuffer<T>>
    {
        private readonly double[] _numbers = new double[row.Width];

        public override IReadOnlyList<ExplainedFeature> Features => row.Features;

        public override IReadOnlyList<string> NotVaried => row.NotVaried;

        public override void Get(ReadOnlySpan<Move> moves, ref VBuffer<T> value)
        {
            row.Fill(moves, _numbers);
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, _numbers.Length);
            for (int i = 0; i < _numbers.Length; i++)
                editor.Values[i] = write(_numbers[i]);
            value = editor.Commit();
        }
    }
}
