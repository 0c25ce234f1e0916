using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class RowEntropiesTests
{
    [Test]
    public void The_entropy_of_a_row_is_that_of_the_core(
        [Values(4, 5, 7, 10, 64, 100, 255, 256, 257, 1000, 1024, 2047)] int count,
            [Values("normal", "heavy tails", "one far away", "ordered", "reversed")] string kind)
    {
        foreach (float[] row in new[] { Row(count, kind, 0), Row(count, kind, 1) })
            Assert.That(Entropies([row]), Is.EqualTo(new[] { Core(row) }).Within(1e-5));
    }

    [Test]
    public void Any_number_of_rows_go_together_and_none_disturbs_another([Values(1, 2, 15, 16, 17, 40)] int rows)
    {
        float[][] all = [.. Enumerable.Range(0, rows).Select(row => Row(60, row % 3 == 1 ? "heavy tails" : "normal", row))];
        if (rows > 2)
            all[1][7] = float.NaN;
        if (rows > 3)
            Array.Fill(all[2], 1.5f);
        double[] entropies = Entropies(all);
        for (int row = 0; row < rows; row++)
        {
            double expected = row == 1 && rows > 2 ? double.NaN : row == 2 && rows > 3 ? double.NegativeInfinity : Core(all[row]);
            Assert.That(entropies[row], Is.EqualTo(expected).Within(1e-5), $"row {row}");
        }
    }

    [Test]
    public void Of_many_values_every_kth_enters()
    {
        float[] row = Row(5000, "normal", 0);
        float[] some = [.. row.Where((_, i) => i % 5 == 0)]; // 5000 / 1024 = 4, made odd
        Assert.That(Entropies([row])[0], Is.EqualTo(Core(some)).Within(1e-5));
    }

    [Test]
    public void Fewer_than_four_values_or_one_that_is_not_finite_have_none()
    {
        Assert.That(Entropies([[1, 2, 4]]), Is.All.NaN);
        Assert.That(Entropies([[1, 2, 4, float.PositiveInfinity], [1, 2, 4, float.NegativeInfinity], [float.NaN, 2, 4, 8]]), Is.All.NaN);
    }

    private static double Core(float[] row) => new VasicekEntropy().Estimate(default, [.. row.Select(x => (double)x)]).Value;

    private static double[] Entropies(float[][] rows)
    {
        using var lanes = new RowEntropies(rows[0].Length);
        double[] entropies = new double[rows.Length];
        int done = 0;
        foreach (float[] row in rows)
        {
            lanes.Add(row);
            if (lanes.IsFull)
                done += lanes.Take(entropies.AsSpan(done));
        }

        lanes.Take(entropies.AsSpan(done));
        return entropies;
    }

    private static float[] Row(int count, string kind, int number)
    {
        double[] normals = new double[count];
        new RandomStream(3, (ulong)((5000 * number) + count)).FillNormal(normals);
        float[] row = [.. normals.Select((x, i) => (float)(kind switch
        {
            "heavy tails" => x * x * x * x * x,
            "one far away" => i == count / 2 ? 1e20 : x,
            _ => x,
        }))];
        if (kind is "ordered" or "reversed")
            Array.Sort(row);
        if (kind == "reversed")
            Array.Reverse(row);
        return row;
    }
}
