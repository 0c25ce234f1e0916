using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>Sums of products of the regressors of one group of rows, and of them with the targets.</summary>
internal sealed class NormalEquations(int count)
{
    public double[] Gram { get; } = new double[count * count];

    public double[] Products { get; } = new double[count];

    public double Squares { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Adds a row; zeros among the regressors cost next to nothing.</summary>
    public void Add(ReadOnlySpan<double> regressors, double target)
    {
        ref double first = ref MemoryMarshal.GetReference(regressors[..count]);
        for (int a = 0; a < count; a++)
        {
            double x = regressors[a];
            if (x == 0)
                continue;
            Products[a] += x * target;
            ref double row = ref Gram[a * count];
            int b = a;
            for (; b <= count - Vector<double>.Count; b += Vector<double>.Count)
                (Vector.LoadUnsafe(ref row, (nuint)b) + (x * Vector.LoadUnsafe(ref first, (nuint)b))).StoreUnsafe(ref row, (nuint)b);
            for (; b < count; b++)
                Unsafe.Add(ref row, b) += x * regressors[b];
        }

        Squares += target * target;
        Rows++;
    }

    public void Add(NormalEquations other, double weight = 1)
    {
        for (int i = 0; i < Gram.Length; i++)
            Gram[i] += weight * other.Gram[i];
        for (int i = 0; i < count; i++)
            Products[i] += weight * other.Products[i];
        Squares += weight * other.Squares;
        Rows += other.Rows;
    }

    /// <summary>G θ.</summary>
    public double[] Times(ReadOnlySpan<double> theta)
    {
        double[] product = new double[count];
        for (int i = 0; i < count; i++)
        {
            product[i] += Gram[(i * count) + i] * theta[i];
            for (int j = i + 1; j < count; j++)
            {
                product[i] += Gram[(i * count) + j] * theta[j];
                product[j] += Gram[(i * count) + j] * theta[i];
            }
        }

        return product;
    }

    /// <summary>Σ(y − xθ)².</summary>
    public double ResidualSquares(ReadOnlySpan<double> theta)
    {
        double[] product = Times(theta);
        double sum = Squares;
        for (int i = 0; i < count; i++)
            sum += theta[i] * (product[i] - (2 * Products[i]));
        return Math.Max(0, sum);
    }
}
