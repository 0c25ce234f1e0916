using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Tests.Loops;

public class Fresh_rows_in_a_pipeline
{
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public void Weigh_what_they_should_after_saving_and_loading()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 110).Select(i => new Row { IsFresh = i < 10 }));
        ITransformer fitted = _context.Thermo().FreshWeight().Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(fitted, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        float[] weights = [.. loaded.Transform(data).GetColumn<float>("Weight")];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(weights.Average(), Is.EqualTo(1).Within(1e-6));
            Assert.That(weights.Take(10).Sum() / 110, Is.EqualTo(0.2701562119).Within(1e-6)); // golden: (√(k² + 4k) − k)/2 at k = 0.1
            Assert.That(weights.Skip(10).Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public void Promise_the_column_that_they_deliver()
    {
        IDataView data = _context.Data.LoadFromEnumerable([new Row { IsFresh = true }, new Row()]);
        FreshWeightEstimator estimator = _context.Thermo().FreshWeight(outputColumnName: "W");
        DataViewSchema.Column column = estimator.Fit(data).Transform(data).Schema["W"];
        Assert.That(column.Type, Is.EqualTo(NumberDataViewType.Single));
        Assert.That(() => new EstimatorChain<ITransformer>().Append(estimator).Append(_context.Transforms.Concatenate("F", "W")).Fit(data), Throws.Nothing);
    }

    [Test]
    public void Are_asked_for_by_name()
    {
        IDataView none = _context.Data.LoadFromEnumerable([new Row(), new Row()]);
        Assert.That(() => _context.Thermo().FreshWeight().Fit(none), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("'IsFresh'"));
        Assert.That(() => _context.Thermo().FreshWeight("Real").Fit(none), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Real'"));
        Assert.That(() => _context.Thermo().FreshWeight("Category").Fit(none), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Boolean"));
    }

    private sealed class Row
    {
        public bool IsFresh { get; set; }

        public string Category { get; set; } = "";
    }
}

public class A_guard_over_a_data_view
{
    private static readonly int[][] Counts = [[80, 50, 40, 20, 10], [95, 52, 34, 13, 6], [108, 53, 28, 8, 3], [121, 50, 22, 5, 2]];
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public void Finds_what_the_library_finds()
    {
        GuardFinding finding = _context.Thermo().GuardLoop(Data(), "Category", options: new LoopGuardOptions { FreshShare = 0 });
        Assert.That(finding.Fit!.Temperature.Value, Is.EqualTo(0.775820160).Within(1e-7));
        Assert.That(finding.Verdict, Is.EqualTo(LoopVerdict.Freezing));
    }

    [Test]
    public void Reads_keys_and_whole_numbers_too()
    {
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("Category").Fit(Data()).Transform(Data());
        foreach (GuardFinding finding in new[] { _context.Thermo().GuardLoop(keyed, "Category"), _context.Thermo().GuardLoop(Data(), "Code") })
            Assert.That(finding.Generations.Select(generation => generation.Rows), Is.All.EqualTo(200));
    }

    [Test]
    public void Names_the_column_that_it_cannot_read()
    {
        Assert.That(() => _context.Thermo().GuardLoop(Data(), "Missing"), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Missing'"));
        Assert.That(() => _context.Thermo().GuardLoop(Data(), "Score"), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Score'"));
        Assert.That(() => _context.Thermo().GuardLoop(Data(), "Category", "Constant"), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("1 generation"));
    }

    private IDataView Data() => _context.Data.LoadFromEnumerable(
        Counts.SelectMany((counts, t) => counts.SelectMany((count, i) => Enumerable.Repeat(new Row { Generation = t, Category = $"c{i}", Code = i }, count))).Reverse());

    private sealed class Row
    {
        public float Generation { get; set; }

        public string Category { get; set; } = "";

        public int Code { get; set; }

        public float Score { get; set; }

        public int Constant { get; set; }
    }
}
