using ML.Thermo.Activations;

namespace ML.Thermo.Cli.Verify;

/// <summary>Activations as engines.</summary>
internal static class ActivationChecks
{
    private const double Tolerance = 1.01e-8; // the expected numbers have eight decimals

    public static IEnumerable<CheckGroup> Groups =>
    [
        new("Activations of z ~ N(0, q): transmission τ = Var φ(z)/q, coherent gain b, gradient gain χ",
            "closed forms and quadrature independent of this library", [.. Rows()]),
    ];

    private static IEnumerable<Check> Rows()
    {
        (string Name, double Quarter, double One, double Four, double B, double Chi)[] rows =
        [
            ("linear", 1, 1, 1, 1, 1),
            ("relu", .34084506, .34084506, .34084506, .5, .5),
            ("leaky-relu:0.1", .37608450, .37608450, .37608450, .55, .505),
            ("abs", .36338023, .36338023, .36338023, 0, 1),
            ("tanh", .69406457, .39429449, .15881531, .60570551, .46440290),
            ("sigmoid", .05582231, .04337904, .02464341, .20662096, .04483624),
            ("erf", .86538758, .46455905, .17426099, .65147002, .56941003),
            ("silu", .27506725, .31308330, .34775268, .5, .37948235),
            ("softplus", .25697119, .27151450, .29744186, .5, .29337904),
            ("selu", 1.31073174, 1, .73527548, .98523112, 1.07157499),
            ("relu6", .34084506, .34084506, .33865346, .5, .5),
        ];
        foreach (var row in rows)
        {
            var engine = new ActivationEngine(Activation.Parse(row.Name));
            foreach ((double q, double expected) in new[] { (0.25, row.Quarter), (1, row.One), (4, row.Four) })
                yield return new($"{row.Name} τ at q = {q}", expected, Tolerance, () => engine.At(q).Transmission);
            yield return new($"{row.Name} b at q = 1", row.B, Tolerance, () => engine.At(1).CoherentGain);
            yield return new($"{row.Name} χ at q = 1", row.Chi, row.Name == "relu6" ? 2e-8 : Tolerance, () => engine.At(1).GradientGain);
        }
    }
}
