using System.Text.Json;
using System.Text.Json.Serialization;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Scans;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Scans on two silos are those of one machine to the last digit, also where a silo dies.</summary>
internal sealed class ScanTests
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private static readonly SequenceOptions s_outputs = new() { Tokens = 5, Samples = 24, Batch = 4, MostEnumerated = 0 };
    private static readonly int[] s_prompt = [1, 2, 3];

    [Test]
    public async Task A_scan_over_temperature_is_done_again_where_a_silo_dies_and_has_the_digits_of_one_machine()
    {
        using CausalModel model = CausalModel.Open(Find("kjv-char.onnx"));
        var grid = ControlGrid.Parse("temperature", ".3..3:8log");
        var options = new SequenceOptions { Tokens = 8, Samples = 96, Batch = 4, MostEnumerated = 0 };
        List<string> here = [], there = [];
        ScanReport expected = SequenceScan.Temperatures(model, s_prompt, grid, options, new(), Into(here));
        (ScanReport found, ClusterWorkers workers) = await TwoSilos.WithAKillAsync((workers, kill) =>
            SequenceScan.Temperatures(model, s_prompt, grid, options, new() { Workers = workers }, (k, tokens) =>
            {
                Into(there)(k, tokens);
                if (there.Count >= 200)
                    kill();
            }));
        Assert.Multiple(() =>
        {
            Assert.That(Text(found), Is.EqualTo(Text(expected)));
            Assert.That(there, Is.EqualTo(here), "the outputs, in their order");
            Assert.That(workers.BySilo, Has.Count.EqualTo(2), "both worked");
        });
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Prompts_and_checkpoints_are_the_same_whoever_draws_which_outputs(int seed)
    {
        using CausalModel first = CausalModel.Open(Find("kjv-char.onnx")), second = CausalModel.Open(Find("kjv-char.onnx"));
        var grid = ControlGrid.Of("step", [1, 2, 3]);
        SequenceLaw[] laws = [new(first, s_prompt), new(first, [4, 5]), new(first, [7])];
        Same(workers => SequenceScan.Laws(grid, laws, 0.8, s_outputs with { TopK = 9 }, new() { Workers = workers, Seed = (ulong)seed }), seed);
        Same(workers => SequenceScan.Laws(grid, [laws[0], new(second, s_prompt), laws[1]], 1, s_outputs, new() { Workers = workers }), seed);
    }

    [TestCase(1, NetworkControl.InputScale)]
    [TestCase(2, NetworkControl.SoftmaxTemperature)]
    [TestCase(3, NetworkControl.InputScale)]
    public void A_network_that_is_turned_answers_alike_everywhere(int seed, NetworkControl control)
    {
        using OnnxModel model = OnnxModel.Open(Find("digits-mlp.onnx"));
        var inputs = NetworkInputs.Read(Find("digits.npz"), model);
        Same(workers => NetworkScan.Run(model, inputs, control, ControlGrid.Parse("x", ".1..2:.3"), null, new() { Workers = workers }), seed);
        using OnnxModel other = OnnxModel.Open(Find("digits-mlp.onnx"));
        Same(workers => NetworkScan.Models([model, other], inputs, ControlGrid.Of("step", [1, 2]), new() { Workers = workers }), seed);
    }

    [Test]
    public void The_number_of_threads_changes_nothing()
    {
        using CausalModel model = CausalModel.Open(Find("kjv-char.onnx"));
        var grid = ControlGrid.Parse("temperature", ".5..2:4log");
        string[] scans = [.. new[] { 1, 3, 16 }.Select(threads => Text(SequenceScan.Temperatures(model, s_prompt, grid, s_outputs, new() { Threads = threads })))];
        Assert.That(scans.Distinct().Count(), Is.EqualTo(1));
    }

    private static void Same(Func<IWorkers?, ScanReport> scan, int seed)
    {
        string here = Text(scan(null));
        Assert.That(Text(scan(new RandomPartitions(TwoSilos.Client, seed))), Is.EqualTo(here));
        Assert.That(Text(scan(TwoSilos.Workers())), Is.EqualTo(here));
    }

    private static Action<int, int[]> Into(List<string> list) => (k, tokens) => list.Add($"{k}: {string.Join(' ', tokens)}");

    /// <summary>All numbers of a report; the shortest texts that are read back as the same bits.</summary>
    private static string Text(ScanReport report) => JsonSerializer.Serialize(report, s_json);

    private static string Find(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "networks", file);
}
