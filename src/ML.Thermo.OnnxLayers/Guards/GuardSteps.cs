using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Steps;

namespace ML.Thermo.Guards;

/// <summary>A guard as ML.NET's own steps around one mapping of ours, behind the step that reads the layers.</summary>
internal static class GuardSteps
{
    /// <summary>Columns of the layers, between two steps; saved models hold the names.</summary>
    public const string Temperature = "thermo_guard_temperature", Entropy = "thermo_guard_entropy", Efficiency = "thermo_guard_efficiency";

    private static readonly MLContext Context = new(0); // of our own: making components in a user's would change the numbers that his trainers draw

    /// <summary>The steps.</summary>
    /// <param name="guard">The guard.</param>
    /// <param name="layers">Reads its layers; null where it watches none.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="options">Names of the columns.</param>
    public static IReadOnlyList<ITransformer> Of(NetworkGuard guard, OnnxLayersTransformer? layers, BoundInput input, OnnxGuardOptions options)
    {
        TransformsCatalog to = Context.Transforms;
        DataViewSchema schema = InputSchema(input);
        StepChain steps = layers is null ? new(Context, schema) : new(Context, layers.GetOutputSchema(schema), layers);
        steps.AddOne();
        steps.AddConstant(GuardMapping.Guard, Convert.ToBase64String(Encoding.UTF8.GetBytes(guard.ToJson())));
        steps.Add(to.Concatenate(GuardMapping.Numbers, input.Column));
        steps.AddCopies([
            (GuardMapping.Temperatures, layers is null ? GuardMapping.Numbers : Temperature),
            (GuardMapping.Efficiencies, layers is null ? GuardMapping.Numbers : Efficiency)]);
        steps.Add(to.CustomMapping<GuardMapping.Input, GuardMapping.Output>(GuardMapping.Map, GuardMapping.Contract));
        steps.AddCopies([
            (options.StrangenessColumnName, GuardMapping.Strangeness), (options.PValueColumnName, GuardMapping.PValue),
            (options.HottestLayerColumnName, GuardMapping.HottestLayer)]);
        steps.DropHidden();
        if (layers is not null)
            steps.Add(to.DropColumns(Temperature, Entropy, Efficiency));
        return steps.Steps;
    }

    /// <summary>The numbers of a column, row by row.</summary>
    public static IEnumerable<double[]> Rows(IDataView data, string name)
    {
        DataViewSchema.Column column = data.Schema[name];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> read = InputReader.Getter(cursor, column);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            read(ref buffer);
            yield return [.. buffer.DenseValues().Select(value => (double)value)];
        }
    }

    private static DataViewSchema InputSchema(BoundInput input)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(input.Column, new VectorDataViewType(NumberDataViewType.Single, input.Length));
        return builder.ToSchema();
    }
}
