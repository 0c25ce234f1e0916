using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Measurement;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>Learns the state in which a model was accepted, from rows that it has scored, and says of later rows when it is time to refresh.</summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="ThermoCatalog.Refresh(RefreshOptions)"/>. Fit it on scored rows that the trainer has not seen,
/// and append the product to the model: <c>model.Append(context.Thermo().Refresh().Fit(model.Transform(heldOut)))</c>.</para>
/// <para><b>Input and output columns.</b> The score is a Single or a vector of Single, the label a Single, a Boolean or a UInt32 key, what is
/// watched besides a Single, a known-size vector of Single, a Boolean, a UInt32 key or Text. There are six columns more:</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Energy</c></term><description>Single: loss of the row against its label; without one the loss that the prediction expects of
/// itself (NaN for a regression), loss units.</description></item>
/// <item><term><c>DeltaEnergy</c></term><description>Single: ΔE, mean loss of the last full window less that of the reference, loss
/// units.</description></item>
/// <item><term><c>DeltaEntropy</c></term><description>Single: ΔS of the last full window, nats.</description></item>
/// <item><term><c>DriftTemperature</c></term><description>Single: T = ΔE/ΔS of the last full window, loss units per nat.</description></item>
/// <item><term><c>PValue</c></term><description>Single: p-value of the last full window.</description></item>
/// <item><term><c>Refresh</c></term><description>Boolean: time to refresh, by <see cref="RefreshOptions.Rule"/>.</description></item>
/// </list>
/// <para>A window is full after <see cref="RefreshOptions.WindowRows"/> rows and the next begins. Before the first full window, and where a
/// number is not defined, columns are NaN.</para>
/// <para><b>Estimator characteristics.</b> It looks at the data twice, the first time at 256 rows. Normalisation and caching: not needed. Required
/// package besides Microsoft.ML: ML.Thermo. Exportable to ONNX: no; export the model before it.</para></remarks>
[Maturity(Maturity.Paper, "ΔE, ΔS, T of a shifted state; decisions: theorem for independent rows with labels, estimator without labels")]
public sealed class RefreshEstimator : IEstimator<RefreshTransformer>
{
    private readonly RefreshOptions _options;
    private readonly MLContext _own = new(0); // making components in the user's context would change the numbers that his trainers draw

    internal RefreshEstimator(RefreshOptions options) => _options = options.Checked();

    /// <summary>Learns the reference.</summary>
    /// <param name="input">Rows that the model has scored; they need labels where the energy is to be watched.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type, or too many numbers are to be watched.</exception>
    /// <exception cref="UnusableDataException">There are too few rows, or a label is outside the energy's domain.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RefreshTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitTrace.Run("refresh", activity =>
        {
            RefreshTransformer fitted = Fitted(input);
            activity?.SetTag("thermo.rows", fitted.Reference.Rows.Rows);
            return fitted;
        });
    }

    private RefreshTransformer Fitted(IDataView input)
    {
        ModelColumns model = ModelColumns.Of(input.Schema, _options.ScoreColumnName);
        string? known = Label(model), label = _options.RowTarget == RowTarget.Prediction ? null : known;
        if (_options.DemandsLabel)
            input.Schema.Demand("label", _options.LabelColumnName, Columns.Label, Columns.IsLabel);
        var watched = new WatchedColumns(_own, input, model, _options);
        var predictions = new PredictionEnergy(Kind(model, watched), Energy(watched));

        // The reference knows labels even where scored rows will have none: a monitor that is made from it can take them later.
        IDataView rows = StepChain.Target(_own, watched.Rows.Schema, known)
            .Aggregate(watched.Rows, (view, estimator) => estimator.Fit(view).Transform(view));
        DriftReference reference = Read(rows, watched, predictions);
        var saved = new SavedMonitor(reference, predictions, _options.ToMonitorOptions(), watched.Texts);
        return new RefreshTransformer(RefreshSteps.Make(_own, watched, label, saved, _options), saved);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_options.DemandsLabel)
            inputSchema.Demand("label", _options.LabelColumnName, Columns.Label, Columns.IsLabel);
        inputSchema.Demand("score", _options.ScoreColumnName, Columns.Score, Columns.IsScore);
        foreach (string name in _options.InputColumnNames)
            inputSchema.Demand("input", name, WatchedColumns.Input, WatchedColumns.IsInput);
        return Shapes.With(
            inputSchema,
            [
                .. _options.OutputColumns[..^1].Select(name => Shapes.Column(name, NumberDataViewType.Single)),
                Shapes.Column(_options.RefreshColumnName, BooleanDataViewType.Instance),
            ]);
    }

    /// <summary>The energy that was asked for, where the task has a choice.</summary>
    private Energies.Energy? Energy(WatchedColumns watched) =>
        _options.Energy is { } energy && watched.Scores.Type is VectorDataViewType && energy != Energies.Energy.CrossEntropy
            ? throw new ArgumentOutOfRangeException(
                nameof(watched), $"The score column '{watched.Scores.Name}' is {watched.Scores.Type}, so its energy is ce: {energy} expects a Single.")
            : _options.Energy;

    /// <summary>The label's name where the rows have one that a step can read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model's own column hides it.</exception>
    private string? Label(ModelColumns model)
    {
        string name = _options.LabelColumnName;
        if (model.Schema.GetColumnOrNull(name) is not { } column || !Columns.IsLabel(column.Type))
            return null;
        return !model.Delivers(column) ? name : throw new ArgumentOutOfRangeException(
            nameof(model), $"The label column '{name}' is the model's own, or is hidden by it: expected another name for the label.");
    }

    private PredictionKind Kind(ModelColumns model, WatchedColumns watched)
    {
        if (watched.Scores.Type is VectorDataViewType)
        {
            bool areProbabilities = ScoredData.AreProbabilities(watched.Rows, watched.Rows.Schema[HiddenColumns.Scores]);
            return areProbabilities ? PredictionKind.Probabilities : PredictionKind.Logits;
        }

        bool isRegression = _options.Energy is { } energy ? energy != Energies.Energy.CrossEntropy : model.Task == "Regression";
        bool isBinary = model.Task == "BinaryClassification" || _options.Energy == Energies.Energy.CrossEntropy
            || model.Schema.GetColumnOrNull(_options.LabelColumnName)?.Type is BooleanDataViewType
            || model.Own("PredictedLabel")?.Type is BooleanDataViewType;
        return isRegression ? PredictionKind.Value
            : watched.Scores.Name != _options.ScoreColumnName ? PredictionKind.Probability
            : isBinary ? PredictionKind.Logit
            : PredictionKind.Value;
    }

    private DriftReference Read(IDataView rows, WatchedColumns watched, PredictionEnergy predictions)
    {
        DataViewSchema.Column[] columns = [rows.Schema[HiddenColumns.Scores], rows.Schema[HiddenColumns.Inputs], rows.Schema[HiddenColumns.Target]];
        using DataViewRowCursor cursor = rows.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> scores = cursor.GetGetter<VBuffer<float>>(columns[0]), inputs = cursor.GetGetter<VBuffer<float>>(columns[1]);
        ValueGetter<float> target = cursor.GetGetter<float>(columns[2]);
        var builder = new DriftReferenceBuilder(predictions.Inputs(watched.Inputs), _options.Drift);
        VBuffer<float> score = default, input = default;
        float label = 0;
        var row = new WatchedRow(predictions, watched.Inputs.Count, watched.Texts);
        var chance = new ChanceLoss();
        while (cursor.MoveNext())
        {
            if ((builder.Rows & 0xFFF) == 0)
                _options.Cancellation.ThrowIfCancellationRequested();
            scores(ref score);
            inputs(ref input);
            target(ref label);
            row.Read(score, input, label);
            builder.Observe(row.Energy, row.SelfEnergy, row.Inputs);
            chance.Add(row.Energy, label);
        }

        if (predictions.Kind == PredictionKind.Logit && chance.IsWorse)
        {
            throw new InvalidOperationException(
                $"The score column '{_options.ScoreColumnName}', read as a logit, loses {chance.Mean:G3} nats a row, where always saying how frequent the "
                + $"classes are loses {chance.Constant:G3}: it is no logit. Append a calibrator, as BinaryClassification.Calibrators.Platt, to the trainer.");
        }

        return builder.Build();
    }
}
