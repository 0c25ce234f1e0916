using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

public sealed class A_scan_of_rows
{
    private static readonly MLContext s_context = new(seed: 1);

    [Test]
    public void Counts_outcomes_as_the_library_does()
    {
        long[][] counts = [[30, 20, 10], [12, 25, 23], [12, 25, 23]];
        string[] names = ["a", "b", "c"];
        IEnumerable<Answer> Cell(int k, int y) => Enumerable.Range(0, (int)counts[k][y]).Select(_ => new Answer { Version = k, Text = names[y] });
        Answer[] rows = [.. Enumerable.Range(0, 9).SelectMany(cell => Cell(cell / 3, cell % 3))];
        ScanReport report = s_context.Thermo().Scan(
            s_context.Data.LoadFromEnumerable(rows.Reverse()), new DataScanOptions { ControlColumnName = "Version", OutcomeColumnName = "Text" });
        ScanReport expected = Scan.Counts(ControlGrid.Of("Version", [0, 1, 2]), counts);
        Assert.That(report.Splits[0].Linear, Is.EqualTo(expected.Splits[0].Linear));
        Assert.That(report.Splits[0].Linear.Value, Is.EqualTo(0.096537978874).Within(1e-11)); // golden: an independent program
        Assert.That(report.ChangePValue, Is.EqualTo(expected.ChangePValue));
    }

    [Test]
    public void Observes_vectors_through_any_binary_trainer()
    {
        var random = new Random(3);
        Measurement[] rows = [.. Enumerable.Range(0, 600).Select(i => new Measurement
        {
            T = 1 + (i / 200),
            Values = [(float)((i / 200 == 2 ? 3 : 0) + random.NextDouble()), (float)random.NextDouble()],
        })];
        ScanReport report = s_context.Thermo().Scan(
            s_context.Data.LoadFromEnumerable(rows),
            new DataScanOptions { ControlColumnName = "T", ObservedColumnNames = ["Values"] },
            s_context.BinaryClassification.Trainers.SdcaLogisticRegression(new() { NumberOfThreads = 1 }));
        Assert.That(report.Observer, Is.EqualTo(ScanObserver.Classifier));
        Assert.That(report.Splits[0].Linear.Value, Is.LessThan(0.1), "nothing changes");
        Assert.That(report.Splits[1].Linear.Value, Is.GreaterThan(0.7), "all changes");
    }

    [Test]
    public void Compares_fitted_models_row_by_row_loaded_as_well_as_fitted()
    {
        Example[] rows = [.. Enumerable.Range(0, 200).Select(i => new Example { Features = [i / 100f, i % 7], Label = i % 3 == 0 != i > 100 })];
        IDataView data = s_context.Data.LoadFromEnumerable(rows);
        double[] strengths = [0.001, 0.1, 10];
        ITransformer[] models = [.. strengths.Select(l2 => (ITransformer)s_context.BinaryClassification.Trainers
            .LbfgsLogisticRegression(l2Regularization: (float)l2, l1Regularization: 0).Fit(data))];
        ScanReport fitted = s_context.Thermo().Scan(models, strengths, data, controlName: "penalty");
        ITransformer[] loaded = [.. models.Select(model =>
        {
            using var stream = new MemoryStream();
            s_context.Model.Save(model, data.Schema, stream);
            stream.Position = 0;
            return s_context.Model.Load(stream, out _);
        })];
        ScanReport again = s_context.Thermo().Scan(loaded.Reverse().ToArray(), [.. strengths.Reverse()], data, controlName: "penalty");
        Assert.That(fitted.Observer, Is.EqualTo(ScanObserver.Exact));
        Assert.That(fitted.Grid.Scale, Is.EqualTo(GridScale.Geometric), "equal ratios");
        Assert.That(fitted.Splits.Select(split => split.Linear), Is.EqualTo(again.Splits.Select(split => split.Linear)));
        Assert.That(fitted.Splits[1].Linear.Value, Is.GreaterThan(fitted.Splits[0].Linear.Value));
    }

    [Test]
    public void Names_what_it_cannot_use()
    {
        IDataView data = s_context.Data.LoadFromEnumerable([new Answer { Version = 1, Text = "a" }]);
        Assert.That(
            () => s_context.Thermo().Scan(data, new DataScanOptions { ControlColumnName = "Version" }),
            Throws.ArgumentException.With.Message.Contains("one of outcome"));
        Assert.That(
            () => s_context.Thermo().Scan(data, new DataScanOptions { ControlColumnName = "Version", OutcomeColumnName = "Nothing" }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Nothing"));
        Assert.That(
            () => s_context.Thermo().Scan(data, new DataScanOptions { ControlColumnName = "Version", OutcomeColumnName = "Text" }),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("at least two"));
    }

    private sealed class Answer
    {
        public double Version { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class Measurement
    {
        public float T { get; set; }

        [VectorType(2)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Example
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
