using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Weights;

/// <summary>Weight matrices with known properties, row by row.</summary>
internal static class Matrices
{
    public static double[] Normal(int count, ulong seed, double standardDeviation = 1)
    {
        var random = new RandomStream(seed, 0);
        return [.. Enumerable.Range(0, count).Select(_ => standardDeviation * random.NextNormal())];
    }

    public static float[] Single(IEnumerable<double> entries) => [.. entries.Select(x => (float)x)];

    public static double[] Of(int rows, int columns, Func<int, int, double> entry) =>
        [.. from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, columns) select entry(i, j)];

    public static double[] Transpose(double[] matrix, int rows, int columns) => Of(columns, rows, (i, j) => matrix[(j * columns) + i]);

    public static double[] Product(double[] left, double[] right, int rows, int inner, int columns)
    {
        var product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < inner; k++)
                for (int j = 0; j < columns; j++)
                    product[(i * columns) + j] += left[(i * inner) + k] * right[(k * columns) + j];
        return product;
    }

    /// <summary>An orthogonal matrix: a product of random reflections.</summary>
    public static double[] Orthogonal(int order, ulong seed) => Rotate(Of(order, order, (i, j) => i == j ? 1 : 0), order, seed);

    /// <summary>A matrix with given singular values and random singular vectors.</summary>
    public static double[] WithSingularValues(double[] values, int columns, ulong seed)
    {
        double[] right = Rotate(Of(columns, values.Length, (i, j) => i == j ? values[j] : 0), columns, seed);
        return Rotate(Transpose(right, columns, values.Length), values.Length, seed + 1);
    }

    /// <summary>Reflects the columns of a matrix three times.</summary>
    private static double[] Rotate(double[] matrix, int rows, ulong seed)
    {
        int columns = matrix.Length / rows;
        double[] result = [.. matrix];
        for (ulong reflection = 0; reflection < 3; reflection++)
        {
            double[] u = Normal(rows, seed + (1000 * reflection));
            double square = u.Sum(x => x * x);
            double[] projection = Product(u, result, 1, rows, columns);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                    result[(i * columns) + j] -= 2 / square * u[i] * projection[j];
        }

        return result;
    }
}
