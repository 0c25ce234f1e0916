using System.Numerics.Tensors;

namespace ML.Thermo.Langevin;

/// <summary>How far features reach: the second moments of (x, 1) over the first rows, which stand in a random order.</summary>
internal static class FeatureMoments
{
    private const int Rows = 4096, Iterations = 15;

    /// <summary>The largest eigenvalue of ⟨(x, 1)(x, 1)ᵀ⟩, by power iteration from below, and its trace.</summary>
    public static (double Largest, double Trace) Of(TrainingRows rows)
    {
        int n = Math.Min(Rows, rows.Count), d = rows.Dimension;
        double trace = 0, intercept = 1, largest = 0;
        for (int i = 0; i < n; i++)
            trace += (rows.SquaredNorm(i) + 1) / n;
        float[] vector = new float[d], next = new float[d];
        Array.Fill(vector, 1);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double norm = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(vector) + (intercept * intercept));
            TensorPrimitives.Divide(vector, (float)norm, vector);
            intercept /= norm;
            Array.Clear(next);
            (double last, largest) = (0, 0);
            for (int i = 0; i < n; i++)
            {
                double z = rows.Dot(i, vector) + intercept;
                largest += z * z / n;
                rows.AddTo(i, (float)(z / n), next);
                last += z / n;
            }

            (vector, next, intercept) = (next, vector, last);
        }

        return (largest, trace);
    }
}
