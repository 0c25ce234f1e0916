using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ML.Thermo.Cli.Tests.Layers;
using ML.Thermo.Cluster;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Sharing;

/// <summary>Long commands by a silo, which runs in this process.</summary>
internal sealed class ClusterTests : Sandbox
{
    private IHost _host = null!;
    private int _silo, _gateway;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_silo, _gateway) = (FreePort(), FreePort());
        _host = Host.CreateDefaultBuilder().ConfigureLogging(log => log.ClearProviders())
            .UseOrleans(builder => builder.UseThermo(new(), _silo, _gateway, threads: 1, new IPEndPoint(IPAddress.Loopback, _silo))).Build();
        await _host.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Test]
    public async Task Draws_by_a_cluster_give_the_numbers_of_this_machine_and_the_command_says_who_made_them() => await Same(
        "draws", "network", "layers", WriteModel(), "--synthetic", "--rows", "32", "--draws", "200");

    [Test]
    public async Task So_do_scans_of_language_models_and_of_networks()
    {
        await Same("batches", "points", "scan", ShippedNetworks.Find("kjv-char.onnx"), "--vocabulary", ShippedNetworks.Find("kjv-char.txt"), "--prompt",
            "and the ", "--tokens", "6", "--samples", "40", "--over", "temperature=.3..3:5log");
        await Same("batches", "splits", "scan", ShippedNetworks.Find("digits-mlp.onnx"), "--data", ShippedNetworks.Find(ShippedNetworks.Digits), "--over",
            "scale=0..3:.5");
    }

    [Test]
    public async Task So_do_compressions_with_the_file_that_they_write()
    {
        string here = Path.Combine(Folder, "here.onnx"), there = Path.Combine(Folder, "there.onnx");
        string[] command = ["compress", ShippedNetworks.Find("digits-cnn.onnx"), "--data", ShippedNetworks.Find(ShippedNetworks.Digits), "--rows", "48"];
        await Same("pieces", "layers", [.. command, "--size", "50%"]);
        Thermo.Run([.. command, "--out", here]);
        Outcome by = await Task.Run(() => Thermo.Run([.. command, "--out", there, "--cluster", Cluster()]));
        Assert.That(by.ExitCode, Is.Zero, by.ToString());
        Assert.That(File.ReadAllBytes(there), Is.EqualTo(File.ReadAllBytes(here)));
    }

    [Test]
    public void A_cluster_that_is_not_there_or_has_nothing_to_do_is_one_line()
    {
        string nobody = Write("nobody.json", $$"""{ "gateways": ["127.0.0.1:{{FreePort()}}"] }"""), wrong = Write("wrong.json", """{ "gateway": "x" }""");
        string[] layers = ["layers", WriteModel(), "--synthetic"];
        Assert.Multiple(() =>
        {
            Assert.That(Thermo.Run([.. layers, "--cluster", wrong]).Error, Does.Contain("wrong.json' is no cluster configuration"));
            Assert.That(Thermo.Run([.. layers, "--cluster", nobody, "--signals-only"]).Error, Does.Contain("--cluster makes draws"));
            Assert.That(Thermo.Run([.. layers, "--cluster", nobody, "--device", "cuda"]).Error, Does.Contain("--cluster draws on the processors"));
            Assert.That(Thermo.Run([.. layers, "--cluster", nobody]) is { ExitCode: 1, Error: var error } ? error : "",
                Does.Contain("No silo answers at 127.0.0.1:"));
            Assert.That(Thermo.Run("scan", Write("table.csv", "T,y\n1,a\n2,b\n"), "--over", "T", "--outcome", "y", "--cluster", nobody) is
            { ExitCode: 2, Error: var table } ? table : "", Does.Contain("a scan of a table runs none"));
            Assert.That(Thermo.Run("compress", WriteModel(), "--rows", "12", "--cluster", wrong).Error, Does.Contain("is no cluster configuration"));
        });
    }

    /// <summary>A command here and by the silo, which says that it did something.</summary>
    private async Task Same(string pieces, string numbers, params string[] command)
    {
        Outcome here = Thermo.Run([.. command, "--json", "-"]), there = await Task.Run(() => Thermo.Run([.. command, "--json", "-", "--cluster", Cluster()]));
        Assert.Multiple(() =>
        {
            Assert.That(there.ExitCode, Is.Zero, there.ToString());
            Assert.That(there.Json.GetProperty(numbers).GetRawText(), Is.EqualTo(here.Json.GetProperty(numbers).GetRawText()));
            Assert.That(Regex.Replace(there.Error, @"\s+", " "), Does.Match($@"note: --cluster: [1-9]\d* {pieces} by S127\.0\.0\.1:{_silo}"));
        });
    }

    private string Cluster() => Write("cluster.json", $$"""{ "gateways": ["127.0.0.1:{{_gateway}}"] }""");

    private string WriteModel()
    {
        string model = Path.Combine(Folder, "net.onnx");
        File.WriteAllBytes(model, SmallNetworks.Perceptron());
        return model;
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
