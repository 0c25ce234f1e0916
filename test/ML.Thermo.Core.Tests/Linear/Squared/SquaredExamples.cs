using ML.Thermo.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Linear.Squared;

/// <summary>What the squared error needs beside the common examples.</summary>
internal static class SquaredExamples
{
    /// <summary>S_II of the training losses of <see cref="LinearExamples.D1"/> and <see cref="LinearExamples.D2"/> at their ground states.</summary>
    public const double TrainedEntropyOfD1 = -1.57027008, TrainedEntropyOfD2 = -2.81879470;

    /// <summary>Gaussian features of falling scale, a linear target with noise.</summary>
    public static LabelledData Generated(int rows, int columns, ulong seed = 1, double decay = 0.8)
    {
        var random = new RandomStream(seed, 0);
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
}
