namespace ML.Thermo.Explanations;

/// <summary>Sums over the blocks of one replicate, or of several together: orthogonal features need no system of equations.</summary>
/// <param name="features">d.</param>
internal sealed class OrthogonalSums(int features)
{
    private const double Unit = 1.0 / (1L << 52);

    /// <summary>Σ z y and Σ z² of centred coordinates, a feature.</summary>
    private readonly double[] _cross = new double[features], _square = new double[features];

    private double _total, _odd, _size;
    private int _rows;

    /// <summary>Adds a replicate.</summary>
    public void Add(OrthogonalSums part)
    {
        for (int j = 0; j < features; j++)
        {
            _cross[j] += part._cross[j];
            _square[j] += part._square[j];
        }

        (_total, _odd, _size, _rows) = (_total + part._total, _odd + part._odd, Math.Max(_size, part._size), _rows + part._rows);
    }

    /// <summary>Adds a block.</summary>
    /// <returns>The part of its variance that is even.</returns>
    public double Add(OrthogonalNeighbourhood neighbourhood, int replicate, int block, ReadOnlySpan<double> outputs, double origin)
    {
        const int Order = OrthogonalNeighbourhood.Order;
        double mean = 0;
        foreach (double output in outputs)
        {
            mean += (output - origin) / outputs.Length;
            _size = Math.Max(_size, Math.Abs(output));
        }

        double total = 0, odd = 0;
        Span<double> difference = stackalloc double[outputs.Length / 2]; // of the two signs, by radius and row of the matrix
        for (int place = 0; place < outputs.Length; place += 2)
        {
            double plus = outputs[place] - origin - mean, minus = outputs[place + 1] - origin - mean, change = outputs[place] - outputs[place + 1];
            total += (plus * plus) + (minus * minus);
            odd += change * change / 2;
            difference[place / 2] = change;
        }

        ReadOnlySpan<int> order = neighbourhood.OrderOf(replicate);
        for (int c = 0; c < Order && (block * Order) + c < order.Length; c++)
        {
            int j = order[(block * Order) + c];
            ExplainedFeature feature = neighbourhood.Features[j];
            (_cross[j], _square[j]) = (0, 0);
            for (int at = 0; at < neighbourhood.Radii.Length; at++)
            {
                // A number is at ±r, anything else at 0 and its change: with the mean taken off, at half of the way back and forth.
                double radius = feature.Kind == FeatureKind.Numeric ? feature.Radius(neighbourhood.Radii[at]) : -feature.Change / 2, contrast = 0;
                for (int i = 0; i < Order; i++)
                    contrast += OrthogonalNeighbourhood.Hadamard(i, c) * difference[(at * Order) + i];
                _cross[j] += radius * contrast;
                _square[j] += 2 * Order * radius * radius;
            }
        }

        (_total, _odd, _rows) = (_total + total, _odd + odd, _rows + outputs.Length);
        return total - odd;
    }

    /// <summary>Nothing moves: what is left is rounding of outputs.</summary>
    public bool IsConstant => _total <= _rows * Math.Pow(4 * Unit * _size, 2);

    /// <summary>Variance of the output, the means of blocks taken off.</summary>
    public double Variance => _total / _rows;

    /// <summary>Share that is odd; NaN where nothing moves.</summary>
    public double OddShare => IsConstant ? double.NaN : Math.Min(_odd / _total, 1);

    /// <summary>s: the spread of a coordinate over the block of each replicate in which it moves.</summary>
    public double Spread(int j) => Math.Sqrt(_square[j] * ((features + OrthogonalNeighbourhood.Order - 1) / OrthogonalNeighbourhood.Order) / _rows);

    /// <summary>A slope that the rounding of outputs alone can make.</summary>
    public double Rounding(int j) => 8 * Unit * _size * Math.Sqrt(_rows / _square[j]);

    /// <summary>Slopes by least squares, and what each explains.</summary>
    public OrthogonalSlopes Slopes()
    {
        double[] explained = new double[features], slopes = new double[features], weights = new double[features];
        double linear = 0;
        for (int j = 0; j < features && !IsConstant; j++)
        {
            slopes[j] = _cross[j] / _square[j];
            if (Math.Abs(slopes[j]) <= Rounding(j))
            {
                slopes[j] = 0;
                continue;
            }

            explained[j] = slopes[j] * _cross[j] / _total;
            weights[j] = Math.Abs(slopes[j]) * Spread(j);
            linear += explained[j];
        }

        return new(slopes, explained, weights, Math.Min(linear, 1)); // by Bessel's inequality; only rounding is above
    }
}

/// <summary>Effects of orthogonal features.</summary>
/// <param name="Slopes">b; 0 where there is none.</param>
/// <param name="Explained">R² of each.</param>
/// <param name="Weights">|b|·s.</param>
/// <param name="Linear">R² of all.</param>
internal sealed record OrthogonalSlopes(double[] Slopes, double[] Explained, double[] Weights, double Linear);
