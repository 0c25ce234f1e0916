using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using ML.Thermo.Cli.Output;
using ML.Thermo.Report;
using Spectre.Console;

namespace ML.Thermo.Cli.Commands;

/// <summary>What every command has in common: seed, draws, quiet, and where its result goes.</summary>
internal sealed class Session
{
    private readonly Terminal _terminal;
    private readonly Outputs _outputs;
    private readonly List<string> _inputs = [];

    public Session(Terminal terminal, CommonOptions options, ReportTargets targets, ParseResult parsed)
    {
        _terminal = terminal;
        _outputs = new Outputs(options, targets, parsed);
        Quiet = options.Quiet(parsed);
        Seed = options.Seed(parsed);
        Draws = options.Draws(parsed);
        if (Draws < 100)
            throw new UsageException($"--draws {Draws} is too few: expected at least 100 (the default is 4096).");
    }

    public static string Version { get; } =
        typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public bool Quiet { get; }

    public ulong Seed { get; }

    public int Draws { get; }

    /// <summary>Makes sure that nothing is written over a file that is read. Files that <see cref="Verb.Reads"/> names are seen to.</summary>
    public void Reads(string path)
    {
        _inputs.Add(path);
        _outputs.RefuseInput(path);
    }

    /// <summary>The command line, as a shell takes it.</summary>
    public string CommandLine { private get; init; } = "";

    /// <summary>Takes on a file to write beside <c>--json</c>, <c>--csv</c> and <c>--html</c>; call it before <see cref="Reads"/>.</summary>
    /// <param name="option">The option or argument that named it.</param>
    /// <param name="path">The file.</param>
    /// <param name="isPrivate">It holds rows of data: only its owner may read it.</param>
    public FileTarget Writes(string option, string path, bool isPrivate = false) => _outputs.Add(option, path, isPrivate);

    /// <summary>Says something that the result does not show, unless asked to be quiet.</summary>
    public void Note(string message)
    {
        if (!Quiet)
            _terminal.Error.WriteLine($"note: {Plain.Text(message)}");
    }

    /// <summary>Columns of prose: readable, and no wider than the window.</summary>
    public int TextWidth => _terminal.TextWidth;

    /// <summary>Prints a text on the errors, where the output belongs to somebody else.</summary>
    public void Tell(string text) => _terminal.Error.WriteLine(text);

    /// <summary>Prints a text as it is, for a program to read.</summary>
    public void Print(string text) => _terminal.Output.WriteLine(text);

    /// <summary>Runs long work with a progress bar.</summary>
    public Task<T> Run<T>(Func<Meter, T> work, CancellationToken cancellation) => new Meter().Run(work, _terminal, Quiet, cancellation);

    /// <summary>Hands over the result: into the files asked for, and to people unless the JSON took the output.</summary>
    /// <returns>The exit code.</returns>
    public async Task<ExitCode> Publish(string command, VerbResult result)
    {
        await _outputs.Write(command, result, Provenance, _terminal.Output);
        if (!_outputs.ReplaceTables(Quiet, result))
            Show(result);
        if (result.Reason is { } reason)
            _terminal.Fail(reason);
        return result.Exit;
    }

    /// <summary>What a page says of itself.</summary>
    private Provenance Provenance() => new()
    {
        Command = CommandLine,
        Seed = Seed,
        Made = DateTimeOffset.UtcNow,
        Version = Version,
        Files = [.. _inputs.Where(File.Exists).Distinct(StringComparer.Ordinal).Select(ProvenanceFile.Of)],
    };

    /// <summary>Words first: who reads no further has the answer.</summary>
    private void Show(VerbResult result)
    {
        foreach (string paragraph in Quiet ? [] : result.Prose())
            _terminal.Output.WriteLine($"{Prose.Wrap(Plain.Text(paragraph), _terminal.TextWidth)}\n");
        if (result.Tables is { } tables)
            Draw(tables);
    }

    /// <summary>A method of its own, so that a command without tables does not load what draws them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Draw(Action<IAnsiConsole> tables) => tables(_terminal.Tables());
}
