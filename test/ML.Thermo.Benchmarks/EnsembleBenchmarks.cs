using System.Diagnostics;
using System.Runtime.InteropServices;
using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Absolute;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Outputs;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// Monte Carlo ensembles without closed form against the speed of a dense matrix product of the same n × d × draws. The ceiling is
/// the faster of two: OpenBLAS on large square matrices (scaled to the same number of multiplications) where the machine has it, and
/// our own kernel without loss, whose products are never written to memory.
/// </summary>
internal static class EnsembleBenchmarks
{
    private const int Rows = 10_000, Columns = 50, Draws = 4096, Side = 2048;

    private static readonly double[] Left = Numbers(Side * Side), Right = Numbers(Side * Side), Product = new double[Side * Side];

    public static IEnumerable<Comparison> Comparisons()
    {
        double[] features = Numbers(Rows * Columns), targets = Numbers(Rows), energies = new double[Draws];
        var law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), Columns);
        var absolute = new AbsoluteEnsemble(new LabelledData(features, targets), law);
        var logistic = new LogisticEnsemble(new LabelledData(features, targets.Select(y => y > 0 ? 1.0 : 0).ToArray()), law);
        (string ceiling, Action work, double scale) = Ceiling(features);
        yield return new("MAE ensemble, 10,000 × 50, 4,096 draws", ceiling, () => absolute.Draw(1, 0, energies), work, 3) { BaselineScale = scale };
        yield return new("CE ensemble, 10,000 × 50, 4,096 draws", ceiling, () => logistic.Draw(1, 0, energies), work, 3) { BaselineScale = scale };
    }

    private static (string Name, Action Work, double Scale) Ceiling(double[] features)
    {
        var kernel = new ProductOnly(features);
        double[] energies = new double[Draws];
        Action ours = () => kernel.Energies((index, parameters) => parameters.Fill(index), 0, energies, -1, default);
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out _))
            return ("our kernel without loss (no OpenBLAS here)", ours, 1);
        double scale = (double)Rows * Columns * Draws / ((double)Side * Side * Side);
        return Seconds(ours) < Seconds(Square) * scale
            ? ("our kernel without loss (beats OpenBLAS)", ours, 1)
            : ("OpenBLAS dgemm 2048³, per multiplication", Square, scale);
    }

    private static double Seconds(Action work)
    {
        work();
        return Enumerable.Range(0, 3).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }

    private static void Square() => Dgemm(101, 111, 111, Side, Side, Side, 1, Left, Side, Right, Side, 0, Product, Side);

    private static double[] Numbers(int count)
    {
        double[] numbers = new double[count];
        new RandomStream(1, (ulong)count).FillNormal(numbers);
        return numbers;
    }

    [DllImport("libopenblas.so.0", EntryPoint = "cblas_dgemm"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Dgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, double alpha, double[] a, int lda, double[] b, int ldb, double beta, [In, Out] double[] c, int ldc);

    private sealed unsafe class ProductOnly(double[] features)
        : EnergyKernel(Rows, Columns, 1, (row, into) => Array.Copy(features, row * Columns, into, 0, Columns))
    {
        protected override void AddTile(double* outputs, int first, int rows, double* sums, double* products)
        {
        }
    }
}
