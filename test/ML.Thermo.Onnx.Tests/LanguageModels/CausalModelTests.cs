using System.Text.Json;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Tests.LanguageModels;

/// <summary>A character transformer with 36 symbols. Golden numbers: an independent program in double precision.</summary>
internal sealed class CausalModelTests
{
    private static readonly string s_folder = Folder();

    [Test]
    public void One_token_has_the_entropy_and_capacity_of_its_law()
    {
        (ScanPoint point, _) = Exact("and the lord ", 1, [1, 1.1]);
        Assert.That(point.Entropy.Value, Is.EqualTo(2.73864193).Within(1e-5));
        Assert.That(point.HeatCapacity.Value, Is.EqualTo(0.83538812).Within(1e-5));
        Assert.That(point.EnergyFluctuation.Value, Is.EqualTo(0.83538812).Within(1e-5), "for one token all three numbers are one");
        (ScanPoint other, _) = Exact("in the beginning ", 1, [1, 1.1]);
        Assert.That(other.Entropy.Value, Is.EqualTo(2.39141262).Within(1e-5));
        Assert.That(other.HeatCapacity.Value, Is.EqualTo(1.22707353).Within(1e-5));
    }

    [Test]
    public void Two_tokens_are_enumerated()
    {
        (ScanPoint warm, ScanReport report) = Exact("and the lord ", 2, [1, 1.1]);
        Assert.That(warm.Entropy.Value, Is.EqualTo(4.10470472).Within(1e-5));
        Assert.That(warm.HeatCapacity.Value, Is.EqualTo(2.14574939).Within(1e-5));
        Assert.That(report.Splits[0].Linear.Value, Is.EqualTo(0.0048568846).Within(1e-6));
        Assert.That(report.Splits[0].TotalVariation.Value, Is.EqualTo(0.0532794006).Within(1e-6));
        Assert.That(report.Splits[0].JensenShannon.Value, Is.EqualTo(0.0024400807).Within(1e-6));
        (ScanPoint cold, _) = Exact("and the lord ", 2, [0.5, 1]);
        Assert.That(cold.Energy.Value, Is.EqualTo(2.69227925).Within(1e-5));
        Assert.That(cold.Entropy.Value, Is.EqualTo(2.26134004).Within(1e-5));
        Assert.That(cold.HeatCapacity.Value, Is.EqualTo(2.37059009).Within(1e-5));
        Assert.That(cold.EnergyFluctuation.Value, Is.EqualTo(5.90204673).Within(2e-5));
    }

    [Test]
    public void The_heat_capacity_has_its_maximum_where_it_should()
    {
        using CausalModel model = Open("lm-01024.onnx");
        var grid = ControlGrid.Parse("temperature", ".1..10:41log");
        ScanReport report = SequenceScan.Temperatures(model, Prompt("and the lord "), grid, new SequenceOptions { Tokens = 2 });
        ScanPoint most = report.Points.MaxBy(point => point.HeatCapacity.Value)!;
        Assert.That(most.X, Is.EqualTo(0.44668359).Within(1e-8));
        Assert.That(most.HeatCapacity.Value, Is.EqualTo(2.38798218).Within(1e-5));
    }

    [Test]
    public void Checkpoints_change_most_in_the_middle_of_the_training()
    {
        string[] names = ["00000", "00004", "00032", "00064", "00128"];
        CausalModel[] models = [.. names.Select(name => Open($"lm-{name}.onnx"))];
        var grid = ControlGrid.Of("step", [0, 4, 32, 64, 128], GridScale.Geometric);
        ScanReport report = SequenceScan.Laws(grid, [.. models.Select(model => new SequenceLaw(model, Prompt("and the lord ")))], 1,
            new SequenceOptions { Samples = 24 });
        foreach (CausalModel model in models)
            model.Dispose();
        Assert.That(report.Splits[0].Linear.Value, Is.LessThan(0.08), "0.017 by an independent program");
        Assert.That(report.Splits[2].Linear.Value, Is.InRange(0.65, 1), "0.85 by an independent program");
    }

    [Test]
    public void What_does_not_fit_the_context_is_refused()
    {
        using CausalModel model = Open("lm-01024.onnx");
        Assert.That(() => model.CheckLength(13, 16), Throws.Nothing);
        Assert.That(() => model.CheckLength(20, 30), Throws.TypeOf<UnusableDataException>().With.Message.Contains("20 tokens and an output of 30"));
    }

    private static (ScanPoint First, ScanReport Report) Exact(string prompt, int tokens, double[] temperatures)
    {
        using CausalModel model = Open("lm-01024.onnx");
        Assert.That(model.Vocabulary, Is.EqualTo(36));
        ScanReport report = SequenceScan.Temperatures(model, Prompt(prompt), ControlGrid.Of("T", temperatures), new SequenceOptions { Tokens = tokens });
        return (report.Points[0], report);
    }

    private static int[] Prompt(string text) => TokenText.Characters(Path.Combine(s_folder, "chars.txt")).Encode(text);

    private static CausalModel Open(string name)
    {
        string path = Path.Combine(s_folder, name);
        if (!File.Exists(path))
            Assert.Ignore("A bonus: the character model and its checkpoints are in no package; ../shared/models/kjv-char may hold them.");
        return CausalModel.Open(path);
    }

    private static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared", "models", "kjv-char");
            if (Directory.Exists(shared))
                return shared;
        }

        return "";
    }
}

/// <summary>The shipped model of characters. Golden numbers: its training script in double precision, by listing all outputs.</summary>
internal sealed class ShippedLanguageModelTests
{
    private static readonly JsonElement s_exact = JsonDocument.Parse(File.ReadAllText(ShippedNetworks.Find("kjv-char.json"))).RootElement;

    private static IEnumerable<int> Rows => Enumerable.Range(0, s_exact.GetProperty("rows").GetArrayLength());

    [TestCaseSource(nameof(Rows))]
    public void Has_the_numbers_that_its_script_computed(int index)
    {
        JsonElement row = s_exact.GetProperty("rows")[index];
        JsonElement[] points = [.. row.GetProperty("points").EnumerateArray()];
        var grid = ControlGrid.Of("T", points.Select(point => point.GetProperty("temperature").GetDouble()));
        using CausalModel model = CausalModel.Open(ShippedNetworks.Find("kjv-char.onnx"));
        ScanReport report = SequenceScan.Temperatures(
            model, Prompt(row.GetProperty("prompt").GetString()!), grid, new SequenceOptions { Tokens = row.GetProperty("tokens").GetInt32() });
        foreach ((ScanPoint got, JsonElement known) in report.Points.Zip(points))
        {
            Assert.That(got.Energy.Value, Is.EqualTo(known.GetProperty("energy").GetDouble()).Within(2e-5));
            Assert.That(got.Entropy.Value, Is.EqualTo(known.GetProperty("entropy").GetDouble()).Within(2e-5));
            Assert.That(got.HeatCapacity.Value, Is.EqualTo(known.GetProperty("heatCapacity").GetDouble()).Within(5e-5));
            Assert.That(got.EnergyFluctuation.Value, Is.EqualTo(known.GetProperty("energyFluctuation").GetDouble()).Within(5e-5));
        }

        ScanSplit split = report.Splits[1]; // between T = 1 and 1.1
        JsonElement distances = row.GetProperty("distances");
        Assert.That(split.Linear.Value, Is.EqualTo(distances.GetProperty("linear").GetDouble()).Within(1e-6));
        Assert.That(split.TotalVariation.Value, Is.EqualTo(distances.GetProperty("totalVariation").GetDouble()).Within(1e-6));
        Assert.That(split.JensenShannon.Value, Is.EqualTo(distances.GetProperty("jensenShannon").GetDouble()).Within(1e-6));
        Assert.That(split.Hellinger.Value, Is.EqualTo(distances.GetProperty("hellinger").GetDouble()).Within(1e-6));
    }

    [Test]
    public void Is_small_and_samples_like_its_exact_law()
    {
        string file = ShippedNetworks.Find("kjv-char.onnx");
        Assert.That(new FileInfo(file).Length, Is.LessThan(300_000));
        using CausalModel model = CausalModel.Open(file);
        var grid = ControlGrid.Of("T", [0.5, 1, 2]);
        SequenceOptions two = new() { Tokens = 2, Samples = 200 };
        ScanReport exact = SequenceScan.Temperatures(model, Prompt("and the lord "), grid, two);
        ScanReport sampled = SequenceScan.Temperatures(model, Prompt("and the lord "), grid, two with { MostEnumerated = 0 });
        foreach ((ScanPoint got, ScanPoint known) in sampled.Points.Zip(exact.Points))
        {
            Assert.That(got.Entropy.Value, Is.EqualTo(known.Entropy.Value).Within(4 * got.Entropy.StandardError));
            Assert.That(got.HeatCapacity.Value, Is.EqualTo(known.HeatCapacity.Value).Within(4 * got.HeatCapacity.StandardError));
        }

        foreach ((ScanSplit got, ScanSplit known) in sampled.Splits.Zip(exact.Splits))
            Assert.That(got.Linear.Value, Is.EqualTo(known.Linear.Value).Within(4 * got.Linear.StandardError));
    }

    private static int[] Prompt(string text) => TokenText.Characters(ShippedNetworks.Find("kjv-char.txt")).Encode(text);
}

/// <summary>Text in and out.</summary>
internal sealed class TokenTextTests
{
    [Test]
    public void Characters_are_tokens_and_strangers_are_named()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "\n abc");
        TokenText text = TokenText.Characters(file);
        Assert.That(text.Encode("ab c"), Is.EqualTo(new[] { 2, 3, 1, 4 }));
        Assert.That(text.Decode([4, 1, 2]), Is.EqualTo("c a"));
        Assert.That(() => text.Encode("abz"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'z' at position 2"));
        File.WriteAllText(file, "aba");
        Assert.That(() => TokenText.Characters(file), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'a' twice"));
        File.Delete(file);
    }

    [Test]
    public void Numbers_are_tokens_too() => Assert.That(TokenText.Numbers.Encode("5, 17 2"), Is.EqualTo(new[] { 5, 17, 2 }));
}
