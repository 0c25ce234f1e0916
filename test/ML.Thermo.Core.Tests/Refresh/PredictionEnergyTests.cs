using ML.Thermo.Energies;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

internal sealed class PredictionEnergyTests
{
    [FsCheck.NUnit.Property]
    public void A_logit_and_its_probability_have_one_energy(byte step, bool positive)
    {
        double logit = (step - 128) / 10.0, label = positive ? 1 : 0, p = 1 / (1 + Math.Exp(-logit));
        var logits = new PredictionEnergy(PredictionKind.Logit);
        var probabilities = new PredictionEnergy(PredictionKind.Probability);
        Assert.That(probabilities.Loss([p], label), Is.EqualTo(logits.Loss([logit], label)).Within(1e-9));
        Assert.That(probabilities.SelfEnergy([p]), Is.EqualTo(logits.SelfEnergy([logit])).Within(1e-12));
    }

    [FsCheck.NUnit.Property]
    public void Two_classes_are_the_binary_case(byte step, bool positive)
    {
        double logit = (step - 128) / 10.0, label = positive ? 1 : 0;
        var binary = new PredictionEnergy(PredictionKind.Logit);
        var classes = new PredictionEnergy(PredictionKind.Logits);
        Assert.That(classes.Loss([3, 3 + logit], label), Is.EqualTo(binary.Loss([logit], label)).Within(1e-9));
        Assert.That(classes.SelfEnergy([3, 3 + logit]), Is.EqualTo(binary.SelfEnergy([logit])).Within(1e-9));
    }

    [FsCheck.NUnit.Property]
    public void Self_energy_is_the_mean_loss_over_labels_of_the_predicted_law(byte a, byte b, byte c)
    {
        double[] p = [.. new double[] { a + 1, b + 1, c + 1 }.Select(part => part / (a + b + c + 3))];
        var classes = new PredictionEnergy(PredictionKind.Probabilities);
        Assert.That(classes.SelfEnergy(p), Is.EqualTo(Enumerable.Range(0, 3).Sum(k => p[k] * classes.Loss(p, k))).Within(1e-12));
    }

    [Test]
    public void A_wrong_answer_given_with_certainty_costs_34_5_nats()
    {
        const double Most = 34.538776394910684; // -ln 1e-15
        Assert.That(new PredictionEnergy(PredictionKind.Probability).Loss([1], 0), Is.EqualTo(Most).Within(1e-9));
        Assert.That(new PredictionEnergy(PredictionKind.Probabilities).Loss([1, 0, 0], 2), Is.EqualTo(Most).Within(1e-9));
        Assert.That(new PredictionEnergy(PredictionKind.Logit).Loss([1000], 0), Is.EqualTo(Most).Within(1e-9));
        Assert.That(new PredictionEnergy(PredictionKind.Logits).Loss([1000, 0], 1), Is.EqualTo(Most).Within(1e-9));
    }

    [Test]
    public void Values_have_the_loss_that_was_asked_for_and_no_self_energy()
    {
        Assert.That(new PredictionEnergy(PredictionKind.Value).Loss([3], 1), Is.EqualTo(4));
        Assert.That(new PredictionEnergy(PredictionKind.Value, Energy.MeanAbsolute).Loss([3], 1), Is.EqualTo(2));
        Assert.That(new PredictionEnergy(PredictionKind.Value).SelfEnergy([3]), Is.NaN);
    }

    [Test]
    public void What_is_not_known_has_no_energy()
    {
        var classes = new PredictionEnergy(PredictionKind.Probabilities);
        Assert.That(classes.Loss([0.5, 0.5], double.NaN), Is.NaN);
        Assert.That(classes.Loss([double.NaN, 0.5], 1), Is.NaN);
        Assert.That(classes.SelfEnergy([double.NaN, 0.5]), Is.NaN);
        Assert.That(classes.Channel([double.NaN, 0.5]), Is.NaN);
    }

    [Test]
    public void A_label_outside_its_domain_is_named()
    {
        Assert.That(() => new PredictionEnergy(PredictionKind.Probability).Loss([0.5], 2), Throws.TypeOf<UnusableDataException>().With.Message.Contains("The label is 2: expected 0 or 1"));
        Assert.That(() => new PredictionEnergy(PredictionKind.Logits).Loss([0, 0, 0], 3), Throws.TypeOf<UnusableDataException>().With.Message.Contains("0 … 2"));
        Assert.That(() => new PredictionEnergy(PredictionKind.Logits).Loss([0], 0), Throws.ArgumentException.With.Message.Contains("expects one a class"));
        Assert.That(() => new PredictionEnergy(PredictionKind.Probability, Energy.MeanSquared), Throws.ArgumentException.With.Message.Contains("expected ce"));
        Assert.That(() => new PredictionEnergy(PredictionKind.Value, Energy.CrossEntropy), Throws.ArgumentException.With.Message.Contains("expected mse or mae"));
    }

    [Test]
    public void The_likeliest_class_is_watched_as_a_category()
    {
        var classes = new PredictionEnergy(PredictionKind.Logits);
        Assert.That(classes.Inputs([new DriftInput("x")]), Is.EqualTo(new[] { new DriftInput("x"), new DriftInput("prediction", IsCategory: true, IsPrediction: true) }));
        Assert.That(classes.Channel([0, 2, 1]), Is.EqualTo(1));
    }
}
