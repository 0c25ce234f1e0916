using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>Pair laws learned from trajectories, and what is known of the fit.</summary>
/// <param name="Laws">The laws.</param>
/// <param name="Window">Steps a window of the weak form; 0 for the strong form.</param>
/// <param name="Rows">Equations used.</param>
/// <param name="Coefficients">Unknowns.</param>
/// <param name="AtBound">Unknowns that their bound holds at zero.</param>
/// <param name="MomentumRms">Root mean square residual of the momentum equations, force units.</param>
/// <param name="EnergyRms">Root mean square residual of the energy equations, power units.</param>
/// <param name="Undetermined">Functions that the data say nothing of, such as friction where nothing moves; they are zero in the laws.</param>
/// <param name="Status"><see cref="Status.RankDeficient"/> where something is undetermined, <see cref="Status.SmallSample"/> below eight independent
/// pieces.</param>
/// <remarks>
/// <para>φ', γ and g enter the equations of motion linearly, so they are found by one bounded least-squares problem, in one pass over the data. The strong form
/// differences the data in time. The weak form multiplies by a bump (1 − s²)⁴ on windows and integrates by parts: no derivative of the data, far less
/// bias.</para>
/// <para>Standard errors are sandwich errors clustered by trajectory (by pieces of equal length where there are fewer than eight trajectories). They
/// do not contain the
/// bias of sampling in time, which <see cref="FittedFunction.Bias"/> estimates; errors in the positions bias too, and are not estimated.</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed record PairFit(
    FittedLaws Laws, int Window, long Rows, int Coefficients, int AtBound, double MomentumRms, double EnergyRms, IReadOnlyList<string> Undetermined,
        Status Status)
{
    private const int FewestClusters = 8;

    /// <summary>Learns the laws.</summary>
    /// <param name="records">Trajectories, of as many graphs as wanted.</param>
    /// <param name="options">Form and bases.</param>
    /// <param name="progress">Receives the share of the data read.</param>
    /// <param name="cancellation">Stops between states.</param>
    /// <exception cref="UnusableDataException">A trajectory is too short, nodes coincide, or nothing moves.</exception>
    public static PairFit Of(
        IReadOnlyList<PairRecord> records, FitOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        options ??= new FitOptions();
        options.Check();
        if (records.Count == 0)
            throw new UnusableDataException("No trajectory to learn from: expected at least one.");
        int shortest = records.Min(record => record.Trajectory.States.Count);
        if (shortest < 3)
            throw new UnusableDataException($"A trajectory has {shortest} states: expected at least 3 to learn from.");
        int window = options.WindowFor(shortest);
        var basis = new PairBasis(records, options);
        PairEquations equations = PairEquations.Of(records, basis, window, FewestClusters, progress, cancellation);
        PairSolution solution = PairSolution.Of(equations, basis);
        PairRecord[] thinned = [.. records.Select(record => record with { Trajectory = record.Trajectory.Thinned() })];
        double[]? bias = null;
        if (window % 2 == 0 && window is 0 or >= 8 && thinned.All(record => record.Trajectory.States.Count > Math.Max(2, window / 2)))
        {
            // Windows of the same time: the error of the weak form goes with the fourth power of the step in parts of the window.
            double[] coarse = PairSolution.Of(PairEquations.Of(thinned, basis, window / 2, FewestClusters, null, cancellation), basis).Coefficients;
            bias = [.. coarse.Zip(solution.Coefficients, (c, f) => (c - f) / (window == 0 ? 3 : 15))];
        }

        Status status = (solution.IsDeficient || solution.Undetermined.Count > 0 ? Status.RankDeficient : Status.Defined)
            | (equations.Clusters < FewestClusters ? Status.SmallSample : Status.Defined);
        return new PairFit(
            new FittedLaws([.. Enumerable.Range(0, basis.Kinds).Select(kind => Kind(kind, basis, options, solution, bias))]),
            window, equations.Rows, basis.Count, solution.AtBound, solution.MomentumRms, solution.EnergyRms, solution.Undetermined, status);
    }

    private static FittedKind Kind(int kind, PairBasis basis, FitOptions options, PairSolution solution, double[]? bias)
    {
        (double low, double high) = basis.Range(kind);
        int tension = kind * basis.PerKind, friction = basis.FrictionAt(kind), flux = basis.FluxAt(kind);
        return new FittedKind(
            Direct(tension, options.TensionFunctions, false),
            Direct(friction, options.FrictionFunctions, true),
            new FittedFunction(
                new UniformSpline(basis.LowTemperature, basis.HighTemperature, Running(solution.Coefficients, flux, options.FluxFunctions)),
                RunningCovariance(solution.Covariance, flux, options.FluxFunctions),
                bias is null ? null : new UniformSpline(basis.LowTemperature, basis.HighTemperature, Running(bias, flux, options.FluxFunctions))));

        FittedFunction Direct(int at, int count, bool isConstantOutside)
        {
            double[,] covariance = new double[count, count];
            for (int a = 0; a < count; a++)
            {
                for (int b = 0; b < count; b++)
                    covariance[a, b] = solution.Covariance[at + a, at + b];
            }

            return new FittedFunction(
                new UniformSpline(low, high, solution.Coefficients.AsSpan(at, count), isConstantOutside), covariance,
                bias is null ? null : new UniformSpline(low, high, bias.AsSpan(at, count), isConstantOutside));
        }
    }

    /// <summary>Coefficients of B-splines from those of the increasing functions: running sums, from zero.</summary>
    private static double[] Running(double[] coefficients, int at, int count)
    {
        double[] sums = new double[count + 1];
        for (int k = 0; k < count; k++)
            sums[k + 1] = sums[k] + coefficients[at + k];
        return sums;
    }

    private static double[,] RunningCovariance(double[,] covariance, int at, int count)
    {
        double[,] sums = new double[count + 1, count + 1];
        for (int a = 1; a <= count; a++)
        {
            for (int b = 1; b <= count; b++)
                sums[a, b] = sums[a - 1, b] + sums[a, b - 1] - sums[a - 1, b - 1] + covariance[at + a - 1, at + b - 1];
        }

        return sums;
    }
}
