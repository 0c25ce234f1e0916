using Spectre.Console;

namespace ML.Thermo.Cli.Output;

/// <summary>Where results and messages go, and what is known about who reads them.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Errors, notes and progress.</param>
/// <param name="OutputIsTerminal">A person watches the output; else it is a pipe or a file and gets no control codes.</param>
/// <param name="ErrorIsTerminal">A person watches the errors.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool OutputIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>Columns of text where the width of the window is not known, and the most that prose takes.</summary>
    public const int ReadableWidth = 80;

    /// <summary>Columns of a table in a pipe or a file, where nothing cuts a line.</summary>
    private const int PipeWidth = 1000;

    /// <summary>The console of this process.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Columns of prose: readable, and no wider than the window.</summary>
    public int TextWidth => Math.Min(ReadableWidth, Columns ?? (OutputIsTerminal && Console.WindowWidth >= 40 ? Console.WindowWidth : ReadableWidth));

    /// <summary>Says in one line why the exit code is not 0; where even that cannot be written, the code alone says it.</summary>
    public void Fail(string message) => Hint($"thermo: {message.ReplaceLineEndings(" ")}");

    /// <summary>Says something on the errors, if they can be written.</summary>
    public void Hint(string message)
    {
        try
        {
            Error.WriteLine(Plain.Text(message));
            Error.Flush();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Tables on the output; without control codes where nobody watches, or where NO_COLOR asks for none.</summary>
    public IAnsiConsole Tables() => Create(Output, OutputIsTerminal, ansi: OutputIsTerminal && Colour);

    /// <summary>A progress bar on the errors, which a person watches.</summary>
    public IAnsiConsole Progress() => Create(Error, ErrorIsTerminal, ErrorIsTerminal);

    private static bool Colour => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>What COLUMNS says, where it says a number.</summary>
    private static int? Columns => int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns >= 40 ? columns : null;

    private static IAnsiConsole Create(TextWriter writer, bool terminal, bool ansi)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = ansi && Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Columns ?? (terminal ? Math.Max(console.Profile.Width, 40) : PipeWidth);
        console.Profile.Capabilities.Unicode = true;
        console.Pipeline.Attach(new FittingTables(console.Profile.Width));
        return console;
    }
}
