using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Explanations;

public class A_network_on_its_data
{
    private static readonly string Digits = ShippedNetworks.Find(ShippedNetworks.Digits);

    [Test]
    public void Is_explained_the_same_whatever_the_batch()
    {
        using var model = OnnxModel.Open(ShippedNetworks.Find("digits-transformer.onnx"));
        NetworkInputs data = NetworkInputs.Read(Digits, model);
        Explanation[] found = [.. new[] { 7, 64, 4096 }.Select(batch =>
        {
            using var explainer = new NetworkExplainer(model, data, new() { Superpixels = Superpixels.Grid(4, 4), Batch = batch });
            return explainer.Explain(3);
        })];
        foreach (Explanation other in found.Skip(1))
            Assert.That(other.Terms.Select(term => term.Effect.Value), Is.EqualTo(found[0].Terms.Select(term => term.Effect.Value)).Within(1e-5), "32 bits");
        using var again = new NetworkExplainer(model, data, new() { Superpixels = Superpixels.Grid(4, 4), Batch = 64 });
        Assert.That(again.Explain(3).Terms, Is.EqualTo(found[1].Terms), "bit for bit");
    }

    [Test]
    public void That_takes_one_size_of_batch_is_explained_by_filling_it()
    {
        byte[] network = new OnnxBuilder().Input("x", 3, 2).Weights("w", [2, 1], [2, -1]).Node("MatMul", "x w", "y").Output("y", 3, 1).ToModel();
        using var model = OnnxModel.Read(network, "three.onnx");
        string file = Path.Combine(Path.GetTempPath(), $"thermo-{Guid.NewGuid():N}.csv");
        File.WriteAllLines(file, ["1,2", "2,0", "3,1", "4,5"]);
        try
        {
            using var explainer = new NetworkExplainer(model, NetworkInputs.Read(file, model));
            Explanation why = explainer.Explain(1);
            Assert.That(why.Value, Is.EqualTo(4).Within(1e-6));
            Assert.That(why.Terms.Select(term => term.Effect.Value), Is.EqualTo(new[] { 2 * Math.Sqrt(1.25), -Math.Sqrt(3.5) }).Within(1e-6));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Tells_how_far_it_is_and_ends_where_it_is_cancelled()
    {
        using var model = OnnxModel.Open(ShippedNetworks.Find("digits-mlp.onnx"));
        using var explainer = new NetworkExplainer(model, NetworkInputs.Read(Digits, model), new() { Batch = 16 });
        List<double> told = [];
        explainer.Explain(0, new Told(share =>
        {
            lock (told)
                told.Add(share);
        }));
        Assert.That(told.Max(), Is.EqualTo(1));
        using var stop = new CancellationTokenSource();
        Assert.That(() => explainer.Explain(0, new Told(_ => stop.Cancel()), stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Told(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}

public class Superpixels_by_colour
{
    [Test]
    public void Follow_the_edge_between_two_colours_and_cover_every_pixel_once()
    {
        const int height = 24, width = 30;
        double[] pixels = new double[height * width * 3];
        for (int i = 0; i < height * width; i++)
        {
            bool isRed = (i % width) < 11 + (i / width / 4);
            (pixels[3 * i], pixels[(3 * i) + 2]) = isRed ? (200, 20) : (10, 180);
        }

        int[] parts = new SlicSegmentation(pixels, height, width).Cut(12);
        Assert.That(parts.Distinct().Order(), Is.EqualTo(Enumerable.Range(0, parts.Max() + 1)));
        Assert.That(parts.Max(), Is.InRange(5, 11));
        foreach (IGrouping<int, int> part in Enumerable.Range(0, parts.Length).GroupBy(pixel => parts[pixel]))
        {
            Assert.That(part.Select(pixel => pixels[3 * pixel]).Distinct().Count(), Is.EqualTo(1), "no part has two colours");
            Assert.That(IsConnected([.. part], width), $"part {part.Key} is one piece");
        }

        Assert.That(new SlicSegmentation(pixels, height, width).Cut(12), Is.EqualTo(parts), "deterministic");
    }

    [Test]
    public void Of_a_grey_picture_are_at_most_as_many_as_asked_for()
    {
        var random = new Random(1);
        double[] noise = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())];
        foreach (int count in new[] { 2, 9, 40, 100 })
            Assert.That(new SlicSegmentation(noise, 20, 20).Cut(count).Max() + 1, Is.LessThanOrEqualTo(count));
    }

    [TestCase("4x4")]
    [TestCase("2x8")]
    public void Are_rectangles_where_a_grid_is_asked_for(string text)
    {
        int[] parts = Superpixels.Parse(text).Cut(new double[64], 8, 8);
        Assert.That(parts.GroupBy(part => part).Select(part => part.Count()).ToArray(), Has.Length.EqualTo(16).And.All.EqualTo(4));
    }

    [TestCase("4")]
    [TestCase("0x4")]
    [TestCase("slic:")]
    [TestCase("slic:1")]
    [TestCase("ax4")]
    public void Are_refused_where_they_are_none(string text) => Assert.That(() => Superpixels.Parse(text), Throws.ArgumentException.With.Message.Contains("expected"));

    private static bool IsConnected(HashSet<int> pixels, int width)
    {
        var open = new Stack<int>([pixels.First()]);
        HashSet<int> seen = [pixels.First()];
        while (open.TryPop(out int pixel))
        {
            foreach (int beside in new[] { pixel - width, pixel + width, pixel % width > 0 ? pixel - 1 : -1, pixel % width < width - 1 ? pixel + 1 : -1 })
            {
                if (pixels.Contains(beside) && seen.Add(beside))
                    open.Push(beside);
            }
        }

        return seen.Count == pixels.Count;
    }
}
