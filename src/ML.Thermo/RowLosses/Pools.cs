using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Measurement;

namespace ML.Thermo.RowLosses;

/// <summary>Collects predictions without regard to the rows that they are of, and makes of them the law of a row's loss.</summary>
internal abstract class OutputPool : IOutputSink
{
    /// <summary>The pool of a loss.</summary>
    /// <param name="energy">The loss.</param>
    /// <param name="width">Number of log-probabilities, or 1.</param>
    public static OutputPool For(Energy energy, int width) => width > 1 ? new ClassPool(width) : new ValuePool(energy);

    public abstract void Add(ReadOnlySpan<double> outputs, double target);

    /// <summary>The law of the loss of a prediction that is drawn from the pool.</summary>
    public abstract LossLaw ToLaw();

    /// <summary>Values or logits.</summary>
    private sealed class ValuePool(Energy energy) : OutputPool
    {
        private readonly List<double> _outputs = [];

        public override void Add(ReadOnlySpan<double> outputs, double target) => _outputs.Add(outputs[0]);

        public override LossLaw ToLaw() => LossLaws.Pooled(energy, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_outputs));
    }

    /// <summary>Log-probabilities: moments about the first row, so that equal predictions have no spread at all.</summary>
    private sealed class ClassPool : OutputPool
    {
        private const int FewClasses = 64, MostNumbers = 1 << 20, LeastRows = 64;

        private readonly double[] _pivot, _sums, _squares, _shift;
        private readonly double[]? _products;
        private readonly List<float[]> _some = [];
        private readonly RandomStream _random = new(1, 1UL << 61);
        private readonly int _mostRows;
        private long _rows;

        public ClassPool(int classes)
        {
            (_pivot, _sums, _squares, _shift) = (new double[classes], new double[classes], new double[classes], new double[classes]);
            _products = classes <= FewClasses ? new double[classes * classes] : null;
            _mostRows = Math.Max(LeastRows, MostNumbers / classes);
        }

        public override void Add(ReadOnlySpan<double> outputs, double target)
        {
            if (_rows++ == 0)
                outputs.CopyTo(_pivot);
            for (int k = 0; k < _shift.Length; k++)
            {
                double shift = _shift[k] = outputs[k] - _pivot[k];
                _sums[k] += shift;
                _squares[k] += shift * shift;
            }

            if (_products is null)
                Keep();
            else
                Multiply(_products);
        }

        public override LossLaw ToLaw()
        {
            int classes = _pivot.Length;
            double[] shifts = [.. _sums.Select(sum => sum / _rows)], means = [.. shifts.Select((shift, k) => _pivot[k] + shift)];
            if (_products is not null)
            {
                double[] covariance = [.. _products.Select((sum, j) => (sum / _rows) - (shifts[j / classes] * shifts[j % classes]))];
                return new PooledCrossEntropy(means, covariance);
            }

            double[] variances = [.. _squares.Select((sum, k) => Math.Max((sum / _rows) - (shifts[k] * shifts[k]), 0))];
            return new SparseCrossEntropy(means, variances, [.. _some.SelectMany(row => row.Select((shift, k) => (float)(shift - shifts[k])))]);
        }

        /// <summary>Every row has the same chance to be among those kept.</summary>
        private void Keep()
        {
            long place = _rows <= _mostRows ? _rows - 1 : _random.NextInteger((int)Math.Min(_rows, int.MaxValue));
            if (place >= _mostRows)
                return;
            float[] row = [.. _shift.Select(shift => (float)shift)];
            if (place == _some.Count)
                _some.Add(row);
            else
                _some[(int)place] = row;
        }

        private void Multiply(double[] products)
        {
            for (int j = 0; j < products.Length; j++)
                products[j] += _shift[j / _shift.Length] * _shift[j % _shift.Length];
        }
    }
}
