using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ML.Thermo.Cli.Activations;
using ML.Thermo.Cli.Completion;
using ML.Thermo.Cli.Demo;
using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Refresh;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Cli.Verify;

namespace ML.Thermo.Cli;

/// <summary>The program: its commands, and what becomes of their failures.</summary>
internal sealed class ThermoCommand
{
    private const int Done = 0, Failed = 1, WrongUsage = 2, Cancelled = 130;
    private const string Overview = """
        Examples:
          thermo transition data.csv --label y --energy mse --standardize
          thermo transition data.csv --label sick --energy ce --init uniform:-1,1
          thermo activation --list --variance 2
          thermo layers network.onnx
          thermo refresh train.csv live.csv --label y --prediction yhat
          thermo verify

        T = ΔE/ΔS: loss removed by training per nat of certainty gained about the loss.
        Exit codes: 0 done, 1 failed (one line on stderr says why), 2 wrong usage,
        130 cancelled.
        """;

    private readonly Terminal _terminal;
    private readonly CommonOptions _common = new();
    private readonly TransitionCommand _transition = new();
    private readonly ActivationCommand _activation = new();
    private readonly LayersCommand _layers = new();
    private readonly RefreshCommand _refresh = new();
    private readonly DemoCommand _demo = new();
    private readonly CompletionCommand _completion = new();
    private readonly RootCommand _root;

    public ThermoCommand(Terminal terminal)
    {
        _terminal = terminal;
        _root = new RootCommand("Energies, entropies and temperatures of learning systems.");
        _common.AddTo(_root);
        _root.Add(With(_transition.Definition, _transition.Run));
        _root.Add(With(_activation.Definition, _activation.Run));
        _root.Add(With(_layers.Definition, _layers.Run));
        _root.Add(With(_refresh.Definition, _refresh.Run));
        _root.Add(With(_demo.Definition, _demo.Run));
        _root.Add(With(_completion.Definition, _completion.Run));
        _root.Add(With(VerifyCommand.Definition(), VerifyCommand.Run));
        _root.Options.OfType<HelpOption>().Single().Action = new ClosingHelp(new Dictionary<Command, string>
        {
            [_root] = Overview,
            [_transition.Definition] = TransitionCommand.Closing,
            [_layers.Definition] = LayersCommand.Closing,
            [_completion.Definition] = CompletionCommand.Closing,
            [_refresh.Definition] = RefreshCommand.Closing,
        });
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="cancellation">As Ctrl+C.</param>
    /// <returns>0 done, 1 failed, 2 wrong usage, 130 cancelled.</returns>
    public async Task<int> Run(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        ParseResult parsed = _root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(Explain).Distinct())
                _terminal.Error.WriteLine($"thermo: {message}");
            _terminal.Error.WriteLine($"See '{Name(parsed)} --help'.");
            return WrongUsage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = _terminal.Output,
            Error = _terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        return await parsed.InvokeAsync(configuration, cancellation);
    }

    /// <summary>Registers what a command does, with its errors turned into one line and an exit code.</summary>
    private Command With(Command command, Func<ParseResult, Session, CancellationToken, Task<bool>> work)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await work(parsed, new Session(_terminal, _common, parsed), cancellation) ? Done : Failed;
            }
            catch (OperationCanceledException)
            {
                _terminal.Error.WriteLine("thermo: cancelled");
                return Cancelled;
            }
            catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Fail(error.Message);
            }
            catch (OutOfMemoryException)
            {
                return Fail("The data do not fit into memory: take fewer --features, fewer rows or fewer --draws.");
            }
#pragma warning disable CA1031 // the last line of defence: a user sees a sentence, never a stack trace
            catch (Exception error)
#pragma warning restore CA1031
            {
                return Fail($"Internal error ({error.GetType().Name}: {error.Message}); please report it with the command line.");
            }
        });
        return command;
    }

    private int Fail(string message)
    {
        _terminal.Fail(message);
        return Failed;
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

    private static string Name(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "thermo" : $"thermo {parsed.CommandResult.Command.Name}";
}
