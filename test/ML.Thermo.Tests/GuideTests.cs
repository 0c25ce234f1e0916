using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

/// <summary>The example of docs/guides/pipelines.md is the code below, and prints what the guide says it prints.</summary>
public sealed class GuideTests
{
    private static void Example(string folder, TextWriter output)
    {
        // guide begins
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromTextFile(Path.Combine(folder, "breast-cancer.csv"), [
            new TextLoader.Column("Features", DataKind.Single, 0, 29),
            new TextLoader.Column("Label", DataKind.Boolean, 30),
        ], separatorChar: ',', hasHeader: true);

        var trainer = context.BinaryClassification.Trainers.LbfgsLogisticRegression();
        var pipeline = context.Transforms.NormalizeMeanVariance("Features", fixZero: false)
            .AppendCacheCheckpoint(context)
            .Append(context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions
            {
                InitialState = InitialState.ParameterLaw("normal:0,1"),
                TypeIIRows = TypeIIRows.HeldOut(0.3),
            }));
        ITransformer model = pipeline.Fit(data);

        Transition training = context.Thermo().GetTransition(model);
        output.WriteLine($"training took {training.DeltaEnergy.Value:F1} nats of loss off at {training.Temperature.Value:F1} per nat of entropy");

        var hottest = context.Data.CreateEnumerable<Patient>(model.Transform(data), reuseRowObject: false)
            .OrderByDescending(patient => patient.Temperature).First();
        output.WriteLine($"the hottest patient: energy {hottest.Energy:F0}, entropy {hottest.Entropy:F1}, temperature {hottest.Temperature:F1}");
        // guide ends
    }

    [Test]
    public void The_example_is_the_code_that_runs_here()
    {
        Assert.That(Guide.Block("pipelines.md", "csharp"), Is.EqualTo(Guide.Example()));
    }

    [Test]
    public void The_example_prints_what_the_guide_shows()
    {
        var output = new StringWriter { NewLine = "\n" };
        Example(Path.Combine(TestContext.CurrentContext.TestDirectory, "data"), output);
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(Guide.Block("pipelines.md", "text")));
    }

    private sealed class Patient
    {
        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }
}
