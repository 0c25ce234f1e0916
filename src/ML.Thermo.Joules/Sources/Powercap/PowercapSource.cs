using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>The energy counters of CPU packages and their memory (RAPL), as the Linux kernel shows them.</summary>
internal static class PowercapSource
{
    private const string NotTheWall = "Package and memory as the CPU counts them: not the board, the fans or the power supply.";

    /// <summary>Counters move about once a millisecond.</summary>
    private const double UpdateSeconds = 1e-3;

    public static IReadOnlyList<SourceFinding> Find(JouleOptions options)
    {
        IReadOnlyList<PowercapZone> zones = PowercapZone.Under(options.SysfsRoot);
        var opened = new Dictionary<PowercapZone, OpenedZone>();
        foreach (PowercapZone zone in zones)
            opened[zone] = Open(zone);

        var findings = new List<SourceFinding>();
        foreach (AccountedZone accounted in AccountingSet.Of(zones, zone => opened[zone].File is not null))
        {
            findings.Add(Finding(accounted, opened[accounted.Zone], options.Time));
        }

        if (!findings.Exists(finding => finding.Scope == JouleScope.Components && finding.Status != JouleStatus.NotCounted))
            findings.Insert(0, Absence.Of(options));
        return findings;
    }

    private static SourceFinding Finding(AccountedZone accounted, OpenedZone opened, TimeProvider time)
    {
        (CounterFile? file, string? failure, bool isDenied) = opened;
        PowercapZone zone = accounted.Zone;
        if (accounted.WhyNot is not null)
        {
            file?.Dispose();
            return new(accounted.Component, zone.Folder, accounted.Scope, JouleStatus.NotCounted) { Reason = accounted.WhyNot, IsExpected = false };
        }

        if (file is null)
        {
            return new(accounted.Component, zone.CounterFile, accounted.Scope, JouleStatus.Unavailable)
            {
                Reason = isDenied ? $"{zone.CounterFile} may not be read: {Permission.Why}" : failure,
                Fix = isDenied ? Permission.Fix : null,
            };
        }

        double watts = zone.MaximumWatts;
        double period = zone.Range is { } range ? Math.Min(1, range / 1e6 / (4 * watts)) : 1;
        return new(accounted.Component, zone.CounterFile, accounted.Scope, JouleStatus.Measured)
        {
            Reason = zone.Range is null ? "max_energy_range_uj is missing: a wrap will leave no number." : NotTheWall,
            Channel = new CounterChannel(file, new CounterLimits(zone.Range, NeverWraps: false, watts), time)
            {
                ResolutionSeconds = UpdateSeconds,
                Period = TimeSpan.FromSeconds(Math.Max(period, 0.001)),
                UnitsPerJoule = 1e6,
                HasPhaseError = true,
            },
        };
    }

    private static OpenedZone Open(PowercapZone zone)
    {
        try
        {
            return new(new CounterFile(zone.CounterFile), null, false);
        }
        catch (UnauthorizedAccessException error)
        {
            return new(null, error.Message, true);
        }
        catch (IOException error)
        {
            return new(null, error.Message, false);
        }
    }

    /// <summary>A zone's counter, or why it could not be opened.</summary>
    private sealed record OpenedZone(CounterFile? File, string? Failure, bool IsDenied);
}
