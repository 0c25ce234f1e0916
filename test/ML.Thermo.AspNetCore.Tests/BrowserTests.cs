using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ML.Thermo.Report.Tests;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>The pages in a browser.</summary>
public sealed class BrowserTests
{
    private static readonly Action<ThermoPageOptions> s_fast = options => (options.Interval, options.ShowsValues) = (TimeSpan.FromMilliseconds(50), true);

    [Test]
    public async Task A_page_draws_its_windows_without_a_complaint_and_asks_nobody_but_its_service()
    {
        await using Service service = await Drifted();
        await using OpenPage open = await Browser.Open(new Uri(service.Address, "/thermo/diabetes"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(3)); // ΔE, ΔS, T, p
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests.Select(request => new Uri(request)), Has.All.Matches<Uri>(request => request?.Authority == service.Address.Authority));
            Assert.That(await open.Column("windows-table", 0), Is.EqualTo(new[] { "window 0", "window 1", "window 2" }));
            Assert.That((await open.Column("inputs-table", 0)).Length, Is.EqualTo(11));
            Assert.That(await open.Column("journal-table", 1), Has.Some.StartsWith("A refresh is due, since window "));
            Assert.That(await open.Page.TitleAsync(), Is.EqualTo("▲ diabetes: monitor"));
        }
    }

    [TestCase("/thermo")]
    [TestCase("/thermo/diabetes")]
    public async Task Pages_are_accessible_and_fit_the_window(string address)
    {
        await using Service service = await Drifted();
        foreach ((int width, ColorScheme scheme) in ((int, ColorScheme)[])[(400, ColorScheme.Dark), (1600, ColorScheme.Light)])
        {
            await using OpenPage open = await Browser.Open(new Uri(service.Address, address), width, scheme);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(await open.Violations(), Is.Empty);
                Assert.That(await open.Overflow(), Is.Zero);
            }
        }
    }

    [Test]
    public async Task A_live_page_draws_a_window_that_is_full_and_keeps_a_table_that_somebody_sorted()
    {
        await using Service service = await Service.Diabetes(inMemory: false, pages: s_fast);
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        HealthTests.Watch(monitor, Models.Patients.Take(Models.WindowRows));
        await using OpenPage open = await Browser.Open(new Uri(service.Address, "/thermo/diabetes"));
        ILocator input = open.Page.Locator("#inputs-table thead th button").Nth(1);
        await input.ClickAsync();

        monitor.Predict(Models.Patients[0]); // a row: the count changes, the tables do not
        await open.Until("[...document.querySelectorAll('.facts dd')].some(fact => fact.textContent === '1 of 40')");
        string? sorted = await open.Page.Locator("#inputs-table thead th").Nth(1).GetAttributeAsync("aria-sort");
        HealthTests.Watch(monitor, HealthTests.Turned(3 * Models.WindowRows));
        await open.Until("document.querySelectorAll('#windows-table tbody tr').length === 4 && document.title.startsWith('▲')");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sorted, Is.EqualTo("ascending"));
            Assert.That(await open.Page.Locator(".verdict.bad").InnerTextAsync(), Does.StartWith("Degraded. A refresh is due."));
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(3));
            Assert.That(open.Complaints, Is.Empty);
        }
    }

    [Test]
    public async Task The_overview_leads_to_a_page_and_a_name_is_text()
    {
        const string Name = "a <b>bold name";
        await using Service service = await Service.Start(
            services => services.AddThermoMonitor(Name, Models.Diabetes).AddThermoMonitor("cancer", Models.Cancer), app => app.MapThermoMonitors(), inMemory: false);
        await using OpenPage open = await Browser.Open(new Uri(service.Address, "/thermo"));

        string[] names = await open.Column("monitors-table", 0);
        await open.Page.Locator("#monitors-table a").First.ClickAsync();
        await open.Page.WaitForURLAsync($"**/thermo/{Uri.EscapeDataString(Name)}");

        Assert.That(names, Is.EqualTo(new[] { Name, "cancer" }));
        Assert.That(await open.Page.Locator("h1").InnerTextAsync(), Is.EqualTo($"{Name}: monitor"));
        Assert.That(open.Complaints, Is.Empty);
    }

    private static async Task<Service> Drifted()
    {
        Service service = await Service.Diabetes(inMemory: false, pages: s_fast);
        HealthTests.Watch(service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>(), HealthTests.Turned(3 * Models.WindowRows));
        return service;
    }
}
