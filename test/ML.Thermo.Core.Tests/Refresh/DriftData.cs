using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>Rows to drift: energies of a given law, and normal inputs with a common part.</summary>
internal static class DriftData
{
    public static readonly DriftInput[] NoInputs = [];

    public static DriftInput[] Inputs(int count) => [.. Enumerable.Range(0, count).Select(j => new DriftInput($"x{j}"))];

    /// <summary>A reference of losses only.</summary>
    public static DriftReference OfLosses(IEnumerable<double> losses, DriftOptions? options = null)
    {
        var builder = new DriftReferenceBuilder(NoInputs, options);
        foreach (double loss in losses)
            builder.Observe(loss, double.NaN, []);
        return builder.Build();
    }

    public static DriftWindow Window(DriftReference reference, IEnumerable<double> losses)
    {
        DriftWindow window = reference.NewWindow();
        foreach (double loss in losses)
            window.Observe(loss, double.NaN, []);
        return window;
    }

    /// <summary>Squares of normal residuals, as the squared error of a linear model has.</summary>
    public static double[] Squares(int count, double variance, ulong seed, ulong index)
    {
        double[] numbers = new double[count];
        new RandomStream(seed, index).FillNormal(numbers);
        return [.. numbers.Select(z => variance * z * z)];
    }

    /// <summary>Rows of normal inputs that share a part of their variance.</summary>
    public static double[][] Rows(int count, int inputs, double common, ulong seed, ulong index)
    {
        var random = new RandomStream(seed, index);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double shared = random.NextNormal();
            return Enumerable.Range(0, inputs).Select(_ => (Math.Sqrt(common) * shared) + (Math.Sqrt(1 - common) * random.NextNormal())).ToArray();
        })];
    }

    /// <summary>
    /// Whether so many alarms among so many trials are what a rate gives, within four standard errors (and one alarm for the steps of a p-value).
    /// </summary>
    public static bool Agrees(int alarms, int trials, double rate) =>
        Math.Abs(alarms - (trials * rate)) <= (4 * Math.Sqrt(trials * rate * (1 - rate))) + 1;
}
