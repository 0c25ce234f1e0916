using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Schemas;

namespace ML.Thermo.Loops;

/// <summary>Counts of categories by generation, from the rows of a data view.</summary>
internal static class GenerationReading
{
    public static CategoryTable Read(IDataView data, string categoryColumnName, string generationColumnName, CancellationToken cancellation)
    {
        DataViewSchema.Column category = data.Schema.Demand("category", categoryColumnName, CategoryText.Expected, CategoryText.IsCategory);
        DataViewSchema.Column generation = data.Schema.Demand(
            "generation",
            generationColumnName,
            CategoryText.Expected + " or a Single",
            type => CategoryText.IsCategory(type) || type == NumberDataViewType.Single);
        var generations = new Dictionary<string, Dictionary<string, long>>(StringComparer.Ordinal); // in order of appearance
        using DataViewRowCursor cursor = data.GetRowCursor([category, generation]);
        Func<string> value = CategoryText.Of(cursor, category), number = CategoryText.Of(cursor, generation);
        while (cursor.MoveNext())
        {
            if (cursor.Position % 4096 == 0)
                cancellation.ThrowIfCancellationRequested();
            string name = number();
            if (!generations.TryGetValue(name, out Dictionary<string, long>? counts))
                generations[name] = counts = new Dictionary<string, long>(StringComparer.Ordinal);
            string seen = value();
            counts[seen] = counts.GetValueOrDefault(seen) + 1;
        }

        return CategoryTable.Of([.. InOrder(generations).Select(pair => pair.Value)]);
    }

    /// <summary>By number where all are numbers, else as they appear.</summary>
    private static IEnumerable<KeyValuePair<string, Dictionary<string, long>>> InOrder(Dictionary<string, Dictionary<string, long>> generations) =>
        generations.Keys.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            ? generations.OrderBy(pair => double.Parse(pair.Key, CultureInfo.InvariantCulture))
            : generations;
}
