using ML.Thermo.Energies;

namespace ML.Thermo.Tests.Energies;

public sealed class SoftmaxCrossEntropyTests
{
    [Test]
    public void Equal_logits_cost_the_logarithm_of_the_number_of_classes() =>
        Assert.That(SoftmaxCrossEntropy.Loss([3, 3, 3, 3], 2), Is.EqualTo(Math.Log(4)).Within(1e-15));

    [Test]
    public void Two_classes_cost_what_the_binary_energy_costs([Values(-40, -1.5, 0, 0.3, 12, 800)] double logit, [Values(0, 1)] int label) =>
        Assert.That(SoftmaxCrossEntropy.Loss([2, 2 + logit], label), Is.EqualTo(Energy.CrossEntropy.Loss(logit, label)).Within(1e-15 * (1 + Math.Abs(logit))));

    [Test]
    public void Huge_logits_neither_overflow_nor_lose_the_small_loss()
    {
        Assert.That(SoftmaxCrossEntropy.Loss([1e4, -1e4, 0], 1), Is.EqualTo(2e4));
        Assert.That(SoftmaxCrossEntropy.Loss([50, 0, 0], 0), Is.EqualTo(2 * Math.Exp(-50)).Within(1e-36));
    }

    [FsCheck.NUnit.Property]
    public bool A_common_offset_changes_nothing(short a, short b, short c, short offset) =>
        Math.Abs(SoftmaxCrossEntropy.Loss([a / 1e3, b / 1e3, c / 1e3], 1)
            - SoftmaxCrossEntropy.Loss([(a + offset) / 1e3, (b + offset) / 1e3, (c + offset) / 1e3], 1)) < 1e-12;

    [Test]
    public void The_gradient_is_the_slope_of_the_loss()
    {
        double[] logits = [0.3, -1, 2.2, 0.9], gradient = new double[4];
        SoftmaxCrossEntropy.Gradient(logits, 1, gradient);
        Assert.That(gradient.Sum(), Is.Zero.Within(1e-15));
        for (int k = 0; k < 4; k++)
        {
            double[] above = [.. logits], below = [.. logits];
            above[k] += 1e-5;
            below[k] -= 1e-5;
            Assert.That(gradient[k], Is.EqualTo((SoftmaxCrossEntropy.Loss(above, 1) - SoftmaxCrossEntropy.Loss(below, 1)) / 2e-5).Within(1e-9));
        }
    }

    [Test]
    public void Wrong_arguments_are_named()
    {
        Assert.That(() => SoftmaxCrossEntropy.Loss([1, 2], 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 … 1"));
        Assert.That(() => SoftmaxCrossEntropy.Gradient([1, 2], 0, new double[3]), Throws.ArgumentException.With.Message.Contains("got 3"));
    }
}
