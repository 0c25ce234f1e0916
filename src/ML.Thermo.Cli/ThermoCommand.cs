using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ML.Thermo.Cli.Activations;
using ML.Thermo.Cli.Completion;
using ML.Thermo.Cli.Compression;
using ML.Thermo.Cli.Demo;
using ML.Thermo.Cli.Dynamics;
using ML.Thermo.Cli.Explanations;
using ML.Thermo.Cli.Guards;
using ML.Thermo.Cli.Help;
using ML.Thermo.Cli.Joules;
using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Loops;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Refresh;
using ML.Thermo.Cli.Scans;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Cli.Verify;

namespace ML.Thermo.Cli;

/// <summary>The program: its commands, and what becomes of their failures.</summary>
internal sealed class ThermoCommand
{
    private const string Closing = """
        T = ΔE/ΔS: loss removed by training per nat of certainty gained about the loss.
        Exit codes: 0 done, 1 failed (one line on stderr says why), 2 wrong usage,
        3 a finding that --fail-on asked for, 130 cancelled.
        thermo help COMMAND says more of one.
        """;

    /// <summary>The commands, in the order of the help: a new one is a line here.</summary>
    private static readonly OrderedDictionary<string, Func<Verb>> All = new()
    {
        ["transition"] = static () => new TransitionCommand(),
        ["activation"] = static () => new ActivationCommand(),
        ["layers"] = static () => new LayersCommand(),
        ["compress"] = static () => new CompressCommand(),
        ["guard"] = static () => new InputGuardCommand(),
        ["refresh"] = static () => new RefreshCommand(),
        ["scan"] = static () => new ScanCommand(),
        ["explain"] = static () => new ExplainCommand(),
        ["audit"] = static () => new AuditCommand(),
        ["dynamics"] = static () => new DynamicsCommand(),
        ["collapse"] = static () => new CollapseCommand(),
        ["joules"] = static () => new JoulesCommand(),
        ["demo"] = static () => new DemoCommand(),
        ["completion"] = static () => new CompletionCommand(),
        ["verify"] = static () => new VerifyCommand(),
    };

    private readonly Terminal _terminal;
    private readonly CommonOptions _common = new();
    private readonly RootCommand _root;

    /// <summary>Sets the commands up.</summary>
    /// <param name="terminal">Where text goes.</param>
    /// <param name="first">The first word of the command line. Where it names a command, the others are not set up, which saves a tenth of a short run.</param>
    public ThermoCommand(Terminal terminal, string? first = null)
    {
        _terminal = terminal;
        Verbs = first is not null && All.TryGetValue(first, out Func<Verb>? only) ? [only()] : [.. All.Values.Select(make => make())];
        _root = new RootCommand("Energies, entropies and temperatures of learning systems.");
        _common.AddTo(_root);
        foreach (Verb verb in Verbs)
        {
            foreach (Verb part in verb.Parts)
                Add(part, verb.Definition);
            Add(verb, _root);
        }

        var closings = Verbs.Concat(Verbs.SelectMany(verb => verb.Parts)).Where(verb => verb.Closing is not null).ToDictionary(verb => verb.Definition, verb =>
            verb.Closing!);
        closings[_root] = $"Examples:\n{string.Concat(Verbs.SelectMany(verb => verb.Examples).Select(example => $"  {example}\n"))}\n{Closing}";
        HelpOption help = _root.Options.OfType<HelpOption>().Single();
        help.Description = "Show this help.";
        foreach (string alias in new[] { "/h", "/?", "-?" })
            help.Aliases.Remove(alias); // a shell would offer them beside files
        help.Action = new HelpPage(Verbs.Concat(Verbs.SelectMany(verb => verb.Parts)), closings, _terminal.TextWidth);
        _root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
    }

    /// <summary>The commands, in the order of the help, or the one that the command line names.</summary>
    public IReadOnlyList<Verb> Verbs { get; }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="cancellation">As Ctrl+C.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 3 a finding, 130 cancelled.</returns>
    public async Task<int> Run(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        if (arguments.Count > 0 && arguments[0] == "help") // as git, cargo and gh take it
            arguments = [.. arguments.Skip(1), "--help"];
        ParseResult parsed = _root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (!arguments.Any(word => word.StartsWith("[suggest", StringComparison.Ordinal)) && Misspelling.Of(parsed, arguments) is { } mistake)
        {
            _terminal.Fail(mistake);
            _terminal.Hint($"See '{Name(parsed)} --help'.");
            return (int)ExitCode.WrongUsage;
        }

        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(Explain).Distinct())
                _terminal.Fail(message);
            _terminal.Hint($"See '{Name(parsed)} --help'.");
            return (int)ExitCode.WrongUsage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = _terminal.Output,
            Error = _terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        return await parsed.InvokeAsync(configuration, cancellation);
    }

    /// <summary>Registers a command, with its files checked and its errors turned into one line and an exit code.</summary>
    private void Add(Verb verb, Command above)
    {
        verb.Targets.AddTo(verb.Definition);
        above.Add(verb.Definition);
        verb.Definition.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return (int)await Run(verb, parsed, cancellation);
            }
            catch (OperationCanceledException)
            {
                _terminal.Fail("cancelled");
                return (int)ExitCode.Cancelled;
            }
            catch (UsageException error)
            {
                Fail(error.Message);
                return (int)ExitCode.WrongUsage;
            }
            catch (FileNotFoundException error) when (error.FileName is { Length: > 0 } name && !File.Exists(name))
            {
                string shown = Path.GetDirectoryName(name) == Environment.CurrentDirectory ? Path.GetFileName(name) : name;
                return Fail($"There is no file '{shown}': check the path (the current folder is '{Environment.CurrentDirectory}').");
            }
            catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Fail(error.Message);
            }
            catch (OutOfMemoryException)
            {
                return Fail("The data do not fit into memory: take fewer --features, fewer rows or fewer --draws.");
            }
            catch (Exception error) when (error.GetBaseException() is DllNotFoundException or BadImageFormatException)
            {
                return Fail($"A native library cannot be loaded: {error.GetBaseException().Message}");
            }
#pragma warning disable CA1031 // the last line of defence: a user sees a sentence, never a stack trace
            catch (Exception error)
#pragma warning restore CA1031
            {
                return Fail($"Internal error ({error.GetType().Name}: {error.Message}); please report it with the command line.");
            }
        });
    }

    private async Task<ExitCode> Run(Verb verb, ParseResult parsed, CancellationToken cancellation)
    {
        string line = $"thermo {string.Join(' ', parsed.Tokens.Select(token => ShellWord.Of(token.Value)))}";
        var session = new Session(_terminal, _common, verb.Targets, parsed) { CommandLine = line };
        foreach (string input in UsageException.Of(() => verb.Reads(parsed).ToArray()))
            session.Reads(input);
        using VerbResult result = await verb.Run(parsed, session, cancellation);
        return await session.Publish(verb.Definition.Name, result);
    }

    private int Fail(string message)
    {
        _terminal.Fail(message);
        return (int)ExitCode.Failed;
    }

    /// <summary>The parser's message, but for a value of the wrong kind, where it would name a .NET type.</summary>
    private static string Explain(ParseError error) =>
        error.SymbolResult is OptionResult { Option: var option, Tokens: [{ Value: var given }] } && error.Message.Contains("System.", StringComparison.Ordinal)
            ? $"{option.Name} {given} is not {Kind(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType)}."
            : error.Message;

    private static string Kind(Type type) =>
        type == typeof(ulong) ? "a whole number from 0 to 18446744073709551615"
        : type == typeof(int) ? $"a whole number up to {int.MaxValue}"
        : type == typeof(long) ? "a whole number"
        : "a number";

    /// <summary>The command with those above it, such as <c>thermo collapse plan</c>.</summary>
    private static string Name(ParseResult parsed)
    {
        string name = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            name = $" {command.Command.Name}{name}";
        return $"thermo{name}";
    }
}
