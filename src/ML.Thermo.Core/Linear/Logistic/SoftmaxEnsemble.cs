using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Data;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Logistic;

/// <summary>
/// The softmax cross-entropy E(W) = (1/n)Σᵢ [ln Σₖ e^(xᵢ·wₖ) − xᵢ·w_yᵢ] of a linear classifier with K classes over its
/// initialisation law.</summary>
/// <remarks>
/// <para>There is no closed form: mean and variance come from draws, with standard errors; the floor and higher cumulants are not
/// computed (NaN). <see cref="NarrowLimit"/> and <see cref="WideLimit"/> hold for logits of equal variance and zero mean.</para></remarks>
[Maturity(Maturity.Paper, "cross-entropy; the limits are theorems (moments of the maximum of normals)")]
public sealed class SoftmaxEnsemble : EnergyEnsemble
{
    private readonly LabelledData _data;
    private readonly ParameterLaw _law;
    private readonly Lazy<Kernel> _kernel;
    private readonly Lazy<EnergyMoments> _moments;

    /// <summary>Joins data and law.</summary>
    /// <param name="data">n rows of d features; targets are class numbers 0 … K−1.</param>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="law">K·d entries, class by class: entry k·d + j weighs feature j in the logit of class k.</param>
    /// <param name="seed">Seed of the draws behind <see cref="Moments"/>.</param>
    /// <exception cref="InvalidLawException">The law has not K·d entries.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two classes.</exception>
    /// <exception cref="UnusableDataException">A target is not the number of a class.</exception>
    public SoftmaxEnsemble(LabelledData data, int classes, ParameterLaw law, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(law);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (law.Count != classes * data.Columns)
            throw new InvalidLawException($"The initialisation law has {law.Count} parameters: expected {classes} classes × {data.Columns} columns = " +
                $"{classes * data.Columns}.");
        for (int row = 0; row < data.Rows; row++)
        {
            double label = data.Targets.Span[row];
            if (label != Math.Floor(label) || label < 0 || label >= classes)
                throw new UnusableDataException($"The target of row {row + 1} is {label}: softmax expects a class number, 0 … {classes - 1}.");
        }

        (_data, _law) = (data, law);
        _kernel = new(() => new Kernel(data, classes));
        _moments = new(() =>
        {
            (Estimate mean, Estimate variance) = MonteCarlo.Moments(this, MonteCarlo.Cost(data.Rows, data.Columns, classes), seed);
            return new EnergyMoments(mean, variance);
        });
    }

    /// <summary>Most threads that <see cref="Draw"/> uses, −1 for all. The draws do not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <inheritdoc/>
    public override EnergyMoments Moments => _moments.Value;

    /// <inheritdoc/>
    public override void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        _kernel.Value.Energies(
            (index, parameters) => _law.Draw(new RandomStream(seed, (ulong)index), parameters), first, energies, MaxDegreeOfParallelism, cancellation);
    }

    /// <summary>The limit of narrow logits: ⟨E⟩ → ln K + (s²/2)(1 − 1/K), with an error of order s⁴.</summary>
    /// <param name="classes">K ≥ 1 logits, independent and normal with mean zero.</param>
    /// <param name="deviation">s ≥ 0, standard deviation of every logit.</param>
    /// <returns>⟨E⟩, nats; the error is below 0.01 for s ≤ 0.5.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below one.</exception>
    public static double NarrowLimit(int classes, double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        return Math.Log(classes) + (deviation * deviation / 2 * (1 - (1.0 / classes)));
    }

    /// <summary>The limit of wide logits: ⟨E⟩ → s·M_K, with an error of order 1/s.</summary>
    /// <param name="classes">K ≥ 1 logits, independent and normal with mean zero.</param>
    /// <param name="deviation">s, standard deviation of every logit.</param>
    /// <returns>⟨E⟩, nats.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below one.</exception>
    public static double WideLimit(int classes, double deviation) => deviation * ExpectedMaximum(classes);

    /// <summary>M_K, the mean of the largest of K independent standard normal numbers: ∫ z K φ(z) Φ(z)^(K−1) dz ≈ √(2 ln K).</summary>
    /// <param name="count">K ≥ 1.</param>
    /// <returns>M_K to 1e-12: 0.5642 for 2, 0.8463 for 3, 1.5388 for 10.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below one.</exception>
    public static double ExpectedMaximum(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return NormalExpectation.Of(z => z * count * Math.Exp((count - 1) * SpecialFunctions.LogNormalDistribution(z)), 0, 1).Value;
    }

    /// <summary>ln Σ e^zₖ − z_y.</summary>
    private sealed unsafe class Kernel(LabelledData data, int classes)
        : EnergyKernel(data.Rows, data.Columns, classes, (row, features) => data.Row(row).CopyTo(features))
    {
        private const int Tile = OutputTile.Rows * OutputTile.Draws;

        private readonly int _classes = classes;
        private readonly int[] _labels = [.. data.Targets.ToArray().Select(label => (int)label)];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
        protected override void AddTile(double* outputs, int first, int rows, double* sums, double* products)
        {
            for (int draw = 0; draw < OutputTile.Draws; draw += 8)
            {
                Vector512<double> sum = Vector512.Load(sums + draw), product = Vector512<double>.One; // of eight sums ≤ K
                for (int row = 0; row < rows; row++)
                {
                    double* z = outputs + (row * OutputTile.Draws) + draw;
                    var top = Vector512.Load(z);
                    for (int k = 1; k < _classes; k++)
                        top = Vector512.Max(top, Vector512.Load(z + (k * Tile)));
                    Vector512<double> total = Vector512<double>.Zero;
                    for (int k = 0; k < _classes; k++)
                        total += Vector512.Exp(Vector512.Load(z + (k * Tile)) - top);
                    product *= total;
                    sum += top - Vector512.Load(z + (_labels[first + row] * Tile));
                }

                (sum + Vector512.Log(product)).Store(sums + draw);
            }
        }
    }
}
