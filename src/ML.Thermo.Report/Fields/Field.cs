namespace ML.Thermo.Report.Fields;

/// <summary>Where a field appears.</summary>
[Flags]
internal enum Shown
{
    /// <summary>In JSON.</summary>
    Json = 1,

    /// <summary>In CSV.</summary>
    Csv = 2,

    /// <summary>In CSV, and behind it its standard error as <c>NAMEStandardError</c>.</summary>
    CsvWithError = 4 | Csv,

    /// <summary>In the console's table.</summary>
    Console = 8,

    /// <summary>In the page: its data, and its table.</summary>
    Page = 16,

    /// <summary>In what programs read.</summary>
    Data = Json | Csv,
}

/// <summary>One number (or name, or flag) of a subject, described once for JSON, CSV, console and page.</summary>
/// <typeparam name="T">What it is a number of.</typeparam>
/// <param name="Name">Its name in JSON, CSV and the page's data: a contract.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Meaning">What it is, with its unit, in a line.</param>
/// <param name="Of">Its value.</param>
/// <param name="In">Where it appears.</param>
internal sealed record Field<T>(string Name, string Label, string Meaning, Func<T, Cell> Of, Shown In)
{
    /// <summary>Its heading in the console's table, where the label is too long for it.</summary>
    public string Heading { get; init; } = Label;

    /// <summary>The same of something that has such a part.</summary>
    /// <param name="part">Finds the part.</param>
    public Field<TWhole> On<TWhole>(Func<TWhole, T> part) => new(Name, Label, Meaning, whole => Of(part(whole)), In) { Heading = Heading };
}
