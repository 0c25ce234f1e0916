using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Entropies;

public class Nearest_neighbour_entropy_in_several_dimensions
{
    // golden: brute force in numpy/SciPy; the two-dimensional maximum-norm value is NPEET's formula
    [TestCase(2, 3, NeighbourNorm.Maximum, 2.802938312427846)]
    [TestCase(3, 3, NeighbourNorm.Maximum, 4.030222906834773)]
    [TestCase(2, 3, NeighbourNorm.Euclidean, 2.7937880151145618)]
    [TestCase(3, 4, NeighbourNorm.Euclidean, 4.111842124964658)]
    public void Agrees_with_brute_force(int dimension, int k, NeighbourNorm norm, double expected) =>
        Assert.That(
            new NearestNeighbourEntropy(k, norm).Estimate(Interleave(NumpyNormals.Rows[..dimension]), dimension).Value,
            Is.EqualTo(expected).Within(1e-11));

    [Test]
    public void Agrees_with_the_one_dimensional_estimator([Values] NeighbourNorm norm)
    {
        double[] sample = Samples.ChiSquare(1, 3000);
        EntropyEstimate sorted = new KozachenkoLeonenko(4).Estimate(default, sample);
        Assert.That(new NearestNeighbourEntropy(4, norm).Estimate(sample, 1).Value, Is.EqualTo(sorted.Value).Within(1e-12));
    }

    [Test]
    public void Finds_the_neighbours_that_a_full_search_finds([Values(1, 2, 5)] int dimension, [Values] NeighbourNorm norm)
    {
        const int n = 700, k = 6;
        double[] points = Samples.Exponential(3, n * dimension);
        for (int i = 0; i < 200; i++)
            points[i] = Math.Round(points[i], 1); // ties between coordinates
        var tree = new NeighbourTree(points, dimension, norm);
        for (int i = 0; i < n; i += 7)
        {
            double expected = Enumerable.Range(0, n).Where(j => j != i).Select(j => Distance(i, j)).Order().ElementAt(k - 1);
            Assert.That(tree.DistanceToNeighbour(i, k), Is.EqualTo(expected).Within(1e-15));
        }

        double Distance(int i, int j)
        {
            IEnumerable<double> gaps = Enumerable.Range(0, dimension).Select(a => Math.Abs(points[(i * dimension) + a] - points[(j * dimension) + a]));
            return norm == NeighbourNorm.Maximum ? gaps.Max() : Math.Sqrt(gaps.Sum(gap => gap * gap));
        }
    }

    [Test]
    public void Gives_the_mutual_informations_of_a_normal_law([Values] NeighbourNorm norm)
    {
        // golden: covariance of NPEET's tests, MI(x;y) = 0.5963225390 bit, MI(x;y|z) = 0.5148736717 bit
        double[] z = Samples.Normal(9, 3 * 8000);
        double[][] xyz = [new double[8000], new double[8000], new double[8000]];
        double[,] factor = Cholesky(new double[,] { { 4, 3, 1 }, { 3, 4, 1 }, { 1, 1, 2 } });
        for (int i = 0; i < 8000; i++)
        {
            for (int row = 0; row < 3; row++)
                xyz[row][i] = Enumerable.Range(0, row + 1).Sum(column => factor[row, column] * z[(3 * i) + column]);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Bits(H(0) + H(1) - H(0, 1)), Is.EqualTo(0.5963225390).Within(0.06));
            Assert.That(Bits(H(0, 2) + H(1, 2) - H(2) - H(0, 1, 2)), Is.EqualTo(0.5148736717).Within(0.06));
        }

        double H(params int[] rows) => new NearestNeighbourEntropy(4, norm).Estimate(Interleave([.. rows.Select(row => xyz[row])]), rows.Length).Value;
        static double Bits(double nats) => nats / Math.Log(2);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Of_a_standard_normal_law_adds_up_over_dimensions(int dimension)
    {
        EntropyEstimate entropy = new NearestNeighbourEntropy().Estimate(Samples.Normal(21, 20_000 * dimension), dimension);
        Assert.That(entropy.Value, Is.EqualTo(dimension * Samples.NormalEntropy).Within(5 * entropy.StandardError));
    }

    [Test]
    public void Of_coinciding_points_is_minus_infinity()
    {
        EntropyEstimate entropy = new NearestNeighbourEntropy(2).Estimate([1, 2, 1, 2, 1, 2, 5, 6, 7, 8], 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(double.NegativeInfinity));
            Assert.That(entropy.Status, Is.EqualTo(Status.Atoms));
            Assert.That(new NearestNeighbourEntropy(1).Estimate([1, 2, double.NaN, 4], 2).Status, Is.EqualTo(Status.Undefined));
        }
    }

    [Test]
    public void Refuses_what_does_not_make_points()
    {
        var entropy = new NearestNeighbourEntropy(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => entropy.Estimate([1, 2, 3], 2), Throws.ArgumentException.With.Message.Contains("multiple of 2"));
            Assert.That(() => entropy.Estimate([1, 2, 3, 4], 2), Throws.ArgumentException.With.Message.Contains("at least 3 points, got 2"));
            Assert.That(() => entropy.Estimate([1, 2], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new NearestNeighbourEntropy(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    private static double[] Interleave(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).SelectMany(i => rows.Select(row => row[i]))];

    private static double[,] Cholesky(double[,] covariance)
    {
        var factor = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = covariance[i, j] - Enumerable.Range(0, j).Sum(k => factor[i, k] * factor[j, k]);
                factor[i, j] = i == j ? Math.Sqrt(rest) : rest / factor[j, j];
            }
        }

        return factor;
    }
}
