using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>A law of losses to draw references and windows from.</summary>
internal sealed record LossLaw(string Name, bool IsContinuous, Func<RandomStream, double> Draw)
{
    public static readonly LossLaw[] All =
    [
        new("uniform", true, random => random.NextDouble()),
        new("triangular", true, random => Math.Abs(random.NextDouble() + random.NextDouble() - 1)),
        new("half-normal", true, random => Math.Abs(random.NextNormal())),
        new("bimodal", true, random => (random.NextDouble() < 0.5 ? 0 : 10) + random.NextNormal()),
        new("ten values", false, random => random.NextInteger(10)),
        new("chi-square 1", true, random => Math.Pow(random.NextNormal(), 2)),
        new("Cauchy squared", true, random => Math.Pow(random.NextNormal() / random.NextNormal(), 2)),
        new("calibrated cross-entropy", true, random =>
        {
            double p = 1 / (1 + Math.Exp(-2 * random.NextNormal()));
            return random.NextDouble() < p ? -Math.Log(p) : -Math.Log(1 - p);
        }),
    ];

    public DriftReference Reference(int rows, DriftOptions options, RandomStream random)
    {
        var builder = new DriftReferenceBuilder([], options);
        for (int i = 0; i < rows; i++)
            builder.Observe(Draw(random), double.NaN, []);
        return builder.Build();
    }

    public DriftWindow Window(DriftReference reference, int rows, RandomStream random)
    {
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < rows; i++)
            window.Observe(Draw(random), double.NaN, []);
        return window;
    }
}
