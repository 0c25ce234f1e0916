using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ML.Thermo.Initialization;

namespace ML.Thermo.Langevin;

/// <summary>
/// Training rows in single precision: features, dense or sparse, a target and a weight each. Rows are put into a random order once, so that
/// neighbours make a fair minibatch.</summary>
public sealed class TrainingRows
{
    private readonly float[] _values;
    private readonly int[]? _indices; // null where rows are dense
    private readonly int[]? _starts;
    private readonly float[] _targets, _weights, _squares;

    private TrainingRows(int dimension, float[] values, int[]? indices, int[]? starts, float[] targets, float[] weights)
    {
        (Dimension, _values, _indices, _starts, _targets, _weights) = (dimension, values, indices, starts, targets, weights);
        _squares = new float[targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            _squares[i] = TensorPrimitives.SumOfSquares(Values(i));
            TotalWeight += weights[i];
        }
    }

    /// <summary>n.</summary>
    public int Count => _targets.Length;

    /// <summary>d, the number of features.</summary>
    public int Dimension { get; }

    /// <summary>Σw &gt; 0.</summary>
    public double TotalWeight { get; }

    /// <summary>Targets: a value, 0 or 1, or the number of a class.</summary>
    public ReadOnlySpan<float> Targets => _targets;

    /// <summary>Weights ≥ 0.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>|x|² of a row.</summary>
    internal double SquaredNorm(int row) => _squares[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float Dot(int row, ReadOnlySpan<float> vector)
    {
        ReadOnlySpan<float> values = Values(row);
        if (_indices is null)
            return TensorPrimitives.Dot(values, vector);
        ReadOnlySpan<int> indices = _indices.AsSpan(_starts![row], values.Length);
        float sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += values[i] * vector[indices[i]];
        return sum;
    }

    /// <summary>vector += factor · x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddTo(int row, float factor, Span<float> vector)
    {
        ReadOnlySpan<float> values = Values(row);
        if (_indices is null)
        {
            TensorPrimitives.MultiplyAdd(values, factor, vector, vector);
            return;
        }

        ReadOnlySpan<int> indices = _indices.AsSpan(_starts![row], values.Length);
        for (int i = 0; i < values.Length; i++)
            vector[indices[i]] += factor * values[i];
    }

    /// <summary>
    /// The same rows with features of standard deviation one about their mean; sparse rows, which would no longer be sparse, keep their mean. A
    /// feature that never changes becomes zero.
    /// </summary>
    /// <param name="means">d means that were taken off; zeros for sparse rows.</param>
    /// <param name="scales">d numbers that features were divided by; 0 for a feature that never changes.</param>
    internal TrainingRows Standardized(out double[] means, out double[] scales)
    {
        double[] sums = new double[Dimension], squares = new double[Dimension], pivots = new double[Dimension];
        Visit((row, j, x) => pivots[j] = _indices is null && row == 0 ? x : pivots[j]);
        Visit((row, j, x) =>
        {
            double shift = x - pivots[j];
            sums[j] += _weights[row] * shift;
            squares[j] += _weights[row] * shift * shift;
        });
        double[] centres = means = [.. sums.Select((sum, j) => _indices is null ? pivots[j] + (sum / TotalWeight) : 0)];
        double[] widths = scales = [.. squares.Select((square, j) =>
        {
            double mean = _indices is null ? sums[j] / TotalWeight : 0;
            return Math.Sqrt(Math.Max((square / TotalWeight) - (mean * mean), 0));
        })];
        float[] values = new float[_values.Length];
        int place = 0;
        Visit((_, j, x) => values[place++] = widths[j] == 0 ? 0 : (float)((x - centres[j]) / widths[j]));
        return new TrainingRows(Dimension, values, _indices, _starts, _targets, _weights);
    }

    private void Visit(Action<int, int, float> visit)
    {
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<float> values = Values(row);
            for (int i = 0; i < values.Length; i++)
                visit(row, _indices is null ? i : _indices[_starts![row] + i], values[i]);
        }
    }

    private ReadOnlySpan<float> Values(int row) => _starts is null
        ? _values.AsSpan(row * Dimension, Dimension)
        : _values.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>Takes rows one by one.</summary>
    public sealed class Builder
    {
        /// <summary>The most numbers that are kept: 2³⁰ single-precision features (sparse ones count twice), 4 GiB.</summary>
        public const long MostNumbers = 1L << 30;

        private readonly int _dimension;
        private readonly List<float> _targets = [], _weights = [], _values = [];
        private readonly List<int> _indices = [];
        private readonly List<int> _starts = [0];
        private bool? _isSparse;

        /// <summary>Begins with no rows.</summary>
        /// <param name="dimension">d ≥ 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
        public Builder(int dimension)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
            _dimension = dimension;
        }

        /// <summary>Adds a row. The first decides how all are kept: sparse where it has less than a quarter of the features.</summary>
        /// <param name="values">All features, or those that are not zero.</param>
        /// <param name="indices">The slots of the values, ascending; empty where all features are given.</param>
        /// <param name="target">A value, 0 or 1, or the number of a class.</param>
        /// <param name="weight">w ≥ 0.</param>
        /// <exception cref="UnusableDataException">There are more numbers than <see cref="MostNumbers"/>, or the weight is negative.</exception>
        public void Add(ReadOnlySpan<float> values, ReadOnlySpan<int> indices, float target, float weight)
        {
            bool isAll = values.Length == _dimension;
            _isSparse ??= !isAll && values.Length * 4L < _dimension;
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new UnusableDataException($"The weight of row {_targets.Count + 1} is {weight}: expected a finite number ≥ 0.");
            if (_values.Count + _indices.Count + (_isSparse == true ? 2L * values.Length : _dimension) > MostNumbers)
            {
                throw new UnusableDataException(
                    $"The training rows do not fit into {MostNumbers:N0} numbers after {_targets.Count:N0} rows of {_dimension} features: train on a sample "
                        + "of them.");
            }

            _targets.Add(target);
            _weights.Add(weight);
            if (_isSparse == true)
                AddSparse(values, isAll ? default : indices);
            else if (isAll)
                _values.AddRange(values);
            else
                AddFilled(values, indices);
        }

        /// <summary>The rows, in a random order.</summary>
        /// <param name="seed">Chooses the order.</param>
        /// <exception cref="UnusableDataException">There are no rows, or all weights are zero.</exception>
        public TrainingRows ToRows(ulong seed)
        {
            int n = _targets.Count;
            if (n == 0)
                throw new UnusableDataException("There are no training rows.");
            if (_weights.TrueForAll(weight => weight == 0))
                throw new UnusableDataException($"All {n} training rows have weight 0.");
            int[] order = Order(n, seed);
            float[] values = GC.AllocateUninitializedArray<float>(_values.Count);
            int[]? indices = _isSparse == true ? new int[_indices.Count] : null;
            int[]? starts = _isSparse == true ? new int[n + 1] : null;
            ReadOnlySpan<float> from = CollectionsMarshal.AsSpan(_values);
            ReadOnlySpan<int> slots = CollectionsMarshal.AsSpan(_indices);
            for (int i = 0, to = 0; i < n; i++)
            {
                (int start, int length) = starts is null
                    ? (order[i] * _dimension, _dimension)
                    : (_starts[order[i]], _starts[order[i] + 1] - _starts[order[i]]);
                from.Slice(start, length).CopyTo(values.AsSpan(to));
                if (starts is not null)
                {
                    slots.Slice(start, length).CopyTo(indices.AsSpan(to));
                    starts[i + 1] = to + length;
                }

                to += length;
            }

            return new TrainingRows(_dimension, values, indices, starts, [.. order.Select(i => _targets[i])], [.. order.Select(i => _weights[i])]);
        }

        private void AddSparse(ReadOnlySpan<float> values, ReadOnlySpan<int> indices)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] == 0)
                    continue;
                _values.Add(values[i]);
                _indices.Add(indices.IsEmpty ? i : indices[i]);
            }

            _starts.Add(_values.Count);
        }

        private void AddFilled(ReadOnlySpan<float> values, ReadOnlySpan<int> indices)
        {
            int start = _values.Count;
            CollectionsMarshal.SetCount(_values, start + _dimension);
            Span<float> row = CollectionsMarshal.AsSpan(_values)[start..];
            row.Clear();
            for (int i = 0; i < values.Length; i++)
                row[indices[i]] = values[i];
        }

        private static int[] Order(int n, ulong seed)
        {
            int[] order = [.. Enumerable.Range(0, n)];
            new RandomStream(seed, 2).Shuffle<int>(order);
            return order;
        }
    }
}
