using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.RowLosses;

/// <summary>Mean and variance of the loss of one row over the untrained outputs: E_I(x), loss units, and V_I(x), loss units squared.</summary>
internal readonly record struct RowMoments(double Mean, double Variance);

/// <summary>
/// What an untrained model would say of a row: the law of its outputs, and with it the moments of the row's loss. Immutable, so that
/// all cursors share one.
/// </summary>
internal abstract class LossLaw
{
    /// <summary>Whether the law depends on the row's features.</summary>
    public abstract bool ReadsFeatures { get; }

    /// <summary>E_I(x) and V_I(x).</summary>
    /// <param name="features">The row's features; not read unless <see cref="ReadsFeatures"/>.</param>
    /// <param name="target">One number (a value, or the probability of the positive class), or the probabilities of the classes.</param>
    public abstract RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target);

    /// <summary>E_I and V_I of a row whose label is a class; of laws that do not read the features.</summary>
    /// <param name="number">0 … K−1.</param>
    public virtual RowMoments OfClass(int number) => throw new NotSupportedException("This law is not one of classes.");

    /// <summary>Writes the law so that <see cref="LossLaws.Read"/> makes the same one.</summary>
    public abstract void Write(NamedValues entries);
}
