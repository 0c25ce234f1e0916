using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Linear.Squared;

/// <summary>What must not change, and what must change in step, for any data and any law.</summary>
public sealed class SquaredSymmetryTests
{
    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void Multiplying_the_loss_multiplies_energies_and_shifts_the_entropy(uint seed, byte size)
    {
        // Targets, means and spreads times a: the energy times a².
        double a = 0.1 + (size / 20.0);
        LabelledData data = SquaredExamples.Generated(30, 2 + (size % 4), seed);
        var scaled = new LabelledData(data.Features, data.Targets.ToArray().Select(y => a * y).ToArray());
        SquaredEnsemble plain = Ensemble(data, 0.4, 1.3), larger = Ensemble(scaled, a * 0.4, a * 1.3);
        for (int order = 1; order <= 4; order++)
            AssertClose(larger.Cumulant(order), Math.Pow(a, 2 * order) * plain.Cumulant(order));
        AssertClose(larger.Floor, a * a * plain.Floor);
        Assert.That(Entropy(larger), Is.EqualTo(Entropy(plain) + (2 * Math.Log(a))).Within(1e-9));
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void An_offset_of_the_energy_moves_it_and_nothing_else(uint seed, byte size)
    {
        var data = SecondMoments.Of(SquaredExamples.Generated(30, 3, seed));
        var raised = new SecondMoments(data.Count, data.FeatureMoments, data.CrossMoments, data.TargetMoment + size);
        SquaredEnsemble plain = Ensemble(data, 0.4, 1.3), higher = Ensemble(raised, 0.4, 1.3);
        AssertClose(higher.Cumulant(1), plain.Cumulant(1) + size);
        AssertClose(higher.Floor, plain.Floor + size);
        for (int order = 2; order <= 4; order++)
            AssertClose(higher.Cumulant(order), plain.Cumulant(order));
        Assert.That(Entropy(higher), Is.EqualTo(Entropy(plain)).Within(1e-9));
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void A_rotation_of_the_features_does_not_matter_to_an_isotropic_normal_initialisation(uint seed, ushort angle)
    {
        LabelledData data = SquaredExamples.Generated(30, 3, seed);
        (double sin, double cos) = Math.SinCos(angle);
        double[] turned = data.Features.ToArray();
        for (int i = 0; i < turned.Length; i += 3)
        {
            (turned[i], turned[i + 1]) = ((cos * turned[i]) - (sin * turned[i + 1]), (sin * turned[i]) + (cos * turned[i + 1]));
            (turned[i + 1], turned[i + 2]) = ((cos * turned[i + 1]) - (sin * turned[i + 2]), (sin * turned[i + 1]) + (cos * turned[i + 2]));
        }

        SquaredEnsemble plain = Ensemble(data, 0, 1.3), rotated = Ensemble(new LabelledData(turned, data.Targets), 0, 1.3);
        for (int order = 1; order <= 4; order++)
            AssertClose(rotated.Cumulant(order), plain.Cumulant(order));
        Assert.That(rotated.Floor, Is.EqualTo(plain.Floor).Within(1e-12 * plain.Cumulant(1)));
        Assert.That(Entropy(rotated), Is.EqualTo(Entropy(plain)).Within(1e-9));
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void A_change_of_units_that_the_law_follows_changes_nothing(uint seed, byte size)
    {
        double unit = Math.Pow(10, (size % 13) - 6);
        LabelledData data = SquaredExamples.Generated(30, 2, seed);
        double[] features = [.. data.Features.ToArray().Select((x, k) => k % 2 == 0 ? x * unit : x)];
        var law = new ParameterLaw(InitializationLaw.Uniform(-1, 2), InitializationLaw.Uniform(-3, 0.5));
        var follows = new ParameterLaw(InitializationLaw.Uniform(-1 / unit, 2 / unit), InitializationLaw.Uniform(-3, 0.5));
        var plain = new SquaredEnsemble(SecondMoments.Of(data), law);
        var converted = new SquaredEnsemble(SecondMoments.Of(new LabelledData(features, data.Targets)), follows);
        for (int order = 1; order <= 3; order++)
            AssertClose(converted.Cumulant(order), plain.Cumulant(order));
        Assert.That(Entropy(converted), Is.EqualTo(Entropy(plain)).Within(1e-8));
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Uniform_parameters_spread_the_energy_less_than_normal_ones_of_the_same_variance(uint seed)
    {
        var data = SecondMoments.Of(SquaredExamples.Generated(30, 3, seed));
        double uniform = new SquaredEnsemble(data, ParameterLaw.Same(InitializationLaw.Uniform(-Math.Sqrt(3), Math.Sqrt(3)), 3)).Cumulant(2);
        Assert.That(uniform, Is.LessThan(Ensemble(data, 0, 1).Cumulant(2)));
    }

    private static SquaredEnsemble Ensemble(LabelledData data, double mean, double deviation) => Ensemble(SecondMoments.Of(data), mean, deviation);

    private static SquaredEnsemble Ensemble(SecondMoments data, double mean, double deviation) =>
        new(data, ParameterLaw.Same(InitializationLaw.Normal(mean, deviation), data.Columns));

    private static double Entropy(SquaredEnsemble ensemble) => ensemble.ExactEntropy()!.Value.Value;

    private static void AssertClose(double actual, double expected) => Assert.That(actual, Is.EqualTo(expected).Within(1e-10 * Math.Abs(expected)));
}
