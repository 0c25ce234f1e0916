#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// Monitoring: a model in service, patients whose lab changes its unit, and the moment to refresh.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Transitions;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView data = context.Data.ShuffleRows(
    context.Data.LoadFromTextFile(args.Length > 0 ? args[0] : "test/data/breast-cancer.csv", [
        new TextLoader.Column("Features", DataKind.Single, 0, 29),
        new TextLoader.Column("Label", DataKind.Boolean, 30),
    ], separatorChar: ',', hasHeader: true),
    seed: 1);
IDataView training = context.Data.Cache(context.Data.TakeRows(data, 200));
IDataView heldOut = context.Data.TakeRows(context.Data.SkipRows(data, 200), 180);
Patient[] later = [.. context.Data.CreateEnumerable<Patient>(context.Data.SkipRows(data, 380), reuseRowObject: false)];

// The model, and the state in which it is accepted: its energies on patients that it was not trained on. Scaled features go into a column
// of their own, so that Features stays what the service has.
var model = context.Transforms.NormalizeMeanVariance("Scaled", "Features", fixZero: false)
    .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(featureColumnName: "Scaled")).Fit(training);
var refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 60 }).Fit(model.Transform(heldOut));

// A service: what the engine says goes to the monitor, with the label once it is known.
var engine = context.Model.CreatePredictionEngine<Patient, Diagnosis>(model);
using DriftMonitor monitor = context.Thermo().GetMonitor(refresh, name: "diagnosis");
for (int day = 1; day <= 6; day++)
{
    foreach (Patient patient in later.Skip(60 * (day % 3)).Take(60))
    {
        if (day > 3)
            patient.Features[20] *= 2.54f; // the largest radius, from now on in another unit
        monitor.Observe(patient.Features, engine.Predict(patient).Probability, patient.Label ? 1 : 0);
    }

    Transition drift = monitor.Report!.Energy!.Transition!; // 60 patients a day: the window of the day is full
    double temperature = drift.Temperature.Value;
    Console.WriteLine(
        $"day {day}: loss {drift.From.Energy.Value:F2} nats, {drift.DeltaEnergy.Value:+0.00;-0.00} against the reference, temperature of the drift {(double.IsNaN(temperature) ? "undefined" : $"{temperature:F2}")}, p {monitor.Report.PValue:F4}, refresh: {monitor.Refresh}");
}

MonitorSnapshot now = monitor.Snapshot();
Console.WriteLine($"{now.Rows} patients in {now.Windows} windows; what moved most: {string.Join(", ", now.RankedInputs.Take(3).Select(input => $"{input.Input.Name} ({input.Effect:F1} standard deviations)"))}.");

internal sealed class Patient
{
    [VectorType(30)]
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}

internal sealed class Diagnosis
{
    public float Probability { get; set; }
}
