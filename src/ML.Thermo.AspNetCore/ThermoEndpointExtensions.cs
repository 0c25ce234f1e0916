using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ML.Thermo.AspNetCore;

/// <summary>Pages of the monitors of a service, and the way of late labels to them.</summary>
public static class ThermoEndpointExtensions
{
    /// <summary>
    /// Maps a page for all monitors (<c>/thermo</c>), one for each (<c>/thermo/NAME</c>), the same as JSON (<c>/thermo/json</c>, <c>/thermo/NAME/json</c>), and
    /// what keeps open pages up to date. All of it answers GET and changes nothing.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where.</param>
    /// <param name="configure">Choices.</param>
    /// <returns>For conventions that hold for all of it, as <c>RequireAuthorization</c>. Without one, whoever reaches the service may read.</returns>
    public static IEndpointConventionBuilder MapThermoMonitors(
        this IEndpointRouteBuilder endpoints, string pattern = "/thermo", Action<ThermoPageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var options = new ThermoPageOptions();
        configure?.Invoke(options);
        var pages = new MonitorPages(endpoints.ServiceProvider.GetRequiredService<WatchedMonitors>(), options);
        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapGet("", (RequestDelegate)pages.Overview);
        group.MapGet("/json", (RequestDelegate)pages.OverviewJson);
        group.MapGet("/live", (RequestDelegate)pages.OverviewLive);
        group.MapGet("/assets/{file}", (RequestDelegate)MonitorPages.Asset);
        group.MapGet("/{name}", (RequestDelegate)pages.Page);
        group.MapGet("/{name}/json", (RequestDelegate)pages.Json);
        group.MapGet("/{name}/live", (RequestDelegate)pages.Live);
        group.ExcludeFromDescription();
        return group;
    }

    /// <summary>
    /// Maps labels that come later: <c>POST /labels/NAME</c> with <c>{"id": "…", "value": 1}</c>; a value of null says that the label never comes. 204 where
    /// a row waited for it, 200 where its window was judged without it, 404 where none was observed, 409 where one has come already, 400 where the number is no
    /// label, 503 where the monitor cannot be opened; each with a line that says so.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where.</param>
    /// <returns>For conventions, as <c>RequireAuthorization</c>: who may send labels decides what a monitor says.</returns>
    public static IEndpointConventionBuilder MapThermoLabels(this IEndpointRouteBuilder endpoints, string pattern = "/labels")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return endpoints.MapPost($"{pattern.TrimEnd('/')}/{{name}}", (string name, LateLabel label, ThermoMonitors monitors) => label.Take(monitors, name));
    }
}
