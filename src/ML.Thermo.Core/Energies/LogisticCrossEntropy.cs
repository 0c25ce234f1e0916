using ML.Thermo.Numerics;

namespace ML.Thermo.Energies;

/// <summary>ln(1 + eᶻ) − y·z.</summary>
internal sealed class LogisticCrossEntropy() : Energy("ce")
{
    public override double CurvatureBound => 0.25;

    public override bool IsOfLabels => true;

    public override IReadOnlyList<PredictionKind> Predictions { get; } =
        [PredictionKind.Logit, PredictionKind.Probability, PredictionKind.Logits, PredictionKind.Probabilities];

    /// <summary>Written on the side of the decision boundary where nothing cancels: softplus(−z) for y = 1, softplus(z) for y = 0.</summary>
    public override double Loss(double output, double target) =>
        target == 1 ? Softplus(-output) : target == 0 ? Softplus(output) : Softplus(output) - (target * output);

    public override double Slope(double output, double target) =>
        target == 1 ? -Sigmoid(-output) : Sigmoid(output) - target;

    public override double Curvature(double output, double target) => Sigmoid(output) * Sigmoid(-output);

    private static double Softplus(double z) => Math.Max(z, 0) + SpecialFunctions.LogOnePlus(Math.Exp(-Math.Abs(z)));

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
