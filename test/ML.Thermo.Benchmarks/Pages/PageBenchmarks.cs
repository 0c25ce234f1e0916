using System.Globalization;
using Microsoft.Playwright;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks.Pages;

/// <summary>Opening a report in Chromium, from the click to the last chart: 121 layers, and 100 columns in 50 windows.</summary>
internal static class PageBenchmarks
{
    private const int Blocks = 24, Columns = 100, Windows = 50, WindowRows = 60, ReferenceRows = 500;
    private static readonly string[] s_parts = ["attention/query", "attention/value", "attention/output", "feed_forward/up", "feed_forward/down"];
    private static readonly string[] s_browsers = ["chromium", "chromium-browser", "google-chrome", "chrome", "chrome.exe"];

    public static IEnumerable<Comparison> Comparisons()
    {
        if (Find() is not { } chromium)
        {
            Console.WriteLine("pages: no Chromium is here: ./build.sh setup installs it, or THERMO_CHROMIUM names it");
            yield break;
        }

        string folder = Directory.CreateTempSubdirectory("thermo-pages").FullName;
        using IPlaywright playwright = Playwright.CreateAsync().GetAwaiter().GetResult();
        IBrowser browser = playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] }).GetAwaiter().GetResult();
        IPage page = browser.NewPageAsync().GetAwaiter().GetResult();
        try
        {
            Comparison Opening(string what, string file) => new($"open {what} (bar: 1 s)", "", () => Open(page, file), () => { }, Bar: 1) { Limit = TimeSpan.FromSeconds(1) };
            yield return Opening("the page of 121 layers", Layers(folder));
            yield return Opening("the page of 100 columns, 50 windows", Refresh(folder));
        }
        finally
        {
            browser.CloseAsync().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whether all that a reader sees is drawn; what lies below is made while the browser has nothing else to do.</summary>
    private const string IsDrawn = """
        () => [...document.querySelectorAll('[aria-busy], .chart')].filter(box => {
            const at = box.getBoundingClientRect();
            return at.height > 0 && at.top < innerHeight && at.bottom > 0;
        }).every(box => !box.hasAttribute('aria-busy') && (!box.matches('.chart') || box.querySelector('svg')))
        """;

    /// <summary>Opens a page. (Playwright's own wait evaluates a text in the page, which the page's policy forbids.)</summary>
    private static void Open(IPage page, string file)
    {
        page.GotoAsync(new Uri(file).AbsoluteUri).GetAwaiter().GetResult();
        while (!page.EvaluateAsync<bool>(IsDrawn).GetAwaiter().GetResult())
            Thread.Sleep(2);
    }

    private static string Layers(string folder)
    {
        OnnxBuilder builder = new OnnxBuilder("deep").Input("x", "N", 6);
        string at = "x";
        foreach (string name in Enumerable.Range(0, Blocks).SelectMany(block => s_parts.Select(part => $"model/decoder/layers.{block}/{part}")))
        {
            builder.Weights($"w/{name}", 6, 6).NamedNode(name, "MatMul", $"{at} w/{name}", $"h/{name}").Node("Tanh", $"h/{name}", $"a/{name}");
            at = $"a/{name}";
        }

        string model = Path.Combine(folder, "deep.onnx"), html = Path.Combine(folder, "layers.html");
        File.WriteAllBytes(model, builder.Weights("w/head", 6, 3).NamedNode("head", "MatMul", $"{at} w/head", "z").Node("Softmax", "z", "p").Output("p", "N", 3).ToModel());
        Run("layers", model, "--synthetic", "--rows", "16", "--draws", "100", "--precision", "0.5", "--html", html);
        return html;
    }

    private static string Refresh(string folder)
    {
        string reference = Path.Combine(folder, "train.csv"), live = Path.Combine(folder, "live.csv"), html = Path.Combine(folder, "refresh.html");
        Write(reference, ReferenceRows, 0, 0);
        Write(live, Windows * WindowRows, 1, 1.0 / (Windows * WindowRows));
        Run("refresh", reference, live, "--label", "y", "--prediction", "p", "--window", WindowRows.ToString(CultureInfo.InvariantCulture), "--html", html);
        return html;
    }

    /// <summary>Normal columns, of which the first drifts by so much a row.</summary>
    private static void Write(string file, int rows, ulong stream, double drift)
    {
        RandomStream random = new(1, stream);
        using StreamWriter writer = new(file);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, Columns).Select(column => $"sensor_{column:D3}_moving_average").Concat(["p", "y"])));
        for (int row = 0; row < rows; row++)
        {
            double[] x = [.. Enumerable.Range(0, Columns).Select(column => random.NextNormal() + (column == 0 ? drift * row : 0))];
            double[] all = [.. x, x[1], x[1] + x[0] + random.NextNormal()];
            writer.WriteLine(string.Join(',', all.Select(value => value.ToString("F4", CultureInfo.InvariantCulture))));
        }
    }

    private static void Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = new ThermoCommand(new Terminal(output, error, OutputIsTerminal: false, ErrorIsTerminal: false)).Run(arguments).GetAwaiter().GetResult();
        if (code != 0)
            throw new InvalidOperationException($"thermo {string.Join(' ', arguments)} ended with {code}: {error}");
    }

    private static string? Find() =>
        new[] { Environment.GetEnvironmentVariable("THERMO_CHROMIUM") }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => s_browsers.Select(name => Path.Combine(folder, name))))
            .FirstOrDefault(File.Exists);
}
