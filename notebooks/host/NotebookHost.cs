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
        string file = Path.Combine("artifacts", "notebooks", $"{Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0])}-{++_pictures}.{extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        Console.WriteLine($"[picture: {file}]");
    }

    /// <summary>Says to a recording that the output of cell <paramref name="number"/> begins.</summary>
    public static void Cell(int number) => Console.Write($"{CellMark}{number}\n");
}
