using ML.Thermo.Linear;

namespace ML.Thermo.Tests.Linear;

/// <summary>Two small data sets without bias column whose energies, entropies and temperatures are known to many digits.</summary>
internal static class SquaredExamples
{
    /// <summary>S_II of the training losses of <see cref="D1"/> and <see cref="D2"/> at their ground states.</summary>
    public const double TrainedEntropyOfD1 = -1.57027008, TrainedEntropyOfD2 = -2.81879470;

    public static LabelledData D1 { get; } = new(new[] { -2.0, -1, 0.5, 1, 2.5 }, new[] { -3.0, -1, 1, 1.5, 4 });

    public static LabelledData D2 { get; } = new(
        new[] { 1.0, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1 },
        new[] { 1.0, 2, 2.5, 1.5, 3.5, -1 });

    /// <summary>Gaussian features of falling scale, a linear target with noise.</summary>
    public static LabelledData Generated(int rows, int columns, ulong seed = 1, double decay = 0.8)
    {
        var random = new ML.Thermo.Initialization.RandomStream(seed, 0);
        double[] features = new double[rows * columns], targets = new double[rows];
        random.FillNormal(features);
        for (int i = 0; i < rows; i++)
        {
            targets[i] = 0.3 * random.NextNormal();
            for (int j = 0; j < columns; j++)
            {
                features[(i * columns) + j] = (features[(i * columns) + j] + (0.3 * j)) * Math.Pow(decay, j);
                targets[i] += features[(i * columns) + j] * (1 + (j % 3));
            }
        }

        return new LabelledData(features, targets);
    }

    public static LabelledData WithOnes(LabelledData data)
    {
        int d = data.Columns + 1;
        double[] features = new double[data.Rows * d];
        for (int i = 0; i < data.Rows; i++)
        {
            data.Row(i).CopyTo(features.AsSpan(i * d));
            features[(i * d) + d - 1] = 1;
        }

        return new LabelledData(features, data.Targets);
    }
}
