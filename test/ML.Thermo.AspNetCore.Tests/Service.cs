using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>A service in memory, or on a free port of this machine where a browser is to reach it.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Service(WebApplication app) => _app = app;

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public ThermoMonitors Monitors => Services.GetRequiredService<ThermoMonitors>();

    /// <summary>Where a browser reaches it.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts a service of one monitor, <c>diabetes</c>, with its pages, labels and health checks.</summary>
    public static Task<Service> Diabetes(
        string? state = null, TimeProvider? time = null, Action<IEndpointRouteBuilder>? map = null, bool inMemory = true, Action<ThermoPageOptions>? pages = null) =>
        Start(
            services => services.AddThermoMonitor("diabetes", Models.Diabetes, options => options.State = state),
            app =>
            {
                app.MapThermoMonitors("/thermo", pages);
                app.MapThermoLabels();
                map?.Invoke(app);
            },
            time: time, inMemory: inMemory);

    /// <summary>Starts a service.</summary>
    public static async Task<Service> Start(
        Action<IServiceCollection> services, Action<WebApplication>? map = null, IDictionary<string, string?>? configuration = null, TimeProvider? time = null,
        bool inMemory = true)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        if (configuration is not null)
            builder.Configuration.AddInMemoryCollection(configuration);
        if (inMemory)
            builder.WebHost.UseTestServer();
        else
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        if (time is not null)
            builder.Services.AddSingleton(time);
        services(builder.Services);
        builder.Services.AddHealthChecks().AddThermoMonitors();
        WebApplication app = builder.Build();
        var service = new Service(app);
        try
        {
            app.UseRouting();
            map?.Invoke(app);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        service.Client = inMemory ? app.GetTestClient() : new HttpClient { BaseAddress = service.Address };
        return service;
    }

    /// <summary>The health of one monitor.</summary>
    public async Task<HealthReportEntry> Health(string name) =>
        (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[$"thermo-{name}"];

    /// <summary>A monitor as its page's JSON has it.</summary>
    public async Task<JsonElement> Json(string name) => await Client.GetFromJsonAsync<JsonElement>($"/thermo/{name}/json");

    /// <summary>Ends the service as a signal does; clients stay open until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
