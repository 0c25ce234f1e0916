using System.Numerics.Tensors;
using ML.Thermo.Energies;

namespace ML.Thermo.Refresh;

/// <summary>
/// Turns a model's predictions into what a drift reference and its windows observe: the loss against the label, the loss that the prediction
/// expects of itself, and the prediction as one more input.</summary>
/// <remarks>
/// <para>The loss of a value is (z − y)² or |z − y|; that of a classifier is the cross-entropy −ln p(y), nats, where a probability below
/// <see cref="LeastProbability"/> counts as that. The self-energy of a classifier is the entropy of its prediction; a value has none.
/// What follows the features as an input is the prediction itself, or the likeliest class.</para></remarks>
[Maturity(Maturity.Paper, "the loss as energy; self-energy: theorem under calibration")]
public sealed class PredictionEnergy
{
    /// <summary>A wrong answer given with certainty costs 34.5 nats, not infinitely many.</summary>
    public const double LeastProbability = 1e-15;

    private static readonly double MostLogit = -Math.Log(LeastProbability);

    /// <summary>Reads predictions of a kind.</summary>
    /// <param name="kind">How the numbers are to be read.</param>
    /// <param name="energy">The loss of a value; null for the squared error. The others have the cross-entropy.</param>
    /// <exception cref="ArgumentException">The energy does not suit the kind.</exception>
    public PredictionEnergy(PredictionKind kind, Energy? energy = null)
    {
        Kind = kind;
        Energy[] suitable = [.. Energy.All.Where(known => known.Predictions.Contains(kind))];
        Energy = energy ?? suitable[0];
        if (!suitable.Contains(Energy))
        {
            throw new ArgumentException(
                $"The energy {Energy} does not suit a prediction of kind {kind}: expected {string.Join<Energy>(" or ", suitable)}.", nameof(energy));
        }

    }

    /// <summary>How the numbers are to be read.</summary>
    public PredictionKind Kind { get; }

    /// <summary>The loss.</summary>
    public Energy Energy { get; }

    /// <summary>Whether a prediction is one number a class.</summary>
    public bool IsVector => Kind is PredictionKind.Logits or PredictionKind.Probabilities;

    /// <summary>What is watched: the features, and behind them the prediction.</summary>
    /// <param name="features">The features, in their order.</param>
    public DriftInput[] Inputs(IEnumerable<DriftInput> features) => [.. features, new DriftInput("prediction", IsCategory: IsVector, IsPrediction: true)];

    /// <summary>Loss of a prediction against its label, loss units; ≥ 0.</summary>
    /// <param name="prediction">One number, or one a class.</param>
    /// <param name="label">A number, 0 or 1, or the number of a class; NaN where it is not known.</param>
    /// <returns>NaN where the label or a number of the prediction is not known, or the loss is not finite.</returns>
    /// <exception cref="UnusableDataException">The label is outside its domain.</exception>
    public double Loss(ReadOnlySpan<double> prediction, double label)
    {
        Check(prediction);
        if (double.IsNaN(label) || !IsKnown(prediction))
            return double.NaN;
        if (IsVector ? !(label >= 0 && label < prediction.Length && label == Math.Floor(label)) : Energy.Reject(label) is not null)
            throw new UnusableDataException($"The label is {label}: expected " +
                $"{(IsVector ? $"the number of a class, 0 … {prediction.Length - 1}" : Energy.Reject(label))}.");
        double loss = Kind switch
        {
            PredictionKind.Value => Energy.Loss(prediction[0], label),
            PredictionKind.Logit => Math.Min(Energy.Loss(prediction[0], label), MostLogit),
            PredictionKind.Probability => OfProbability(label == 1 ? prediction[0] : 1 - prediction[0]),
            PredictionKind.Logits => Math.Min(SoftmaxCrossEntropy.Loss(prediction, (int)label), MostLogit),
            _ => OfProbability(prediction[(int)label] / TensorPrimitives.Sum(prediction)),
        };
        return double.IsFinite(loss) ? loss : double.NaN;
    }

    /// <summary>Loss that a prediction expects of itself: the entropy of its distribution, nats.</summary>
    /// <param name="prediction">One number, or one a class.</param>
    /// <returns>NaN for values, and where a number of the prediction is not known or no probability.</returns>
    public double SelfEnergy(ReadOnlySpan<double> prediction)
    {
        Check(prediction);
        return Kind switch
        {
            PredictionKind.Value => double.NaN,
            PredictionKind.Logit => Energies.SelfEnergy.Binary(1 / (1 + Math.Exp(-prediction[0]))),
            PredictionKind.Probability => Energies.SelfEnergy.Binary(prediction[0]),
            PredictionKind.Logits => OfLogits(prediction),
            _ => Energies.SelfEnergy.Classes(prediction),
        };
    }

    /// <summary>Observes a row of the reference.</summary>
    /// <param name="reference">Made for <see cref="Inputs"/>.</param>
    /// <param name="features">The features, in their order; NaN where missing.</param>
    /// <param name="prediction">One number, or one a class.</param>
    /// <param name="label">NaN where it is not known.</param>
    /// <exception cref="ArgumentException">The reference is of another number of inputs.</exception>
    /// <exception cref="UnusableDataException">The label is outside its domain.</exception>
    public void Observe(DriftReferenceBuilder reference, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, double label)
    {
        ArgumentNullException.ThrowIfNull(reference);
        reference.Observe(Loss(prediction, label), SelfEnergy(prediction), [.. features, Channel(prediction)]);
    }

    /// <summary>What is watched of a prediction, as the last input: its number, or the likeliest class.</summary>
    /// <param name="prediction">One number, or one a class.</param>
    /// <returns>NaN where a number of the prediction is not known.</returns>
    public double Channel(ReadOnlySpan<double> prediction) => !IsVector ? prediction[0] : IsKnown(prediction) ? TensorPrimitives.IndexOfMax(prediction)
        : double.NaN;

    private static bool IsKnown(ReadOnlySpan<double> prediction)
    {
        foreach (double number in prediction)
        {
            if (double.IsNaN(number))
                return false;
        }

        return true;
    }

    private static double OfProbability(double p) => p <= 1 ? -Math.Log(Math.Max(p, LeastProbability)) : double.NaN;

    private static double OfLogits(ReadOnlySpan<double> logits)
    {
        double top = TensorPrimitives.Max(logits);
        Span<double> weights = logits.Length <= 64 ? stackalloc double[logits.Length] : new double[logits.Length];
        for (int k = 0; k < logits.Length; k++)
            weights[k] = Math.Exp(logits[k] - top);
        return Energies.SelfEnergy.Classes(weights);
    }

    private void Check(ReadOnlySpan<double> prediction)
    {
        if (IsVector ? prediction.Length < 2 : prediction.Length != 1)
            throw new ArgumentException($"The prediction has {prediction.Length} numbers: {Kind} expects {(IsVector ? "one a class" : "one")}.",
                nameof(prediction));
    }
}
