using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Algebra;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Squared;

/// <summary>
/// The energy E(w) = s − 2c·w + w·Σw of a linear model under squared error over its initialisation law: a quadratic form of
/// independent parameters, with every quantity in closed form that has one.</summary>
/// <remarks>
/// <para>With m and V = diag v the mean and variance of w and g = Σm − c, for any symmetric independent entries:
/// ⟨E⟩ = E(m) + tr VΣ, Var E = 4 g·Vg + 2 tr (ΣV)² + Σ κ₄ⱼ Σⱼⱼ², and likewise the third cumulant. For normal entries E is a
/// generalised non-central chi-square law (<see cref="Form"/>), and all cumulants, the density and the entropy are exact. The entropy
/// is exact as well where one or two uniform entries are the only random ones.</para>
/// <para>Draws cost O(d²) each, whatever the number of rows was.</para></remarks>
[Maturity(Maturity.Theorem, "cumulants of quadratic forms; the state itself is the paper's Type I")]
public sealed class SquaredEnsemble : EnergyEnsemble
{
    private const int DrawsOfBlock = 64;
    private const double ScaleStep = 0.05; // relative step in the spread for dS/d ln σ; Richardson leaves its fourth power, × 10⁻³

    private readonly int[] _random; // entries that move the energy
    private readonly QuadraticFactor? _factor; // of the energy over those entries, the others at their means
    private readonly Lazy<QuadraticForm?> _form;
    private readonly Lazy<EnergyMoments> _moments;

    /// <summary>Creates the ensemble.</summary>
    /// <param name="moments">Second moments of d features.</param>
    /// <param name="law">Law of d parameters.</param>
    /// <exception cref="InvalidLawException">The law is of another number of parameters.</exception>
    public SquaredEnsemble(SecondMoments moments, ParameterLaw law)
    {
        ArgumentNullException.ThrowIfNull(moments);
        ArgumentNullException.ThrowIfNull(law);
        if (law.Count != moments.Columns)
            throw new InvalidLawException($"The initialisation law has {law.Count} parameters, the data {moments.Columns} columns: expected as many.");
        Data = moments;
        Law = law;
        _random = [.. Enumerable.Range(0, law.Count).Where(j => law.Variances[j] > 0 && moments[j, j] > 0)];
        _factor = _random.Length == 0 ? null : Factor();
        Floor = _factor?.Floor ?? Math.Max(0, moments.Energy(Means));
        _form = new Lazy<QuadraticForm?>(NormalForm);
        _moments = new Lazy<EnergyMoments>(ExactMoments);
    }

    /// <summary>The second moments of the data.</summary>
    public SecondMoments Data { get; }

    /// <summary>The law of the parameters.</summary>
    public ParameterLaw Law { get; }

    /// <summary>Most threads that <see cref="Draw"/> uses, −1 for all. The draws do not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>E₀, loss units: the least energy within reach of the law, so the constrained minimum where entries are constant.</summary>
    public double Floor { get; }

    /// <summary>The law of the energy when every random entry is normal, E − E₀ = Σ λⱼ χ²₁(δⱼ) with λ the eigenvalues of V^½ΣV^½;
    /// null for other laws, and where the energy does not fluctuate.</summary>
    public QuadraticForm? Form => _form.Value;

    /// <summary>Exact mean, variance and third cumulant for every law; the fourth for normal laws, NaN otherwise.</summary>
    public override EnergyMoments Moments => _moments.Value;

    private double[] Means => [.. Law.Means];

    /// <summary>K_r of the energy, loss units to the r: exact to the third for every law and for every r for normal laws; NaN otherwise.</summary>
    /// <param name="order">r ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is not positive.</exception>
    public double Cumulant(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        return order switch
        {
            1 => Moments.Mean.Value,
            2 => Moments.Variance.Value,
            3 => Moments.ThirdCumulant,
            _ when _factor is null => 0,
            _ => Form?.Cumulant(order) ?? double.NaN,
        };
    }

    /// <inheritdoc/>
    /// <remarks>Exact for normal entries, and for one or two uniform ones; −∞ with <see cref="Status.PointState"/> where nothing random
    /// moves the energy; null otherwise.</remarks>
    public override EntropyEstimate? ExactEntropy(CancellationToken cancellation = default)
    {
        if (_factor is null)
            return new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.Exact, Status.PointState);
        if (Form is not null)
            return Form.Entropy(cancellation);
        double[] halfWidths = [.. _random.Select(j => Law.Entries[j]).OfType<UniformLaw>().Select(law => law.HalfWidth)];
        if (halfWidths.Length < _random.Length || _factor.Rank < _random.Length || _random.Length > 2)
            return null;
        double[] means = [.. _random.Select(j => Law.Means[j])];
        double[] offset = [.. _factor.Minimizer().Zip(means, (ground, mean) => ground - mean)];
        double entropy = halfWidths.Length == 1
            ? UniformEntropy.OfOne(Data[_random[0], _random[0]], halfWidths[0], offset[0])
            : UniformEntropy.OfTwo(Data[_random[0], _random[0]], Data[_random[0], _random[1]], Data[_random[1], _random[1]], halfWidths, offset);
        return new EntropyEstimate(entropy, 0, EntropyMethod.Exact);
    }

    /// <summary>
    /// T_diff = (d⟨E⟩/dσ)/(dS/dσ) along the scale of the initialisation, every spread multiplied together about its mean; loss units
    /// per nat. d⟨E⟩/d ln σ = 2 tr VΣ is exact, dS/d ln σ is a central difference of exact entropies with Richardson's correction
    /// (relative error about 10⁻⁷). NaN where there is no exact entropy.</summary>
    /// <param name="cancellation">Stops a long quadrature.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    [Maturity(Maturity.Theorem, "for scale families, where T_diff = ⟨E⟩ − E₀; a definition elsewhere")]
    public double DifferentialTemperature(CancellationToken cancellation = default)
    {
        double coarse = Difference(ScaleStep), fine = Difference(ScaleStep / 2);
        return 2 * MeanExcess() / (((4 * fine) - coarse) / 3);

        double Difference(double step) =>
            (EntropyAt(Math.Exp(step)) - EntropyAt(Math.Exp(-step))) / (2 * step);

        double EntropyAt(double factor) =>
            _factor is null ? double.NaN : new SquaredEnsemble(Data, Law.Scale(factor)).ExactEntropy(cancellation)?.Value ?? double.NaN;
    }

    /// <inheritdoc/>
    public override void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        double[] drawn = new double[energies.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxDegreeOfParallelism, CancellationToken = cancellation };
        Parallel.For(0, (drawn.Length + DrawsOfBlock - 1) / DrawsOfBlock, options, block =>
        {
            double[] parameters = new double[Law.Count], moving = new double[_random.Length], displacement = new double[_factor?.Rank ?? 0];
            for (int i = block * DrawsOfBlock; i < Math.Min(drawn.Length, (block + 1) * DrawsOfBlock); i++)
            {
                Law.Draw(new RandomStream(seed, (ulong)(first + i)), parameters);
                for (int j = 0; j < moving.Length; j++)
                    moving[j] = parameters[_random[j]];
                _factor?.Displacement(moving, displacement);
                drawn[i] = Floor + TensorPrimitives.SumOfSquares<double>(displacement);
            }
        });
        drawn.CopyTo(energies);
    }

    /// <summary>E over the random entries u, the others r held at their means: s′ − 2c′·u + u·Σᵤᵤu with s′ = E(0, r), c′ = c − Σᵤᵣr.</summary>
    private QuadraticFactor Factor()
    {
        double[] held = Means;
        foreach (int j in _random)
            held[j] = 0;
        double[] cross = [.. _random.Select(j => Data.CrossMoments[j] - TensorPrimitives.Dot(Data.Row(j), held))];
        return QuadraticFactor.FromMoments((i, j) => Data[_random[i], _random[j]], cross, Data.Energy(held));
    }

    /// <summary>E = E₀ + |F(m + V^½z) − t|² with rows of FV^½ turned orthogonal: Σ (σⱼzⱼ + aⱼ)², λⱼ = σⱼ², δⱼ = aⱼ²/σⱼ².</summary>
    private QuadraticForm? NormalForm()
    {
        if (_factor is null || !Law.IsNormal)
            return null;
        double[][] rows = _factor.Rows([.. _random.Select(j => Math.Sqrt(Law.Variances[j]))]);
        double[] displacement = new double[_factor.Rank];
        _factor.Displacement([.. _random.Select(j => Law.Means[j])], displacement);
        RowOrthogonalization.Apply(rows, displacement);
        double[] weights = [.. rows.Select(row => TensorPrimitives.SumOfSquares<double>(row))];
        return new QuadraticForm(weights, null, [.. weights.Zip(displacement, (lambda, a) => a * a / lambda)], Floor);
    }

    private EnergyMoments ExactMoments()
    {
        int d = Data.Columns;
        double[] means = Means, gradient = new double[d], deviations = [.. Law.Variances.Select(Math.Sqrt)];
        double[] b = new double[d * d], square = new double[d]; // B = V^½ΣV^½, one row of B²
        for (int i = 0; i < d; i++)
        {
            gradient[i] = deviations[i] * (TensorPrimitives.Dot(Data.Row(i), means) - Data.CrossMoments[i]);
            TensorPrimitives.Multiply(Data.Row(i), deviations, b.AsSpan(i * d, d));
            TensorPrimitives.Multiply(b.AsSpan(i * d, d), deviations[i], b.AsSpan(i * d, d));
        }

        CompensatedSum variance = default, third = default, fourth = default;
        for (int i = 0; i < d; i++)
        {
            ReadOnlySpan<double> row = b.AsSpan(i * d, d);
            for (int j = 0; j < d; j++)
                square[j] = TensorPrimitives.Dot(row, b.AsSpan(j * d, d));
            InitializationLaw law = Law.Entries[i];
            double v = law.Variance, a = Data[i, i], image = TensorPrimitives.Dot(row, gradient); // (Bh)ᵢ, h = V^½g
            double kurtosis = v > 0 ? law.FourthCumulant / (v * v) : 0, sixth = v > 0 ? law.SixthCumulant / (v * v * v) : 0;
            double diagonal = v * a, slope = gradient[i] * gradient[i];
            variance.Add((4 * slope) + (2 * square[i]) + (kurtosis * diagonal * diagonal));
            third.Add((24 * gradient[i] * image) + (8 * TensorPrimitives.Dot<double>(square, row))
                + (12 * kurtosis * diagonal * (slope + square[i])) + (sixth * diagonal * diagonal * diagonal));
            fourth.Add(48 * (TensorPrimitives.SumOfSquares<double>(square) + (4 * image * image)));
        }

        return new EnergyMoments(
            Estimate.Exact(EnergyOfMean() + MeanExcess()),
            Estimate.Exact(variance.Value),
            third.Value,
            Law.IsNormal ? fourth.Value : double.NaN,
            Floor);
    }

    /// <summary>E(m), built up from the floor so that ⟨E⟩ − E₀ keeps its digits near the ground state.</summary>
    private double EnergyOfMean()
    {
        double[] displacement = new double[_factor?.Rank ?? 0];
        _factor?.Displacement([.. _random.Select(j => Law.Means[j])], displacement);
        return Floor + TensorPrimitives.SumOfSquares<double>(displacement);
    }

    /// <summary>tr VΣ: what the spread of the law adds to the energy of its mean.</summary>
    private double MeanExcess()
    {
        double trace = 0;
        for (int j = 0; j < Data.Columns; j++)
            trace += Law.Variances[j] * Data[j, j];
        return trace;
    }
}
