using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ML.Thermo.Cluster;

namespace ML.Thermo.Cli.Tests.Layers;

/// <summary>Draws by a silo, which runs in this process.</summary>
internal sealed class ClusterTests : Sandbox
{
    private string _model = "";

    [SetUp]
    public void WriteModel()
    {
        _model = Path.Combine(Folder, "net.onnx");
        File.WriteAllBytes(_model, SmallNetworks.Perceptron());
    }

    [Test]
    public async Task A_cluster_gives_the_numbers_of_this_machine_and_the_command_says_who_made_the_draws()
    {
        (int silo, int gateway) = (FreePort(), FreePort());
        using IHost host = Host.CreateDefaultBuilder().ConfigureLogging(log => log.ClearProviders())
            .UseOrleans(builder => builder.UseThermo(new(), silo, gateway, threads: 1, new IPEndPoint(IPAddress.Loopback, silo))).Build();
        await host.StartAsync();
        string file = Write("cluster.json", $$"""{ "gateways": ["127.0.0.1:{{gateway}}"] }""");
        Outcome here = Run(), there = await Task.Run(() => Run("--cluster", file));
        Assert.Multiple(() =>
        {
            Assert.That(there.ExitCode, Is.Zero, there.ToString());
            Assert.That(there.Json.GetProperty("layers").GetRawText(), Is.EqualTo(here.Json.GetProperty("layers").GetRawText()));
            Assert.That(there.Json.GetProperty("network").GetRawText(), Is.EqualTo(here.Json.GetProperty("network").GetRawText()));
            Assert.That(there.Error, Does.Match($@"note: --cluster: \d+ draws by S127\.0\.0\.1:{silo}"));
        });
        await host.StopAsync();
    }

    [Test]
    public void A_cluster_that_is_not_there_or_has_nothing_to_do_is_one_line()
    {
        string nobody = Write("nobody.json", $$"""{ "gateways": ["127.0.0.1:{{FreePort()}}"] }"""), wrong = Write("wrong.json", """{ "gateway": "x" }""");
        Assert.Multiple(() =>
        {
            Assert.That(Run("--cluster", wrong).Error, Does.Contain("wrong.json' is no cluster configuration"));
            Assert.That(Run("--cluster", nobody, "--signals-only").Error, Does.Contain("--cluster makes draws"));
            Assert.That(Run("--cluster", nobody, "--device", "cuda").Error, Does.Contain("--cluster draws on the processors"));
            Assert.That(Run("--cluster", nobody) is { ExitCode: 1, Error: var error } ? error : "", Does.Contain("No silo answers at 127.0.0.1:"));
        });
    }

    private Outcome Run(params string[] more) => Thermo.Run(["layers", _model, "--synthetic", "--rows", "32", "--draws", "200", "--json", "-", .. more]);

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
