using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using ML.Thermo.AspNetCore.Serving;

namespace ML.Thermo.AspNetCore;

/// <summary>All monitors of a service, in the order of registration.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "The monitors of a service, as a service is asked for them.")]
public sealed class ThermoMonitors : IReadOnlyCollection<ThermoMonitor>, IDisposable
{
    private readonly List<ThermoMonitor> _all = [];
    private readonly IOptionsFactory<ThermoMonitorOptions> _options;
    private readonly IDisposable _changes;

    /// <exception cref="ThermoException">A monitor cannot be served, or the configuration has one that is not registered; the message is one line.</exception>
    internal ThermoMonitors(
        IEnumerable<MonitorRegistration> registrations, IOptionsFactory<ThermoMonitorOptions> options, IConfiguration configuration,
        IHostEnvironment environment, TimeProvider time, ILogger<ThermoMonitor> log)
    {
        _options = options;
        string[] names = [.. registrations.Where(registration => !registration.IsRemote).Select(registration => registration.Name)];
        CheckNames(configuration, names);
        try
        {
            foreach (string name in names)
                _all.Add(new ThermoMonitor(name, Options(name), environment.ContentRootPath, time, log));
        }
        catch
        {
            _all.ForEach(monitor => monitor.Dispose());
            throw;
        }

        _changes = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <inheritdoc/>
    public int Count => _all.Count;

    /// <summary>The monitor of a name.</summary>
    /// <param name="name">The name that it was registered under.</param>
    /// <exception cref="ThermoException">There is none.</exception>
    public ThermoMonitor this[string name] => Find(name) ?? throw new ThermoException(
        $"No monitor '{name}' is registered: expected {(Count == 0 ? "AddThermoMonitor" : string.Join(", ", NearestNames.Order(name, Names)))}.");

    /// <summary>The only one, where a service asks for a monitor without saying which.</summary>
    /// <exception cref="ThermoException">There is none, or there are several.</exception>
    internal ThermoMonitor Only => Count == 1 ? _all[0] : throw new ThermoException(Count == 0
        ? "No monitor is registered: expected AddThermoMonitor."
        : $"{Count} monitors are registered, {string.Join(", ", Names)}: ask for one by [FromKeyedServices(\"{_all[0].Name}\")].");

    private IEnumerable<string> Names => _all.Select(monitor => monitor.Name);

    /// <summary>The monitor of a name; null where there is none.</summary>
    /// <param name="name">The name that it was registered under.</param>
    public ThermoMonitor? Find(string name) => _all.Find(monitor => monitor.Name == name);

    /// <inheritdoc/>
    public IEnumerator<ThermoMonitor> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Writes the states that are kept.</summary>
    public void Dispose()
    {
        _changes.Dispose();
        _all.ForEach(monitor => monitor.Dispose());
    }

    private void Reload() => _all.ForEach(monitor => monitor.Reload(() => Options(monitor.Name)));

    /// <summary>The options as they are now; whoever reads a configuration that is wrong hears of it in one line.</summary>
    private ThermoMonitorOptions Options(string name)
    {
        try
        {
            return _options.Create(name);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or OptionsValidationException)
        {
            throw new ThermoException($"{ThermoMonitorOptions.Section}:{name} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void CheckNames(IConfiguration configuration, string[] names)
    {
        string? unknown = configuration.GetSection(ThermoMonitorOptions.Section).GetChildren().Select(section => section.Key)
            .FirstOrDefault(key => !names.Contains(key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new ThermoException($"{ThermoMonitorOptions.Section}:{unknown} is the section of no monitor: expected " +
                $"{string.Join(", ", NearestNames.Order(unknown, names))}, or AddThermoMonitor(\"{unknown}\").");
        }
    }
}
