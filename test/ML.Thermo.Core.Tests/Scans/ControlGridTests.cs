using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

public class A_grid
{
    [TestCase("1..2:.25", new[] { 1, 1.25, 1.5, 1.75, 2 })]
    [TestCase("0..0.3:.1", new[] { 0, 0.1, 0.2, 0.3 })]
    [TestCase("3,1,2", new double[] { 1, 2, 3 })]
    [TestCase(".1..10:3log", new[] { 0.1, 1, 10 })]
    public void Is_read(string text, double[] values) => Assert.That(ControlGrid.Parse("x", text).Values, Is.EqualTo(values).Within(1e-12));

    [TestCase("5..1:.1", "falls")]
    [TestCase("5..1", "has no step")]
    [TestCase("1..2:0", "step 0")]
    [TestCase("1..2:x", "'x'")]
    [TestCase("0..2:5log", "starts at 0")]
    [TestCase("1..2:1log", "'1' values")]
    [TestCase("1", "at least two")]
    [TestCase("1,1,2", "x = 1 comes twice")]
    [TestCase("1,NaN", "'NaN'")]
    public void Is_refused(string text, string why) =>
        Assert.That(() => ControlGrid.Parse("x", text), Throws.TypeOf<UnusableDataException>().With.Message.Contains(why));

    [Test]
    public void Has_no_temperature_at_or_below_zero() =>
        Assert.That(() => ControlGrid.Of("T", [0, 1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("T = 0").And.Message.Contains("small"));

    [Test]
    public void Is_geometric_by_its_name_or_its_spacing()
    {
        Assert.That(ControlGrid.Of("T", [1, 1.1, 1.2]).Scale, Is.EqualTo(GridScale.Geometric));
        Assert.That(ControlGrid.Of("x", [1, 2, 4]).Scale, Is.EqualTo(GridScale.Geometric));
        Assert.That(ControlGrid.Of("x", [1, 2, 3]).Scale, Is.EqualTo(GridScale.Linear));
        Assert.That(ControlGrid.Of("scale", [0, 1, 2]).Scale, Is.EqualTo(GridScale.Linear), "0 has no logarithm");
        Assert.That(ControlGrid.Of("T", [1, 4]).Split(0), Is.EqualTo(2).Within(1e-15));
        Assert.That(ControlGrid.Of("x", [1, 4]).Split(0), Is.EqualTo(2.5));
    }

    [Test]
    public void Of_steps_has_zero_an_octave_before_one()
    {
        var grid = ControlGrid.Of("step", [0, 4, 8], GridScale.Geometric);
        Assert.That(grid.Distance(1, 1), Is.EqualTo(Math.Log(2)).Within(1e-15));
        Assert.That(grid.Distance(0, 1), Is.EqualTo(Math.Log(8)).Within(1e-15));
    }
}
