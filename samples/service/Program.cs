using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ML.Thermo;
using ML.Thermo.AspNetCore;
using ML.Thermo.Refresh.Monitoring;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Service;

// A model in service, watched. `--drive` sends it patients whose disease turns around half-way; `--once` ends it when they are through.
string folder = AppContext.BaseDirectory;
bool drives = args.Contains("--drive"), isOnce = args.Contains("--once");
string[] configuration = [.. args.Except(["--drive", "--once"])]; // the rest is for the configuration: --urls http://127.0.0.1:5081
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = configuration, ContentRootPath = folder });

builder.Services.AddThermoMonitor("diabetes", "model.zip");
builder.Services.AddHealthChecks().AddThermoMonitors();
builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddMeter(DriftMonitor.MeterName).AddPrometheusExporter())
    .WithTracing(traces =>
    {
        traces.AddSource(ThermoCatalog.ActivitySourceName);
        if (builder.Configuration.GetValue("Traces:Console", false))
            traces.AddConsoleExporter();
    });

WebApplication app = builder.Build();
_ = app.Services.GetRequiredService<TracerProvider>(); // it listens from here on, so the training is traced
Training.MakeModel(Path.Combine(folder, "diabetes.csv"), Path.Combine(folder, "model.zip"));

app.MapPost("/forecast/{id}", (string id, Patient patient, ThermoMonitor<Patient, Forecast> monitor) => monitor.Predict(patient, id));
app.MapThermoLabels("/labels");
app.MapThermoMonitors("/thermo"); // behind RequireAuthorization() where strangers reach it
app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = Say });
app.MapPrometheusScrapingEndpoint("/metrics");

if (!drives)
{
    app.Run();
    return;
}

await app.StartAsync();
await Drive.Drift(new Uri(app.Urls.First()), Path.Combine(folder, "diabetes.csv"), app.Lifetime.ApplicationStopping);
if (isOnce)
    await app.StopAsync();
else
    await app.WaitForShutdownAsync();

static Task Say(HttpContext context, HealthReport report) => context.Response.WriteAsync(
    string.Concat(report.Entries.Select(entry => $"{entry.Key}: {entry.Value.Status}. {entry.Value.Description}\n")));
