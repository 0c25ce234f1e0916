using System.Reflection;

/// <summary>What notebook hosts bring along and a plain program lacks: a way to show pictures, and cells that end.</summary>
internal static class NotebookHost
{
    /// <summary>Stands before each cell's output, and around what is not text, where eng/notebooks.cs records a run.</summary>
    private const char CellMark = '\u001e', DisplayMark = '\u001d';

    private static readonly bool IsRecorded = Environment.GetEnvironmentVariable("THERMO_RECORD_NOTEBOOK") == "1";
    private static int _pictures;

    /// <summary>Shows a picture: saved beside the build's other results, and named on the terminal.</summary>
    public static void DisplayAs(this string content, string type)
    {
        if (IsRecorded)
        {
            Console.Write($"{DisplayMark}{type}\n{content}{DisplayMark}");
            return;
        }

        string extension = type.StartsWith("image/svg", StringComparison.Ordinal) ? "svg" : "html";
        string file = Path.Combine("..", "artifacts", "notebooks", $"{Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0])}-{++_pictures}.{extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        Console.WriteLine($"[picture: {file}]");
    }

    /// <summary>
    /// Shows a value as a notebook does: by the formatter that its type names, and as text beside it. Data views have a formatter of their package.</summary>
    public static void Display(this object value)
    {
        string html = Formatted(value) ?? throw new InvalidOperationException($"{value.GetType()} names no formatter: a notebook would show its properties.");
        if (IsRecorded)
            Console.Write($"{DisplayMark}{html}\u001f{value}{DisplayMark}");
        else if (html.StartsWith("<svg", StringComparison.Ordinal))
            html.DisplayAs("image/svg+xml");
        else
            Console.WriteLine(value);
    }

    private static string? Formatted(object value)
    {
        if (value.GetType().GetInterface("IDataView") is { } view)
            return (string)Type.GetType("ML.Thermo.Notebook.DataViewTable, ML.Thermo", throwOnError: true)!.GetMethod("Html")!.Invoke(null, [value, 10])!;
        Attribute? attribute = value.GetType().GetCustomAttributes().FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        if (attribute?.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute) is not Type source)
            return null;
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), [])!;
        object html = formatters.Single(f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)! == "text/html");
        var writer = new StringWriter();
        _ = html.GetType().GetMethod("Format")!.Invoke(html, [value, writer]);
        return writer.ToString();
    }

    /// <summary>Says to a recording that the output of cell <paramref name="number"/> begins.</summary>
    public static void Cell(int number) => Console.Write($"{CellMark}{number}\n");
}
