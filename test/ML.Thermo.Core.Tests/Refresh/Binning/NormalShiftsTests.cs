using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>Normal shifts with the correlation of a table of scores.</summary>
internal sealed class NormalShiftsTests
{
    /// <summary>Widths of less than a panel, of one and of more; counts that fill no group of draws.</summary>
    [Test]
    public void Every_draw_is_the_weighted_sum_of_the_rows([Values(1, 16, 41)] int width, [Values(1, 7)] int draws)
    {
        const int Rows = 300;
        double[] scores = new double[Rows * width];
        new RandomStream(5, 0).FillNormal(scores);

        double[][] found = new NormalShifts(scores, width, 11).Of(draws, shifts => shifts);

        Assert.That(found, Has.Length.EqualTo(draws));
        for (int draw = 0; draw < draws; draw++)
        {
            double[] normals = new double[Rows], expected = new double[width];
            new RandomStream(11, (ulong)draw).FillNormal(normals);
            for (int row = 0; row < Rows; row++)
            {
                for (int j = 0; j < width; j++)
                    expected[j] += normals[row] * scores[(row * width) + j] / Math.Sqrt(Rows);
            }

            Assert.That(found[draw], Is.EqualTo(expected).Within(1e-12));
        }
    }
}
