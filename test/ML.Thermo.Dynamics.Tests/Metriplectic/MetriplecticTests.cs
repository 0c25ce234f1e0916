using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Metriplectic;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Metriplectic;

public sealed class MetriplecticTests
{
    private static double[] March(MetriplecticSystem system, double[] start, double time, int steps)
    {
        var integrator = new MetriplecticIntegrator(system);
        double[] z = [.. start];
        for (int k = 0; k < steps; k++)
            Assert.That(integrator.Step(z, time / steps).IsConverged);
        return z;
    }

    private static double[] March4(MetriplecticSystem system, double[] start, double time, int steps)
    {
        double[] z = [.. start];
        for (int k = 0; k < steps; k++)
            RungeKutta.Step(system.Rate, z, time / steps);
        return z;
    }

    /// <summary>The scheme's error is even in h: two step sizes give fourth order.</summary>
    private static double[] Extrapolated(MetriplecticSystem system, double[] start, double time, int steps)
    {
        double[] coarse = March(system, start, time, steps), fine = March(system, start, time, 2 * steps);
        return [.. fine.Zip(coarse, (f, c) => f + ((f - c) / 3))];
    }

    // Golden: closed form, evaluated elsewhere.
    [TestCase(1, 0.568971890946, -0.762757678510, 1.047235855593, 0.046154174517)]
    [TestCase(2, -0.258070263440, -0.751615502126, 1.184236938046, 0.169098633034)]
    [TestCase(5, 0.098550667619, 0.588696793501, 1.321861925617, 0.279041292417)]
    [TestCase(10, -0.336851680590, 0.185345706985, 1.426088957093, 0.354935702299)]
    [TestCase(20, 0.079116023619, -0.117997419556, 1.489908631892, 0.398714797200)]
    public void TheDampedOscillatorFollowsItsClosedForm(double time, double q, double p, double u, double entropy)
    {
        var system = new DampedOscillator();
        double[] exact = system.At(time), z = Extrapolated(system, DampedOscillator.Start, time, (int)(100 * time));
        Assert.That(exact, Is.EqualTo(new[] { q, p, u }).Within(1e-11));
        Assert.That(system.Entropy(exact), Is.EqualTo(entropy).Within(1e-11));
        Assert.That(z, Is.EqualTo(exact).Within(1e-8));
    }

    // Golden: two integrators that agree to 3e-12.
    [TestCase(1, new[] { 0.8100359499, -0.6362348515, 1.1019457419, 1.4379744883 }, 2.539920230156)]
    [TestCase(8, new[] { 1.1850488440, 0.0553343144, 1.2532305701, 1.3733927936 }, 2.626623363748)]
    public void TwoGasesReachTheirGoldenStates(double time, double[] expected, double entropy)
    {
        var system = new GasContainers();
        double[] z = March4(system, GasContainers.Start, time, 4000), exact = Extrapolated(system, GasContainers.Start, time, 800);
        Assert.That(system.Energy(GasContainers.Start), Is.EqualTo(4.924100203077).Within(1e-11));
        Assert.That(z, Is.EqualTo(expected).Within(1e-9));
        Assert.That(system.Entropy(z), Is.EqualTo(entropy).Within(1e-9));
        Assert.That(exact, Is.EqualTo(expected).Within(1e-7));
    }

    // Golden: as above, to 2e-9.
    [TestCase(1, new[] { 1.282257319, 0.705107803, 2.104713718, -0.216682692, 0.168271577, -0.123928239, -0.586188219, -0.377925824, 0.179137269, 0.123935529 }, 0.30307279861)]
    [TestCase(5, new[] { 1.042015235, -0.523463015, 2.181914043, -1.231340421, 0.196527315, 0.271095892, -1.165566720, -0.068816375, 0.165719869, 0.155525546 }, 0.32124541481)]
    public void TheThermoelasticPendulumReachesItsGoldenStates(double time, double[] expected, double entropy)
    {
        var system = new ThermoelasticPendulum();
        Assert.That(system.Energy(ThermoelasticPendulum.Start), Is.EqualTo(3.66499830015).Within(1e-10));
        Assert.That(ThermoelasticPendulum.AngularMomentum(ThermoelasticPendulum.Start), Is.EqualTo(-1.2).Within(1e-14));
        double[] z = March4(system, ThermoelasticPendulum.Start, time, 4000);
        Assert.That(z, Is.EqualTo(expected).Within(2e-9));
        Assert.That(system.Entropy(z), Is.EqualTo(entropy).Within(2e-9));
    }

    // Golden: errors at t = 5, measured elsewhere.
    [TestCase(250, 4.45e-3)]
    [TestCase(500, 1.11e-3)]
    [TestCase(1000, 2.78e-4)]
    public void ThePendulumConvergesAtSecondOrderAndKeepsBothLaws(int steps, double error)
    {
        var system = new ThermoelasticPendulum();
        var integrator = new MetriplecticIntegrator(system);
        double[] z = ThermoelasticPendulum.Start, exact = March4(system, z, 5, 4000);
        double energy = system.Energy(z), entropy = system.Entropy(z), drift = 0, least = double.PositiveInfinity;
        int iterations = 0;
        for (int k = 0; k < steps; k++)
        {
            iterations = Math.Max(iterations, integrator.Step(z, 5.0 / steps).Iterations);
            drift = Math.Max(drift, Math.Abs(system.Energy(z) - energy));
            least = Math.Min(least, system.Entropy(z) - entropy);
            entropy = system.Entropy(z);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(z.Zip(exact, (a, b) => Math.Abs(a - b)).Max(), Is.EqualTo(error).Within(0.01 * error));
            Assert.That(drift, Is.LessThan(5e-14));
            Assert.That(least, Is.GreaterThan(0));
            Assert.That(iterations, Is.LessThanOrEqualTo(20));
        }
    }

    // Golden: by hand and by an independent program.
    [Test]
    public void ProjectionMakesAnyOperatorsDegenerate()
    {
        var system = new Literal();
        double[] rate = new double[4];
        system.Rate(new double[4], rate);
        (double[,] l, double[,] m) = system.Operators();
        BracketDefects defects = BracketDefects.Of(l, m, Literal.E, Literal.S), raw = BracketDefects.Of(Literal.A, Literal.BBt, Literal.E, Literal.S);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rate, Is.EqualTo(new[] { 1.7222222222, 0.4444444444, 1, -2.6111111111 }).Within(1e-10));
            Assert.That(Row(l, 0), Is.EqualTo(new[] { 0, -0.5, 0.5, 3 }).Within(1e-12));
            Assert.That(Row(l, 1), Is.EqualTo(new[] { 0.5, 0, 0, -0.5 }).Within(1e-12));
            Assert.That(Row(m, 0), Is.EqualTo(new[] { 0.3611111111, 0.2222222222, -0.5, -0.8055555556 }).Within(1e-10));
            Assert.That(Row(m, 3), Is.EqualTo(new[] { -0.8055555556, -1.1111111111, 0.5, 3.0277777778 }).Within(1e-10));
            Assert.That(defects.EnergyRate, Is.EqualTo(0).Within(1e-12));
            Assert.That(defects.EntropyRate, Is.EqualTo(1.4444444444).Within(1e-10));
            Assert.That(new[] { defects.ReversibleDegeneracy, defects.IrreversibleDegeneracy, defects.Skewness }, Is.All.EqualTo(0).Within(1e-15));
            Assert.That(defects.LeastEigenvalue, Is.EqualTo(0).Within(1e-14));
            Assert.That(raw.ReversibleDegeneracy, Is.EqualTo(0.6671243850).Within(1e-10));
            Assert.That(raw.IrreversibleDegeneracy, Is.EqualTo(0.7219948724).Within(1e-10));
        }
    }

    /// <summary>Random energies and entropies in six coordinates: the laws hold whatever the functions are.</summary>
    [TestCase(1u)]
    [TestCase(2u)]
    [TestCase(3u)]
    public void BothLawsHoldForRandomFunctions(uint seed)
    {
        var system = new RandomFunctions(seed);
        var integrator = new MetriplecticIntegrator(system);
        double[] z = [0.3, -0.2, 0.5, 0.1, -0.4, 0.2];
        double energy = system.Energy(z), entropy = system.Entropy(z);
        for (int k = 0; k < 400; k++)
        {
            Assert.That(integrator.Step(z, 0.05).IsConverged);
            double next = system.Entropy(z);
            Assert.That(next, Is.GreaterThanOrEqualTo(entropy - 1e-14));
            entropy = next;
        }

        Assert.That(system.Energy(z), Is.EqualTo(energy).Within(1e-13));
    }

    [Test]
    public void AStepOutsideTheDomainIsSaidToBeOne()
    {
        var integrator = new MetriplecticIntegrator(new DampedOscillator());
        double[] z = [1, 0, double.NaN];
        Assert.That(integrator.Step(z, 0.1).IsConverged, Is.False);
    }

    private static double[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[row, j])];

    private sealed class Literal : ProjectedSystem
    {
        public static readonly double[] E = [1, 2, 0, 1], S = [0, 1, 1, 0];
        public static readonly double[,] A = { { 0, 1, 2, 3 }, { -1, 0, 4, 5 }, { -2, -4, 0, 6 }, { -3, -5, -6, 0 } };
        public static readonly double[,] BBt = { { 1, 2, 0, -1 }, { 2, 5, 1, -1 }, { 0, 1, 1, 1 }, { -1, -1, 1, 2 } };

        public override int Dimension => 4;

        public override double Energy(ReadOnlySpan<double> state) => 0;

        public override double Entropy(ReadOnlySpan<double> state) => 0;

        public override void EnergyGradient(ReadOnlySpan<double> state, Span<double> gradient) => E.CopyTo(gradient);

        public override void EntropyGradient(ReadOnlySpan<double> state, Span<double> gradient) => S.CopyTo(gradient);

        public (double[,] L, double[,] M) Operators()
        {
            double[,] l = new double[4, 4], m = new double[4, 4];
            for (int j = 0; j < 4; j++)
            {
                double[] unit = new double[4], column = new double[4];
                unit[j] = 1;
                Reversible(unit, unit, S, column);
                for (int i = 0; i < 4; i++)
                    l[i, j] = column[i];
                Irreversible(unit, E, unit, column);
                for (int i = 0; i < 4; i++)
                    m[i, j] = column[i];
            }

            return (l, m);
        }

        protected override void Skew(ReadOnlySpan<double> state, ReadOnlySpan<double> vector, Span<double> product) => Multiply(A, vector, product);

        protected override void Dissipation(ReadOnlySpan<double> state, ReadOnlySpan<double> vector, Span<double> product) => Multiply(BBt, vector, product);

        private static void Multiply(double[,] matrix, ReadOnlySpan<double> vector, Span<double> product)
        {
            for (int i = 0; i < vector.Length; i++)
            {
                product[i] = 0;
                for (int j = 0; j < vector.Length; j++)
                    product[i] += matrix[i, j] * vector[j];
            }
        }
    }

    /// <summary>Networks of one hidden layer for E and S, plus |z|²/2 and a coordinate of its own for the entropy; random A and B.</summary>
    private sealed class RandomFunctions : ProjectedSystem
    {
        private const int Hidden = 8, D = 6;
        private readonly double[] _weights;

        public RandomFunctions(uint seed)
        {
            var random = new RandomStream(seed, 0);
            _weights = [.. Enumerable.Range(0, (2 * Hidden * (D + 1)) + (2 * D * D)).Select(_ => 0.7 * random.NextNormal())];
        }

        public override int Dimension => D;

        public override double Energy(ReadOnlySpan<double> z) => Network(0, z, default) + (0.5 * (z[0] * z[0] + z[1] * z[1] + z[2] * z[2] + z[3] * z[3] + z[4] * z[4] + z[5] * z[5]));

        public override double Entropy(ReadOnlySpan<double> z) => (0.3 * Network(1, z, default)) + (2 * z[5]);

        public override void EnergyGradient(ReadOnlySpan<double> z, Span<double> g)
        {
            Network(0, z, g);
            for (int i = 0; i < D; i++)
                g[i] += z[i];
        }

        public override void EntropyGradient(ReadOnlySpan<double> z, Span<double> g)
        {
            Network(1, z, g);
            for (int i = 0; i < D; i++)
                g[i] *= 0.3;
            g[5] += 2;
        }

        protected override void Skew(ReadOnlySpan<double> state, ReadOnlySpan<double> v, Span<double> product)
        {
            ReadOnlySpan<double> a = _weights.AsSpan(2 * Hidden * (D + 1), D * D);
            for (int i = 0; i < D; i++)
            {
                product[i] = 0;
                for (int j = 0; j < D; j++)
                    product[i] += (a[(i * D) + j] - a[(j * D) + i]) * v[j];
            }
        }

        protected override void Dissipation(ReadOnlySpan<double> state, ReadOnlySpan<double> v, Span<double> product)
        {
            ReadOnlySpan<double> b = _weights.AsSpan((2 * Hidden * (D + 1)) + (D * D));
            product.Clear();
            for (int r = 0; r < 2; r++)
            {
                double along = 0;
                for (int i = 0; i < D; i++)
                    along += b[(i * D) + r] * v[i];
                for (int i = 0; i < D; i++)
                    product[i] += 0.2 * b[(i * D) + r] * along;
            }
        }

        private double Network(int which, ReadOnlySpan<double> z, Span<double> gradient)
        {
            double sum = 0;
            gradient.Clear();
            for (int h = 0; h < Hidden; h++)
            {
                ReadOnlySpan<double> w = _weights.AsSpan(((which * Hidden) + h) * (D + 1), D + 1);
                double a = 0;
                for (int i = 0; i < D; i++)
                    a += w[i] * z[i];
                sum += w[D] * Math.Tanh(a);
                for (int i = 0; i < gradient.Length; i++)
                    gradient[i] += w[D] * w[i] * (1 - (Math.Tanh(a) * Math.Tanh(a)));
            }

            return sum;
        }
    }
}
