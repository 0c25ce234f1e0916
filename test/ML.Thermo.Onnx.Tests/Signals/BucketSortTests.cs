using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class BucketSortTests
{
    [Test]
    public void It_orders_numbers_as_the_library_does(
        [Values(1, 2, 4, 10, 257, 1024)] int count, [Values("normal", "equal", "two values", "one far away", "widest range")] string kind)
    {
        double[] normals = new double[count];
        new RandomStream(3, (ulong)count).FillNormal(normals);
        float[] values = [.. normals.Select((x, i) => kind switch
        {
            "equal" => 1.5f,
            "two values" => x > 0 ? 1f : -1f,
            "one far away" => i == count / 2 ? 1e20f : (float)x,
            "widest range" => i % 2 == 0 ? float.MaxValue : -float.MaxValue,
            _ => (float)x,
        })];
        float[] sorted = new float[count], expected = [.. values.Order()];
        BucketSort.Sort(values, sorted);
        Assert.That(sorted, Is.EqualTo(expected));
    }

    [Test]
    public void The_entropy_of_a_row_is_that_of_the_core([Values(4, 7, 64, 1000)] int count)
    {
        double[] normals = new double[count];
        new RandomStream(5, (ulong)count).FillNormal(normals);
        float[] values = [.. normals.Select(x => (float)x)];
        Assert.That(SignalRecord.Entropy(values), Is.EqualTo(new SpacingEntropy().Estimate(default, [.. values.Select(x => (double)x)]).Value).Within(1e-4));
    }
}
