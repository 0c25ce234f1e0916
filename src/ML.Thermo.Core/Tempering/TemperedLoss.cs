using System.Numerics.Tensors;
using ML.Thermo.Energies;

namespace ML.Thermo.Tempering;

/// <summary>What the outputs of a row cost, with slope and curvature: a loss of one output, or cross-entropy of several classes.</summary>
internal abstract class TemperedLoss
{
    /// <summary>The loss, whose name files hold: of several classes cross-entropy.</summary>
    public abstract Energy Energy { get; }

    /// <summary>Outputs of the model: 1, or a logit a class.</summary>
    public abstract int Outputs { get; }

    /// <summary>What a target must be, in words.</summary>
    public abstract string Domain { get; }

    public static TemperedLoss Of(Energy energy) => new OfOne(energy);

    public static TemperedLoss OfClasses(int classes) => new OfMany(classes);

    public abstract bool Takes(double target);

    /// <summary>The outputs of the model without features: where the ridge pulls to.</summary>
    /// <exception cref="UnusableDataException">All labels are of one class.</exception>
    public abstract double[] Constant(IReadOnlyList<double> targets);

    public abstract double Loss(ReadOnlySpan<double> outputs, double target);

    /// <summary>The loss, ∂loss/∂zₖ, and the lower triangle of ∂²loss/∂zₖ∂zₗ, row by row.</summary>
    public abstract double Derivatives(ReadOnlySpan<double> outputs, double target, Span<double> slope, Span<double> curvature);

    /// <summary>Mean curvature of an output where the outputs are these: the scale of the ridge.</summary>
    public double Ridge(double[] outputs)
    {
        double[] slope = new double[Outputs], curvature = new double[Outputs * (Outputs + 1) / 2];
        Derivatives(outputs, 0, slope, curvature);
        return Enumerable.Range(0, Outputs).Average(k => curvature[k * (k + 3) / 2]);
    }

    private sealed class OfOne(Energy energy) : TemperedLoss
    {
        public override Energy Energy => energy;

        public override int Outputs => 1;

        public override string Domain => energy.Domain;

        public override bool Takes(double target) => double.IsFinite(target) && energy.Reject(target) is null;

        public override double[] Constant(IReadOnlyList<double> targets)
        {
            double mean = targets.Average();
            return !energy.IsOfLabels ? [mean]
                : mean is 0 or 1 ? throw new UnusableDataException($"All {targets.Count} labels are {mean}: expected both, 0 and 1.")
                : [Math.Log(mean / (1 - mean))];
        }

        public override double Loss(ReadOnlySpan<double> outputs, double target) => energy.Loss(outputs[0], target);

        public override double Derivatives(ReadOnlySpan<double> outputs, double target, Span<double> slope, Span<double> curvature)
        {
            (slope[0], curvature[0]) = (energy.Slope(outputs[0], target), energy.Curvature(outputs[0], target));
            return energy.Loss(outputs[0], target);
        }
    }

    private sealed class OfMany(int classes) : TemperedLoss
    {
        /// <summary>Rows that every class is taken to have had, so that one that the reference lacks can still come.</summary>
        private const double PriorRows = 0.5;

        public override Energy Energy => Energy.CrossEntropy;

        public override int Outputs => classes;

        public override string Domain => $"the number of a class, 0 to {classes - 1}";

        public override bool Takes(double target) => target >= 0 && target < classes && target == Math.Floor(target);

        public override double[] Constant(IReadOnlyList<double> targets)
        {
            double[] logs = new double[classes];
            foreach (double target in targets)
                logs[(int)target]++;
            if (logs.Count(rows => rows > 0) < 2)
                throw new UnusableDataException($"All {targets.Count} labels are of class {targets[0]}: expected at least two classes.");
            for (int k = 0; k < classes; k++)
                logs[k] = Math.Log(logs[k] + PriorRows);
            TensorPrimitives.Subtract(logs, logs.Average(), logs);
            return logs;
        }

        public override double Loss(ReadOnlySpan<double> outputs, double target) => SoftmaxCrossEntropy.Loss(outputs, (int)target);

        public override double Derivatives(ReadOnlySpan<double> outputs, double target, Span<double> slope, Span<double> curvature)
        {
            int label = (int)target;
            SoftmaxCrossEntropy.Gradient(outputs, label, slope);
            slope[label] += 1; // probabilities, for as long as the curvature is made of them
            for (int k = 0, at = 0; k < classes; k++)
            {
                for (int l = 0; l < k; l++)
                    curvature[at++] = -slope[k] * slope[l];
                curvature[at++] = slope[k] * (1 - slope[k]);
            }

            slope[label] -= 1;
            return SoftmaxCrossEntropy.Loss(outputs, label);
        }
    }
}
