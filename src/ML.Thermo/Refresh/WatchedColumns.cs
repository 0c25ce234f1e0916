using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Measurement;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>
/// The steps of a pipeline that bring what is watched into three columns of fixed names: scores and inputs as vectors of Single, the label
/// as a Single. All of them are ML.NET's own, or small mappings of ours that ML.NET can save.
/// </summary>
internal sealed class WatchedColumns
{
    /// <summary>What an input may be.</summary>
    public const string Input = "a Single, a known-size vector of Single, a Boolean, a UInt32 key or Text";

    private const int MostInputs = 256;
    private readonly MLContext _context;
    private readonly List<ITransformer> _steps = [];
    private readonly List<DriftInput> _inputs = [];
    private readonly List<int> _texts = [];
    private IDataView _rows;

    /// <param name="context">A context of our own.</param>
    /// <param name="scored">What a trained model delivers.</param>
    /// <param name="model">The columns that the model delivers.</param>
    /// <param name="options">Names of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type, or there are too many numbers.</exception>
    public WatchedColumns(MLContext context, IDataView scored, ModelColumns model, RefreshOptions options)
    {
        (_context, _rows) = (context, scored);
        TransformsCatalog to = context.Transforms;
        DataViewSchema.Column? probability = model.Score.Type is VectorDataViewType ? null : model.Own(options.ProbabilityColumnName);
        Scores = probability is { } own && own.Type == NumberDataViewType.Single ? own : model.Score; // the probability where there is one
        Add(to.CustomMapping<OneMapping.Nothing, OneMapping.One>(OneMapping.Map, OneMapping.Contract));
        Add(to.Concatenate(HiddenColumns.Scores, Scores.Name));
        string[] numbers = [.. options.InputColumnNames.Select(Numbers)];
        Add(numbers.Length == 0 ? throw NoInputs() : to.Concatenate(HiddenColumns.Inputs, numbers));
    }

    /// <summary>The column that is read as the prediction.</summary>
    public DataViewSchema.Column Scores { get; }

    /// <summary>What is watched besides the prediction, slot by slot.</summary>
    public IReadOnlyList<DriftInput> Inputs => _inputs;

    /// <summary>The slots that come from texts.</summary>
    public IReadOnlyList<int> Texts => _texts;

    /// <summary>The steps.</summary>
    public IReadOnlyList<ITransformer> Steps => _steps;

    /// <summary>The rows with the columns.</summary>
    public IDataView Rows => _rows;

    public static bool IsInput(DataViewType type) =>
        Columns.IsLabel(type) || Columns.IsFeatures(type) || type is TextDataViewType;

    public static bool IsInput(SchemaShape.Column column) =>
        Columns.IsLabel(column)
        || (column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType)
        || (column.Kind == SchemaShape.Column.VectorKind.Vector && !column.IsKey && column.ItemType == NumberDataViewType.Single);

    /// <summary>An input as numbers; the name of the column that has them.</summary>
    private string Numbers(string name)
    {
        DataViewSchema.Column column = _rows.Schema.Demand("input", name, Input, IsInput);
        TransformsCatalog to = _context.Transforms;
        string numbers = HiddenColumns.Input(_inputs.Count);
        switch (column.Type)
        {
            case VectorDataViewType vector:
                Watch(vector.Size, Slots(column, vector.Size));
                return name;
            case KeyDataViewType:
                Watch(1, [new DriftInput(name, IsCategory: true)]);
                Add(StepChain.Key(_context, numbers, name));
                return numbers;
            case TextDataViewType:
                _texts.Add(_inputs.Count);
                Watch(1, [new DriftInput(name, IsCategory: true)]);
                Add(to.Conversion.MapValueToKey(numbers, name)); // the reference's texts: others become missing
                Add(StepChain.Key(_context, numbers, numbers));
                return numbers;
            case BooleanDataViewType:
                Watch(1, [new DriftInput(name)]);
                Add(to.Conversion.ConvertType(numbers, name, DataKind.Single));
                return numbers;
            default:
                Watch(1, [new DriftInput(name)]);
                return name;
        }
    }

    private void Watch(int count, IEnumerable<DriftInput> inputs)
    {
        if (_inputs.Count + count > MostInputs)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"The inputs have more than {MostInputs} numbers: watch the columns before they are made into features; name them in InputColumnNames.");
        }

        _inputs.AddRange(inputs);
    }

    private static IEnumerable<DriftInput> Slots(DataViewSchema.Column column, int size)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        ReadOnlyMemory<char>[] known = [.. names.DenseValues()];
        return Enumerable.Range(0, size).Select(j => new DriftInput(j < known.Length && !known[j].IsEmpty ? known[j].ToString() : $"{column.Name}[{j}]"));
    }

    private void Add(params IEnumerable<IEstimator<ITransformer>> estimators)
    {
        foreach (IEstimator<ITransformer> estimator in estimators)
        {
            ITransformer step = estimator.Fit(_rows);
            _rows = step.Transform(_rows);
            _steps.Add(step);
        }
    }

    private static ArgumentOutOfRangeException NoInputs() =>
        new(nameof(RefreshOptions.InputColumnNames), "There is no input to watch: name at least one column in InputColumnNames.");
}
