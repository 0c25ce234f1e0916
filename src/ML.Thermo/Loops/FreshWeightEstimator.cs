using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Loops;

/// <summary>
/// Adds an example weight by which fresh rows count more than generated ones: w*/(1 − w*) of <see cref="FreshWeight"/>, from the numbers of both
/// in the data it is fitted to. Weights have mean one there.</summary>
/// <remarks>
/// <para>The fitted transformer is ML.NET's own mapping of values: it saves, loads and runs as any.</para></remarks>
[Maturity(Maturity.Theorem, "for a mean of independent rows; a rule of thumb for other models")]
public sealed class FreshWeightEstimator : IEstimator<ITransformer>
{
    private readonly MLContext _context;
    private readonly string _fresh, _output;

    internal FreshWeightEstimator(MLContext context, string freshColumnName, string outputColumnName)
    {
        _context = context;
        _fresh = freshColumnName;
        _output = outputColumnName;
    }

    /// <summary>Counts fresh and generated rows and fixes their weights.</summary>
    /// <param name="input">Rows with the column of fresh rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not Boolean.</exception>
    /// <exception cref="UnusableDataException">No row is fresh.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = input.Schema.Demand("fresh", _fresh, "a Boolean", type => type is BooleanDataViewType);
        long fresh = 0, generated = 0;
        using (DataViewRowCursor cursor = input.GetRowCursor([column]))
        {
            ValueGetter<bool> getter = cursor.GetGetter<bool>(column);
            bool isFresh = false;
            while (cursor.MoveNext())
            {
                getter(ref isFresh);
                if (isFresh)
                    fresh++;
                else
                    generated++;
            }
        }

        if (fresh == 0)
            throw new UnusableDataException($"No row of {generated} has '{_fresh}' true: expected at least one fresh row to weight.");
        FreshWeight weight = FreshWeight.Of(fresh, generated);
        return Mapping(weight.Fresh, generated == 0 ? 1 : weight.Generated).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Demand("fresh", _fresh, "a Boolean", column =>
            column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is BooleanDataViewType);
        return Mapping(1, 1).GetOutputSchema(inputSchema);
    }

    private Microsoft.ML.Transforms.ValueMappingEstimator<bool, float> Mapping(double fresh, double generated) => _context.Transforms.Conversion.MapValue(
        _output, [KeyValuePair.Create(true, (float)fresh), KeyValuePair.Create(false, (float)generated)], _fresh);
}
