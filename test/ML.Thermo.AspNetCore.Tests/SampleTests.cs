using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>The service of samples/service, as a process of its own: it is killed, and what it had answered is there. Its dashboard asks for what it exports.</summary>
public sealed partial class SampleTests
{
    private const int WindowRows = 35;

    private static readonly string s_sample = Path.Combine(Models.Root, "samples", "service");

    [Test]
    public async Task What_was_answered_before_a_kill_is_counted_and_its_labels_find_it()
    {
        string state = Path.Combine(Models.Folder(), "diabetes.monitor");
        int answered = 0;
        for (int life = 0; life < 3; life++)
        {
            using Child child = await Child.Start(state);
            JsonElement before = await child.Client.GetFromJsonAsync<JsonElement>("/thermo/diabetes/json");
            long counted = before.GetProperty("rows").GetInt64();
            Assert.That(counted, Is.InRange(answered, answered + (2 * life)), "every answer is counted, and at most the request that the kill met besides");
            Assert.That(before.GetProperty("health").GetString(), Is.Not.EqualTo("unhealthy"));
            if (life > 0)
                Assert.That(await child.Label($"{life - 1}-1-20"), Is.EqualTo(HttpStatusCode.NoContent), "a label of an earlier life");
            answered = (int)counted;
            int now = 0;
            int other = 0;
            Task[] senders = [.. Enumerable.Range(0, 2).Select(sender => Task.Run(async () =>
            {
                try
                {
                    for (int i = 0; ; i++)
                    {
                        await child.Forecast($"{life}-{sender}-{i}");
                        if (sender == 1)
                            Volatile.Write(ref other, i + 1);
                        if (Interlocked.Increment(ref now) >= 60 && sender == 0 && Volatile.Read(ref other) > 20)
                            child.Kill(); // -9, amid the other one's requests, and after the one whose label is asked for
                    }
                }
                catch (HttpRequestException)
                {
                    // The end.
                }
            }))];
            await Task.WhenAll(senders);
            answered += now;
        }

        using Child last = await Child.Start(state);
        Assert.That((await last.Client.GetFromJsonAsync<JsonElement>("/thermo/diabetes/json")).GetProperty("rows").GetInt64(), Is.InRange(answered, answered + 2));
    }

    [Test]
    public async Task Drift_that_is_driven_through_it_is_found()
    {
        var start = new ProcessStartInfo("dotnet", [Child.Program, "--drive", "--once", "--urls", "http://127.0.0.1:0",
            $"--Thermo:Monitors:diabetes:State={Path.Combine(Models.Folder(), "diabetes.monitor")}"])
        { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string[] said = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();

        Assert.That(process.ExitCode, Is.Zero);
        Assert.That(said.Where(line => line.StartsWith("after ", StringComparison.Ordinal)).Select(line => line.Contains("Healthy", StringComparison.Ordinal)),
            Is.EqualTo(new[] { true, true, true, true, false, false })); // the disease turns after three windows, and labels come a little later
        Assert.That(said, Does.Contain("210 rows, 6 windows, 0 labels awaited, refresh: True"));
    }

    [Test]
    public async Task The_dashboard_asks_for_metrics_that_the_service_exports()
    {
        using Child child = await Child.Start(Path.Combine(Models.Folder(), "diabetes.monitor"));
        for (int i = 0; i < WindowRows; i++)
            await child.Forecast($"{i}");
        for (int i = 0; i < WindowRows; i++)
            await child.Label($"{i}", 150 + (60 * i)); // losses far wider than the reference's: every number of the window is defined

        string metrics = await child.Client.GetStringAsync("/metrics");
        string[] exported = [.. Exported().Matches(metrics).Select(match => match.Groups["name"].Value).Distinct()];

        JsonElement[] expressions = [.. Dashboard().GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())];
        string[] asked = [.. expressions.SelectMany(target => Asked().Matches(target.GetProperty("expr").GetString()!)).Select(match => match.Value).Distinct()];
        Assert.That(asked, Is.Not.Empty.And.SubsetOf(exported));
        Assert.That(exported.Except(asked), Is.Empty, "a metric that no panel shows");
    }

    /// <summary>
    /// What the dashboard's schema requires (grafana/grafana-foundation-sdk, jsonschema/dashboard, of June 2026; all of the file was checked by it when it was
    /// written), and what it cannot say: that ids differ, panels do not overlap, and variables are there.
    /// </summary>
    [Test]
    public void The_dashboard_is_one_that_Grafana_takes()
    {
        JsonElement dashboard = Dashboard();
        Assert.That(dashboard.GetProperty("schemaVersion").GetInt32(), Is.GreaterThanOrEqualTo(36));
        Assert.That(dashboard.GetProperty("annotations").ValueKind, Is.EqualTo(JsonValueKind.Object));
        Assert.That(dashboard.GetProperty("uid").GetString(), Has.Length.InRange(8, 40));
        JsonElement[] variables = [.. dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()];
        string[] names = [.. variables.Select(variable => variable.GetProperty("name").GetString()!)];
        Assert.That(variables.Select(variable => variable.GetProperty("type").GetString()), Is.EqualTo(new[] { "datasource", "query" }));

        JsonElement[] panels = [.. dashboard.GetProperty("panels").EnumerateArray()];
        Assert.That(panels.Select(panel => panel.GetProperty("id").GetInt32()), Is.Unique);
        var cells = new HashSet<(int, int)>();
        foreach (JsonElement panel in panels)
        {
            JsonElement place = panel.GetProperty("gridPos");
            (int x, int y, int w, int h) = (Number(place, "x"), Number(place, "y"), Number(place, "w"), Number(place, "h"));
            string title = panel.GetProperty("title").GetString()!;
            Assert.That(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, Is.True, title);
            Assert.That(Enumerable.Range(x, w).SelectMany(column => Enumerable.Range(y, h).Select(row => cells.Add((column, row)))), Has.All.True, title);
            Assert.That(panel.GetProperty("type").GetString(), Is.AnyOf("stat", "timeseries"), title);
            Assert.That(panel.GetProperty("fieldConfig").GetProperty("overrides").ValueKind, Is.EqualTo(JsonValueKind.Array), title);
            Assert.That(panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("refId").GetString()), Is.Unique, title);
            foreach (JsonElement target in panel.GetProperty("targets").EnumerateArray().Append(panel))
                Assert.That(target.GetProperty("datasource").GetProperty("uid").GetString(), Is.EqualTo("${datasource}"), title);
            foreach (Match used in Variable().Matches(panel.GetRawText()))
                Assert.That(used.Groups["name"].Value, Is.AnyOf([.. names, "__rate_interval"]), title);
        }

        static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();
    }

    private static JsonElement Dashboard() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_sample, "dashboard.json"))).RootElement;

    [GeneratedRegex(@"^(?<name>thermo_[a-z_]+)\{", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Exported();

    [GeneratedRegex("thermo_[a-z_]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Asked();

    [GeneratedRegex(@"\$\{?(?<name>[a-z_]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    /// <summary>The service in a process of its own, on a free port.</summary>
    private sealed class Child : IDisposable
    {
        private readonly Process _process;

        private Child(Process process, Uri address) => (_process, Client) = (process, new HttpClient { BaseAddress = address });

        public static string Program { get; } = Path.Combine(
            s_sample, "bin", new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name, "net10.0", "ML.Thermo.Samples.Service.dll");

        public HttpClient Client { get; }

        public static async Task<Child> Start(string state)
        {
            var start = new ProcessStartInfo("dotnet", [Program, "--urls", "http://127.0.0.1:0", $"--Thermo:Monitors:diabetes:State={state}"])
            {
                RedirectStandardOutput = true,
            };
            Process process = Process.Start(start)!;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Split("Now listening on: ") is [_, { } address])
                {
                    _ = process.StandardOutput.ReadToEndAsync(); // what it says further holds it up no more
                    return new Child(process, new Uri(address));
                }
            }

            throw new InvalidOperationException($"{Program} ended before it listened.");
        }

        public async Task Forecast(string id)
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync($"/forecast/{id}", new { features = new float[] { 59, 2, 32, 101, 157, 93, 38, 4, 4.9f, 87 } });
            answer.EnsureSuccessStatusCode();
        }

        public async Task<HttpStatusCode> Label(string id, double value = 150)
        {
            using HttpResponseMessage answer = await Client.PostAsJsonAsync("/labels/diabetes", new { id, value });
            return answer.StatusCode;
        }

        public void Kill() => _process.Kill();

        public void Dispose()
        {
            Client.Dispose();
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
