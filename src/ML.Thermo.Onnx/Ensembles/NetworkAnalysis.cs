using ML.Thermo.Activations;
using ML.Thermo.Entropies;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>Global and local temperatures of an imported network from ensembles of redrawn parameters.</summary>
/// <remarks>
/// <para>Type I: all layers redrawn (global), or one layer redrawn and the others trained (local). Type II, common to all: the trained network's
/// losses on the rows given, best held-out ones. T = ΔE/ΔS for each.</para>
/// <para>The self-energy of a regression network is zero at the trained parameters, whatever the data: a point state, so T is undefined while ΔE,
/// T_fluct and d_eff are given. A residual variance v makes the trained state that of Gaussian residuals, E₂ = v, and lifts all redrawn energies
/// by v, since targets would carry the same noise.</para>
/// <para>Where a few redraws dominate (<see cref="Status.HeavyTail"/>) the draws do not know the errors of E, V, T and η: these are NaN then, and the
/// layers have no mode. More draws can mend it.</para>
/// <para>Errors: where the trained state is of the rows' own losses (labels, or cross-entropy), those of ΔE, ΔS, T, η, T_fluct, d_eff and the interaction
/// energy are over draws and over other rows of the same law, which move both states (<see cref="State.RowEnergies"/>, <see cref="State.RowVariances"/>).
/// Under a squared self-energy they are those of the draws at the given rows, as those of ⟨E⟩, Var E and S of a redrawn state always are.</para>
/// <para>E₀, which T_fluct and d_eff are counted from, is the trained energy: the least one for a self-energy, else the least known.</para></remarks>
[Maturity(Maturity.Paper, "global and local temperatures; definitions are reconstructions")]
public static class NetworkAnalysis
{
    private const int FirstRound = 128;

    /// <summary>Of the trained state's part of a variance: more draws would then shrink the error of T by less than 5 %.</summary>
    private const double NegligiblePart = 0.1;

    /// <summary>An error this much larger than asked, 10 %, is near enough after the second round.</summary>
    private const double EnoughPart = 1.2;

    /// <summary>Redraws the network and its layers.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="options">Laws, numbers of draws, what is left out.</param>
    /// <param name="cancellation">Checked before each draw.</param>
    /// <exception cref="ThermoException">The network has no parameters that can be redrawn, a rule matches no layer, or ONNX Runtime refuses.</exception>
    /// <exception cref="UnusableDataException">There is a single row under labels or cross-entropy, or redrawn energies overflow.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static NetworkThermodynamics Run(NetworkEnergy energy, NetworkAnalysisOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return new Analysis(energy, options ?? new NetworkAnalysisOptions(), cancellation).Run();
    }

    /// <summary>Why a layer cannot be redrawn; null where it can.</summary>
    internal static string? Obstacle(NetworkEnergy energy, NetworkInitialization initialization, Layer layer)
    {
        if (layer.ParameterCount == 0)
            return "no parameters";
        IReadOnlyList<AssumedLaw> assumed = initialization.For(layer);
        if (!assumed.Any(a => a.Law is not null))
            return string.Join("; ", assumed.Select(a => a.Note).Distinct().DefaultIfEmpty("no parameters"));
        return assumed.Any(a => a.Law is not null && energy.Graph.Reaches(a.Root.Name, energy.Tensor)) ? null
            : "the output behind the energy does not follow from it";
    }

    private sealed class Analysis
    {
        private readonly NetworkEnergy _energy;
        private readonly NetworkAnalysisOptions _options;
        private readonly CancellationToken _cancellation;
        private readonly State _trained;
        private readonly double _ground;
        private readonly double _noise;
        private readonly IEntropyEstimator _estimator;
        private long _done, _expected;
        private int _ensembles, _finished;

        public Analysis(NetworkEnergy energy, NetworkAnalysisOptions options, CancellationToken cancellation)
        {
            if (options.Draws < 16)
                throw new ArgumentException($"{options.Draws} draws are asked for: expected at least 16.", nameof(options));
            if (!(options.Precision >= 0))
                throw new ArgumentException($"The precision is {options.Precision}: expected a relative error ≥ 0.", nameof(options));
            if (!(double.IsNaN(options.ResidualVariance) || (options.ResidualVariance > 0 && double.IsFinite(options.ResidualVariance))))
                throw new ArgumentException($"The residual variance is {options.ResidualVariance}: expected a finite number > 0.", nameof(options));
            (_energy, _options, _cancellation) = (energy, options, cancellation);
            _noise = energy.Name == "self-mse" && double.IsFinite(options.ResidualVariance) ? options.ResidualVariance : 0;
            long m = options.FreshPoints == 0 ? energy.Rows : options.FreshPoints;
            _trained = (_noise > 0 ? TypeIIState.GaussianResiduals(_noise, m)
                : energy.Name == "self-mse" ? Point() : TypeIIState.FromLosses(
                    energy.TrainedLosses, m, options.TrainedEntropy, ofClassifier: energy.Meaning != OutputMeaning.Values)) with
            { GroundEnergy = double.NaN };
            _ground = HasRows ? _trained.Energy.Value : energy.TrainedEnergy + _noise;
            double variance = _trained.Variance.Value;
            _estimator = options.Estimator ?? new KozachenkoLeonenko { AtomEstimator = new FiniteResolution(variance > 0 ? Math.Sqrt(variance) : double.NaN) };
        }

        public NetworkThermodynamics Run()
        {
            IReadOnlyList<Layer> layers = _energy.Network.Layers;
            _options.Initialization.Check(layers);
            List<(Layer, string)> skipped = [];
            List<Layer> parametric = [];
            foreach (Layer layer in layers)
            {
                if (Obstacle(_energy, _options.Initialization, layer) is { } reason)
                    skipped.Add((layer, reason));
                else
                    parametric.Add(layer);
            }

            if (parametric.Count == 0)
                throw new ThermoException($"'{_energy.Network.Model.Name}' has no parameters that can be redrawn: "
                    + (skipped.Count == 0 ? "it has no layers." : $"{string.Join("; ", skipped.Select(s => $"{s.Item1.Name}: {s.Item2}"))}."));
            List<Layer> alone = [.. parametric.Where(layer => _options.Layers?.Invoke(layer) ?? true)];
            skipped.AddRange(parametric.Except(alone).Select(layer => (layer, "left out by choice")));
            _ensembles = parametric.Count == 1 ? 1 : alone.Count + 1;

            EnsembleResult network = Ensemble(parametric, null);
            List<LayerResult> results = [.. alone.Select(layer =>
            {
                EnsembleResult own = parametric.Count == 1 ? network : Ensemble([layer], layer); // one layer is the network: η = 0
                return new LayerResult { Layer = layer, Transition = own.Transition, Energies = own.Energies, Assumed = own.Assumed,
                    Engine = LayerEngine.Between(network.Transition, own.Transition) };
            })];
            return new NetworkThermodynamics
            {
                Energy = _energy,
                Trained = _trained,
                Network = network,
                Layers = results,
                Skipped = skipped,
                EngineType = NetworkEngine.Of(layers),
                UnknownActivations = NetworkEngine.Others(layers),
                InteractionEnergy = alone.Count == parametric.Count ? Interaction(network, results) : Estimate.Undefined,
            };
        }

        /// <summary>
        /// A first round tells how many draws the wanted precision takes, and they are made at once (Stein 1945): whoever looks again and again, and stops
        /// where the error happens to look small, states one that is too small.
        /// </summary>
        private EnsembleResult Ensemble(IReadOnlyList<Layer> layers, Layer? alone)
        {
            using NetworkEnsemble ensemble = new(_energy, layers, _options.Initialization);
            ulong seed = _options.Seed ^ ((ulong)((alone?.Index ?? -1) + 1) << 20); // ensembles are independent of each other
            List<double> energies = [];
            DrawnRows? rows = HasRows && !ensemble.IsPoint ? new(_energy.Rows, _options.Draws) : null;
            Transition? transition = null;
            for (int round = ensemble.IsPoint ? 1 : _options.Precision > 0 ? Math.Min(FirstRound, _options.Draws) : _options.Draws; round > 0;)
            {
                Expect(energies.Count + round, energies.Count);
                var range = new DrawRange(seed, energies.Count, round);
                energies.AddRange(_options.Workers is { } workers && !ensemble.IsPoint
                    ? FromWorkers(workers, ensemble, layers, range, rows, alone)
                    : ensemble.DrawWithRows(range, _options.Streams, () => Report(alone), rows, _cancellation));
                transition = new Transition(Redrawn(energies, rows), _trained);
                round = ensemble.IsPoint ? 0 : Math.Min(Further(transition, energies.Count), _options.Draws - energies.Count);
            }

            _finished++;
            return new EnsembleResult { Transition = transition!, Energies = [.. energies], Assumed = ensemble.Assumed };
        }

        /// <summary>Whether the trained state is of the rows' own losses, so that errors are over rows as well as over draws.</summary>
        private bool HasRows => _trained.RowEnergies is not null && _trained.Variance.Value > 0;

        /// <summary>Energies of the workers; the rows' losses under the first draws are worked out here meanwhile.</summary>
        private double[] FromWorkers(
            IEnsembleWorkers workers, NetworkEnsemble ensemble, IReadOnlyList<Layer> layers, DrawRange range, DrawnRows? rows, Layer? alone)
        {
            int own = rows is null ? 0 : (int)Math.Clamp(rows.Draws - range.First, 0, range.Count);
            Task losses = own == 0 ? Task.CompletedTask
                : Task.Run(() => ensemble.DrawWithRows(range with { Count = own }, _options.Streams, null, rows, _cancellation), _cancellation);
            double[] energies = workers.Draw(_energy, layers, _options.Initialization, range, () => Report(alone), _cancellation);
            losses.GetAwaiter().GetResult();
            return energies;
        }

        /// <summary>Draws still to be made. At least as many as the first round made follow it, so that the error rests on draws that chose nothing.</summary>
        private int Further(Transition transition, int made)
        {
            double wanted = Wanted(transition, made);
            if (double.IsNaN(wanted))
                return made; // the error itself is not known yet
            return made > FirstRound && wanted <= EnoughPart * made ? 0 : (int)Math.Min(Math.Max(wanted, made + FirstRound) - made, int.MaxValue);
        }

        /// <summary>
        /// How many draws make T as precise as asked, or make what they leave of its error negligible: (δE − t δS)/ΔS is the error of t = ΔE/ΔS, and more
        /// draws shrink the redrawn state's part of its variance alone. A point state has no T, so ΔE is asked instead. NaN: not known.
        /// </summary>
        private double Wanted(Transition transition, int made)
        {
            State from = transition.From;
            if (from.Status.HasFlag(Status.HeavyTail))
                return double.NaN;
            Estimate asked = _trained.Status.HasFlag(Status.PointState) ? transition.DeltaEnergy : transition.Temperature;
            double t = transition.DeltaEnergy.Value / transition.DeltaEntropy.Value;
            double drawn = Part(from.Energy.StandardError, from.Entropy.StandardError, from.EnergyEntropyCovariance);
            double all = Part(transition.DeltaEnergy.StandardError, transition.DeltaEntropy.StandardError, transition.Covariance);
            double rest = Math.Max(0, all - drawn), most = all * Math.Pow(_options.Precision * asked.Value / asked.StandardError, 2);
            double least = Math.Max(most - rest, NegligiblePart * rest); // of the redrawn state's part
            return double.IsNaN(most) ? double.NaN : drawn == 0 ? made : made * drawn / least;

            double Part(double energyError, double entropyError, double covariance) =>
                Math.Pow(energyError, 2) + Math.Pow(t * entropyError, 2) - (2 * t * covariance);
        }

        /// <summary>Later ensembles need as many draws as the earlier ones and this one need on average, as far as is known.</summary>
        private void Expect(int draws, int made)
        {
            double known = _done - made + draws;
            _expected = (long)(known * _ensembles / (_finished + 1));
        }

        private void Report(Layer? alone)
        {
            long done = Interlocked.Increment(ref _done);
            _options.Progress?.Report(new NetworkProgress(alone?.Name, done, Math.Max(done, _expected)));
        }

        private State Redrawn(List<double> draws, DrawnRows? rows)
        {
            double[] energies = [.. draws.Select(e => e + _noise)];
            if (Array.FindIndex(energies, e => !double.IsFinite(e)) is var bad and >= 0)
                throw new UnusableDataException($"Draw {bad} of the ensemble has the energy {energies[bad]}: expected a finite number. The assumed law is "
                    + "too wide for the network's number format.");
            if (energies.Length == 1)
                return Point() with
                {
                    Kind = StateKind.TypeI,
                    Energy = Estimate.Exact(energies[0]),
                    GroundEnergy = _ground,
                    SampleSize = 1
                };
            EnergyMoments moments = EnergyMoments.FromSample(energies, _ground), known = moments.WithKnownErrors();
            EntropyEstimate entropy = _estimator.Estimate(moments, energies);
            var state = new State
            {
                Kind = StateKind.TypeI,
                Energy = known.Mean,
                Variance = known.Variance,
                ThirdCumulant = moments.ThirdCumulant,
                Entropy = entropy,
                GroundEnergy = _ground,
                EnergyEntropyCovariance = entropy.EnergyCovariance,
                SampleSize = energies.Length,
                Status = moments.Status,
            };
            return moments.Variance.Value > 0 && rows is not null ? rows.In(state, energies.Length) : state;
        }

        private Estimate Interaction(EnsembleResult network, List<LayerResult> layers)
        {
            if (layers is [{ Transition: var only }] && only == network.Transition)
                return Estimate.Exact(0);
            double value = network.Transition.From.Energy.Value - _ground - layers.Sum(l => l.Transition.From.Energy.Value - _ground);
            double variance = layers.Append(network).Sum(r => Math.Pow(r.Transition.From.Energy.StandardError, 2));
            return new Estimate(value, Math.Sqrt(variance + OfRows(network, layers)));
        }

        /// <summary>Squared error of the interaction energy over rows; 0 where the trained state is none of the rows.</summary>
        private static double OfRows(EnsembleResult network, List<LayerResult> layers)
        {
            if (network.Transition.Rows is not { } whole)
                return 0;
            double[] shares = [.. Enumerable.Range(0, whole.Count)
                .Select(row => whole[row].Change - layers.Sum(layer => layer.Transition.Rows?[row].Change ?? 0))];
            double noise = layers.Append(network).Sum(result => result.Transition.From.RowNoise.Change);
            return Math.Max(EnergyMoments.FromSample(shares).Variance.Value - noise, 0) / shares.Length;
        }

        private State Point() => new()
        {
            Kind = StateKind.TypeII,
            Energy = Estimate.Exact(_energy.TrainedEnergy),
            Variance = Estimate.Exact(0),
            Entropy = new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.Exact, Status.PointState),
            GroundEnergy = _energy.TrainedEnergy,
            SampleSize = _energy.Rows,
            Status = Status.PointState,
        };
    }
}
