using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using ML.Thermo.Cli.Output;
using Spectre.Console;

namespace ML.Thermo.Cli;

/// <summary>What every command has in common: seed, draws, quiet, and where its result goes.</summary>
internal sealed class Session
{
    private readonly Terminal _terminal;
    private readonly JsonTarget? _json;

    public Session(Terminal terminal, CommonOptions options, ParseResult parsed)
    {
        _terminal = terminal;
        _json = options.Json(parsed) is string path ? new JsonTarget(path) : null;
        _json?.Check();
        Quiet = options.Quiet(parsed);
        Seed = options.Seed(parsed);
        Draws = options.Draws(parsed);
        if (Draws < 100)
            throw new ThermoException($"--draws {Draws} is too few: expected at least 100 (the default is 4096).");
    }

    public static string Version { get; } =
        typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public bool Quiet { get; }

    public ulong Seed { get; }

    public int Draws { get; }

    /// <summary>Makes sure that the result is not written over a file that is read.</summary>
    public void Reads(string path) => _json?.RefuseInput(path);

    /// <summary>Says something that the result does not show, unless asked to be quiet.</summary>
    public void Note(string message)
    {
        if (!Quiet)
            _terminal.Error.WriteLine($"note: {message}");
    }

    /// <summary>Says why the exit code will be 1.</summary>
    public void Fail(string message) => _terminal.Fail(message);

    /// <summary>Prints a text as it is, for a program to read.</summary>
    public void Print(string text) => _terminal.Output.WriteLine(text);

    /// <summary>Runs long work with a progress bar.</summary>
    public Task<T> Run<T>(Func<Meter, T> work, CancellationToken cancellation) => new Meter().Run(work, _terminal, Quiet, cancellation);

    /// <summary>Hands over the result: as JSON where asked for, and for people unless the JSON took the output.</summary>
    /// <param name="command">Name of the command.</param>
    /// <param name="json">Writes the members after <c>command</c> and <c>version</c>.</param>
    /// <param name="tables">Draws the tables.</param>
    /// <param name="prose">Explains them, a paragraph each; left out when quiet.</param>
    public void Publish(string command, Action<Utf8JsonWriter> json, Action<IAnsiConsole> tables, Func<IEnumerable<string>> prose)
    {
        _json?.Write(
            writer =>
            {
                writer.WriteString("command", command);
                writer.WriteString("version", Version);
                json(writer);
            },
            _terminal.Output);
        if (_json is not null && (_json.IsOutput || Quiet))
            return;
        tables(_terminal.Tables());
        if (Quiet)
            return;
        foreach (string paragraph in prose())
            _terminal.Output.WriteLine($"\n{Prose.Wrap(paragraph)}");
    }
}
