using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

public sealed class RefreshColumnsTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void Regressions_stand_the_workout([Values] RowTarget target)
    {
        (IDataView training, RealData.Number[] others) = Monitored.Diabetes(_context);
        IDataView scored = Monitored.Regression(_context, training).Transform(Monitored.View(_context, others));
        Workout.Of(
            _context.Thermo().Refresh(Monitored.SmallWindows with { RowTarget = target }), scored, training, Without(scored, "Features"),
            Without(scored, target == RowTarget.Label ? "Label" : "Score"));
    }

    [Test]
    public void Binary_models_stand_the_workout([Values] bool calibrated)
    {
        IDataView data = RealData.BreastCancer(_context);
        IEstimator<ITransformer> trainer =
            calibrated ? _context.BinaryClassification.Trainers.LbfgsLogisticRegression() : _context.BinaryClassification.Trainers.AveragedPerceptron();
        Workout.Of(trainer.Append(_context.Thermo().Refresh(Monitored.SmallWindows with { RowTarget = RowTarget.Prediction })), data);
        Workout.Of(_context.Thermo().Refresh(Monitored.SmallWindows), trainer.Fit(data).Transform(data), data);
    }

    [Test]
    public void Multiclass_models_stand_the_workout()
    {
        IDataView data = RealData.Iris(_context);
        Workout.Of(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Append(_context.Thermo().Refresh(Monitored.SmallWindows)), data);
    }

    [Test]
    public void Names_of_columns_can_be_chosen_and_nothing_of_ours_stays_behind()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context, Monitored.SmallWindows with
        {
            EnergyColumnName = "e",
            DeltaEnergyColumnName = "de",
            DeltaEntropyColumnName = "ds",
            TemperatureColumnName = "t",
            PValueColumnName = "p",
            RefreshColumnName = "r",
        });
        DataViewSchema schema = model.Transform(Monitored.View(_context, rows)).Schema;
        Assert.That(
            schema.Where(column => !column.IsHidden).Select(column => column.Name),
            Is.EqualTo(new[] { "Features", "Label", "Score", "e", "de", "ds", "t", "p", "r" }));
    }

    [Test]
    public void The_energy_of_a_row_is_its_loss()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        foreach (Row row in Read<Row>(model, Monitored.View(_context, rows)))
            Assert.That(row.Energy, Is.EqualTo(Math.Pow((double)row.Score - row.Label, 2)).Within(1e-4).Percent);

        IDataView data = RealData.BreastCancer(_context);
        model = _context.BinaryClassification.Trainers.LbfgsLogisticRegression().Append(_context.Thermo().Refresh(Monitored.SmallWindows)).Fit(data);
        foreach (BinaryRow row in Read<BinaryRow>(model, data))
            Assert.That(row.Energy, Is.EqualTo(-Math.Log(Math.Max(row.Label ? row.Probability : 1 - (double)row.Probability, 1e-15))).Within(1e-5).Percent);

        data = RealData.Iris(_context);
        model = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Append(_context.Thermo().Refresh(Monitored.SmallWindows)).Fit(data);
        foreach (ClassRow row in Read<ClassRow>(model, data))
            Assert.That(row.Energy, Is.EqualTo(-Math.Log(row.Score[row.Label - 1] / row.Score.Sum(p => (double)p))).Within(1e-5));
    }

    [Test]
    public void Without_labels_the_energy_of_a_classifier_is_its_predictions_entropy_and_a_regression_has_none()
    {
        IDataView data = RealData.BreastCancer(_context);
        ITransformer model = _context.BinaryClassification.Trainers.LbfgsLogisticRegression()
            .Append(_context.Thermo().Refresh(Monitored.SmallWindows with { RowTarget = RowTarget.Prediction })).Fit(data);
        foreach (BinaryRow row in Read<BinaryRow>(model, data))
            Assert.That(row.Energy, Is.EqualTo(SelfEnergy.Binary(row.Probability)).Within(1e-6));

        (model, _, RealData.Number[] rows) = Monitored.Example(_context, Monitored.SmallWindows with { RowTarget = RowTarget.Prediction });
        Row[] scored = Read<Row>(model, Monitored.View(_context, rows));
        Assert.That(scored.Select(row => row.Energy), Is.All.NaN);
        Assert.That(scored[40].PValue, Is.InRange(0, 1), "inputs and predictions are watched");
    }

    [Test]
    public void Window_columns_are_those_of_the_last_full_window()
    {
        (ITransformer model, RefreshTransformer refresh, RealData.Number[] rows) = Monitored.Example(_context);
        Row[] scored = Read<Row>(model, Monitored.View(_context, rows));
        DriftWindow window = refresh.Reference.NewWindow();
        float deltaEnergy = float.NaN, deltaEntropy = float.NaN, temperature = float.NaN, pValue = float.NaN;
        for (int i = 0; i < scored.Length; i++)
        {
            double score = scored[i].Score;
            window.Observe(Math.Pow(score - scored[i].Label, 2), double.NaN, [.. rows[i].Features.Select(x => (double)x), score]);
            if (window.Rows == 40)
            {
                WindowDrift report = refresh.Reference.Measure(window);
                Transition drift = report.Energy!.Transition!;
                (deltaEnergy, deltaEntropy) = ((float)drift.DeltaEnergy.Value, (float)drift.DeltaEntropy.Value);
                (temperature, pValue) = ((float)drift.Temperature.Value, (float)report.PValue);
                window.Clear();
            }

            Assert.That(
                (scored[i].DeltaEnergy, scored[i].DeltaEntropy, scored[i].DriftTemperature, scored[i].PValue),
                Is.EqualTo((deltaEnergy, deltaEntropy, temperature, pValue)), $"row {i}");
        }

        Assert.That(pValue, Is.InRange(0, 1));
    }

    [Test]
    public void Windows_keep_the_order_of_rows_however_many_cursors_are_asked_for()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        RealData.Number[] many = [.. Enumerable.Repeat(rows, 60).SelectMany(all => all)];
        IDataView scored = model.Transform(Monitored.View(_context, many));
        List<string> once = Workout.Rows(scored);
        Assert.That(Workout.Rows(scored), Is.EqualTo(once), "every passage begins anew");
        Assert.That(Workout.Rows(_context.Data.Cache(scored)), Is.EqualTo(once));
        Dictionary<string, float> energies = Ordered(scored, 1), parallel = Ordered(scored, 8);
        Assert.That(energies, Has.Count.EqualTo(many.Length));
        Assert.That(parallel, Is.EqualTo(energies));
    }

    [Test]
    public void Columns_of_the_model_can_be_asked_for_without_those_of_the_windows()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        IDataView scored = model.Transform(Monitored.View(_context, rows));
        Assert.That(scored.GetColumn<float>("Score").Count(), Is.EqualTo(rows.Length));
        Assert.That(scored.GetColumn<float>("Energy").Average(), Is.EqualTo(_context.Regression.Evaluate(scored).MeanSquaredError).Within(1e-4).Percent);
        Assert.That(Workout.Rows(_context.Transforms.SelectColumns("PValue").Fit(scored).Transform(scored)), Has.Count.EqualTo(rows.Length));
    }

    [Test]
    public void A_prediction_engine_has_the_windows_of_its_own_calls()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        Row[] scored = Read<Row>(model, Monitored.View(_context, rows));
        using var engine = _context.Model.CreatePredictionEngine<RealData.Number, Row>(model, inputSchema: Monitored.View(_context, rows).Schema);
        for (int i = 0; i < rows.Length; i++)
        {
            Row row = engine.Predict(rows[i]);
            Assert.That(
                (row.Energy, row.DeltaEnergy, row.PValue, row.Refresh),
                Is.EqualTo((scored[i].Energy, scored[i].DeltaEnergy, scored[i].PValue, scored[i].Refresh)), $"row {i}");
        }
    }

    [Test]
    public void Rows_without_a_label_count_and_only_the_others_have_an_energy()
    {
        (ITransformer model, _, RealData.Number[] rows) = Monitored.Example(_context);
        RealData.Number[] gaps = [.. rows.Select((row, i) => i % 2 == 0 ? row : new RealData.Number { Features = row.Features, Label = float.NaN })];
        Row[] scored = Read<Row>(model, Monitored.View(_context, gaps));
        Assert.That(scored.Where((_, i) => i % 2 == 1).Select(row => row.Energy), Is.All.NaN);
        Assert.That(scored[39].PValue, Is.InRange(0, 1), "the window is full after 40 rows, 20 of them with labels");
    }

    /// <summary>ΔE of every row by the row's number, read through as many cursors at once as ML.NET gives.</summary>
    private static Dictionary<string, float> Ordered(IDataView scored, int cursors)
    {
        var values = new Dictionary<string, float>(StringComparer.Ordinal);
        Task[] readers = [.. scored.GetRowCursorSet([scored.Schema["DeltaEnergy"]], cursors).Select(cursor => Task.Factory.StartNew(
            () =>
            {
                ValueGetter<float> getter = cursor.GetGetter<float>(scored.Schema["DeltaEnergy"]);
                ValueGetter<DataViewRowId> number = cursor.GetIdGetter();
                (float value, DataViewRowId id) = (0, default);
                while (cursor.MoveNext())
                {
                    getter(ref value);
                    number(ref id);
                    lock (values)
                        values.Add(id.ToString(), value);
                }
            },
            TaskCreationOptions.LongRunning))];
        Task.WaitAll(readers);
        return values;
    }

    private static IDataView Without(IDataView data, string column) => new MLContext(0).Transforms.DropColumns(column).Fit(data).Transform(data);

    private T[] Read<T>(ITransformer model, IDataView data)
        where T : class, new() => [.. _context.Data.CreateEnumerable<T>(model.Transform(data), reuseRowObject: false)];

    private sealed class Row
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public float Energy { get; set; }

        public float DeltaEnergy { get; set; }

        public float DeltaEntropy { get; set; }

        public float DriftTemperature { get; set; }

        public float PValue { get; set; }

        public bool Refresh { get; set; }
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public float Probability { get; set; }

        public float Energy { get; set; }
    }

    private sealed class ClassRow
    {
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];

        public float Energy { get; set; }
    }
}
