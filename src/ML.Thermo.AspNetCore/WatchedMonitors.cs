using ML.Thermo.AspNetCore.Serving;

namespace ML.Thermo.AspNetCore;

/// <summary>All monitors that a service shows, in the order of registration.</summary>
internal sealed class WatchedMonitors(IEnumerable<MonitorRegistration> registrations, ThermoMonitors here, IEnumerable<RemoteMonitor> elsewhere)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IWatched> All { get; } =
        [.. registrations.Select(of => of.IsRemote ? (IWatched)elsewhere.Single(monitor => monitor.Name == of.Name) : here[of.Name])];

    /// <summary>The monitor of a name; null where there is none.</summary>
    public IWatched? Find(string name) => All.FirstOrDefault(monitor => monitor.Name == name);
}
