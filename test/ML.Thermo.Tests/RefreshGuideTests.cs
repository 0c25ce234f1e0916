using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

/// <summary>The example of docs/guides/refresh.md is the code below, and prints what the guide says it prints.</summary>
public sealed class RefreshGuideTests
{
    private static void Example(string folder, TextWriter output)
    {
        // guide begins
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.Cache(context.Data.ShuffleRows(context.Data.LoadFromTextFile(Path.Combine(folder, "diabetes.csv"), [
            new TextLoader.Column("Features", DataKind.Single, 0, 9),
            new TextLoader.Column("Label", DataKind.Single, 10),
        ], separatorChar: ',', hasHeader: true), seed: 1));
        IDataView training = context.Data.TakeRows(data, 150), heldOut = context.Data.TakeRows(context.Data.SkipRows(data, 150), 150);
        Patient[] later = [.. context.Data.CreateEnumerable<Patient>(context.Data.SkipRows(data, 300), reuseRowObject: false)];

        // The model, and what it makes of patients that it was not trained on: the state in which it is accepted.
        // Scaled features go into a column of their own, so that Features stays what the service has.
        ITransformer model = context.Transforms.NormalizeMeanVariance("Scaled", "Features", fixZero: false)
            .Append(context.Regression.Trainers.OnlineGradientDescent(featureColumnName: "Scaled", learningRate: 0.02f, numberOfIterations: 20)).Fit(training);
        var refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 35 }).Fit(model.Transform(heldOut));

        // In a pipeline: six columns more.
        ITransformer watched = model.Append(refresh);
        var last = context.Data.CreateEnumerable<Watched>(watched.Transform(context.Data.LoadFromEnumerable(later)), reuseRowObject: false).Last();
        output.WriteLine($"this year: ΔE {last.DeltaEnergy:F0}, p {last.PValue:F2}, refresh: {last.Refresh}");

        // In a service: after four windows a treatment turns the disease around. The prediction engine knows nothing of it.
        using DriftMonitor monitor = context.Thermo().GetMonitor(watched, name: "diabetes");
        var engine = context.Model.CreatePredictionEngine<Patient, Prediction>(model);
        for (int i = 0; i < 280; i++)
        {
            Patient patient = later[i % 140];
            float label = i < 140 ? patient.Label : 350 - patient.Label;
            if (!monitor.Observe(patient.Features, engine.Predict(patient).Score, label))
                continue;
            Transition drift = monitor.Report!.Energy!.Transition!;
            output.WriteLine($"window {monitor.Snapshot().Windows}: ΔE {drift.DeltaEnergy.Value:F0}, ΔS {drift.DeltaEntropy.Value:F2}, p {monitor.Report.PValue:F4}, refresh: {monitor.Refresh}");
        }

        MonitorSnapshot now = monitor.Snapshot();
        output.WriteLine($"e-value {now.Sequential.EValue:G2}, temperature {now.Report!.Energy!.Transition!.Temperature}");

        // guide ends
    }

    [Test]
    public void The_example_is_the_code_that_runs_here() => Assert.That(Guide.Block("refresh.md", "csharp"), Is.EqualTo(Guide.Example()));

    [Test]
    public void The_example_prints_what_the_guide_shows()
    {
        var output = new StringWriter { NewLine = "\n" };
        Example(Path.Combine(TestContext.CurrentContext.TestDirectory, "data"), output);
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(Guide.Block("refresh.md", "text")));
    }

    private sealed class Patient
    {
        [VectorType(10)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private sealed class Watched
    {
        public float DeltaEnergy { get; set; }

        public float PValue { get; set; }

        public bool Refresh { get; set; }
    }
}
