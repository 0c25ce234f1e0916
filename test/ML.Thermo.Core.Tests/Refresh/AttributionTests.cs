using ML.Thermo.Data;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

internal sealed class AttributionTests
{
    private static readonly double[] s_parameters = [2, -1, 0.5];

    [Test]
    public void Shares_of_features_and_target_add_up_to_the_drift()
    {
        LabelledData before = Data(300, 1, 1), after = Data(200, 1.7, 2);
        SecondMoments reference = SecondMoments.Of(before), current = SecondMoments.Of(after);
        IReadOnlyList<Attribution> shares = LinearDrift.Of(reference, current, s_parameters, before.FeatureNames);
        Assert.That(shares.Sum(share => share.DeltaEnergy.Value), Is.EqualTo(LinearDrift.DeltaEnergy(reference, current, s_parameters)).Within(1e-12));
        Assert.That(shares.Select(share => share.DeltaEnergy.Value), Is.Ordered.Descending);
    }

    [Test]
    public void A_feature_that_changed_its_unit_carries_the_drift()
    {
        LabelledData before = Data(300, 1, 1), after = Data(300, 1, 2);
        double[] broken = [.. after.Features.ToArray().Select((x, cell) => cell % 3 == 1 ? 10 * x : x)];
        var current = new LabelledData(broken, after.Targets, after.FeatureNames);
        Attribution linear = LinearDrift.Of(SecondMoments.Of(before), SecondMoments.Of(current), s_parameters, before.FeatureNames)[0];
        Attribution permuted = PermutationAttribution.Of(before, current, Loss)[0];
        Assert.Multiple(() =>
        {
            Assert.That(linear.Name, Is.EqualTo(before.FeatureNames[1]));
            Assert.That(permuted.Name, Is.EqualTo(before.FeatureNames[1]));
            Assert.That(permuted.DeltaEnergy.Value, Is.GreaterThan(10 * permuted.DeltaEnergy.StandardError));
        });
    }

    [Test]
    public void With_an_intercept_a_feature_whose_mean_moves_keeps_what_it_causes()
    {
        LabelledData before = Shifted(Data(300, 1, 1), 20).WithIntercept(), after = Shifted(Data(300, 1, 2), 20).WithIntercept();
        double[] parameters = [.. s_parameters, -20 * s_parameters.Sum()];
        double[] broken = [.. after.Features.ToArray().Select((x, cell) => cell % 4 == 1 ? 0.2 * x : x)];
        SecondMoments reference = SecondMoments.Of(before), current = SecondMoments.Of(new LabelledData(broken, after.Targets, after.FeatureNames));
        double drift = LinearDrift.DeltaEnergy(reference, current, parameters);
        IReadOnlyList<Attribution> shares = LinearDrift.Of(reference, current, parameters, before.FeatureNames, intercept: 3);
        Assert.Multiple(() =>
        {
            Assert.That(shares.Sum(share => share.DeltaEnergy.Value), Is.EqualTo(drift).Within(1e-9 * drift));
            Assert.That(shares[0].Name, Is.EqualTo(before.FeatureNames[1]));
            Assert.That(shares[0].DeltaEnergy.Value, Is.EqualTo(drift).Within(0.05 * drift));
        });
    }

    [Test]
    public void An_intercept_is_a_column_of_ones()
    {
        SecondMoments moments = SecondMoments.Of(Data(100, 1, 1));
        Assert.That(() => LinearDrift.Of(moments, moments, s_parameters, ["a", "b", "c"], intercept: 2), Throws.ArgumentException.With.Message.Contains("Column 2"));
    }

    [Test]
    public void A_change_of_the_target_alone_is_the_targets()
    {
        LabelledData data = Data(300, 1, 1);
        var moved = new LabelledData(data.Features, data.Targets.ToArray().Select(y => y + 3).ToArray(), data.FeatureNames);
        Assert.That(LinearDrift.Of(SecondMoments.Of(data), SecondMoments.Of(moved), s_parameters, data.FeatureNames)[0].Name, Is.Null);
    }

    [Test]
    public void A_feature_that_the_model_ignores_has_no_share()
    {
        static double FirstOnly(ReadOnlySpan<double> x, double y) => (y - x[0]) * (y - x[0]);
        IReadOnlyList<Attribution> shares = PermutationAttribution.Of(Data(100, 1, 1), Data(100, 3, 2), FirstOnly, repeats: 2);
        Assert.That(shares.Single(share => share.Name == "b").DeltaEnergy, Is.EqualTo(Estimate.Exact(0)));
        Assert.That(shares.Single(share => share.Name == "a").DeltaEnergy.Value, Is.Not.Zero);
    }

    private static LabelledData Shifted(LabelledData data, double by) =>
        new(data.Features.ToArray().Select(x => x + by).ToArray(), data.Targets, data.FeatureNames);

    private static double Loss(ReadOnlySpan<double> x, double y)
    {
        double residual = y - (2 * x[0]) + x[1] - (0.5 * x[2]);
        return residual * residual;
    }

    private static LabelledData Data(int rows, double spread, ulong seed)
    {
        double[][] inputs = DriftData.Rows(rows, 4, 0.3, seed, 0);
        double[] targets = [.. inputs.Select(x => (2 * x[0]) - x[1] + (0.5 * x[2]) + (0.3 * x[3]))];
        return new LabelledData(inputs.SelectMany(x => new[] { spread * x[0], x[1], x[2] }).ToArray(), targets, ["a", "b", "c"]);
    }
}
