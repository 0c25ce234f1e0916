using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ML.Thermo.Report.Tests;

/// <summary>The machine's Chromium, headless: named by THERMO_CHROMIUM or found on the PATH. Tests that need it are skipped where there is none.</summary>
[SetUpFixture]
public sealed class Browser
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;

    [OneTimeSetUp]
    public static async Task Start()
    {
        if (Find() is not { } path)
            return;
        s_playwright = await Playwright.CreateAsync();
        s_browser = await s_playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
    }

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (s_browser is not null)
            await s_browser.CloseAsync();
        s_playwright?.Dispose();
    }

    /// <summary>Opens a report from disk, as a person would.</summary>
    internal static async Task<OpenPage> Open(HtmlReport report, int width = 1600, ColorScheme scheme = ColorScheme.Light)
    {
        OpenPage page = await New(width, scheme);
        await page.Load(report);
        return page;
    }

    /// <summary>Opens a page that a service serves.</summary>
    internal static async Task<OpenPage> Open(Uri address, int width = 1600, ColorScheme scheme = ColorScheme.Light)
    {
        OpenPage page = await New(width, scheme);
        await page.Load(address);
        return page;
    }

    private static async Task<OpenPage> New(int width, ColorScheme scheme)
    {
        if (s_browser is null)
            Assert.Ignore("No Chromium is here: ./build.sh setup installs it, or THERMO_CHROMIUM names it.");
        IBrowserContext context = await s_browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(120_000); // a busy machine
        return new OpenPage(await context.NewPageAsync());
    }

    private static string? Find() =>
        new[] { Environment.GetEnvironmentVariable("THERMO_CHROMIUM") }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))))
            .FirstOrDefault(File.Exists);
}

/// <summary>A report in the browser, with all that it complained about and asked for. THERMO_REPORTS names a folder that keeps the pages, to look at.</summary>
internal sealed class OpenPage(IPage page) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thermo-report").FullName;

    public IPage Page => page;

    public List<string> Complaints { get; } = [];

    public List<string> Requests { get; } = [];

    public async Task Load(HtmlReport report)
    {
        string file = Path.Combine(_folder, "report.html");
        report.Save(file);
        if (Environment.GetEnvironmentVariable("THERMO_REPORTS") is { Length: > 0 } kept)
            report.Save(Path.Combine(kept, $"{TestContext.CurrentContext.Test.ClassName!.Split('.')[^1]}.{TestContext.CurrentContext.Test.MethodName}.html"));
        await Load(new Uri(file));
    }

    public async Task Load(Uri address)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
        await page.GotoAsync(address.AbsoluteUri);
        await Until("!document.querySelector('[aria-busy]') && [...document.querySelectorAll('.chart')].every(chart => chart.querySelector('svg'))");
        Requests.Remove(page.Url);
    }

    /// <summary>Waits until a condition holds. (Playwright's own wait evaluates a text in the page, which the policy of a served page forbids.)</summary>
    public async Task Until(string condition)
    {
        for (int i = 0; i < 2400; i++)
        {
            if (await page.EvaluateAsync<bool>(condition))
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"After two minutes it does not hold that {condition}.");
    }

    /// <summary>Shapes drawn in each chart.</summary>
    public async Task<int[]> Shapes() =>
        await page.EvaluateAsync<int[]>("[...document.querySelectorAll('.chart')].map(chart => chart.querySelectorAll('svg path, svg polyline').length)");

    /// <summary>Rules of accessibility that are broken, with the elements that break them.</summary>
    public async Task<string[]> Violations()
    {
        AxeResult result = await page.RunAxe();
        return [.. result.Violations.Select(violation => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}")];
    }

    /// <summary>How much wider the page is than the window.</summary>
    public async Task<int> Overflow() => await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>The texts of a table's column, from top to bottom.</summary>
    public async Task<string[]> Column(string table, int at) =>
        [.. (await page.Locator($"#{table} tbody tr > :nth-child({at + 1})").AllInnerTextsAsync()).Select(text => text.Trim())];

    public async ValueTask DisposeAsync()
    {
        await page.Context.CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
