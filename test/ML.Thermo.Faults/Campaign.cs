using System.Globalization;
using ML.Thermo.Faults.Formats;
using ML.Thermo.Initialization;

namespace ML.Thermo.Faults;

/// <summary>Damages files of one format, one after another, in one process with a watchdog.</summary>
/// <param name="format">The format.</param>
/// <param name="seed">Every file follows from it and its number.</param>
internal sealed class Campaign(IFormat format, ulong seed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // of the clock: the machine may be busy

    /// <summary>Faults found: the number of the file, the file, and what happened.</summary>
    public List<(long File, byte[] Bytes, Verdict Verdict)> Faults { get; } = [];

    /// <summary>How often each outcome occurred.</summary>
    public Dictionary<Outcome, long> Counts { get; } = Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, _ => 0L);

    /// <summary>Files tried.</summary>
    public long Tried => Counts.Values.Sum();

    /// <summary>Tries so many files, or until it is cancelled.</summary>
    public void Run(long files, CancellationToken cancellation = default)
    {
        for (long file = 0; file < files && !cancellation.IsCancellationRequested; file++)
        {
            byte[] bytes = format.Mutant(new RandomStream(seed, (ulong)file));
            Verdict verdict = Judged(bytes);
            Counts[verdict.Outcome]++;
            if (verdict.IsFault)
                Faults.Add((file, bytes, verdict));
        }
    }

    /// <summary>A row of the table in docs/evidence.md.</summary>
    public override string ToString()
    {
        IEnumerable<long> counts = Enum.GetValues<Outcome>().Select(outcome => Counts[outcome]).Prepend(Tried);
        return $"| {format.Name} | {string.Join(" | ", counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)))} |";
    }

    /// <summary>Judges on a thread of its own, which is given up where it does not come back.</summary>
    public Verdict Judged(byte[] bytes)
    {
        Verdict verdict = new(Outcome.Hang, $"no answer within {s_patience.TotalSeconds} s");
        var thread = new Thread(() => verdict = Guarded(bytes), 16 << 20) { IsBackground = true };
        thread.Start();
        return thread.Join(s_patience) ? verdict : new(Outcome.Hang, $"no answer within {s_patience.TotalSeconds} s");
    }

    private Verdict Guarded(byte[] bytes)
    {
        try
        {
            return format.Judge(bytes);
        }
        catch (ThermoException error)
        {
            return new(Outcome.ClearError, error.Message);
        }
#pragma warning disable CA1031 // whatever else comes out is what is looked for
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new(Outcome.Raw, error.ToString());
        }
    }
}
