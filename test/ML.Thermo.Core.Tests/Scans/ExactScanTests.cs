using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

/// <summary>Golden numbers: an independent program over exact tables.</summary>
public class A_scan_of_laws
{
    private static ScanReport Ising(int size, int window, double low = 1, double high = 5)
    {
        var grid = ControlGrid.Parse("T", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{low}..{high}:.1"), GridScale.Linear);
        return Scan.Laws(grid, [.. grid.Values.Select(EnumeratedLattice.Of(size).EnergyLaw)], new ScanOptions { Window = window });
    }

    private static ScanSplit At(ScanReport report, double at) => report.Splits.Single(split => Math.Abs(split.At - at) < 1e-9);

    [TestCase(1, 2.15, 0.0061866530, 0.0669857536, 0.0031043693, 0.0031099596)]
    [TestCase(1, 2.25, 0.0060851956, 0.0656675015, 0.0030515038, 0.0030560005)]
    [TestCase(1, 3.05, 0.0024765980, 0.0412067450, 0.0012394236, 0.0012399870)]
    [TestCase(1, 2.05, 0.0061053965, double.NaN, double.NaN, double.NaN)]
    [TestCase(2, 2.15, 0.0239253075, 0.1328360574, 0.0121225885, 0.0122063360)]
    [TestCase(5, 2.25, 0.1233923112, 0.3095866523, 0.0648776092, 0.0667523148)]
    public void Has_four_distances_a_split(int window, double at, double linear, double variation, double information, double hellinger)
    {
        ScanSplit split = At(Ising(4, window), at);
        Assert.That(split.Linear.Value, Is.EqualTo(linear).Within(1e-10));
        Assert.That(split.Linear.StandardError, Is.Zero);
        if (double.IsNaN(variation))
            return;
        Assert.That(split.TotalVariation.Value, Is.EqualTo(variation).Within(1e-10));
        Assert.That(split.JensenShannon.Value, Is.EqualTo(information).Within(1e-10));
        Assert.That(split.Hellinger.Value, Is.EqualTo(hellinger).Within(1e-10));
    }

    [Test]
    public void Compares_any_two_values_where_it_is_asked_to()
    {
        var grid = ControlGrid.Parse("T", "1..3:.5", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        ScanReport report = Scan.Laws(grid, laws, new ScanOptions { Pairs = true });
        ScanReport inputs = Scan.Inputs(grid, [laws, laws], new ScanOptions { Pairs = true });
        for (int i = 0; i < laws.Length; i++)
        {
            for (int j = 0; j < laws.Length; j++)
            {
                double d = 0;
                for (int y = 0; y < laws[i].Length; y++)
                    d += laws[i][y] + laws[j][y] > 0 ? Math.Pow(laws[i][y] - laws[j][y], 2) / (laws[i][y] + laws[j][y]) / 2 : 0;
                Assert.That(report.Pairs[i][j], Is.EqualTo(d).Within(1e-14));
                Assert.That(inputs.Pairs[i][j], Is.EqualTo(d).Within(1e-14), "the same law of every input");
            }
        }

        Assert.That(report.Pairs[2][3], Is.EqualTo(report.Splits[2].Linear.Value).Within(1e-15));
        Assert.That(Scan.Laws(grid, laws).Pairs, Is.Empty);
    }

    [Test]
    public void Finds_the_transition_of_the_small_lattice()
    {
        ScanReport report = Ising(4, 1);
        ScanTransition peak = report.Transitions.Single();
        Assert.That(peak.At.Value, Is.EqualTo(2.144472).Within(1e-6));
        Assert.That(peak.At.StandardError, Is.EqualTo(0.05).Within(1e-12), "half a cell");
        Assert.That(peak.Kind, Is.EqualTo(ChangeKind.Smooth));
        Assert.That(peak.Abruptness, Is.EqualTo(1.951306).Within(1e-6));
        Assert.That(peak.PValue, Is.Zero);
        Assert.That(report.Status, Is.EqualTo(Status.Defined));
        Assert.That(report.Length.Value, Is.EqualTo(3.6414251997).Within(1e-10), "exact: 3.6422711568");
        Assert.That(report.Length.StandardError, Is.Zero);
        Assert.That(Ising(4, 5).Transitions[0].Split + 4, Is.EqualTo(12), "wide windows peak at 2.25");
    }

    [Test]
    public void Peaks_at_the_heat_capacity_on_a_geometric_grid()
    {
        var grid = ControlGrid.Parse("T", "1..5:65log");
        ScanReport report = Scan.Laws(grid, [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)]);
        Assert.That(grid.Scale, Is.EqualTo(GridScale.Geometric));
        Assert.That(report.Transitions[0].At.Value, Is.EqualTo(2.43957).Within(5e-6));
        int s = report.Transitions[0].Split;
        double left = report.Splits[s - 1].Fisher.Value, top = report.Splits[s].Fisher.Value, right = report.Splits[s + 1].Fisher.Value;
        double vertex = top + (Math.Pow(right - left, 2) / (8 * ((2 * top) - left - right)));
        Assert.That(vertex, Is.EqualTo(13.0384989).Within(1e-7), "the largest C = 16 · 0.8165 is 13.063");
    }

    [Test]
    public void Loses_by_merging_states_to_their_magnetisation()
    {
        ScanSplit full = At(Ising(6, 1, 1.5, 3.5), 2.25);
        Assert.That(full.Linear.Value, Is.EqualTo(0.0171661968).Within(1e-10));
        Assert.That(full.TotalVariation.Value, Is.EqualTo(0.1076232011).Within(1e-10));
        Assert.That(full.JensenShannon.Value, Is.EqualTo(0.0086498247).Within(1e-10));
        Assert.That(full.Hellinger.Value, Is.EqualTo(0.0086840017).Within(1e-10));
        EnumeratedLattice six = EnumeratedLattice.Of(6);
        Assert.That(Distances.Between(six.MagnetisationLaw(2.2), six.MagnetisationLaw(2.3)).Linear, Is.EqualTo(0.0161273263).Within(1e-10));
    }

    [Test]
    public void Mirrors_when_the_grid_runs_backwards_and_ignores_names_of_outcomes()
    {
        var grid = ControlGrid.Of("x", [0, 1, 2, 3, 4, 5]);
        double[][] laws = [[.5, .3, .2], [.4, .3, .3], [.2, .3, .5], [.1, .3, .6], [.1, .2, .7], [.1, .15, .75]];
        double[] forward = [.. Scan.Laws(grid, laws).Splits.Select(split => split.Linear.Value)];
        double[] backward = [.. Scan.Laws(grid, [.. laws.Reverse()]).Splits.Select(split => split.Linear.Value)];
        double[] renamed = [.. Scan.Laws(grid, [.. laws.Select(law => law.Reverse().ToArray())]).Splits.Select(split => split.Linear.Value)];
        Assert.That(backward.Reverse(), Is.EqualTo(forward).Within(1e-15));
        Assert.That(renamed, Is.EqualTo(forward).Within(1e-15));
    }

    [Test]
    public void Says_which_outcomes_changed()
    {
        var grid = ControlGrid.Of("x", [1, 2]);
        ScanSplit split = Scan.Laws(grid, [[.5, .3, .2], [.2, .3, .5]]).Splits.Single();
        Assert.That(split.Drivers.Select(driver => driver.Outcome), Is.EqualTo(new[] { 0, 2 }), "the outcome that did not change is none");
        Assert.That(split.Drivers.Sum(driver => driver.Contribution), Is.EqualTo(split.Linear.Value).Within(1e-15));
    }

    [Test]
    public void Asks_for_a_larger_grid_where_the_change_is_largest_at_its_end()
    {
        ScanReport report = Ising(4, 1, 2.3, 4);
        Assert.That(report.Transitions, Is.Empty);
        Assert.That(report.Status, Is.EqualTo(Status.AtEdge));
    }

    [Test]
    public void Tests_Fisher_information_where_gaps_differ_because_wide_gaps_alone_are_no_transition()
    {
        double[] x = [0, .1, .2, .3, .5, .7, .8, .9, 1];
        double[][] laws = [.. x.Select(value => new[] { 0.5 + (0.2 * value), 0.5 - (0.2 * value) })];
        ScanReport report = Scan.Laws(ControlGrid.Of("x", x), laws);
        Assert.That(report.Transitions, Is.Empty, "a steady drift");
    }

    [Test]
    public void Joins_inputs_with_the_error_of_their_mean()
    {
        double[][][] inputs = [[[.5, .5], [.6, .4]], [[.5, .5], [.9, .1]], [[.2, .8], [.2, .8]]];
        ScanReport report = Scan.Inputs(ControlGrid.Of("x", [1, 2]), inputs);
        double[] rows = [.. inputs.Select(laws => Distances.Between(laws[0], laws[1]).Linear)];
        double mean = rows.Average(), sd = Math.Sqrt(rows.Sum(row => (row - mean) * (row - mean)) / 2);
        Assert.That(report.Splits[0].Linear.Value, Is.EqualTo(mean).Within(1e-15));
        Assert.That(report.Splits[0].Linear.StandardError, Is.EqualTo(sd / Math.Sqrt(3)).Within(1e-15), "n − 1");
    }

    [Test]
    public void Refuses_what_is_no_law()
    {
        var grid = ControlGrid.Of("x", [1, 2]);
        Assert.That(() => Scan.Laws(grid, [[.5, .5], [.5, .4]]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("x = 2 adds up to 0.9"));
        Assert.That(() => Scan.Laws(grid, [[.5, .5], [1.1, -.1]]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("-0.1"));
        Assert.That(() => Scan.Laws(grid, [[.5, .5], [1]]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("1 outcomes"));
        Assert.That(() => Scan.Laws(grid, [[.5, .5]]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("1 values"));
        Assert.That(Scan.Laws(grid, [[.5, .5], [.5, .4995]]).Splits[0].Linear.Value, Is.GreaterThan(0), "normalised");
        Assert.That(() => Scan.Laws(grid, [[1], [1]], new ScanOptions { Window = 2 }), Throws.TypeOf<UnusableDataException>().With.Message.Contains("4 val"));
    }
}
