using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Benchmarks;

/// <summary>The weight side on layers of the sizes of SqueezeNet 1.1 (1.2 million weights, 5 MB), drawn by He's law.</summary>
internal static class WeightBenchmarks
{
    private sealed record Layer(int[] Kernel, float[] Entries, InitializationLaw Law);

    public static IEnumerable<Comparison> Comparisons()
    {
        Layer[] layers = [.. SqueezeNet().Select(Draw)];
        yield return new(
            $"weights: all of {layers.Length} layers as SqueezeNet's", "MathNet Svd, values only, of the same matrices",
            () => Analyse(layers), () => Decompose(layers), Bar: 1.0 / 3);

        int order = 512;
        Layer dense = Draw([order, 1000], 99);
        WeightMatrix.Block block = WeightMatrix.Blocks(Layout(dense), perPosition: false)[0];
        double[] gram = GramMatrix.Of(new WeightMatrix(dense.Entries, Layout(dense)), block);
        var matrix = Matrix<double>.Build.Dense(order, order, (i, j) => gram[(Math.Max(i, j) * order) + Math.Min(i, j)]);
        yield return new(
            $"weights: eigenvalues of a symmetric matrix of order {order}", "MathNet Evd(Symmetric)",
            () => SymmetricTridiagonal.Eigenvalues([.. gram], order, order), () => matrix.Evd(Symmetricity.Symmetric), Bar: 1.0 / 5);

        Layer large = Draw([2048, 2048], 100);
        yield return new(
            "weights: Lanczos quadrature of a 2048 × 2048 layer", "all its eigenvalues by the Gram route",
            () => Spectrum.Of(new WeightMatrix(large.Entries, Layout(large)), false, new() { Method = SpectrumMethod.Lanczos }),
            () => Spectrum.Of(new WeightMatrix(large.Entries, Layout(large)), false, new() { Method = SpectrumMethod.Gram }), Bar: 2);

        Layer wide = Draw([4096, 11008], 101);
        WeightMatrix.Block all = WeightMatrix.Blocks(Layout(wide), perPosition: false)[0];
        yield return new(
            "weights: everything of a 4096 × 11008 layer", "one pass of its Gram product",
            () => WeightAnalysis.Of(new WeightMatrix(wide.Entries, Layout(wide)), new() { Law = wide.Law }),
            () => GramMatrix.Of(new WeightMatrix(wide.Entries, Layout(wide)), all), Bar: 5)
        { Rounds = 1 };
    }

    private static void Analyse(Layer[] layers) => WeightAnalysis.OfLayers(
        [.. layers.Select(Layout)], layer => new(layers[layer].Entries, Layout(layers[layer])), layer => new() { Law = layers[layer].Law });

    private static void Decompose(Layer[] layers) => Parallel.ForEach(layers, layer =>
    {
        (int rows, int columns, int positions) = Sizes(layer);
        _ = Matrix<double>.Build.Dense(rows, columns * positions, (i, k) => layer.Entries[(i * columns * positions) + k]).Svd(computeVectors: false).S;
        for (int p = 0; positions > 1 && p < positions; p++)
            _ = Matrix<double>.Build.Dense(rows, columns, (i, k) => layer.Entries[(((i * columns) + k) * positions) + p]).Svd(computeVectors: false).S;
    });

    private static WeightLayout Layout(Layer layer)
    {
        (int rows, int columns, int positions) = Sizes(layer);
        return new(rows, columns, positions, 1, columns * positions, positions, 1, 0);
    }

    private static (int Rows, int Columns, int Positions) Sizes(Layer layer) =>
        (layer.Kernel[0], layer.Kernel[1], layer.Kernel.Skip(2).Aggregate(1, (x, y) => x * y));

    private static Layer Draw(int[] kernel, int index)
    {
        var law = InitializationLaw.Normal(0, Math.Sqrt(2.0 / kernel.Skip(1).Aggregate(1, (x, y) => x * y)));
        var random = new RandomStream(1, (ulong)index);
        var entries = new float[kernel.Aggregate(1, (x, y) => x * y)];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = (float)law.Draw(random);
        return new(kernel, entries, law);
    }

    private static IEnumerable<int[]> SqueezeNet()
    {
        yield return [64, 3, 3, 3];
        int input = 64;
        foreach ((int squeeze, int expand) in new[] { (16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256) })
        {
            yield return [squeeze, input, 1, 1];
            yield return [expand, squeeze, 1, 1];
            yield return [expand, squeeze, 3, 3];
            input = 2 * expand;
        }

        yield return [1000, 512, 1, 1];
    }
}
