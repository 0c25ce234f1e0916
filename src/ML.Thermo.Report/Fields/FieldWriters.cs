using System.Text;
using System.Text.Json;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Fields;

/// <summary>Writes lists of fields. The console's table is drawn where the console is.</summary>
internal static class FieldWriters
{
    /// <summary>The members of one object, in the order of the list.</summary>
    public static void WriteFields<T>(this Utf8JsonWriter json, IEnumerable<Field<T>> fields, T of)
    {
        foreach (Field<T> field in fields)
        {
            if (field.In.HasFlag(Shown.Json))
                field.Of(of).WriteJson(json, field.Name);
        }
    }

    /// <summary>A member that is an object, or null where there is nothing to tell of.</summary>
    public static void WriteObject<T>(this Utf8JsonWriter json, string name, IEnumerable<Field<T>> fields, T? of)
        where T : class
    {
        if (of is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteFields(fields, of);
        json.WriteEndObject();
    }

    /// <summary>An array of objects.</summary>
    public static void WriteRows<T>(this Utf8JsonWriter json, string name, IReadOnlyList<Field<T>> fields, IEnumerable<T> rows)
    {
        json.WriteStartArray(name);
        foreach (T row in rows)
        {
            json.WriteStartObject();
            json.WriteFields(fields, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A header, then a row each; what is undefined is empty.</summary>
    public static byte[] Csv<T>(IReadOnlyList<Field<T>> fields, IEnumerable<T> rows)
    {
        Field<T>[] columns = [.. fields.Where(field => field.In.HasFlag(Shown.Csv))];
        var text = new StringBuilder();
        AppendRow(text, columns.SelectMany(field => field.In.HasFlag(Shown.CsvWithError) ? [field.FlatName, $"{field.FlatName}StandardError"]
            : new[] { field.FlatName }));
        foreach (T row in rows)
            AppendRow(text, columns.SelectMany(field => Cells(field, row)));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>For the page's script: name, label and meaning of each column.</summary>
    public static IEnumerable<object> PageColumns<T>(IEnumerable<Field<T>> fields) =>
        OnPage(fields).Select(field => new { Name = field.FlatName, field.Label, field.Meaning });

    /// <summary>For the page's script: the values by name.</summary>
    public static Dictionary<string, Quantity> PageValues<T>(IEnumerable<Field<T>> fields, T of) =>
        OnPage(fields).ToDictionary(field => field.FlatName, field => field.Of(of).Page);

    /// <summary>The fields that a page shows.</summary>
    public static IEnumerable<Field<T>> OnPage<T>(IEnumerable<Field<T>> fields) => fields.Where(field => field.In.HasFlag(Shown.Page));

    private static IEnumerable<string> Cells<T>(Field<T> field, T row)
    {
        Cell cell = field.Of(row);
        yield return cell.Csv;
        if (field.In.HasFlag(Shown.CsvWithError))
            yield return cell.CsvError;
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(CsvCell.Of)).Append('\n');
}
