using ML.Thermo.Initialization;
using ML.Thermo.Linear.Absolute;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Linear.Outputs;

/// <summary>What holds for absolute errors and cross-entropies alike.</summary>
public sealed class OutputEnsembleTests
{
    [Test]
    public void Draws_agree_with_the_closed_forms(
        [Values("absolute", "logistic")] string loss, [Values("normal", "uniform", "mixed")] string kind, [Values(1, 2, 5, 30)] int columns)
    {
        bool isAbsolute = loss == "absolute";
        ParameterLaw law = kind switch
        {
            "normal" => LinearExamples.Normal(isAbsolute ? 1.3 : 0.8, columns),
            "uniform" => LinearExamples.Uniform(2, columns),
            _ => LinearExamples.Mixed(columns),
        };
        OutputEnsemble ensemble = isAbsolute
            ? new AbsoluteEnsemble(LinearExamples.Regression(60, columns), law)
            : new LogisticEnsemble(LinearExamples.Classification(60, columns), law);
        double[] energies = new double[40_000];
        ensemble.Draw(17, 0, energies);
        Estimate mean = SampleMean.Of(energies);
        double exact = ensemble.Moments.Mean.Value;
        Estimate variance = SampleMean.Of([.. energies.Select(energy => (energy - exact) * (energy - exact))]);
        double error = Math.Sqrt(Math.Pow(variance.StandardError, 2) + Math.Pow(ensemble.Moments.Variance.StandardError, 2));
        Assert.That(mean.Value, Is.EqualTo(exact).Within(4 * mean.StandardError));
        Assert.That(variance.Value, Is.EqualTo(ensemble.Moments.Variance.Value).Within(4 * error));
        Assert.That(energies, Is.All.GreaterThanOrEqualTo(ensemble.Moments.Floor));
    }
}
