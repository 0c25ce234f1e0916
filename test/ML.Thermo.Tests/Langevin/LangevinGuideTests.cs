using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Langevin;

namespace ML.Thermo.Tests.Langevin;

/// <summary>The example of docs/guides/langevin.md is the code below, and prints what the guide says it prints.</summary>
public sealed class LangevinGuideTests
{
    private static void Example(string folder, TextWriter output)
    {
        // guide begins
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromTextFile(Path.Combine(folder, "diabetes.csv"), [
            new TextLoader.Column("Features", DataKind.Single, 0, 9),
            new TextLoader.Column("Label", DataKind.Single, 10),
        ], separatorChar: ',', hasHeader: true);
        var scaling = context.Transforms.NormalizeMeanVariance("Features", fixZero: false);

        var trainer = context.Thermo().Regression.Langevin(temperature: 50, numberOfIterations: 4000);
        ITransformer model = scaling.Append(trainer).Fit(data);
        Equilibrium at = context.Thermo().GetTraining(model).Equilibrium;
        output.WriteLine($"in equilibrium: {at.IsReached}, at {at.EquipartitionTemperature.Value:F0} for a bath of {at.BathTemperature}");
        output.WriteLine($"ground energy {at.GroundEnergy:F0}, mean energy {at.Energy.Value:F0}: {at.LearningCoefficient.Value.Value * 2:F0} parameters in use");

        var observed = context.Thermo().Observe(
            loss => context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss, learningRate: 0.01f, numberOfIterations: 3),
            new SquaredLoss(),
            epoch => output.WriteLine($"OnlineGradientDescent, pass {epoch.Epoch}: energy {epoch.Energy:F0}, entropy {epoch.Entropy:F1}"));
        scaling.Append(observed).Fit(data);
        // guide ends
    }

    [Test]
    public void The_example_is_the_code_that_runs_here() =>
        Assert.That(Guide.Block("langevin.md", "csharp"), Is.EqualTo(Guide.Example()));

    [Test]
    public void The_example_prints_what_the_guide_shows()
    {
        var output = new StringWriter { NewLine = "\n" };
        Example(Path.Combine(TestContext.CurrentContext.TestDirectory, "data"), output);
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(Guide.Block("langevin.md", "text")));
    }
}
