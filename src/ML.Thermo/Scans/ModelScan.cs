using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Scans;

/// <summary>Scans fitted models on the same rows.</summary>
internal static class ModelScan
{
    public static ScanReport Run(
        IReadOnlyList<ITransformer> models,
        IReadOnlyList<double> values,
        string name,
        IDataView inputs,
        ScanOptions options,
        CancellationToken cancellation)
    {
        if (models.Count != values.Count)
            throw new ArgumentException($"There are {models.Count} models and {values.Count} values of {name}: expected one value a model.", nameof(values));
        var grid = ControlGrid.Of(name, values);
        ITransformer[] inOrder = [.. models.Zip(values).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        double[][][] outputs = new double[models.Count][][];
        bool areLaws = true;
        for (int k = 0; k < inOrder.Length; k++)
        {
            IDataView scored = inOrder[k].Transform(inputs);
            DataViewSchema.Column column = Output(scored.Schema, grid, k);
            areLaws &= column.Name == "Probability" || column.Type is VectorDataViewType;
            outputs[k] = Read(scored, column, cancellation);
            if (outputs[k].Length != outputs[0].Length)
                throw new UnusableDataException($"The model at {grid.Name} = {grid.Values[k]} gave {outputs[k].Length} rows: expected "
                    + $"{outputs[0].Length}, as the first.");
        }

        if (!areLaws)
            return Scan.Values(grid, outputs, options, null, null, cancellation);
        return Scan.Inputs(grid, [.. Enumerable.Range(0, outputs[0].Length).Select(i => outputs.Select(rows => DataScan.Law(rows[i])).ToArray())], options);
    }

    /// <summary>A probability of two classes, a vector of scores that are probabilities, or a score.</summary>
    private static DataViewSchema.Column Output(DataViewSchema schema, ControlGrid grid, int k) =>
        schema.GetColumnOrNull("Probability") is { } probability && RowNumbers.IsNumber(probability.Type) ? probability
        : schema.GetColumnOrNull("Score") is { } score && RowNumbers.IsNumber(score.Type) ? score
        : throw new UnusableDataException($"The model at {grid.Name} = {grid.Values[k]} gives neither Probability nor Score: its columns are "
            + $"{string.Join(", ", schema.Select(column => column.Name))}.");

    private static double[][] Read(IDataView data, DataViewSchema.Column column, CancellationToken cancellation)
    {
        List<double[]> rows = [];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<double[]> numbers = RowNumbers.Of(cursor, [column]);
        while (cursor.MoveNext())
        {
            if (cursor.Position % 4096 == 0)
                cancellation.ThrowIfCancellationRequested();
            rows.Add(numbers());
        }

        return [.. rows];
    }
}
