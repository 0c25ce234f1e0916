namespace ML.Thermo.Energies;

/// <summary>(z − y)².</summary>
internal sealed class SquaredError() : Energy("mse")
{
    public override double CurvatureBound => 2;

    public override double Loss(double output, double target) => (output - target) * (output - target);

    public override double Slope(double output, double target) => 2 * (output - target);

    public override double Curvature(double output, double target) => 2;
}
