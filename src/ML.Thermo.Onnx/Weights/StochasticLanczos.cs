using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// Stochastic Lanczos quadrature of A·Aᵀ for blocks too large to be diagonalised: from a random vector of signs, k steps of
/// Lanczos give the Gauss quadrature of the spectral density seen by that vector, and the largest eigenvalues. Eight vectors
/// go through the weights at a time, one in each lane.
/// </summary>
/// <remarks>Source: Ubaru, Chen and Saad 2017; full reorthogonalisation, hence no ghost eigenvalues.</remarks>
internal static class StochasticLanczos
{
    private const int Lanes = 8;
    private const int PanelColumns = 64;

    /// <summary>The quadratures of the options' number of random vectors, rounded up to a multiple of eight.</summary>
    public static SpectralMeasure Measure(WeightMatrix weights, WeightMatrix.Block block, WeightAnalysisOptions options, ulong firstStream)
    {
        double total = SumOfSquares(weights, block), largest = 0, residual = 0;
        if (!double.IsFinite(total))
            return SpectralMeasure.Direct(new double[block.Rows], total, 0);
        var replicas = new List<SpectralMeasure.Replica>();
        for (int probe = 0; probe < options.Probes; probe += Lanes)
        {
            (double[] alphas, double[] betas) = Run(weights, block, Math.Min(options.LanczosSteps, block.Rows), options.Seed, firstStream + (ulong)probe);
            for (int lane = 0; lane < Lanes; lane++)
            {
                double[] nodes = [.. Lane(alphas, lane)], off = [.. Lane(betas, lane)];
                double last = off[^1];
                double[] first = new double[nodes.Length], end = new double[nodes.Length];
                first[0] = end[^1] = 1;
                SymmetricTridiagonal.Diagonalise(nodes, off, first, end);
                int top = Array.IndexOf(nodes, nodes.Max());
                if (nodes[top] > largest)
                    (largest, residual) = (nodes[top], Math.Abs(last * end[top]));
                double[] counts = [.. first.Select(x => x * x * block.Rows)];
                Array.Sort(nodes, counts);
                replicas.Add(new([.. nodes.Select(node => Math.Max(node, 0))], counts));
            }
        }

        return new(replicas, block.Rows, total, residual, Math.ScaleB(1, -52) * block.Rows * largest);
    }

    private static double SumOfSquares(WeightMatrix weights, WeightMatrix.Block block)
    {
        var panel = new double[Panel.PaddedRows(block) * PanelColumns];
        double sum = 0;
        for (int start = 0; start < block.Columns; start += PanelColumns)
        {
            int count = Math.Min(PanelColumns, block.Columns - start);
            Panel.Pack(weights, block, start, count, panel);
            sum += TensorPrimitives.SumOfSquares(panel.AsSpan(0, Panel.PaddedRows(block) * count));
        }

        return sum;
    }

    private static IEnumerable<double> Lane(double[] values, int lane) => Enumerable.Range(0, values.Length / Lanes).Select(j => values[(j * Lanes) + lane]);

    /// <summary>The tridiagonal matrices of eight vectors: diagonals and what couples each entry to the next, eight lanes an entry.</summary>
    private static (double[] Alphas, double[] Betas) Run(WeightMatrix weights, WeightMatrix.Block block, int steps, ulong seed, ulong stream)
    {
        double[] alphas = new double[steps * Lanes], betas = new double[steps * Lanes];
        double[] vector = Signs(block, seed, stream);
        var basis = new List<double[]>(steps);
        var panel = new double[Panel.PaddedRows(block) * PanelColumns];
        Vector512<double> largest = default;
        for (int j = 0; j < steps; j++)
        {
            basis.Add(vector);
            var image = new double[vector.Length];
            Multiply(weights, block, vector, image, panel);
            Vector512<double> alpha = Remove(vector, image);
            largest = Vector512.Max(largest, alpha);
            for (int pass = 0; pass < 2; pass++)
                foreach (double[] earlier in basis)
                    Remove(earlier, image);
            Vector512<double> length = Vector512.Sqrt(Dot(image, image));
            Vector512<double> alive = Vector512.GreaterThan(length, largest * Math.ScaleB(1, -48)); // else the vector's space is exhausted
            length = Vector512.ConditionalSelect(alive, length, Vector512<double>.Zero);
            Scale(image, Vector512.ConditionalSelect(alive, Vector512<double>.One / length, Vector512<double>.Zero));
            alpha.CopyTo(alphas, j * Lanes);
            length.CopyTo(betas, j * Lanes);
            vector = image;
        }

        return (alphas, betas);
    }

    /// <summary>Eight unit vectors of signs, the lanes of one entry side by side, zero in the rows that pad the block.</summary>
    private static double[] Signs(WeightMatrix.Block block, ulong seed, ulong stream)
    {
        var vector = new double[Panel.PaddedRows(block) * Lanes];
        double size = 1 / Math.Sqrt(block.Rows);
        for (int lane = 0; lane < Lanes; lane++)
        {
            var random = new RandomStream(seed, stream + (ulong)lane);
            for (int i = 0; i < block.Rows; i++)
                vector[(i * Lanes) + lane] = random.NextDouble() < 0.5 ? -size : size;
        }

        return vector;
    }

    /// <summary>image = A·(Aᵀ·vector), reading the weights once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(WeightMatrix weights, WeightMatrix.Block block, double[] vector, double[] image, double[] panel)
    {
        Span<Vector512<double>> inner = stackalloc Vector512<double>[PanelColumns], x = Lanewise(vector), y = Lanewise(image);
        for (int start = 0; start < block.Columns; start += PanelColumns)
        {
            int count = Math.Min(PanelColumns, block.Columns - start);
            Panel.Pack(weights, block, start, count, panel);
            inner.Clear();
            for (int row = 0; row < x.Length; row += Panel.Tile)
                Project(panel.AsSpan(row * count, Panel.Tile * count), x.Slice(row, Panel.Tile), inner[..count]);
            for (int row = 0; row < y.Length; row += Panel.Tile)
                Expand(panel.AsSpan(row * count, Panel.Tile * count), inner[..count], y.Slice(row, Panel.Tile));
        }
    }

    /// <summary>inner[k] += Σᵢ A[i, k]·x[i] over the eight rows of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Project(ReadOnlySpan<double> tile, ReadOnlySpan<Vector512<double>> x, Span<Vector512<double>> inner)
    {
        ref double a = ref MemoryMarshal.GetReference(tile);
        Vector512<double> x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5], x6 = x[6], x7 = x[7];
        foreach (ref Vector512<double> sum in inner)
        {
            Vector512<double> even = Vector512.MultiplyAddEstimate(Vector512.Create(a), x0, sum), odd = Vector512.Create(Unsafe.Add(ref a, 1)) * x1;
            even = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 2)), x2, even);
            odd = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 3)), x3, odd);
            even = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 4)), x4, even);
            odd = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 5)), x5, odd);
            even = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 6)), x6, even);
            odd = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 7)), x7, odd);
            sum = even + odd;
            a = ref Unsafe.Add(ref a, Panel.Tile);
        }
    }

    /// <summary>y[i] += Σₖ A[i, k]·inner[k] for the eight rows of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Expand(ReadOnlySpan<double> tile, ReadOnlySpan<Vector512<double>> inner, Span<Vector512<double>> y)
    {
        ref double a = ref MemoryMarshal.GetReference(tile);
        Vector512<double> y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3], y4 = y[4], y5 = y[5], y6 = y[6], y7 = y[7];
        foreach (Vector512<double> t in inner)
        {
            y0 = Vector512.MultiplyAddEstimate(Vector512.Create(a), t, y0);
            y1 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 1)), t, y1);
            y2 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 2)), t, y2);
            y3 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 3)), t, y3);
            y4 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 4)), t, y4);
            y5 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 5)), t, y5);
            y6 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 6)), t, y6);
            y7 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, 7)), t, y7);
            a = ref Unsafe.Add(ref a, Panel.Tile);
        }

        (y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]) = (y0, y1, y2, y3, y4, y5, y6, y7);
    }

    /// <summary>Removes from each lane of <paramref name="target"/> its component along <paramref name="direction"/>, and returns it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> Remove(double[] direction, double[] target)
    {
        Vector512<double> component = Dot(target, direction);
        Span<Vector512<double>> y = Lanewise(target);
        ReadOnlySpan<Vector512<double>> x = Lanewise(direction);
        for (int i = 0; i < y.Length; i++)
            y[i] -= component * x[i];
        return component;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> Dot(double[] left, double[] right)
    {
        ReadOnlySpan<Vector512<double>> x = Lanewise(left);
        ReadOnlySpan<Vector512<double>> y = Lanewise(right);
        Vector512<double> even = default, odd = default;
        for (int i = 0; i + 1 < x.Length; i += 2)
        {
            even = Vector512.MultiplyAddEstimate(x[i], y[i], even);
            odd = Vector512.MultiplyAddEstimate(x[i + 1], y[i + 1], odd);
        }

        return x.Length % 2 == 0 ? even + odd : Vector512.MultiplyAddEstimate(x[^1], y[^1], even + odd);
    }

    private static void Scale(double[] vector, Vector512<double> factor)
    {
        foreach (ref Vector512<double> x in Lanewise(vector))
            x *= factor;
    }

    private static Span<Vector512<double>> Lanewise(double[] vector) => MemoryMarshal.Cast<double, Vector512<double>>(vector.AsSpan());
}
