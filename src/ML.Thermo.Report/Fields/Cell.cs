using System.Globalization;
using System.Text.Json;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Fields;

/// <summary>How the console draws a cell.</summary>
internal enum Tone
{
    /// <summary>As all others.</summary>
    Plain,

    /// <summary>To be seen among many.</summary>
    Strong,

    /// <summary>Hotter than what it is compared with.</summary>
    Hot,

    /// <summary>Colder than what it is compared with.</summary>
    Cold,
}

/// <summary>The value of one field, in every form that it is written in.</summary>
internal abstract record Cell
{
    /// <summary>For a narrow table; null for the text of the page.</summary>
    public string? Short { get; init; }

    /// <summary>For the page, where it differs from the number itself.</summary>
    protected Quantity? Shown { get; init; }

    /// <summary>For the console's table.</summary>
    public string Console => Short ?? Page.Text;

    /// <summary>For CSV, unquoted; empty where it is undefined.</summary>
    public abstract string Csv { get; }

    /// <summary>Its standard error for CSV; empty where it has none.</summary>
    public virtual string CsvError => "";

    /// <summary>For the page: a number to draw and sort by, and a text with the reason where it is undefined.</summary>
    public abstract Quantity Page { get; }

    /// <summary>Whether it stands to the right in a table.</summary>
    public virtual bool IsNumber => true;

    /// <summary>How the console draws it.</summary>
    public Tone Tone { get; init; }

    /// <summary>Writes the member, or members, of its name.</summary>
    public abstract void WriteJson(Utf8JsonWriter json, string name);

    /// <summary>A number with its error.</summary>
    /// <param name="value">Undefined for none.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Cell Of(Estimate value, string otherwise) => new EstimateCell(value, otherwise);

    /// <summary>A number whose error is no subject.</summary>
    /// <param name="value">NaN for none.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Cell Of(double value, string otherwise) => new NumberCell(value, otherwise);

    /// <summary>An interval.</summary>
    /// <param name="value">Null for none.</param>
    /// <param name="otherwise">Why there is none, where there is none.</param>
    public static Cell Of(ConfidenceInterval? value, string otherwise) => new IntervalCell(value, otherwise) { Short = value is null ? "—" : null };

    /// <summary>A count.</summary>
    public static Cell Of(long value) => new CountCell(value);

    /// <summary>A name, or null.</summary>
    public static Cell Of(string? value) => new TextCell(value);

    /// <summary>A yes or no; a yes is to be seen among many noes.</summary>
    public static Cell Of(bool value) => new FlagCell(value) { Tone = value ? Tone.Strong : Tone.Plain };

    /// <summary>A share of one, in percent where people read it.</summary>
    /// <param name="value">0 … 1, or NaN.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Cell Share(double value, string otherwise) => new NumberCell(value, otherwise) { Shown = Quantity.Share(value, otherwise) };

    /// <summary>A number with its error, which people are told otherwise than programs.</summary>
    /// <param name="value">Undefined for none.</param>
    /// <param name="page">For people.</param>
    public static Cell Of(Estimate value, Quantity page) => new EstimateCell(value, "") { Shown = page };

    /// <summary>A number that people are told otherwise than programs.</summary>
    /// <param name="value">NaN for none.</param>
    /// <param name="page">For people.</param>
    public static Cell Of(double value, Quantity page) => new NumberCell(value, "") { Shown = page };

    /// <summary>A count that people are told otherwise than programs.</summary>
    /// <param name="value">The count.</param>
    /// <param name="page">For people.</param>
    public static Cell Count(long value, Quantity page) => new CountCell(value) { Shown = page };

    /// <summary>Words, such as those of a status.</summary>
    public static Cell Of(IReadOnlyList<string> words) => new WordsCell(words);

    /// <summary>Nothing, for a reason.</summary>
    public static Cell Undefined(string why) => new NumberCell(double.NaN, why) { Short = "" };

    /// <summary>What only JSON can hold: it writes its members itself, with their names.</summary>
    public static Cell Nested(Action<Utf8JsonWriter> write) => new NestedCell(write);

    private static string Digits(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";

    private sealed record EstimateCell(Estimate Value, string Otherwise) : Cell
    {
        public override string Csv => Digits(Value.Value);

        public override string CsvError => Digits(Value.StandardError);

        public override Quantity Page => Shown ?? Quantity.Of(Value, Otherwise);

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteEstimate(name, Value);
    }

    private sealed record NumberCell(double Value, string Otherwise) : Cell
    {
        public override string Csv => Digits(Value);

        public override Quantity Page => Shown ?? Quantity.Of(Value, Otherwise);

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteNumberOrNull(name, Value);
    }

    private sealed record CountCell(long Value) : Cell
    {
        public override string Csv => Value.ToString(CultureInfo.InvariantCulture);

        public override Quantity Page => Shown ?? Quantity.Of(Value);

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteNumber(name, Value);
    }

    private sealed record TextCell(string? Value) : Cell
    {
        public override string Csv => Value ?? "";

        public override Quantity Page => new(null, null, Value ?? "");

        public override bool IsNumber => false;

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteString(name, Value);
    }

    private sealed record FlagCell(bool Value) : Cell
    {
        public override string Csv => Value ? "true" : "false";

        public override Quantity Page => new(null, null, Value ? "yes" : "no");

        public override bool IsNumber => false;

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteBoolean(name, Value);
    }

    private sealed record WordsCell(IReadOnlyList<string> Words) : Cell
    {
        public override string Csv => string.Join(' ', Words);

        public override Quantity Page => new(null, null, string.Join(' ', Words));

        public override bool IsNumber => false;

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteStrings(name, Words);
    }

    private sealed record IntervalCell(ConfidenceInterval? Value, string Otherwise) : Cell
    {
        public override string Csv => "";

        public override Quantity Page => Value is { } known
            ? new(null, null, $"{Numbers.Brief(known.Lower)} to {Numbers.Brief(known.Upper)}") : Quantity.Undefined(Otherwise);

        public override void WriteJson(Utf8JsonWriter json, string name) => json.WriteInterval(name, Value);
    }

    private sealed record NestedCell(Action<Utf8JsonWriter> Write) : Cell
    {
        public override string Csv => "";

        public override Quantity Page => new(null, null, "");

        public override void WriteJson(Utf8JsonWriter json, string name) => Write(json);
    }
}
