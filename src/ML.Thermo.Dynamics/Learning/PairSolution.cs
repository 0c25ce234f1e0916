using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>The coefficients that solve the equations, weighted by the size of their residuals, with sandwich errors clustered by piece.</summary>
internal sealed record PairSolution(
    double[] Coefficients, double[,] Covariance, double MomentumRms, double EnergyRms, int AtBound, bool IsDeficient, IReadOnlyList<string> Undetermined)
{
    private const int Reweightings = 3;

    public static PairSolution Of(PairEquations equations, PairBasis basis)
    {
        int count = basis.Count;
        NormalEquations momentum = Sum(equations.Momentum, count), energy = Sum(equations.Energy, count);
        if (momentum.Rows + energy.Rows == 0)
            throw new UnusableDataException("No equation of motion is left: every trajectory is shorter than a window, or every node is held.");
        double momentumScale = Scale(momentum.Squares, momentum.Rows), energyScale = Scale(energy.Squares, energy.Rows);
        double[] theta = [];
        BoundedLeastSquares solver = null!;
        for (int round = 0; round < Reweightings; round++)
        {
            var both = new NormalEquations(count);
            both.Add(momentum, 1 / momentumScale);
            both.Add(energy, 1 / energyScale);
            solver = new BoundedLeastSquares(both, count, basis.IsBounded);
            theta = solver.Solve();
            if (round < Reweightings - 1)
            {
                momentumScale = Math.Max(1e-20 * momentumScale, Scale(momentum.ResidualSquares(theta), momentum.Rows));
                energyScale = Math.Max(1e-20 * energyScale, Scale(energy.ResidualSquares(theta), energy.Rows));
            }
        }

        Matrix<double> inverse = Matrix<double>.Build.DenseOfArray(solver.Inverse()), meat = Matrix<double>.Build.Dense(count, count);
        for (int c = 0; c < equations.Clusters; c++)
        {
            Vector<double> score = (Score(equations.Momentum[c], theta) / momentumScale) + (Score(equations.Energy[c], theta) / energyScale);
            meat += score.OuterProduct(score);
        }

        double correction = equations.Clusters > 1 ? equations.Clusters / (equations.Clusters - 1.0) : double.NaN;
        return new PairSolution(
            theta, (inverse * meat * inverse * correction).ToArray(),
            Math.Sqrt(momentum.ResidualSquares(theta) / Math.Max(1, momentum.Rows)), Math.Sqrt(energy.ResidualSquares(theta) / Math.Max(1, energy.Rows)),
            solver.Determined.Length - solver.Passive.Length, solver.IsDeficient, Missing(momentum, energy, basis));
    }

    /// <summary>Functions none of whose coefficients can be told: their columns are zero, or nothing beside the rest.</summary>
    private static List<string> Missing(NormalEquations momentum, NormalEquations energy, PairBasis basis)
    {
        int count = basis.Count;
        double Weight(int i) => Math.Max(momentum.Gram[(i * count) + i] / Math.Max(1, momentum.Rows), energy.Gram[(i * count) + i] / Math.Max(1, energy.Rows));
        List<string> missing = [];
        for (int kind = 0; kind < basis.Kinds; kind++)
        {
            Check("phi'", kind * basis.PerKind, basis.FrictionAt(kind), kind);
            Check("gamma", basis.FrictionAt(kind), basis.FluxAt(kind), kind);
            Check("g", basis.FluxAt(kind), (kind + 1) * basis.PerKind, kind);
        }

        return missing;

        void Check(string name, int from, int to, int kind)
        {
            if (Enumerable.Range(from, to - from).All(i => Weight(i) < 1e-20))
                missing.Add($"{name} of kind {kind}");
        }
    }

    private static NormalEquations Sum(IReadOnlyList<NormalEquations> clusters, int count)
    {
        var sum = new NormalEquations(count);
        foreach (NormalEquations cluster in clusters)
            sum.Add(cluster);
        return sum;
    }

    private static double Scale(double squares, long rows) => squares > 0 && rows > 0 ? squares / rows : 1;

    private static Vector<double> Score(NormalEquations cluster, double[] theta) =>
        Vector<double>.Build.DenseOfArray(cluster.Products) - Vector<double>.Build.DenseOfArray(cluster.Times(theta));
}
