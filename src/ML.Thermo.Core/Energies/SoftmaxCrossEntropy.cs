using System.Numerics.Tensors;

namespace ML.Thermo.Energies;

/// <summary>The cross-entropy of K logits z against a class y: ln Σₖ e^zₖ − z_y, nats.</summary>
/// <remarks>
/// <para>Stable for all finite logits: the largest is taken out before anything is exponentiated. Adding a constant to all logits
/// changes nothing; with K = 2 it is the binary cross-entropy of the logit z₁ − z₀.</para></remarks>
[Maturity(Maturity.Paper, "cross-entropy as potential energy")]
public static class SoftmaxCrossEntropy
{
    /// <summary>The loss of one sample, nats; ≥ 0.</summary>
    /// <param name="logits">K ≥ 1 logits.</param>
    /// <param name="label">y, 0 … K−1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is not the number of a class.</exception>
    public static double Loss(ReadOnlySpan<double> logits, int label)
    {
        CheckLabel(logits.Length, label);
        int top = TensorPrimitives.IndexOfMax(logits);
        double others = 0; // Σ e^(zₖ − z_top) over the other classes: ln(1 + others) keeps its digits where the top class dominates
        for (int k = 0; k < logits.Length; k++)
        {
            if (k != top)
                others += Math.Exp(logits[k] - logits[top]);
        }

        return logits[top] - logits[label] + Numerics.SpecialFunctions.LogOnePlus(others);
    }

    /// <summary>∂loss/∂zₖ = softmax(z)ₖ − [k = y].</summary>
    /// <param name="logits">K logits.</param>
    /// <param name="label">y, 0 … K−1.</param>
    /// <param name="gradient">Receives K numbers with sum zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is not the number of a class.</exception>
    /// <exception cref="ArgumentException">The gradient is not K long.</exception>
    public static void Gradient(ReadOnlySpan<double> logits, int label, Span<double> gradient)
    {
        CheckLabel(logits.Length, label);
        if (gradient.Length != logits.Length)
            throw new ArgumentException($"Expected room for {logits.Length} numbers, one a class, got {gradient.Length}.", nameof(gradient));
        double top = TensorPrimitives.Max(logits), sum = 0;
        for (int k = 0; k < logits.Length; k++)
            sum += gradient[k] = Math.Exp(logits[k] - top);
        TensorPrimitives.Divide(gradient, sum, gradient);
        gradient[label] -= 1;
    }

    private static void CheckLabel(int classes, int label)
    {
        if (label < 0 || label >= classes)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"Expected the number of a class, 0 … {classes - 1}.");
    }
}
