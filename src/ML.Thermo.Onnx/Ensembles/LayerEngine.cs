using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>How a layer works between its own temperature and the network's.</summary>
public enum EngineMode
{
    /// <summary>One of the two temperatures is undefined or not positive, or the error of η is not known (<see cref="Status.HeavyTail"/>).</summary>
    Undefined,

    /// <summary>T_l &gt; T: the layer gives work.</summary>
    Engine,

    /// <summary>T_l &lt; T: the layer takes work.</summary>
    Pump,

    /// <summary>|η| is within two standard errors of zero: T_l cannot be told from T. That it then counts as idle is this project's choice.</summary>
    Idle,
}

/// <summary>A layer as a heat engine between its own temperature T_l and the bath, the network's T.</summary>
/// <remarks>
/// <para>Heat taken in ΔE_l, heat rejected to the bath T ΔS_l, work ΔE_l − T ΔS_l, so η_l = 1 − T/T_l, Carnot's form. It
/// needs T &gt; 0 and T_l &gt; 0. The standard error knows that both transitions end in the same trained state.</para></remarks>
[Maturity(Maturity.Paper, "local and global temperatures, heat engines; the efficiency is a reconstruction")]
public sealed record LayerEngine
{
    private const double IdleBelow = 2;

    private LayerEngine(EngineMode mode, Estimate efficiency, double bounded, double work) =>
        (Mode, Efficiency, BoundedEfficiency, Work) = (mode, efficiency, bounded, work);

    /// <summary>What the layer does.</summary>
    public EngineMode Mode { get; }

    /// <summary>η_l = 1 − T/T_l, at most 1; NaN where a temperature is undefined or not positive. Its error is NaN where one of theirs is.</summary>
    public Estimate Efficiency { get; }

    /// <summary>(T_l − T)/max(T_l, T), in (−1, 1): η_l for an engine, minus what a reversed engine would have for a pump. NaN where undefined.</summary>
    public double BoundedEfficiency { get; }

    /// <summary>ΔE_l − T ΔS_l, loss units; NaN where undefined.</summary>
    public double Work { get; }

    /// <summary>The engine of a layer.</summary>
    /// <param name="network">Training of the whole network.</param>
    /// <param name="layer">Training of the layer, with the same trained state.</param>
    public static LayerEngine Between(Transition network, Transition layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layer);
        double bath = network.Temperature.Value, own = layer.Temperature.Value;
        if (!(double.IsFinite(bath) && double.IsFinite(own) && bath > 0 && own > 0))
            return new(EngineMode.Undefined, Estimate.Undefined, double.NaN, double.NaN);

        double common = network.TemperatureCovariance(layer); // rows and the trained state move both temperatures
        double ratio = bath / own;
        double variance = (Square(network.Temperature.StandardError) + Square(ratio * layer.Temperature.StandardError) - (2 * ratio * common)) / (own * own);
        double efficiency = 1 - ratio, error = Math.Sqrt(Math.Max(variance, 0));
        EngineMode mode = double.IsNaN(error) ? EngineMode.Undefined : Math.Abs(efficiency) <= IdleBelow * error ? EngineMode.Idle : efficiency > 0
            ? EngineMode.Engine : EngineMode.Pump;
        return new(mode, new Estimate(efficiency, error), (own - bath) / Math.Max(own, bath), layer.DeltaEnergy.Value - (bath * layer.DeltaEntropy.Value));
    }

    private static double Square(double x) => x * x;
}
