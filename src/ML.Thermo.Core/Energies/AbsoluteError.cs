namespace ML.Thermo.Energies;

/// <summary>|z − y|.</summary>
internal sealed class AbsoluteError() : Energy("mae")
{
    public override double CurvatureBound => double.NaN;

    public override double Loss(double output, double target) => Math.Abs(output - target);

    public override double Slope(double output, double target) => Math.Sign(output - target);

    public override double Curvature(double output, double target) => 0;
}
