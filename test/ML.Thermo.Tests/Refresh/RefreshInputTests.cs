using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

public sealed class RefreshInputTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_column_that_is_missing_or_of_another_type_is_named_with_the_type_expected()
    {
        (IDataView training, _) = Monitored.Diabetes(_context);
        IDataView scored = Monitored.Regression(_context, training).Transform(training);
        Assert.That(
            () => Fit(scored, new() { LabelColumnName = "Lable" }),
            Refused("no label column 'Lable'", "a Single, a Boolean or a UInt32 key", "Features, Label, Score"));
        Assert.That(() => Fit(scored, new() { LabelColumnName = "Features" }), Refused("label column 'Features' is", "a Single, a Boolean"));
        Assert.That(() => Fit(scored, new() { ScoreColumnName = "Prediction" }), Refused("no score column 'Prediction'"));
        Assert.That(() => Fit(scored, new() { InputColumnNames = ["Features", "Country"] }), Refused("no input column 'Country'", WatchedInput));
        Assert.That(() => Fit(scored, new() { InputColumnNames = [] }), Refused("name at least one column"));
        Assert.That(
            () => Fit(scored, new() { Energy = Energy.CrossEntropy }), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("expected 0 or 1"));
    }

    [Test]
    public void Rows_of_another_schema_are_refused_by_the_name_of_the_column()
    {
        (_, RefreshTransformer refresh, RealData.Number[] rows) = Monitored.Example(_context);
        Assert.That(() => refresh.Transform(Monitored.View(_context, rows)), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Score"));
    }

    [Test]
    public void Too_few_rows_and_windows_too_small_say_what_is_needed()
    {
        (IDataView training, RealData.Number[] others) = Monitored.Diabetes(_context);
        ITransformer model = Monitored.Regression(_context, training);
        Assert.That(
            () => Fit(model.Transform(Monitored.View(_context, others[..19])), new()),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("19 rows: at least 20"));
        Assert.That(() => Fit(training, new() { WindowRows = 5 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 10 rows"));
    }

    [Test]
    public void Names_must_be_there_and_differ()
    {
        Assert.That(() => _context.Thermo().Refresh(new RefreshOptions { EnergyColumnName = "" }), Throws.ArgumentException);
        Assert.That(
            () => _context.Thermo().Refresh(new RefreshOptions { EnergyColumnName = "PValue" }),
            Throws.ArgumentException.With.Message.Contains("different names"));
        Assert.That(
            () => _context.Thermo().Refresh(new RefreshOptions { InputColumnNames = ["a", "a"] }), Throws.ArgumentException.With.Message.Contains("twice"));
        Assert.That(() => _context.Thermo().GetMonitor(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void More_than_256_numbers_are_not_watched_silently()
    {
        RealData.Number[] rows = [.. Enumerable.Range(0, 30).Select(i => new RealData.Number { Features = new float[300], Label = i })];
        IDataView data = _context.Transforms.CopyColumns("Score", "Label").Fit(RealData.View(_context, rows, 300))
            .Transform(RealData.View(_context, rows, 300));
        Assert.That(() => Fit(data, new()), Refused("more than 256 numbers", "InputColumnNames"));
    }

    [Test]
    public void Inputs_of_every_type_are_watched_under_their_names()
    {
        Mixed[] rows = [.. Enumerable.Range(0, 60).Select(
            i => new Mixed { Price = i % 11, IsNew = i % 2 == 0, Brand = (uint)(i % 4), City = i % 3 == 0 ? "a" : "b", Score = i % 5, Label = i % 7 })];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var estimator = _context.Thermo().Refresh(new RefreshOptions { InputColumnNames = ["City", "Price", "Brand", "IsNew"], WindowRows = 20 });
        Workout.Of(estimator, data);
        RefreshTransformer refresh = estimator.Fit(data);
        Assert.That(
            refresh.Reference.Inputs,
            Is.EqualTo(new DriftInput[] { new("City", true), new("Price"), new("Brand", true), new("IsNew"), new("prediction", IsPrediction: true) }));
    }

    [Test]
    public void A_cancelled_reading_stops()
    {
        (IDataView training, _) = Monitored.Diabetes(_context);
        IDataView scored = Monitored.Regression(_context, training).Transform(training);
        Assert.That(() => Fit(scored, new() { Cancellation = new CancellationToken(canceled: true) }), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Making_it_draws_no_number_from_the_users_context()
    {
        static float[] Scores(bool refresh)
        {
            var context = new MLContext(5);
            (IDataView training, _) = Monitored.Diabetes(context);
            IDataView scored = Monitored.Regression(context, training).Transform(training);
            if (refresh)
                context.Thermo().Refresh(Monitored.SmallWindows).Fit(scored);
            return [.. Monitored.Regression(context, training).Transform(training).GetColumn<float>("Score")];
        }

        Assert.That(Scores(refresh: true), Is.EqualTo(Scores(refresh: false)));
    }

    private const string WatchedInput = "a Single, a known-size vector of Single, a Boolean, a UInt32 key or Text";

    private RefreshTransformer Fit(IDataView data, RefreshOptions options) => _context.Thermo().Refresh(options).Fit(data);

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(params string[] parts)
    {
        NUnit.Framework.Constraints.ConstraintExpression refused = Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(parts[0]).And;
        foreach (string part in parts[1..])
            refused = refused.Message.Contains(part).And;
        return refused.Not.Null;
    }

    private sealed class Mixed
    {
        public float Price { get; set; }

        public bool IsNew { get; set; }

        [KeyType(3)]
        public uint Brand { get; set; }

        public string City { get; set; } = "";

        public float Score { get; set; }

        public float Label { get; set; }
    }
}
