using ML.Thermo.Energies;

namespace ML.Thermo.Langevin;

/// <summary>The loss of one row as a function of its linear outputs.</summary>
internal abstract class OutputLoss(int outputs)
{
    /// <summary>Number of linear outputs.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>An upper bound of ∂²loss/∂z² in any direction; NaN where there is a kink.</summary>
    public abstract double CurvatureBound { get; }

    /// <summary>The loss of a target's deviation from the mean target; one nat for cross-entropy.</summary>
    public abstract double Spread(double deviation);

    /// <summary>Replaces the outputs by ∂loss/∂z.</summary>
    public abstract void Slopes(Span<double> outputs, double target);

    /// <summary>The same, with the loss and tr ∂²loss/∂z².</summary>
    public abstract (double Loss, double Curvature) Read(Span<double> outputs, double target);

    /// <summary>What was expected of a target, or null where it fits.</summary>
    public abstract string? Reject(double target);

    public static OutputLoss Of(Energy energy) => new SingleOutput(energy);

    public static OutputLoss Softmax(int classes) => new SoftmaxOutputs(classes);

    private sealed class SingleOutput(Energy energy) : OutputLoss(1)
    {
        public override double CurvatureBound => energy.CurvatureBound;

        public override double Spread(double deviation) => energy.IsOfLabels ? 1 : energy.Loss(deviation, 0);

        public override void Slopes(Span<double> outputs, double target) => outputs[0] = energy.Slope(outputs[0], target);

        public override (double Loss, double Curvature) Read(Span<double> outputs, double target)
        {
            double z = outputs[0];
            outputs[0] = energy.Slope(z, target);
            return (energy.Loss(z, target), double.IsNaN(energy.CurvatureBound) ? double.NaN : energy.Curvature(z, target));
        }

        public override string? Reject(double target) => energy.Reject(target);
    }

    /// <summary>Cross-entropy of K classes. The logit of the first is zero: one output a class would leave directions in which nothing changes.</summary>
    private sealed class SoftmaxOutputs(int classes) : OutputLoss(classes - 1)
    {
        private readonly double[] _logits = new double[classes], _slopes = new double[classes];

        public override double CurvatureBound => 0.5;

        public override double Spread(double deviation) => 1;

        public override void Slopes(Span<double> outputs, double target)
        {
            outputs.CopyTo(_logits.AsSpan(1));
            SoftmaxCrossEntropy.Gradient(_logits, (int)target, _slopes);
            _slopes.AsSpan(1).CopyTo(outputs);
        }

        public override (double Loss, double Curvature) Read(Span<double> outputs, double target)
        {
            Slopes(outputs, target);
            double curvature = 0;
            for (int k = 1; k < _slopes.Length; k++)
            {
                double p = _slopes[k] + (k == (int)target ? 1 : 0);
                curvature += p * (1 - p);
            }

            return (SoftmaxCrossEntropy.Loss(_logits, (int)target), curvature);
        }

        public override string? Reject(double target) =>
            target >= 0 && target < _logits.Length && target == Math.Floor(target) ? null : $"the number of a class, 0 … {_logits.Length - 1}";
    }
}
