using ML.Thermo.Forecasts;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>What was found of the training of a linear model.</summary>
[Maturity(Maturity.Estimator, "numbers of others, each as its own type says")]
public sealed record TransitionFindings : Findings
{
    /// <summary>What was learned from what, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>Name of the energy, such as <c>mse</c>.</summary>
    public required string Energy { get; init; }

    /// <summary>Whether the energy has a curvature that tells of its shape.</summary>
    internal bool HasCurvature => LinearLosses.Of(Energies.Energy.Parse(Energy)).HasCurvature;

    /// <summary>Both states and what lies between them.</summary>
    public required Transition Transition { get; init; }

    /// <summary>m, the number of fresh points that a trained energy is averaged over.</summary>
    public required long FreshPoints { get; init; }

    /// <summary>The law before training, in words; empty where it is not known.</summary>
    public string Initialization { get; init; } = "";

    /// <summary>Rows that were trained on, and others that the trained state was measured on, in words; empty where it is not known.</summary>
    public string Rows { get; init; } = "";

    /// <summary>Number of parameters.</summary>
    public required int Parameters { get; init; }

    /// <summary>Drawn energies of the untrained state, loss units; empty where none are to be shown.</summary>
    public IReadOnlyList<double> UntrainedEnergies { get; init; } = [];

    /// <summary>The training from wider and narrower initialisations, in ascending order of the factor; empty where none are to be shown.</summary>
    public IReadOnlyList<ScaledTransition> Scales { get; init; } = [];

    /// <summary>T_diff at the initialisation, loss units per nat; null where it was not asked for.</summary>
    public Estimate? DifferentialTemperature { get; init; }

    /// <summary>T_par, loss units; null where it was not asked for.</summary>
    public Estimate? ParameterTemperature { get; init; }

    /// <summary>Equipartition ratio of the curvature, dimensionless, ≥ 1; null where it was not asked for.</summary>
    public Estimate? EquipartitionRatio { get; init; }

    /// <summary>What more rows would bring; null where it was not asked for, or where the law behind it does not hold.</summary>
    public MoreDataForecast? MoreData { get; init; }

    /// <summary>Whether the features were standardised.</summary>
    public bool IsStandardized { get; init; }

    /// <summary>The findings in up to four plain sentences, the most important first, and what more rows would bring;
    /// none claims more than status and errors allow.</summary>
    public override IReadOnlyList<string> Summary => [.. TransitionSummary.Of(this), .. MoreDataSummary.Of(MoreData)];

    internal override PageContent ToPage() => TransitionPage.Of(this);

    /// <summary>The training of a model. The temperatures that <see cref="LinearTemperatures"/> gives cost draws of their own and are added
    /// where they are wanted, and so is what <see cref="Explored"/> draws.</summary>
    /// <param name="subject">What was learned from what, for the page's title.</param>
    /// <param name="system">The model with its data.</param>
    /// <param name="transition">Its training, as <see cref="LinearSystem.Train"/> gives it.</param>
    /// <param name="freshPoints">m of the trained state; null for the number of training rows.</param>
    public static TransitionFindings Of(string subject, LinearSystem system, Transition transition, long? freshPoints = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(transition);
        return new TransitionFindings
        {
            Subject = subject,
            Energy = system.Energy.Name,
            Transition = transition,
            FreshPoints = freshPoints ?? system.Training.Rows,
            Parameters = system.Law.Count,
            Initialization = string.Join(", ", system.Law.Entries.Select(law => $"{law}").Distinct()),
        };
    }

    /// <summary>The same with draws of the untrained energy, and the training from 33 other scales of the initialisation.</summary>
    /// <param name="system">The model with its data.</param>
    /// <param name="options">The options that the training was measured with; null for the defaults.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops between scales and between draws.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public TransitionFindings Explored(
        LinearSystem system, TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        options ??= new TransitionOptions();
        double[] energies = new double[options.Draws];
        system.Ensemble.Draw(options.Seed, 0, energies, cancellation);
        return this with { UntrainedEnergies = energies, Scales = system.OverScales(Transition.To, options, progress, cancellation) };
    }
}
