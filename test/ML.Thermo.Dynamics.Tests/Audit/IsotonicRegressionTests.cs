using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Tests.Audit;

public sealed class IsotonicRegressionTests
{
    private const int Rows = 20_000;

    // One number so low that all before it become one level: their mean, at the deviation of all of them.
    [Test]
    public void OneLateFallPoolsALongRise()
    {
        const double Low = -1e9;
        double mean = (Low + (Rows * (Rows - 1.0) / 2)) / (Rows + 1), square = ((Low * Low) + (Rows * (Rows - 1.0) * ((2 * Rows) - 1) / 6)) / (Rows + 1);
        IsotonicRegression fit = Rise();
        fit.Add(Low);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Fit(), Has.Length.EqualTo(Rows + 1).And.All.EqualTo(mean).Within(1e-6));
            Assert.That(fit.Rms, Is.EqualTo(Math.Sqrt(square - (mean * mean))).Within(1e-9).Percent);
        }
    }

    // A number 9,999 below the top pools the 140 highest: the mean of j of them and it first reaches the next at j²/2 + 3j/2 ≥ 9,999.
    [Test]
    public void AFallPoolsOnlyWhatIsAboveTheMean()
    {
        IsotonicRegression fit = Rise();
        fit.Add(Rows - 10_000);
        double[] levels = fit.Fit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(levels[..^141], Is.EqualTo(Enumerable.Range(0, Rows - 140)));
            Assert.That(levels[^141..], Has.All.EqualTo(((140.0 * (Rows - 1)) - (140 * 139 / 2) + (Rows - 10_000)) / 141).Within(1e-9));
        }
    }

    private static IsotonicRegression Rise()
    {
        var fit = new IsotonicRegression();
        for (int k = 0; k < Rows; k++)
            fit.Add(k);
        return fit;
    }
}
