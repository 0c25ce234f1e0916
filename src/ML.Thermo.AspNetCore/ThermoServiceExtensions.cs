using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ML.Thermo.AspNetCore.Serving;

namespace ML.Thermo.AspNetCore;

/// <summary>Registers monitors of models in service.</summary>
public static class ThermoServiceExtensions
{
    /// <summary>
    /// Registers a monitor. It is injected as <see cref="ThermoMonitor{TInput, TOutput}"/> or <see cref="ThermoMonitor"/>, by the key <paramref name="name"/>
    /// or, where it is the only one, without.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name: of its section in the configuration, its page, its health check and its instruments.</param>
    /// <param name="modelFile">The model that ML.NET has saved, with the product of <see cref="ThermoCatalog.Refresh"/> in its chain; null where the
    /// configuration names it.</param>
    /// <param name="configure">Choices, over which the configuration <c>Thermo:Monitors:NAME</c> goes.</param>
    /// <remarks>The model is loaded when the service starts: what is wrong with it or with the configuration stops the start with one line. A state that
    /// cannot be opened does not: the service serves, and its health check says what is wrong.</remarks>
    /// <exception cref="ArgumentException">The name is empty, registered already, or cannot stand in an address.</exception>
    public static IServiceCollection AddThermoMonitor(
        this IServiceCollection services, string name, string? modelFile = null, Action<ThermoMonitorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        Register(services, name, isRemote: false);
        services.AddOptions<ThermoMonitorOptions>(name)
            .Configure(options => options.Model = modelFile)
            .Configure(options => configure?.Invoke(options))
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection($"{ThermoMonitorOptions.Section}:{name}")
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddKeyedSingleton(typeof(ThermoMonitor<,>), name, typeof(NamedMonitor<,>));
        services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<ThermoMonitors>()[name]);
        services.TryAddSingleton(typeof(ThermoMonitor<,>), typeof(OnlyMonitor<,>));
        services.TryAddSingleton(provider => provider.GetRequiredService<ThermoMonitors>().Only);
        return services;
    }

    /// <summary>
    /// Registers a monitor that counts elsewhere, such as one of many replicas in a cluster: it has a page and a health check here, and nothing is observed
    /// through it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name: of its page and its health check.</param>
    /// <param name="source">How it is read.</param>
    /// <remarks>A monitor that cannot be read stops nothing: its page and its health check say why, and what was read last stays.</remarks>
    /// <exception cref="ArgumentException">The name is empty, registered already, or cannot stand in an address.</exception>
    public static IServiceCollection AddThermoMonitor(this IServiceCollection services, string name, MonitorSource source)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(source);
        Register(services, name, isRemote: true);
        services.AddSingleton(provider => new RemoteMonitor(
            name, source, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<ThermoMonitor>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetServices<RemoteMonitor>().Single(monitor => monitor.Name == name));
        return services;
    }

    /// <summary>
    /// A health check a monitor, <c>thermo-NAME</c>: degraded where a refresh is due, or something else wants a look; unhealthy where state was lost, rows
    /// cannot be observed, or inputs are broken. The description says why in words.</summary>
    /// <param name="builder">Of <c>AddHealthChecks()</c>.</param>
    /// <param name="tags">To choose by; <c>thermo</c> is among them.</param>
    /// <remarks>It tells people about a model. A service whose model should be looked at still serves: an orchestrator should not restart it for it.</remarks>
    public static IHealthChecksBuilder AddThermoMonitors(this IHealthChecksBuilder builder, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IConfigureOptions<HealthCheckServiceOptions>>(provider => new ConfigureOptions<HealthCheckServiceOptions>(options =>
        {
            foreach (string name in provider.GetServices<MonitorRegistration>().Select(registration => registration.Name))
            {
                options.Registrations.Add(new HealthCheckRegistration(
                    $"thermo-{name}", services => new ThermoHealthCheck(services.GetRequiredService<WatchedMonitors>().Find(name)!), null,
                    ["thermo", .. tags]));
            }
        }));
        return builder;
    }

    private static void Register(IServiceCollection services, string name, bool isRemote)
    {
        var registration = MonitorRegistration.Of(name, isRemote);
        if (services.Any(service => service.ServiceType == typeof(MonitorRegistration)
            && string.Equals((service.ImplementationInstance as MonitorRegistration)?.Name, name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"A monitor '{name}' is registered already: expected another name.", nameof(name));
        services.AddSingleton(registration);
        services.TryAddSingleton(provider => new ThermoMonitors(
            provider.GetServices<MonitorRegistration>(), provider.GetRequiredService<IOptionsFactory<ThermoMonitorOptions>>(),
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<ThermoMonitor>>()));
        services.TryAddSingleton<WatchedMonitors>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MonitorStart>());
    }

    /// <summary>Opens the monitors when the service starts, so that what is wrong is said then.</summary>
    private sealed class MonitorStart(ThermoMonitors monitors) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = monitors.Count;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
