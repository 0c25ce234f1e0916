using ML.Thermo.Curvature;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;
using static ML.Thermo.Cli.Verify.SmallSystems;

namespace ML.Thermo.Cli.Verify;

/// <summary>Energies, entropies and temperatures of the four small systems.</summary>
internal static class TransitionChecks
{
    private const string Independent = "quadrature and Monte Carlo with 4·10⁶ draws, independent of this library";

    /// <summary>Draws behind a nearest-neighbour entropy; its error is about 0.004 nat, the expected one's 0.0015.</summary>
    private static readonly TransitionOptions s_manyDraws = new() { Draws = 100_000, Entropy = new KozachenkoLeonenko() };

    private const double EntropyTolerance = 0.016;

    public static IEnumerable<CheckGroup> Groups =>
    [
        new("Squared error: D1 (5 rows, 1 feature) and D2 (6 rows, 2 features)", Independent, [.. SquaredError()]),
        new("Squared error: temperatures of D2", Independent, [.. TemperaturesOfD2()]),
        new("Absolute error", Independent, [.. AbsoluteError()]),
        new("Cross-entropy: D3 (2 features) and D4 (1 feature)", Independent, [.. CrossEntropy()]),
    ];

    private static IEnumerable<Check> SquaredError()
    {
        (string Data, string Law, double Energy, double Variance, double Third, double Entropy, double T, double Gaussian, double Resolved)[] rows =
        [
            ("D1", "normal:0,0.1", 5.875, 0.57885, 0.0867650, 1.14232330, 2.138544, 2.13597743, 2.13426188),
            ("D1", "normal:0,1", 8.35, 70.26, 991.4, 3.05206198, 1.790438, 1.61788828, 1.61788258),
            ("D1", "normal:0,3", 28.35, 1532.34, 161303.4, 4.13440390, 4.956637, 4.24788807, 4.24788754),
            ("D1", "uniform:-1,1", 6.68333333, 19.80888889, 38.7712169, 2.63717219, 1.570867, 1.47454915, 1.47452812),
            ("D2", "normal:0,0.5", 5, 5.15625, 8.94155093, 2.18624378, 0.991095, 0.98074910, 0.98074518),
            ("D2", "normal:0,1", 6.625, 24.41666667, 161.842593, 2.82225133, 1.167420, 1.12854444, 1.12854361),
            ("D2", "uniform:-3,3", 10.95833333, 76.88333333, 645.3, 3.34907722, 1.770271, 1.70369974, 1.70369938),
        ];
        foreach (var row in rows)
        {
            var training = new Lazy<Transition>(() => Model(row.Data, "mse", row.Law).Train());
            string name = $"{row.Data} {row.Law}";
            yield return new($"{name} ⟨E⟩", row.Energy, 1e-8, () => training.Value.From.Energy.Value);
            yield return new($"{name} Var E", row.Variance, 1e-8, () => training.Value.From.Variance.Value);
            yield return new($"{name} K₃", row.Third, 1e-6 * Math.Max(1, row.Third), () => training.Value.From.ThirdCumulant);
            yield return new($"{name} S", row.Entropy, 1e-6, () => training.Value.From.Entropy.Value);
            yield return new($"{name} T", row.T, 1e-6, () => training.Value.Temperature.Value);
            yield return new($"{name} T_G", row.Gaussian, 1e-8, () => training.Value.GaussianTemperature.Value);
            yield return new($"{name} T_res", row.Resolved, 1e-8, () => training.Value.ResolvedTemperature.Value);
        }
    }

    private static IEnumerable<Check> TemperaturesOfD2()
    {
        var d2 = new Lazy<LinearSystem>(() => Model("D2", "mse", "normal:0,1"));
        var training = new Lazy<Transition>(() => d2.Value.Train());
        yield return new("E₀", 0.0395299145, 1e-10, () => d2.Value.GroundState.Energy);
        yield return new("S_II", -2.81879470, 1e-8, () => training.Value.To.Entropy.Value);
        yield return new("ΔE", 6.58547009, 1e-8, () => training.Value.DeltaEnergy.Value);
        yield return new("ΔS", 5.64104603, 1e-6, () => training.Value.DeltaEntropy.Value);
        yield return new("β", 0.85658973, 1e-6, () => training.Value.Beta.Value);
        yield return new("T_fluct", 3.70765737, 1e-8, () => training.Value.FluctuationTemperature.Value);
        yield return new("d_eff", 3.55236174, 1e-8, () => training.Value.EffectiveDegreesOfFreedom.Value);
        foreach ((double sd, double expected) in new[] { (0.1, 0.0434065), (0.5, 1.1320381), (1, 4.7988714), (3, 23.9274003) })
            yield return new($"T_diff at sd {sd}", expected, 1e-4 * expected, () => Model("D2", "mse", $"normal:0,{sd}").DifferentialTemperature().Value);
        yield return new("T_par around ŵ, sd 1", 2.16666667, 1e-8, () => d2.Value.ParameterTemperature().Value);
        yield return new("T_fluct around ŵ, sd 1", 2.33333333, 1e-8, () => Around(1).Fluctuation);
        yield return new("T of sd 1 → ½ around ŵ (log-mean)", 1.17218972, 1e-8, () => new Transition(Around(1).State, Around(0.5).State).Temperature.Value);
        yield return new("equipartition ratio", 2.33333333 / 2.16666667, 1e-8,
            () => HessianTraces.OfLinearModel(D2, Energies.Energy.MeanSquared, d2.Value.GroundState.Parameters).EquipartitionRatio.Value);
    }

    private static IEnumerable<Check> AbsoluteError()
    {
        (string Data, string Law, double Energy, double Variance, double Gaussian, double Resolved)[] rows =
        [
            ("D1", "normal:0,1", 2.19343445, 1.56557052, 0.76863426, 0.76780923),
            ("D2", "normal:0,0.5", 1.92799699, 0.19472144, 0.82887717, 0.82612378),
            ("D2", "normal:0,1", 2.07484899, 0.66092689, 0.69743608, 0.69690194),
        ];
        foreach (var row in rows)
        {
            var training = new Lazy<Transition>(() => Model(row.Data, "mae", row.Law).Train());
            string name = $"{row.Data} {row.Law}";
            yield return new($"{name} ⟨E⟩", row.Energy, 1e-8, () => training.Value.From.Energy.Value);
            yield return new($"{name} Var E", row.Variance, 1e-8, () => training.Value.From.Variance.Value);
            yield return new($"{name} T_G", row.Gaussian, 1e-7, () => training.Value.GaussianTemperature.Value);
            yield return new($"{name} T_res", row.Resolved, 1e-7, () => training.Value.ResolvedTemperature.Value);
        }

        yield return new("D1 normal:0,1 S", 1.53748468, 1e-6, () => Model("D1", "mae", "normal:0,1").TypeI().Entropy.Value);
        yield return new("D1 normal:0,1 T", 0.801253, 1e-6, () => Model("D1", "mae", "normal:0,1").Train().Temperature.Value);
        yield return new("D2 normal:0,0.5 S, estimated", 0.6009, EntropyTolerance, () => Model("D2", "mae", "normal:0,0.5").TypeI(s_manyDraws).Entropy.Value);
        yield return new("D2 normal:0,1 S, estimated", 1.1998, EntropyTolerance, () => Model("D2", "mae", "normal:0,1").TypeI(s_manyDraws).Entropy.Value);
        yield return new("D2 uniform:-1,1 ⟨E⟩", 1.93229167, 1e-8, () => Model("D2", "mae", "uniform:-1,1").Ensemble.Mean.Value);
        yield return new("D2 uniform:-3,3 ⟨E⟩", 2.58362269, 1e-8, () => Model("D2", "mae", "uniform:-3,3").Ensemble.Mean.Value);
        yield return new("D2 normal:0,0.7, uniform:-1,1 ⟨E⟩", 1.95260984, 1e-8, () => Model("D2", "mae", "normal:0,0.7", "uniform:-1,1").Ensemble.Mean.Value);
        yield return new("D1 E₀", 0.2, 1e-12, () => Model("D1", "mae", "normal:0,1").GroundState.Energy);
        yield return new("D2 E₀", 1.0 / 6, 1e-12, () => Model("D2", "mae", "normal:0,1").GroundState.Energy);
    }

    private static IEnumerable<Check> CrossEntropy()
    {
        (string Data, string Law, double Energy, double Variance, double Entropy, double EntropyTolerance)[] rows =
        [
            ("D3", "normal:0,0.1", 0.69584549, 0.00063278, -2.2695, EntropyTolerance),
            ("D3", "normal:0,1", 0.91014896, 0.0986138, 0.0178, EntropyTolerance),
            ("D3", "normal:0,3", 1.84599309, 1.22821, 1.2574, EntropyTolerance),
            ("D4", "normal:0,0.5", 0.75200077, 0.03663427, -0.744589, 2e-5),
            ("D4", "normal:0,3", 1.74255965, 2.17930433, 0.996043, 2e-5),
        ];
        foreach (var row in rows)
        {
            var system = new Lazy<LinearSystem>(() => Model(row.Data, "ce", row.Law));
            bool estimated = row.EntropyTolerance == EntropyTolerance;
            string name = $"{row.Data} {row.Law}";
            yield return new($"{name} ⟨E⟩", row.Energy, 1e-7, () => system.Value.Ensemble.Mean.Value);
            yield return new($"{name} Var E", row.Variance, 1e-5 * row.Variance, () => system.Value.Ensemble.Moments.Variance.Value);
            yield return new($"{name} S{(estimated ? ", estimated" : "")}", row.Entropy, row.EntropyTolerance,
                () => system.Value.TypeI(estimated ? s_manyDraws : null).Entropy.Value);
        }

        yield return new("D3 normal:0,0.1 T_G, negative", -0.078561, 1e-5, () => Model("D3", "ce", "normal:0,0.1").Train().GaussianTemperature.Value);
        yield return new("D3 normal:0,1 T_G", 1.022079, 1e-4, () => Model("D3", "ce", "normal:0,1").Train().GaussianTemperature.Value);
        yield return new("D3 normal:0,1 T_res", 0.674166, 1e-5, () => Model("D3", "ce", "normal:0,1").Train().ResolvedTemperature.Value);
        yield return new("D3 uniform:-1,1 ⟨E⟩", 0.77659227, 1e-7, () => Model("D3", "ce", "uniform:-1,1").Ensemble.Mean.Value);
        yield return new("D3 E₀", 0.52697748, 1e-8, () => Model("D3", "ce", "normal:0,1").GroundState.Energy);
        yield return new("D4 E₀", 0.5646002397, 1e-10, () => Model("D4", "ce", "normal:0,1").GroundState.Energy);
        yield return new("D3 S_II", -0.11422775, 1e-7, () => Model("D3", "ce", "normal:0,1").TypeII().Entropy.Value);
    }

    /// <summary>D2 with normal parameters around the optimum.</summary>
    private static (State State, double Fluctuation) Around(double sd)
    {
        var law = new ParameterLaw([.. Model("D2", "mse", "normal:0,1").GroundState.Parameters.Select(mean => InitializationLaw.Normal(mean, sd))]);
        State state = new LinearSystem(D2, Energies.Energy.MeanSquared, law).TypeI();
        return (state, state.Variance.Value / (state.Energy.Value - state.GroundEnergy));
    }
}
