using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.RowLosses;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class SavedModelTests : Sandbox
{
    private readonly MLContext _context = new(1);

    [Test]
    public void Every_number_of_the_transition_survives([Values] bool pooled, [Values] bool heldOut)
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca(), new PhaseTransitionOptions
        {
            InitialState = pooled ? InitialState.LabelMarginal : InitialState.ParameterLaw("glorot-uniform", "normal:0.1,3")
                .Except("bmi", Initialization.InitializationLaw.Normal(1, 2)),
            TypeIIRows = heldOut ? TypeIIRows.HeldOut(0.25) : TypeIIRows.Training,
        }).Fit(RealData.Diabetes(_context));
        ITransformer loaded = Workout.SaveAndLoad(model, RealData.Diabetes(_context).Schema, out _);
        PhaseTransitionRecord before = model.Record, after = _context.Thermo().GetRecord(loaded);
        Assert.That(after.ToEntries().Pairs, Is.EqualTo(before.ToEntries().Pairs));
        Assert.That(Numbers(after.Transition.From), Is.EqualTo(Numbers(before.Transition.From)));
        Assert.That(Numbers(after.Transition.To), Is.EqualTo(Numbers(before.Transition.To)));
        Assert.That(after.Transition.Temperature, Is.EqualTo(before.Transition.Temperature));
        Assert.That(after with { Transition = before.Transition }, Is.EqualTo(before));
        DataViewSchema scored = loaded.Transform(RealData.Diabetes(_context)).Schema;
        Assert.That(Numbers(_context.Thermo().GetTransition(scored).From), Is.EqualTo(Numbers(before.Transition.From)));
    }

    /// <summary>What a saved model keeps of a state: all but its rows and its estimator's covariance, whose use is over once T has its error.</summary>
    private static State Numbers(State state) => state with { RowEnergies = null, RowVariances = null, Entropy = state.Entropy with { EnergyCovariance = double.NaN } };

    [Test]
    public void Anybody_can_read_the_transition_in_the_schema()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent())
            .Fit(RealData.Diabetes(_context));
        VBuffer<ReadOnlyMemory<char>> values = default;
        model.GetOutputSchema(RealData.Diabetes(_context).Schema)["Transition"].GetKeyValues(ref values);
        string[] lines = [.. values.DenseValues().Select(value => value.ToString())];
        Assert.That(lines, Has.Member("deltaEnergy=" + model.Transition.DeltaEnergy.Value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.That(lines, Has.Member("initialState=ParameterLaw"));
    }

    [Test]
    public void A_fresh_process_loads_the_model_and_reads_the_transition([Values] bool mentionsUs)
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca()).Fit(RealData.Diabetes(_context));
        string file = Path.Combine(Folder, "model.zip");
        _context.Model.Save(model, RealData.Diabetes(_context).Schema, file);
        IDataView rows = RealData.View(
            _context, [.. Enumerable.Range(1, 2).Select(v => new RealData.Number { Features = [.. Enumerable.Repeat((float)v, 10)] })], 10);
        List<string> expected = [.. model.Transform(rows).GetColumn<float>("Temperature").Select(t => t.ToString("R", CultureInfo.InvariantCulture))];
        if (mentionsUs)
            expected.Add(model.Transition.Temperature.Value.ToString("R", CultureInfo.InvariantCulture));

        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "ML.Thermo.FreshProcess.dll");
        string[] arguments = [program, file, "Temperature", "2", .. mentionsUs ? ["transition"] : Array.Empty<string>()];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        Assert.That(output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(expected));
    }

    [Test]
    public void A_model_of_a_newer_version_says_that_it_is_one()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent())
            .Fit(RealData.Diabetes(_context));
        NamedValues entries = model.Record.ToEntries();
        entries["format"] = "3";
        Assert.That(() => PhaseTransitionRecord.From(entries), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update"));
        Assert.That(
            () => RowTransition.From(NamedValues.Parse("format=3;energy=mse")), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update"));
        Assert.That(() => RowTransition.From(NamedValues.Parse("format=1;energy=mse")), Throws.InstanceOf<FormatException>().With.Message.Contains("score"));
    }

    [Test]
    public void A_changed_byte_of_what_was_saved_is_refused()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent())
            .Fit(RealData.Diabetes(_context));
        string[] pairs = [.. model.Record.ToEntries().Pairs];
        for (int k = 0; k < pairs.Length; k++)
        {
            for (int at = 0; at < pairs[k].Length; at++)
            {
                string[] changed = [.. pairs];
                changed[k] = $"{pairs[k][..at]}{(char)(pairs[k][at] ^ 1)}{pairs[k][(at + 1)..]}";
                Assert.That(() => PhaseTransitionRecord.From(new NamedValues(changed)), Throws.InstanceOf<FormatException>(), changed[k]);
            }
        }

        Assert.That(PhaseTransitionRecord.From(new NamedValues(pairs)).Transition.ToString(), Is.EqualTo(model.Record.Transition.ToString()));
    }

    [Test]
    public void Restored_it_is_what_was_saved([Values] bool inChain, [Values] RowTarget target, [Values] bool multiclass)
    {
        IDataView data = multiclass ? RealData.Iris(_context) : RealData.Diabetes(_context);
        IEstimator<ITransformer> estimator = _context.Thermo().PhaseTransition<ITransformer>(
            multiclass ? _context.MulticlassClassification.Trainers.SdcaMaximumEntropy() : _context.Regression.Trainers.Sdca(),
            new PhaseTransitionOptions { RowTarget = target, EnergyColumnName = "Energy; of a \"row\" / loss=1" });
        if (inChain)
            estimator = _context.Transforms.NormalizeMinMax("Features").Append(estimator);
        ITransformer model = estimator.Fit(data), restored = _context.Thermo().Restore(Workout.SaveAndLoad(model, data.Schema, out _));
        PhaseTransitionTransformer[] own =
            [.. new[] { model, restored }.Select(of => of is IEnumerable<ITransformer> chain ? chain.Last() : of).Cast<PhaseTransitionTransformer>()];
        Assert.That(own[1].Record.ToEntries().Pairs, Is.EqualTo(own[0].Record.ToEntries().Pairs));
        Assert.That(Workout.Words(restored.GetOutputSchema(data.Schema)), Is.EqualTo(Workout.Words(model.GetOutputSchema(data.Schema))));
        Assert.That(Workout.Rows(restored.Transform(data)), Is.EqualTo(Workout.Rows(model.Transform(data))));
        Assert.That(Workout.Rows(Workout.SaveAndLoad(restored, data.Schema, out _).Transform(data)), Is.EqualTo(Workout.Rows(model.Transform(data))));
        Assert.That(_context.Thermo().Restore(model), Is.SameAs(model));
        Assert.That(_context.Thermo().Restore(restored), Is.SameAs(restored));
    }

    [Test]
    public void An_engine_of_a_restored_model_predicts_what_that_of_the_model_does()
    {
        IDataView data = RealData.Diabetes(_context);
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca()).Fit(data);
        ITransformer loaded = Workout.SaveAndLoad(model, data.Schema, out _);
        var row = new RealData.Number { Features = [.. Enumerable.Range(1, 10).Select(j => 1f / j)] };
        Read[] reads = [.. new[] { model, loaded, _context.Thermo().Restore(loaded) }
            .Select(of => _context.Model.CreatePredictionEngine<RealData.Number, Read>(of, data.Schema).Predict(row))];
        Assert.That(reads, Is.All.EqualTo(reads[0]));
        Assert.That(reads[0].Temperature, Is.EqualTo(reads[0].Energy / reads[0].Entropy).Within(1e-6f * reads[0].Temperature));
    }

    [Test]
    public void A_model_of_the_first_version_gives_what_it_gave_and_is_not_restored()
    {
        Example[] rows = [.. Enumerable.Range(0, 4).Select(i => new Example { Features = [i % 5, (i % 7) - 3, 1f / (1 + i)] })];
        ITransformer loaded = _context.Model.Load(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "first-format.zip"), out _);
        IDataView scored = _context.Thermo().Restore(loaded).Transform(_context.Data.LoadFromEnumerable(rows));

        // golden: printed by the version that saved it
        Assert.That(scored.GetColumn<float>("Score"), Is.EqualTo(new[] { 1.6131676f, 2.2310505f, 2.8403335f, 3.447466f }).Within(1e-5f));
        Assert.That(scored.GetColumn<float>("Energy"), Is.EqualTo(new[] { 12.60231f, 10.227587f, 13.178605f, 20.947521f }).Within(1e-4f));
        Assert.That(scored.GetColumn<float>("Entropy"), Is.EqualTo(new[] { 3.0807338f, 2.7595267f, 2.9128585f, 3.4159083f }).Within(1e-5f));
        Assert.That(scored.GetColumn<float>("Temperature"), Is.EqualTo(new[] { 4.0906844f, 3.7062829f, 4.5242863f, 6.132343f }).Within(1e-4f));
        Assert.That(_context.Thermo().GetTransition(loaded).Temperature.Value, Is.EqualTo(4.871980660771338).Within(1e-12));
        Assert.That(_context.Thermo().Restore(loaded), Is.SameAs(loaded));
    }

    [Test]
    public void A_path_that_cannot_be_written_is_the_file_systems_error()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent())
            .Fit(RealData.Diabetes(_context));
        Assert.That(
            () => _context.Model.Save(model, null, Path.Combine(Folder, "nowhere", "model.zip")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Exporting_the_columns_to_ONNX_fails_loudly_and_the_model_without_them_exports([Values] bool inChain, [Values] bool loaded)
    {
        IDataView data = RealData.Diabetes(_context);
        IEstimator<PhaseTransitionTransformer> estimator = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca());
        ITransformer model = inChain ? _context.Transforms.NormalizeMinMax("Features").Append(estimator).Fit(data) : estimator.Fit(data);
        if (loaded)
            model = Workout.SaveAndLoad(model, data.Schema, out _);
        using var stream = new MemoryStream();
        Assert.That(() => _context.Model.ConvertToOnnx(model, data, stream), Throws.InvalidOperationException);

        ITransformer plain = _context.Thermo().WithoutRowColumns(model);
        Assert.That(plain.Transform(data).Schema.GetColumnOrNull("Temperature"), Is.Null);
        Assert.That(Workout.Rows(Scores(plain.Transform(data))), Is.EqualTo(Workout.Rows(Scores(model.Transform(data)))));
        using var onnx = new MemoryStream();
        _context.Model.ConvertToOnnx(plain, data, onnx);
        Assert.That(System.Text.Encoding.Latin1.GetString(onnx.ToArray()), Does.Contain("LinearRegressor"));
    }

    [Test]
    public void Disposal_reaches_the_trained_model()
    {
        var trainer = new DisposableTrainer();
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(trainer).Fit(RealData.Diabetes(_context));
        Assert.That(trainer.Models.Select(made => made.Disposals), Is.EqualTo(new[] { 0, 1 })); // the twin's work is done
        model.Dispose();
        model.Dispose();
        Assert.That(trainer.Models.Select(made => made.Disposals), Is.EqualTo(new[] { 1, 1 }));
    }

    private IDataView Scores(IDataView scored) => _context.Transforms.SelectColumns("Score").Fit(scored).Transform(scored);

    private sealed class Example
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed record Read
    {
        public float Score { get; set; }

        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }

    private sealed class DisposableTrainer : IEstimator<ITransformer>
    {
        private readonly IEstimator<ITransformer> _inner = new MLContext(0).Regression.Trainers.OnlineGradientDescent();

        public List<DisposableModel> Models { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            Models.Add(new DisposableModel(_inner.Fit(input)));
            return Models[^1];
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _inner.GetOutputSchema(inputSchema);
    }

    private sealed class DisposableModel(ITransformer inner) : ITransformer, IDisposable
    {
        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => inner.IsRowToRowMapper;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx) => inner.Save(ctx);

        public IDataView Transform(IDataView input) => inner.Transform(input);

        public void Dispose() => Disposals++;
    }
}
