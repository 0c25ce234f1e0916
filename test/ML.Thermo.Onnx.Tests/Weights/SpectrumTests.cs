using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Spectra
{
    private static Spectrum Of(double[] entries, WeightLayout layout, SpectrumMethod method = SpectrumMethod.Gram, bool perPosition = false) =>
        Spectrum.Of(new WeightMatrix(entries, layout), perPosition, new() { Method = method });

    private static double[] SingularValues(Spectrum spectrum) => [.. spectrum.Eigenvalues.Select(Math.Sqrt).Reverse()];

    [TestCase(SpectrumMethod.Gram)]
    [TestCase(SpectrumMethod.Svd)]
    [TestCase(SpectrumMethod.Lanczos)]
    public void Of_a_diagonal_matrix_are_its_entries(SpectrumMethod method)
    {
        Spectrum spectrum = Of(Matrices.Of(3, 5, (i, j) => i == j ? new[] { -3.0, 4, 1 }[i] : 0), Layouts.Dense(3, 5), method);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.SpectralNorm.Value, Is.EqualTo(4).Within(1e-13));
            Assert.That(spectrum.FrobeniusNorm, Is.EqualTo(Math.Sqrt(26)).Within(1e-14));
            Assert.That(spectrum.StableRank.Value, Is.EqualTo(26.0 / 16).Within(1e-13));
            Assert.That(spectrum.LogNorm, Is.EqualTo(Math.Log10(26)).Within(1e-14));
            Assert.That(spectrum.LogSpectralNorm, Is.EqualTo(Math.Log10(16)).Within(1e-13));
            Assert.That(spectrum.Eigenvalues.Zip(spectrum.Multiplicities, (value, weight) => value * weight).Sum(), Is.EqualTo(26).Within(1e-10));
        }
    }

    // golden: scipy 1.10.1, linalg.svdvals(linalg.hilbert(8))
    private static readonly double[] Hilbert =
    [
        1.6959389969219496, 0.2981252113169307, 0.026212843578119052, 0.0014676881177418369,
        5.436943369749958e-05, 1.294332091870076e-06, 1.7988737454536887e-08, 1.1115390006764151e-10,
    ];

    [Test]
    public void Of_the_Hilbert_matrix_are_right_down_to_the_stated_resolution()
    {
        Spectrum spectrum = Of(Matrices.Of(8, 8, (i, j) => 1.0 / (i + j + 1)), Layouts.Dense(8, 8));
        double[] values = SingularValues(spectrum);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.Resolution, Is.InRange(1e-8, 1e-7));
            for (int i = 0; i < 8; i++)
                Assert.That(values[i], Is.EqualTo(Hilbert[i]).Within(spectrum.Resolution));
            Assert.That(values[4], Is.EqualTo(Hilbert[4]).Within(1e-11), "λ is right to rounding of λ_max");
            Assert.That(spectrum.Rank.Value, Is.EqualTo(Hilbert.Count(x => x > spectrum.Resolution)));
            Assert.That(spectrum.Status.HasFlag(Status.RankDeficient));
        }
    }

    [Test]
    public void By_decomposition_keep_small_singular_values()
    {
        Spectrum spectrum = Of(Matrices.Of(8, 8, (i, j) => 1.0 / (i + j + 1)), Layouts.Dense(8, 8), SpectrumMethod.Svd);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SingularValues(spectrum), Is.EqualTo(Hilbert).Within(1e-15));
            Assert.That(spectrum.Rank.Value, Is.EqualTo(8));
            Assert.That(spectrum.Status, Is.EqualTo(Status.Defined));
        }
    }

    [Test]
    public void Give_entropy_and_stable_rank()
    {
        // golden: numpy 1.24.2 on the 4 × 9 matrix 1/(i + j + 1)
        Spectrum spectrum = Of(Matrices.Of(4, 9, (i, j) => 1.0 / (i + j + 1)), Layouts.Dense(4, 9));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.Entropy.Value, Is.EqualTo(0.09811327695949124).Within(1e-14));
            Assert.That(spectrum.NormalizedEntropy.Value, Is.EqualTo(0.0707737690574117).Within(1e-14));
            Assert.That(spectrum.StableRank.Value, Is.EqualTo(1.0202988864223128).Within(1e-14));
            Assert.That(spectrum.FrobeniusNorm, Is.EqualTo(1.6128958998085803).Within(1e-14));
            Assert.That(spectrum.Entropy.StandardError, Is.Zero);
        }
    }

    [Test]
    public void Of_an_orthogonal_matrix_are_ones_with_the_greatest_entropy()
    {
        Spectrum spectrum = Of(Matrices.Orthogonal(30, seed: 5), Layouts.Dense(30, 30));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.Eigenvalues, Is.All.EqualTo(1).Within(1e-13));
            Assert.That(spectrum.StableRank.Value, Is.EqualTo(30).Within(1e-11));
            Assert.That(spectrum.NormalizedEntropy.Value, Is.EqualTo(1).Within(1e-13));
        }
    }

    [TestCase(SpectrumMethod.Gram)]
    [TestCase(SpectrumMethod.Lanczos)]
    public void Of_one_rank_have_no_normalised_entropy(SpectrumMethod method)
    {
        Spectrum spectrum = Of(Matrices.Of(20, 7, (i, j) => (i + 1.0) * (j - 2.5)), Layouts.Dense(20, 7), method);
        double norm = Math.Sqrt(Enumerable.Range(1, 20).Sum(i => i * i) * Enumerable.Range(0, 7).Sum(j => (j - 2.5) * (j - 2.5)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.SpectralNorm.Value, Is.EqualTo(norm).Within(1e-11));
            Assert.That(spectrum.Rank.Value, Is.EqualTo(1).Within(4 * spectrum.Rank.StandardError));
            Assert.That(spectrum.StableRank.Value, Is.EqualTo(1).Within(1e-12));
            Assert.That(spectrum.Entropy.Value, Is.EqualTo(0).Within(1e-12));
            Assert.That(spectrum.Status.HasFlag(Status.RankDeficient));
            if (method == SpectrumMethod.Gram)
                Assert.That(spectrum.NormalizedEntropy.Value, Is.NaN);
        }
    }

    [Test]
    public void Of_low_rank_weights_stored_in_single_precision_show_the_rank()
    {
        double[] product = Matrices.Product(Matrices.Normal(120 * 40, 1), Matrices.Normal(40 * 150, 2), 120, 40, 150);
        Spectrum spectrum = Spectrum.Of(new WeightMatrix(Matrices.Single(product), Layouts.Dense(120, 150)));
        Assert.That(spectrum.Rank.Value, Is.EqualTo(40));
    }

    [TestCase(SpectrumMethod.Gram)]
    [TestCase(SpectrumMethod.Svd)]
    [TestCase(SpectrumMethod.Lanczos)]
    public void Of_zero_weights_are_undefined_and_say_so(SpectrumMethod method)
    {
        Spectrum spectrum = Of(new double[12], Layouts.Dense(3, 4), method);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.SpectralNorm.Value, Is.Zero);
            Assert.That(spectrum.StableRank.Value, Is.NaN);
            Assert.That(spectrum.Entropy.Value, Is.NaN);
            Assert.That(spectrum.Status.HasFlag(Status.Undefined));
        }
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void Of_weights_that_are_not_finite_are_undefined_by_every_method(double weight)
    {
        foreach (SpectrumMethod method in Enum.GetValues<SpectrumMethod>())
        {
            Spectrum spectrum = Of([1, 2, weight, 4, 5, 6], Layouts.Dense(2, 3), method);
            Assert.That((spectrum.SpectralNorm.Value, spectrum.Status), Is.EqualTo((double.NaN, Status.Undefined)), $"{method}");
        }
    }

    [TestCase(1e-30f)]
    [TestCase(3e37f)]
    public void Scale_with_the_weights_to_the_ends_of_single_precision(float scale)
    {
        double[] entries = Matrices.Normal(12 * 15, 3);
        Spectrum unit = Of(entries, Layouts.Dense(12, 15));
        Spectrum scaled = Spectrum.Of(new WeightMatrix([.. entries.Select(x => (float)(x * scale))], Layouts.Dense(12, 15)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(scaled.SpectralNorm.Value / scale, Is.EqualTo(unit.SpectralNorm.Value).Within(1e-6));
            Assert.That(scaled.NormalizedEntropy.Value, Is.EqualTo(unit.NormalizedEntropy.Value).Within(1e-6));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property Agree_with_a_full_decomposition_whatever_the_size() => Prop.ForAll(Sizes(), size =>
    {
        (int rows, int columns, int seed) = size;
        double[] entries = Matrices.Normal(rows * columns, (ulong)seed);
        double[] expected = [.. Matrix<double>.Build.DenseOfRowMajor(rows, columns, entries).Svd(false).S];
        double[] got = SingularValues(Of(entries, Layouts.Dense(rows, columns)));
        return got.Zip(expected, (x, y) => Math.Abs((x * x) - (y * y))).Max() < 1e-13 * rows * columns;
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Do_not_change_under_transposition_and_rotation() => Prop.ForAll(Sizes(), size =>
    {
        (int rows, int columns, int seed) = size;
        double[] entries = Matrices.Normal(rows * columns, (ulong)seed);
        double[] expected = [.. Of(entries, Layouts.Dense(rows, columns)).Eigenvalues];
        double[] rotated = Matrices.Product(Matrices.Orthogonal(rows, (ulong)seed + 7), entries, rows, rows, columns);
        double[][] others =
        [
            [.. Of(Matrices.Transpose(entries, rows, columns), Layouts.Dense(columns, rows)).Eigenvalues],
            [.. Of(Matrices.Transpose(entries, rows, columns), Layouts.Transposed(rows, columns)).Eigenvalues],
            [.. Of(rotated, Layouts.Dense(rows, columns)).Eigenvalues],
        ];
        return others.All(other => other.Zip(expected, (x, y) => Math.Abs(x - y)).Max() < 1e-12 * expected[^1]);
    });

    private static Arbitrary<(int Rows, int Columns, int Seed)> Sizes() => Arb.From(
        from rows in Gen.Choose(1, 40)
        from columns in Gen.Choose(1, 300)
        from seed in Gen.Choose(1, 1_000_000)
        select (rows, columns, seed));

    [Test]
    public void Of_a_convolution_are_those_of_its_unfolding_or_of_each_position()
    {
        double[] entries = Matrices.Normal(6 * 4 * 6, 11);
        var shape = Layouts.Convolution(6, 4, 6);
        double[] positions = [.. Enumerable.Range(0, 6).SelectMany(p =>
            Of(Matrices.Of(6, 4, (o, i) => entries[(((o * 4) + i) * 6) + p]), Layouts.Dense(6, 4)).Eigenvalues).Order()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(entries, shape).Eigenvalues, Is.EqualTo(Of(entries, Layouts.Dense(6, 24)).Eigenvalues).Within(1e-12));
            Assert.That(Of(entries, shape, perPosition: true).Eigenvalues, Is.EqualTo(positions).Within(1e-12));
        }
    }

    [Test]
    public void Of_a_grouped_convolution_are_those_of_the_block_diagonal_matrix()
    {
        double[] entries = Matrices.Normal(6 * 2 * 9, 12); // 6 outputs in 3 groups, 2 inputs a group, 3 × 3
        double[] dense = Matrices.Of(6, 6 * 9, (o, j) => j / 18 == o / 2 ? entries[(o * 18) + (j % 18)] : 0);
        Assert.That(
            Of(entries, Layouts.Convolution(6, 2, 9, groups: 3)).Eigenvalues,
            Is.EqualTo(Of(dense, Layouts.Dense(6, 54)).Eigenvalues).Within(1e-12));
    }

    [Test]
    public void Of_a_depthwise_convolution_are_the_norms_of_its_channels()
    {
        double[] entries = Matrices.Normal(5 * 9, 13);
        double[] norms = [.. entries.Chunk(9).Select(channel => channel.Sum(x => x * x)).Order()];
        Assert.That(Of(entries, Layouts.Convolution(5, 1, 9, groups: 5)).Eigenvalues, Is.EqualTo(norms).Within(1e-13));
    }

    [Test]
    public void Of_a_transposed_convolution_unfold_its_second_axis()
    {
        double[] entries = Matrices.Normal(4 * 3 * 5, 14); // 4 inputs, 3 outputs, 5 positions
        double[] unfolded = Matrices.Of(3, 20, (o, j) => entries[((j / 5) * 15) + (o * 5) + (j % 5)]);
        Assert.That(
            Of(entries, Layouts.TransposedConvolution(4, 3, 5)).Eigenvalues,
            Is.EqualTo(Of(unfolded, Layouts.Dense(3, 20)).Eigenvalues).Within(1e-12));
    }

    [Test]
    public void Of_stacked_gates_are_those_of_every_gate()
    {
        double[] entries = Matrices.Normal(4 * 5 * 7, 15);
        double[] gates = [.. entries.Chunk(35).SelectMany(gate => Of(gate, Layouts.Dense(5, 7)).Eigenvalues).Order()];
        Assert.That(Of(entries, Layouts.Stacked(4, 5, 7)).Eigenvalues, Is.EqualTo(gates).Within(1e-12));
    }

    [Test]
    public void Of_a_strided_view_see_only_the_view()
    {
        double[] fused = Matrices.Normal(5 * 12, 16); // query, key and value side by side: columns 4 … 7 of 12
        double[] part = Matrices.Of(5, 4, (i, j) => fused[(i * 12) + 4 + j]);
        Spectrum view = Spectrum.Of(new WeightMatrix(fused.AsSpan(4), Layouts.Dense(5, 4) with { RowStride = 12 }));
        Assert.That(view.Eigenvalues, Is.EqualTo(Of(part, Layouts.Dense(5, 4)).Eigenvalues).Within(1e-13));
    }

    [Test]
    public void Refuse_tensors_too_short_and_layouts_that_are_none()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new WeightMatrix(new float[11], Layouts.Dense(3, 4)).Layout, Throws.ArgumentException.With.Message.Contains("11 weights"));
            Assert.That(() => new WeightMatrix(new float[11], Layouts.Dense(0, 4)).Layout, Throws.ArgumentException);
            Assert.That(() => new WeightMatrix(new float[11], Layouts.Dense(2, 2) with { RowStride = -1 }).Layout, Throws.ArgumentException);
            Assert.That(() => new WeightMatrix(new float[11], Layouts.Dense(3, 2) with { RowStride = long.MaxValue }).Layout, Throws.ArgumentException);
        }
    }

    [TestCase(256, 512)]
    [TestCase(256, 2304)]
    [TestCase(300, 301)]
    public void Of_equal_weights_has_one_singular_value(int rows, int columns)
    {
        float[] entries = [.. Enumerable.Repeat(0.02f, rows * columns)];
        Spectrum spectrum = Spectrum.Of(new WeightMatrix(entries, Layouts.Dense(rows, columns)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spectrum.SpectralNorm.Value, Is.EqualTo(0.02f * Math.Sqrt((double)rows * columns)).Within(1e-10));
            Assert.That(spectrum.Rank.Value, Is.EqualTo(1));
        }
    }
}
