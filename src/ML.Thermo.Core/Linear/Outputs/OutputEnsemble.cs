using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Outputs;

/// <summary>
/// The mean loss of a linear model with one output over its initialisation law, for losses whose mean over the law is exact row by row and
/// whose variance is a double sum, a quadrature, or draws.</summary>
[Maturity(Maturity.Paper, "Type I state of a linear system; each loss says more")]
public abstract class OutputEnsemble : EnergyEnsemble
{
    private readonly Lazy<EnergyKernel> _kernel;
    private readonly Lazy<EnergyMoments> _moments;
    private readonly Lazy<GroundState> _ground;

    private protected OutputEnsemble(LabelledData data, ParameterLaw law, ulong seed)
    {
        Outputs = new LinearOutputs(data, law);
        (Data, Seed) = (data, seed);
        _kernel = new(CreateKernel);
        _moments = new(FindMoments);
        _ground = new(FindGroundState);
    }

    /// <summary>Most threads that <see cref="Draw"/> uses, −1 for all. The draws do not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <inheritdoc/>
    public sealed override Estimate Mean => Estimate.Exact(_moments.IsValueCreated ? Moments.Mean.Value : FindMean());

    /// <inheritdoc/>
    public sealed override EnergyMoments Moments => _moments.Value;

    /// <summary>The parameters of least energy with the constant parameters kept; random ones are free, also beyond the bounds of a
    /// uniform law.</summary>
    public GroundState GroundState => _ground.Value;

    private protected LabelledData Data { get; }

    private protected LinearOutputs Outputs { get; }

    private protected ulong Seed { get; }

    private protected EnergyKernel Kernel => _kernel.Value;

    /// <summary>The law of the only random parameter.</summary>
    private protected InitializationLaw RandomLaw => Outputs.Law.Entries[Outputs.Random[0]];

    /// <inheritdoc/>
    public sealed override void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        int columns = Data.Columns;
        Kernel.Energies(
            (index, parameters) =>
            {
                Outputs.Law.Draw(new RandomStream(seed, (ulong)index), parameters[..columns]);
                parameters[columns..].Fill(-1); // a kernel may take the target as one more feature
            },
            first, energies, MaxDegreeOfParallelism, cancellation);
    }

    private protected abstract EnergyKernel CreateKernel();

    /// <summary>The mean loss of one row over the law of its output.</summary>
    private protected abstract double MeanOf(int row, OutputLaw output);

    /// <summary>The mean loss of each row over the law of the parameters, exact.</summary>
    internal double[] RowEnergies()
    {
        double[] energies = new double[Data.Rows];
        Outputs.ForEach((row, output) => energies[row] = MeanOf(row, output));
        return energies;
    }

    private double FindMean() => Outputs.Average(MeanOf);

    private protected abstract Estimate FindVariance(double mean);

    private protected abstract GroundState FindGroundState();

    private EnergyMoments FindMoments()
    {
        double mean = FindMean();
        return new EnergyMoments(Estimate.Exact(mean), FindVariance(mean), Floor: GroundState.Energy);
    }

    /// <summary>The variance from draws, with its error.</summary>
    private protected Estimate DrawnVariance(double mean) => MonteCarlo.Variance(this, mean, MonteCarlo.Cost(Data.Rows, Data.Columns, 1), Seed);
}
