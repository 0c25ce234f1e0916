using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.PhaseTransitions;
using ML.Thermo.Rows;

namespace ML.Thermo.Tests.PhaseTransitions;

public sealed class SavedModelTests
{
    private readonly MLContext _context = new(1);
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Every_number_of_the_transition_survives([Values] bool pooled, [Values] bool heldOut)
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca(), new PhaseTransitionOptions
        {
            InitialState = pooled ? InitialState.LabelMarginal : InitialState.ParameterLaw("glorot-uniform", "normal:0.1,3").Except("bmi", Initialization.InitializationLaw.Normal(1, 2)),
            TypeIIRows = heldOut ? TypeIIRows.HeldOut(0.25) : TypeIIRows.Training,
        }).Fit(RealData.Diabetes(_context));
        ITransformer loaded = Workout.SaveAndLoad(model, RealData.Diabetes(_context).Schema, out _);
        PhaseTransitionRecord before = model.Record, after = _context.Thermo().GetRecord(loaded);
        Assert.That(after.ToEntries().Pairs, Is.EqualTo(before.ToEntries().Pairs));
        Assert.That(after.Transition.From, Is.EqualTo(before.Transition.From));
        Assert.That(after.Transition.To, Is.EqualTo(before.Transition.To));
        Assert.That(after.Transition.Temperature, Is.EqualTo(before.Transition.Temperature));
        Assert.That(after with { Transition = before.Transition }, Is.EqualTo(before));
        DataViewSchema scored = loaded.Transform(RealData.Diabetes(_context)).Schema;
        Assert.That(_context.Thermo().GetTransition(scored).From, Is.EqualTo(before.Transition.From));
    }

    [Test]
    public void Anybody_can_read_the_transition_in_the_schema()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(_context));
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
        string file = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, RealData.Diabetes(_context).Schema, file);
        IDataView rows = RealData.View(_context, [.. Enumerable.Range(1, 2).Select(v => new RealData.Number { Features = [.. Enumerable.Repeat((float)v, 10)] })], 10);
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
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(_context));
        Entries entries = model.Record.ToEntries();
        entries["format"] = "2";
        Assert.That(() => PhaseTransitionRecord.From(entries), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update"));
        Assert.That(() => RowThermometer.Parse("format=2;energy=mse"), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("update"));
        Assert.That(() => RowThermometer.Parse("format=1;energy=mse"), Throws.InstanceOf<FormatException>().With.Message.Contains("score"));
    }

    [Test]
    public void A_path_that_cannot_be_written_is_the_file_systems_error()
    {
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent()).Fit(RealData.Diabetes(_context));
        Assert.That(
            () => _context.Model.Save(model, null, Path.Combine(_folder, "nowhere", "model.zip")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Exporting_the_columns_to_ONNX_fails_loudly_and_the_model_without_them_exports([Values] bool inChain, [Values] bool loaded)
    {
        IDataView data = RealData.Diabetes(_context);
        PhaseTransitionEstimator estimator = _context.Thermo().PhaseTransition(_context.Regression.Trainers.Sdca());
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
        Assert.That(trainer.Model!.Disposals, Is.Zero);
        model.Dispose();
        model.Dispose();
        Assert.That(trainer.Model.Disposals, Is.EqualTo(1));
    }

    private IDataView Scores(IDataView scored) => _context.Transforms.SelectColumns("Score").Fit(scored).Transform(scored);

    private sealed class DisposableTrainer : IEstimator<ITransformer>
    {
        private readonly IEstimator<ITransformer> _inner = new MLContext(0).Regression.Trainers.OnlineGradientDescent();

        public DisposableModel? Model { get; private set; }

        public ITransformer Fit(IDataView input) => Model = new DisposableModel(_inner.Fit(input));

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
