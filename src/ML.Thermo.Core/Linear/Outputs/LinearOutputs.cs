using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Linear.Outputs;

/// <summary>The outputs z = Xw of a linear model whose parameters follow a law: row by row as laws, and with the constant
/// parameters split off.</summary>
internal sealed class LinearOutputs
{
    private readonly LabelledData _data;
    private readonly double[] _means, _gaussianVariances;
    private readonly (int Column, double HalfWidth)[] _uniforms;

    /// <summary>Joins data and law.</summary>
    /// <exception cref="InvalidLawException">The law has not one entry a column.</exception>
    public LinearOutputs(LabelledData data, ParameterLaw law)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(law);
        if (law.Count != data.Columns)
            throw new InvalidLawException($"The initialisation law has {law.Count} parameters, the data {data.Columns} columns: expected as many.");
        (_data, Law) = (data, law);
        _means = [.. law.Means];
        _gaussianVariances = [.. law.Entries.Select(entry => entry is NormalLaw ? entry.Variance : 0)];
        _uniforms = [.. law.Entries.Select((entry, j) => (j, (entry as UniformLaw)?.HalfWidth)).Where(entry => entry.HalfWidth is not null)
            .Select(entry => (entry.j, entry.HalfWidth!.Value))];
        Random = [.. Enumerable.Range(0, law.Count).Where(j => law.Variances[j] > 0 && Moves(j))];

        bool Moves(int column)
        {
            for (int row = 0; row < data.Rows; row++)
            {
                if (data.Row(row)[column] != 0)
                    return true;
            }

            return false;
        }
    }

    /// <summary>P₀.</summary>
    public ParameterLaw Law { get; }

    /// <summary>Columns whose parameter is random and moves some output.</summary>
    public IReadOnlyList<int> Random { get; }

    /// <summary>Visits the laws of all outputs, row by row.</summary>
    public void ForEach(OutputVisitor visit)
    {
        double[] halfWidths = new double[_data.Columns];
        for (int row = 0; row < _data.Rows; row++)
            visit(row, Output(row, halfWidths));
    }

    /// <summary>The mean over all rows of a function of the output's law.</summary>
    public double Average(OutputExpectation expectation)
    {
        var sum = default(Numerics.CompensatedSum);
        ForEach((row, output) => sum.Add(expectation(row, output)));
        return sum.Value / _data.Rows;
    }

    /// <summary>The features of the random columns, row by row: the data of the model that is left when the constant parameters
    /// are fixed.</summary>
    public double[] RandomFeatures()
    {
        double[] features = new double[_data.Rows * Random.Count];
        for (int row = 0; row < _data.Rows; row++)
        {
            for (int j = 0; j < Random.Count; j++)
                features[(row * Random.Count) + j] = _data.Row(row)[Random[j]];
        }

        return features;
    }

    /// <summary>What the constant parameters add to each output.</summary>
    public double[] Offsets()
    {
        double[] constants = [.. _means.Select((mean, j) => Random.Contains(j) ? 0 : mean)], offsets = new double[_data.Rows];
        for (int row = 0; row < offsets.Length; row++)
            offsets[row] = TensorPrimitives.Dot(_data.Row(row), constants);
        return offsets;
    }

    /// <summary>All parameters, from those of the random columns.</summary>
    public double[] Complete(IReadOnlyList<double> random)
    {
        double[] all = [.. _means];
        for (int j = 0; j < random.Count; j++)
            all[Random[j]] = random[j];
        return all;
    }

    /// <summary>x·Vx′ of all rows with rows row … n−1, and their correlations with this row; zero where a variance is zero.</summary>
    /// <param name="scaled">n × d: the features times the standard deviations.</param>
    /// <param name="deviations">n standard deviations of the outputs.</param>
    /// <param name="row">The row.</param>
    /// <param name="correlations">Receives n numbers; those before <paramref name="row"/> are left alone.</param>
    public static void Correlations(double[] scaled, double[] deviations, int row, Span<double> correlations)
    {
        int columns = scaled.Length / deviations.Length;
        ReadOnlySpan<double> x = scaled.AsSpan(row * columns, columns);
        for (int other = row; other < deviations.Length; other++)
        {
            double product = deviations[row] * deviations[other];
            correlations[other] = product == 0 ? 0 : Math.Clamp(TensorPrimitives.Dot(x, scaled.AsSpan(other * columns, columns)) / product, -1, 1);
        }
    }

    /// <summary>The law of the output of one row; it refers to <paramref name="halfWidths"/>, room for one number a column.</summary>
    private OutputLaw Output(int row, Span<double> halfWidths)
    {
        ReadOnlySpan<double> x = _data.Row(row);
        double variance = 0;
        for (int j = 0; j < x.Length; j++)
            variance += x[j] * x[j] * _gaussianVariances[j];
        int count = 0;
        foreach ((int column, double halfWidth) in _uniforms)
        {
            if (x[column] != 0)
                halfWidths[count++] = halfWidth * Math.Abs(x[column]);
        }

        return new OutputLaw(TensorPrimitives.Dot(x, _means), variance, halfWidths[..count]);
    }
}

/// <summary>Takes the law of a row's output.</summary>
internal delegate void OutputVisitor(int row, OutputLaw output);

/// <summary>A function of the law of a row's output.</summary>
internal delegate double OutputExpectation(int row, OutputLaw output);
