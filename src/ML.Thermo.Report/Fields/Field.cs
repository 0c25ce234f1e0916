namespace ML.Thermo.Report.Fields;

/// <summary>Where a field appears.</summary>
[Flags]
internal enum Shown
{
    /// <summary>Nowhere, until a table chooses it.</summary>
    Nowhere = 0,

    /// <summary>In JSON.</summary>
    Json = 1,

    /// <summary>In CSV.</summary>
    Csv = 2,

    /// <summary>Its standard error behind it in CSV, as <c>NAMEStandardError</c>.</summary>
    ErrorInCsv = 4,

    /// <summary>In CSV with its standard error.</summary>
    CsvWithError = Csv | ErrorInCsv,

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
    /// <summary>Its heading in the console's table, where the label does not suit it.</summary>
    public string Heading { get; init; } = Label;

    /// <summary>Its symbol or formula, where the console shows it beside the heading.</summary>
    public string Symbol { get; init; } = "";

    /// <summary>Its name in CSV and page, where no object around it tells what it belongs to.</summary>
    public string FlatName { get; init; } = Name;

    /// <summary>It is a column of the page's table, and not only of the list of one row's numbers.</summary>
    public bool InPageTable { get; init; }

    /// <summary>The same of something that may have such a part.</summary>
    /// <param name="part">Finds the part; null where there is none.</param>
    /// <param name="otherwise">Why there is none.</param>
    public Field<TWhole> On<TWhole>(Func<TWhole, T?> part, Func<TWhole, string>? otherwise = null) =>
        new(Name, Label, Meaning, whole => part(whole) is { } found ? Of(found) : Cell.Undefined(otherwise?.Invoke(whole) ?? ""), In)
        {
            Heading = Heading,
            Symbol = Symbol,
            FlatName = FlatName,
            InPageTable = InPageTable,
        };

    /// <summary>The same with another text in the console.</summary>
    /// <param name="text">Makes the text.</param>
    public Field<T> Shortened(Func<T, string> text) => this with { Of = row => Of(row) with { Short = text(row) } };
}
