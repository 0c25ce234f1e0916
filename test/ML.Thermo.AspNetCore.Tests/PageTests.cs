using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>What the pages say, and what they never do.</summary>
public sealed class PageTests
{
    private static readonly string[] s_addresses = ["", "/json", "/live", "/diabetes", "/diabetes/json", "/diabetes/live", "/assets/page.js"];

    [Test]
    public async Task The_verdict_comes_first()
    {
        await using Service service = await Service.Diabetes();
        HealthTests.Watch(service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), HealthTests.Turned(3 * Models.WindowRows));

        string page = await service.Client.GetStringAsync("/thermo/diabetes"), all = await service.Client.GetStringAsync("/thermo/");

        Assert.That(page, Does.Contain("<p class=\"verdict bad\">Degraded. A refresh is due. Window 2: "));
        Assert.That(all, Does.Contain("<p class=\"verdict bad\">1 of 1 monitor asks for a look.</p>"));
    }

    [Test]
    public async Task A_name_cannot_do_harm()
    {
        const string Name = "a <script>alert(1)<script> \"b\" & é";
        await using Service service = await Service.Start(services => services.AddThermoMonitor(Name, Models.Diabetes), app => app.MapThermoMonitors());

        string page = await service.Client.GetStringAsync($"/thermo/{Uri.EscapeDataString(Name)}"), all = await service.Client.GetStringAsync("/thermo");

        Assert.That(page, Does.Contain("a &lt;script&gt;alert(1)&lt;script&gt; &quot;b&quot; &amp; ").And.Not.Contain("<script>alert"));
        Assert.That(all, Does.Not.Contain("<script>alert"));
    }

    [Test]
    public async Task A_page_may_run_the_services_own_scripts_and_nothing_else()
    {
        await using Service service = await Service.Diabetes();

        using HttpResponseMessage page = await service.Client.GetAsync("/thermo/diabetes");

        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'none';").And.Contain("script-src 'self';").And.Contain("frame-ancestors 'none'"));
        Assert.That(page.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Not.Match("<script(?! src=| type=\"application/json\")").And.Not.Match(" on[a-z]+="));
    }

    [Test]
    public async Task A_page_finds_what_it_needs_wherever_it_is()
    {
        await using Service service = await Service.Start(services => services.AddThermoMonitor("diabetes", Models.Diabetes), app =>
        {
            app.UsePathBase("/behind");
            app.UseRouting();
            app.MapThermoMonitors("/a/thermo");
            app.MapThermoMonitors("/");
        });
        foreach (string address in (string[])["/a/thermo", "/a/thermo/", "/a/thermo/diabetes", "/a/thermo/diabetes/", "/behind/a/thermo/diabetes", "/behind/a/thermo", "/", "/diabetes"])
        {
            string page = await service.Client.GetStringAsync(address);
            var needed = System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"([^\"]+)\"").Select(match => new Uri(new Uri(service.Client.BaseAddress!, address), match.Groups[1].Value)).ToArray();
            Assert.That(needed, Has.Length.InRange(5, 7), address);
            foreach (Uri asset in needed)
            {
                using HttpResponseMessage answer = await service.Client.GetAsync(asset);
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"{asset} of {address}");
            }
        }
    }

    [Test]
    public async Task Nothing_but_reading_is_answered()
    {
        await using Service service = await Service.Diabetes();

        foreach (string address in s_addresses)
        {
            foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch])
            {
                using var request = new HttpRequestMessage(method, $"/thermo{address}");
                using HttpResponseMessage answer = await service.Client.SendAsync(request);
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed), $"{method} {address}");
            }
        }
    }

    [Test]
    public async Task Authorisation_is_asked_for_everywhere()
    {
        await using Service service = await Service.Start(
            services =>
            {
                services.AddThermoMonitor("diabetes", Models.Diabetes).AddAuthorization();
                services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, OnlyMaria>("test", null);
            },
            app =>
            {
                app.UseAuthentication().UseAuthorization();
                app.MapThermoMonitors("/thermo").RequireAuthorization();
            });

        foreach (string address in s_addresses)
        {
            using HttpResponseMessage stranger = await service.Client.GetAsync($"/thermo{address}");
            using var asked = new HttpRequestMessage(HttpMethod.Get, $"/thermo{address}") { Headers = { { "X-Name", "maria" } } };
            using HttpResponseMessage known = await service.Client.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead);
            Assert.That((stranger.StatusCode, known.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)), address);
        }
    }

    [Test]
    public async Task What_is_not_there_is_not_found()
    {
        await using Service service = await Service.Diabetes();
        foreach (string address in (string[])["nobody", "nobody/json", "nobody/live", "assets/../secret.js", "assets/report.html"])
        {
            using HttpResponseMessage answer = await service.Client.GetAsync($"/thermo/{address}");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), address);
        }
    }

    /// <summary>The value of a row that stands out would be found by its digits wherever it went.</summary>
    [Test]
    public async Task No_value_of_a_row_is_shown_or_kept_in_the_journal([Values] bool areShown)
    {
        string state = Path.Combine(Models.Folder(), "diabetes.monitor");
        await using Service service = await Service.Diabetes(state, pages: options => options.ShowsValues = areShown);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        for (int i = 0; i < Models.WindowRows; i++)
            monitor.Predict(Models.Patients[i].With(bmi: 7654321), $"id-7654321-{i}");
        monitor.Observe(Models.Patients[0], new Forecast { Score = 7654321 }, 7654321);
        monitor.Observe("id-7654321-39", Models.Patients[0], new Forecast { Score = 1 }); // refused: its id waits
        foreach (Patient patient in Models.Patients.Take(5))
            monitor.Predict(patient.With(bmi: 25));

        string said = string.Concat(await service.Client.GetStringAsync("/thermo/diabetes"), await service.Client.GetStringAsync("/thermo/diabetes/json"),
            await service.Client.GetStringAsync("/thermo"), await Events(service, "/thermo/diabetes/live", 1), await File.ReadAllTextAsync(state + ".journal"));

        Assert.That(said, Does.Not.Contain("7654321").And.Not.Contain("7.654").And.Contain("Bmi"));
        Assert.That(said.Contains("\"bins\":[]", StringComparison.Ordinal), Is.EqualTo(!areShown));
    }

    [Test]
    public async Task Shares_of_bins_are_shown_where_asked_for_and_are_shares()
    {
        await using Service service = await Service.Diabetes(pages: options => options.ShowsValues = true);
        HealthTests.Watch(service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), Models.Patients.Take(10));

        JsonElement bmi = JsonDocument.Parse(await Events(service, "/thermo/diabetes/live", 1)).RootElement.GetProperty("bins").EnumerateArray()
            .Single(input => input.GetProperty("name").GetString() == "Bmi");

        JsonElement[] bins = [.. bmi.GetProperty("bins").EnumerateArray()];
        Assert.That(bins[0].GetProperty("range").GetString(), Does.StartWith("≤ "));
        foreach (string side in (string[])["reference", "window"])
            Assert.That(bins.Sum(bin => bin.GetProperty(side).GetProperty("value").GetDouble()), Is.EqualTo(100).Within(1e-9).Or.EqualTo(1).Within(1e-9));
    }

    [Test]
    public async Task A_live_page_hears_of_every_change_and_the_end_of_the_service_ends_it()
    {
        Service service = await Service.Diabetes(pages: options => options.Interval = TimeSpan.FromMilliseconds(50));
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        using Stream stream = await service.Client.GetStreamAsync("/thermo/diabetes/live");
        using var reader = new StreamReader(stream);
        string first = await Next(reader);

        monitor.Predict(Models.Patients[0]);
        string second = await Next(reader);
        await service.DisposeAsync();
        string? end = await reader.ReadToEndAsync();

        Assert.That(first, Does.Contain("0 rows observed"));
        Assert.That(second, Does.Contain("1 row observed"));
        Assert.That(end.Trim(), Is.Empty);
    }

    [Test]
    public async Task Json_has_the_numbers_of_a_window_at_full_precision()
    {
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        HealthTests.Watch(monitor, Models.Patients.Take(Models.WindowRows));

        JsonElement json = await service.Json("diabetes"), last = json.GetProperty("last");
        var all = await service.Client.GetFromJsonAsync<JsonElement>("/thermo/json");

        Refresh.WindowDrift report = monitor.Monitor.Snapshot()!.Report!;
        Assert.That(last.GetProperty("deltaEnergy").GetDouble(), Is.EqualTo(report.Energy!.Transition!.DeltaEnergy.Value));
        Assert.That(last.GetProperty("deltaEnergyStandardError").GetDouble(), Is.EqualTo(report.Energy!.Transition!.DeltaEnergy.StandardError));
        Assert.That(last.GetProperty("pValue").GetDouble(), Is.EqualTo(report.PValue));
        Assert.That(last.GetProperty("inputs").GetArrayLength(), Is.EqualTo(11));
        Assert.That(all.GetProperty("monitors")[0].GetProperty("rows").GetInt64(), Is.EqualTo(Models.WindowRows));
    }

    private static async Task<string> Events(Service service, string address, int count)
    {
        using Stream stream = await service.Client.GetStreamAsync(address);
        using var reader = new StreamReader(stream);
        string text = "";
        for (int i = 0; i < count; i++)
            text += await Next(reader);
        return text;
    }

    private static async Task<string> Next(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line["data: ".Length..];
        }

        return "";
    }

    private sealed class OnlyMaria(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["X-Name"] == "maria"
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("test")), "test"))
            : AuthenticateResult.NoResult());
    }
}
