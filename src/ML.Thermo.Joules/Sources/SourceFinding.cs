using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources;

/// <summary>A source that was looked for: open, unreadable, absent, or left out.</summary>
/// <param name="Name">The component's name.</param>
/// <param name="Source">Where it is read.</param>
/// <param name="Scope">The total that it belongs to.</param>
/// <param name="Status"><see cref="JouleStatus.Measured"/> if open, else why not.</param>
internal sealed record SourceFinding(string Name, string Source, JouleScope Scope, JouleStatus Status) : IDisposable
{
    /// <summary>Why it is not read, or what to mind.</summary>
    public string? Reason { get; init; }

    /// <summary>What makes it readable.</summary>
    public string? Fix { get; init; }

    /// <summary>The open source; null where there is none.</summary>
    public EnergyChannel? Channel { get; init; }

    /// <summary>Whether this machine should have it, so that a window lists it and a total without it is a lower bound.</summary>
    public bool IsExpected { get; init; } = true;

    /// <inheritdoc/>
    public void Dispose() => Channel?.Dispose();

    /// <summary>What is known of it without a window.</summary>
    public JouleComponent Describe() => new()
    {
        Name = Name,
        Source = Source,
        Scope = Scope,
        Status = Status,
        Reason = Reason,
        Fix = Fix,
        ResolutionSeconds = Channel?.ResolutionSeconds,
    };

    /// <summary>What a window found in it.</summary>
    public JouleComponent Since(EnergyChannel.Mark mark, double seconds)
    {
        if (Channel is null)
            return Describe();
        EnergyChannel.Reading reading = Channel.Since(mark, seconds);
        return Describe() with
        {
            Joules = reading.Joules,
            StandardError = reading.StandardError,
            Status = reading.Status,
            Reason = reading.Reason ?? Reason,
        };
    }
}
