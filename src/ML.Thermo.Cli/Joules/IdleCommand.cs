using System.CommandLine;
using System.Globalization;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using Spectre.Console;

namespace ML.Thermo.Cli.Joules;

/// <summary><c>thermo joules idle</c>: the power of this machine with nothing to do.</summary>
internal sealed class IdleCommand : Verb
{
    private readonly SourceOptions _sources = new();

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "How long to watch, in windows of one second.",
        HelpName = "N",
        DefaultValueFactory = _ => 60,
    };

    public IdleCommand()
        : base("idle", "Power of this machine with nothing to do: the median of windows of 1 s.")
    {
        Takes(_seconds);
        Takes(_sources.Places);
    }

    public override async Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        int seconds = parsed.GetValue(_seconds);
        if (seconds < 1)
            throw new UsageException($"--seconds {seconds} is too few: expected at least 1.");
        using var machine = new JouleMachine(_sources.Read(parsed, attributes: false));
        using (JouleMeter probe = machine.Start())
        {
            // A window of no length has no error yet, but it knows whether there is anything to wait for.
            if (probe.Stop().Basis is { Value: null } none)
                throw new ThermoException($"There is no idle power to measure. {none.Reason} See thermo joules status.");
        }

        double[] watts = await session.Run(
            meter =>
            {
                meter.Begin("watching the idle machine");
                var found = new List<double>();
                for (int i = 0; i < seconds; i++)
                {
                    using JouleMeter window = machine.Start();
                    if (cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)))
                        cancellation.ThrowIfCancellationRequested();
                    var joules = window.Stop();
                    if (joules.Basis.Value is { } value)
                        found.Add(value / joules.Seconds);
                    meter.Report((i + 1.0) / seconds);
                }

                return found.Order().ToArray();
            },
            cancellation);
        if (watts.Length == 0)
            throw new ThermoException("No window of the idle machine has a number: see thermo joules status.");
        double median = (watts[watts.Length / 2] + watts[(watts.Length - 1) / 2]) / 2;
        string text = median.ToString("G4", CultureInfo.InvariantCulture);
        return new VerbResult
        {
            Json = json =>
            {
                json.WriteNumber("idleWatts", median);
                json.WriteNumber("windows", watts.Length);
                json.WriteNumber("leastWatts", watts[0]);
                json.WriteNumber("mostWatts", watts[^1]);
                JoulesJson.WriteComponents(json, machine.Sources, withNumbers: false);
            },
            Tables = console => console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"Idle power: {median:G4} W, median of {watts.Length} windows of 1 s ({watts[0]:G4} to {watts[^1]:G4} W).")),
            Prose = () => [$"Give it to a run: thermo joules --idle-watts {text} -- CMD"],
        };
    }
}
