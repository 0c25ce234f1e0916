using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;

namespace ML.Thermo.Tempering;

/// <summary>A linear, logistic or softmax model that refreshes itself: copies that forget at different rates, mixed by what they lost lately.</summary>
/// <remarks>
/// <para>A memory g heats the law of the parameters N(w, H⁻¹) by 1/g a window, and the new rows cool it again: H ← g H + H_window, w ← the minimum
/// of the window's energy + g/2 |w − w_old|_H. Old rows are not kept: w and H are the whole state. The model of the reference stays in as a member
/// that never forgets and never learns. Deployed is the mean of their parameters by exp(−D/θ), D the sum of mean losses a row on past windows,
/// discounted, each window judged before it is learnt from; θ a share of the reference's loss.</para>
/// <para>Columns are standardised by the reference. A ridge of one row's weight, around the mean of the targets, keeps every step defined; a
/// tenth of it is held up in every copy that forgets.</para>
/// <para>Labels must come before the next window but one is learnt; later ones may be given late, in order. State: about (number of copies) × p²/2
/// numbers, p the parameters: d + 1, of K classes K (d + 1). A window costs some p³ operations a copy.</para>
/// <para>Recursive least squares with forgetting under exponential weights: known in online learning. For a squared loss the step is exact, for
/// cross-entropy H is taken at the minimum.</para></remarks>
/// <example>
/// <code>
/// var ladder = TemperedLadder.Learn(features, targets, Energy.MeanSquared);
/// TemperedWindow cost = ladder.Update(nextFeatures, nextTargets); // judged, then learnt from
/// double[] weights = [.. ladder.Parameters];                      // weights of the columns as they are, then the bias
/// </code>
/// </example>
[Maturity(Maturity.Estimator, "of the pilot's seven streams: .66 of the loss of retraining at alarms; docs/evidence.md has what this code measured")]
public sealed class TemperedLadder
{
    private const int MostParameters = 2000; // a factorisation of them takes some seconds

    private readonly TemperedOptions _options;
    private readonly TemperedScale _scale;
    private readonly BoltzmannMixture _mixture;
    private readonly Vector<double> _reference;
    private readonly double _ridge;
    private readonly TemperedLoss _loss;
    private readonly TemperedCopy[] _copies;

    private TemperedLadder(
        TemperedOptions options, TemperedLoss loss, TemperedScale scale, Vector<double> reference, double ridge, double referenceLoss, int referenceRows,
            TemperedCopy[] copies)
    {
        (_options, _loss, _scale, _reference, _ridge, _copies) = (options, loss, scale, reference, ridge, copies);
        (ReferenceLoss, ReferenceRows) = (referenceLoss, referenceRows);
        _mixture = new BoltzmannMixture(copies.Length + 1, Math.Max(options.TemperatureShare * referenceLoss, double.Epsilon * 1e16), options.Discount);
    }

    /// <summary>The loss: mean squared error or cross-entropy.</summary>
    public Energy Energy => _loss.Energy;

    /// <summary>Outputs for a row: 1, or a logit a class.</summary>
    public int Outputs => _loss.Outputs;

    /// <summary>Number of features.</summary>
    public int Columns => _scale.Columns;

    /// <summary>Mean loss a row of the reference's model on its own rows.</summary>
    public double ReferenceLoss { get; }

    /// <summary>Rows of the reference.</summary>
    public int ReferenceRows { get; }

    /// <summary>Windows learnt since.</summary>
    public int Windows { get; private set; }

    /// <summary>The copies by their memory, then the reference's model.</summary>
    public IReadOnlyList<TemperedMember> Members
    {
        get
        {
            IReadOnlyList<double> weights = _mixture.Weights;
            return
            [
                .. _copies.Select((copy, i) => new TemperedMember(copy.Memory, weights[i], _mixture.Energies[i], copy.Rows)),
                new TemperedMember(double.NaN, weights[^1], _mixture.Energies[^1], ReferenceRows),
            ];
        }
    }

    /// <summary>Rows that the deployed model effectively remembers: the members' by their weights.</summary>
    public double EffectiveRows => Members.Sum(member => member.Weight * member.Rows);

    /// <summary>The deployed model: a weight a column, in its own unit, and the bias; of several classes one class after the other.</summary>
    public IReadOnlyList<double> Parameters => _scale.FoldBack(Deployed);

    /// <summary>The model of the reference, in the same form.</summary>
    public IReadOnlyList<double> ReferenceParameters => _scale.FoldBack(_reference);

    private Vector<double> Deployed
    {
        get
        {
            IReadOnlyList<double> weights = _mixture.Weights;
            return _copies.Select((copy, i) => weights[i] * copy.Parameters).Aggregate(weights[^1] * _reference, (sum, next) => sum + next);
        }
    }

    /// <summary>Learns the reference.</summary>
    /// <param name="features">Rows of equal length ≥ 1.</param>
    /// <param name="targets">A target each; 0 or 1 for cross-entropy, both of which must occur.</param>
    /// <param name="energy"><see cref="Energy.MeanSquared"/> or <see cref="Energy.CrossEntropy"/>.</param>
    /// <param name="options">Ladder, discount, temperature and ridge.</param>
    /// <exception cref="ArgumentException">The loss is another, or an option is outside its range.</exception>
    /// <exception cref="UnusableDataException">A number is not finite, a target outside its domain, all labels are the same, or d is above 1,999.</exception>
    public static TemperedLadder Learn(IReadOnlyList<double[]> features, IReadOnlyList<double> targets, Energy energy, TemperedOptions? options = null)
    {
        CheckEnergy(energy);
        return Learn(features, targets, TemperedLoss.Of(energy), options);
    }

    /// <summary>Learns a softmax regression of several classes from the reference.</summary>
    /// <param name="features">Rows of equal length ≥ 1.</param>
    /// <param name="labels">The number of a class each, 0 … K − 1. Two classes at least must occur; one that the reference lacks may come later.</param>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="options">Ladder, discount, temperature and ridge.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or an option is outside its range.</exception>
    /// <exception cref="UnusableDataException">A number is not finite, a label no class, all labels are the same, or K (d + 1) is above 2,000.</exception>
    public static TemperedLadder LearnClasses(
        IReadOnlyList<double[]> features, IReadOnlyList<double> labels, int classes, TemperedOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        return Learn(features, labels, TemperedLoss.OfClasses(classes), options);
    }

    private static TemperedLadder Learn(IReadOnlyList<double[]> features, IReadOnlyList<double> targets, TemperedLoss loss, TemperedOptions? options)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new();
        options.Check();
        TemperedScale scale = TemperedScale.Of(features);
        if (scale.Columns == 0)
            throw new UnusableDataException("The reference has no rows or no features: expected at least one of each.");
        long parameters = loss.Outputs * (scale.Columns + 1L);
        if (parameters > MostParameters)
        {
            throw new UnusableDataException(
                $"{loss.Outputs} outputs of {scale.Columns} features are {parameters} parameters: expected at most {MostParameters}.");
        }

        TemperedRows rows = TemperedRows.Of(features, targets, scale, loss);
        int size = (int)parameters;
        double[] constant = loss.Constant(rows.Targets);
        Vector<double> centre = Vector<double>.Build.Dense(size);
        for (int k = 0; k < constant.Length; k++)
            centre[((k + 1) * (scale.Columns + 1)) - 1] = constant[k];
        double ridge = options.RidgeRows * loss.Ridge(constant);
        Matrix<double> pull = ridge * Matrix<double>.Build.DenseIdentity(size);
        (Vector<double> reference, Matrix<double> curvature) = TemperedCopy.Minimum(rows, loss, centre, pull);
        return new(options, loss, scale, reference, ridge, rows.Loss(reference, loss), rows.Count,
            [.. options.Memories.Select(memory => new TemperedCopy(memory, reference, curvature + pull, rows.Count))]);
    }

    /// <summary>Reads a ladder that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What it is called, for messages.</param>
    /// <exception cref="UnusableDataException">It is damaged, or no ladder.</exception>
    public static TemperedLadder Parse(string json, string name = "model") => TemperedFile.Read(json, name);

    /// <summary>The whole state as a text with a checksum: nothing is lost.</summary>
    public string ToJson() => TemperedFile.Write(State);

    /// <summary>Judges a window by the model as it is, and learns from it.</summary>
    /// <param name="features">The rows; they are not kept.</param>
    /// <param name="targets">A target each.</param>
    /// <returns>What the window cost before it was learnt from.</returns>
    /// <exception cref="UnusableDataException">A number is not finite or 1e50 deviations away, a target outside its domain, or the loss too large; the ladder
    /// is as it was.</exception>
    public TemperedWindow Update(IReadOnlyList<double[]> features, IReadOnlyList<double> targets)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        TemperedRows window = TemperedRows.Of(features, targets, _scale, _loss);
        double[] losses = [.. _copies.Select(copy => window.Loss(copy.Parameters, _loss)), window.Loss(_reference, _loss)];
        TemperedWindow cost = new(window.Count, window.Loss(Deployed, _loss), losses[^1]);
        if (losses.Append(cost.Loss).Any(loss => !double.IsFinite(loss)))
        {
            throw new UnusableDataException(
                $"The window's loss is {cost.Loss} under the deployed model, {losses.Max()} under its worst member: expected finite ones.");
        }

        var next = new TemperedCopy[_copies.Length];
        Parallel.For(0, next.Length, i => next[i] = _copies[i].After(window, _loss, _ridge));
        _mixture.Add(losses);
        next.CopyTo(_copies, 0);
        Windows++;
        return cost;
    }

    /// <summary>The output for a row: a prediction, or a logit.</summary>
    /// <param name="features">As many as there are columns.</param>
    /// <exception cref="InvalidOperationException">There is an output a class: <see cref="Logits"/> has them all.</exception>
    public double Output(ReadOnlySpan<double> features) => Outputs == 1 ? Logits(features)[0]
        : throw new InvalidOperationException($"The model has {Outputs} outputs, one a class: ask for Logits.");

    /// <summary>The outputs for a row: of classes the logits, up to a constant.</summary>
    /// <param name="features">As many as there are columns.</param>
    public double[] Logits(ReadOnlySpan<double> features)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, Columns);
        double[] parameters = [.. Parameters], outputs = new double[Outputs];
        for (int k = 0; k < outputs.Length; k++)
        {
            ReadOnlySpan<double> own = parameters.AsSpan(k * (Columns + 1), Columns + 1);
            outputs[k] = own[Columns] + TensorPrimitives.Dot(own[..Columns], features);
        }

        return outputs;
    }

    internal TemperedState State => new(_options, _loss, _scale, _reference, _ridge, ReferenceLoss, ReferenceRows, Windows, _copies, _mixture.Energies);

    internal static TemperedLadder Of(TemperedState state)
    {
        TemperedLadder ladder = new(
            state.Options, state.Loss, state.Scale, state.Reference, state.Ridge, state.ReferenceLoss, state.ReferenceRows, [.. state.Copies])
        {
            Windows = state.Windows,
        };
        ladder._mixture.Restore(state.Energies);
        return ladder;
    }

    private static void CheckEnergy(Energy energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        if (energy != Energy.MeanSquared && energy != Energy.CrossEntropy)
            throw new ArgumentException($"A ladder of the loss '{energy.Name}' is not known: expected mse or ce.", nameof(energy));
    }
}

/// <summary>All that a ladder is made of.</summary>
internal sealed record TemperedState(
    TemperedOptions Options, TemperedLoss Loss, TemperedScale Scale, Vector<double> Reference, double Ridge, double ReferenceLoss, int ReferenceRows,
    int Windows, IReadOnlyList<TemperedCopy> Copies, IReadOnlyList<double> Energies);
