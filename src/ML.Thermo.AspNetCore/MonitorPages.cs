using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Report;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <summary>The pages of all monitors.</summary>
internal sealed class MonitorPages(WatchedMonitors monitors, ThermoPageOptions options)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private MonitorsFindings All => new([.. monitors.All.Select(monitor => monitor.Find())]);

    public Task Overview(HttpContext context) => Html(context, All, isBelow: false);

    public Task OverviewJson(HttpContext context) => Bytes(context, MonitorJson.Of(All), MediaTypeNames.Application.Json);

    public Task OverviewLive(HttpContext context) =>
        Events(context, () => monitors.All.Sum(monitor => monitor.Version), () => MonitorsPage.Data(All));

    public Task Page(HttpContext context) => Named(context, monitor => Html(context, monitor.Find(options.ShowsValues), isBelow: true));

    public Task Json(HttpContext context) => Named(context, monitor => Bytes(context, MonitorJson.Of(monitor.Find()), MediaTypeNames.Application.Json));

    public Task Live(HttpContext context) =>
        Named(context, monitor => Events(context, () => monitor.Version, () => MonitorPage.Data(monitor.Find(options.ShowsValues))));

    /// <summary>A style or script; its address changes with it.</summary>
    public static Task Asset(HttpContext context)
    {
        if (PageAssets.Find((string)context.Request.RouteValues["file"]!) is not var (bytes, type))
            return Missing(context);
        Guard(context.Response, "public, max-age=31536000, immutable");
        return Write(context, bytes, type);
    }

    private Task Named(HttpContext context, Func<IWatched, Task> answer) =>
        monitors.Find((string)context.Request.RouteValues["name"]!) is { } monitor ? answer(monitor) : Missing(context);

    private static Task Missing(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>A page. What it needs it finds from its own address, as the browser has it, whatever a proxy has put before or taken away.</summary>
    private static Task Html(HttpContext context, Findings findings, bool isBelow)
    {
        string path = context.Request.Path.ToUriComponent();
        string last = path[(path.LastIndexOf('/') + 1)..]; // empty behind a slash at the end
        string root = isBelow ? (last.Length == 0 ? "../" : "./") : last.Length == 0 ? "./" : $"./{last}/";
        var delivery = PageDelivery.Served(name => root + PageAssets.Address(name));
        string html = HtmlReport.Of(findings).ToHtml(delivery);
        Guard(context.Response, "no-store");
        context.Response.Headers.ContentSecurityPolicy = $"{delivery.Policy}; frame-ancestors 'none'";
        return Write(context, Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8");
    }

    private static Task Bytes(HttpContext context, byte[] bytes, string type)
    {
        Guard(context.Response, "no-store");
        return Write(context, bytes, type);
    }

    private static Task Write(HttpContext context, byte[] bytes, string type)
    {
        (context.Response.ContentType, context.Response.ContentLength) = (type, bytes.Length);
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private async Task Events(HttpContext context, Func<long> version, Func<object> data)
    {
        CancellationToken ending = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending, context.RequestAborted);
        TimeProvider time = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects an answer would show nothing
        await TypedResults.ServerSentEvents(
            Serving.Live.Events(version, () => JsonSerializer.Serialize(data(), s_json), options.Interval, time, either.Token)).ExecuteAsync(context);
    }

    private static void Guard(HttpResponse response, string caching)
    {
        response.Headers.CacheControl = caching;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
