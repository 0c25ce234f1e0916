using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Algebra;

namespace ML.Thermo.Tests.Linear.Algebra;

public sealed class IndependentColumnsTests
{
    [Test]
    public void Independent_columns_are_all_chosen([Values(5, 300, 700)] int rows)
    {
        var columns = new IndependentColumns(LinearExamples.Regression(rows, 5).Features.Span, 5);
        Assert.That(columns.Chosen, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(columns.Deficient, Is.False);
    }

    [Test]
    public void Dependence_is_found_at_any_scale([Values(1e-8, 1, 1e9)] double scale, [Values(4, 700)] int rows)
    {
        double[] features = Dependent(rows, scale);
        var columns = new IndependentColumns(features, 4);
        Assert.That(columns.Chosen, Has.Length.EqualTo(3));

        // The least-norm parameters give the outputs of the chosen columns and are orthogonal to the null direction (2, −1, 0, 1/scale).
        double[] chosen = [0.3, -1, 2], parameters = columns.LeastNorm(chosen);
        for (int i = 0; i < rows; i++)
        {
            double expected = Enumerable.Range(0, 3).Sum(j => chosen[j] * features[(4 * i) + columns.Chosen[j]]);
            double output = Enumerable.Range(0, 4).Sum(j => parameters[j] * features[(4 * i) + j]);
            Assert.That(output, Is.EqualTo(expected).Within(1e-11 * (1 + scale)));
        }

        double overlap = (2 * parameters[0]) - parameters[1] + (parameters[3] / scale);
        Assert.That(overlap, Is.Zero.Within(1e-11 * (1 + (1 / scale))));
    }

    [Test]
    public void Nearly_dependent_columns_are_independent_above_the_tolerance()
    {
        double[] features = Dependent(700, 1);
        var random = new RandomStream(8, 0);
        for (int i = 0; i < 700; i++)
            features[(4 * i) + 3] += 1e-7 * random.NextNormal();
        Assert.That(new IndependentColumns(features, 4).Deficient, Is.False);
    }

    /// <summary>Three columns and scale·(second − 2·first).</summary>
    private static double[] Dependent(int rows, double scale)
    {
        LabelledData data = LinearExamples.Regression(rows, 3);
        return [.. Enumerable.Range(0, rows).SelectMany(i => new[] { data.Row(i)[0], data.Row(i)[1], data.Row(i)[2], scale * (data.Row(i)[1] - (2 * data.Row(i)[0])) })];
    }
}
