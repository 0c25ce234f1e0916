namespace ML.Thermo.AspNetCore;

/// <summary>Choices of the pages of monitors.</summary>
public sealed record ThermoPageOptions
{
    /// <summary>
    /// Show where the rows of the open window lie in the bins of the reference, whose edges are values of its rows. By default pages and JSON hold nothing of a
    /// row's values: counts, losses and distances alone.
    /// </summary>
    public bool ShowsValues { get; set; }

    /// <summary>How often a live page looks whether something has changed. Default one second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 50 milliseconds.</exception>
    public TimeSpan Interval
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(50) ? value
            : throw new ArgumentOutOfRangeException(nameof(Interval), value, "Expected at least 50 milliseconds.");
    } = TimeSpan.FromSeconds(1);
}
