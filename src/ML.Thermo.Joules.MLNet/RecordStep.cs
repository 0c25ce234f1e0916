using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Joules.MLNet;

/// <summary>The record behind a model, made into ML.NET's own steps when somebody first uses, asks or saves the model: training pays for a few
/// references.</summary>
/// <param name="record">What training cost.</param>
/// <param name="make">Makes the steps.</param>
internal sealed class RecordStep(TrainingJoules record, Func<IReadOnlyList<ITransformer>> make) : ITransformer
{
    private readonly Lazy<TransformerChain<ITransformer>> _steps = new(() => new TransformerChain<ITransformer>([.. make()]));

    /// <summary>What training cost.</summary>
    public TrainingJoules Record => record;

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _steps.Value.GetOutputSchema(inputSchema);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_steps.Value).GetRowToRowMapper(inputSchema);

    public IDataView Transform(IDataView input) => _steps.Value.Transform(input);

    /// <summary>Saves the steps, and nothing of this class: a loaded model holds ML.NET's own.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_steps.Value).Save(ctx);
}
