using ML.Thermo.Data;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Logistic;

namespace ML.Thermo.Tests.Linear.Logistic;

public sealed class SoftmaxEnsembleTests
{
    // Golden: tables of the expected largest of K standard normal numbers.
    [TestCase(1, 0)]
    [TestCase(2, 0.564190)]
    [TestCase(3, 0.846284)]
    [TestCase(5, 1.162964)]
    [TestCase(10, 1.538753)]
    [TestCase(100, 2.507594)]
    public void Expected_maximum_of_normals(int count, double expected) =>
        Assert.That(SoftmaxEnsemble.ExpectedMaximum(count), Is.EqualTo(expected).Within(5e-7));

    [Test]
    public void Expected_maximum_has_closed_forms()
    {
        Assert.That(SoftmaxEnsemble.ExpectedMaximum(2), Is.EqualTo(1 / Math.Sqrt(Math.PI)).Within(1e-13));
        Assert.That(SoftmaxEnsemble.ExpectedMaximum(3), Is.EqualTo(1.5 / Math.Sqrt(Math.PI)).Within(1e-13));
    }

    [TestCase(2, 0.1)]
    [TestCase(5, 0.5)]
    public void Narrow_logits_reach_their_limit(int classes, double deviation)
    {
        Estimate mean = new SoftmaxEnsemble(Unit(classes), classes, LinearExamples.Normal(deviation, classes)).Moments.Mean;
        Assert.That(SoftmaxEnsemble.NarrowLimit(classes, deviation), Is.EqualTo(mean.Value).Within((4 * mean.StandardError) + (0.2 * Math.Pow(deviation, 4))));
    }

    [TestCase(2)]
    [TestCase(10)]
    public void Wide_logits_reach_their_limit(int classes)
    {
        Estimate mean = new SoftmaxEnsemble(Unit(classes), classes, LinearExamples.Normal(200, classes)).Moments.Mean;
        Assert.That(SoftmaxEnsemble.WideLimit(classes, 200), Is.EqualTo(mean.Value).Within((4 * mean.StandardError) + 0.02));
    }

    [Test]
    public void Two_classes_are_a_binary_problem()
    {
        // Logit z₁ − z₀ with the difference of two normal parameters: variance 2σ².
        var softmax = new SoftmaxEnsemble(LinearExamples.D3, 2, LinearExamples.Normal(1, 4));
        EnergyMoments binary = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(Math.Sqrt(2))).Moments;
        Assert.That(softmax.Moments.Mean.Value, Is.EqualTo(binary.Mean.Value).Within(4 * softmax.Moments.Mean.StandardError));
        Assert.That(softmax.Moments.Variance.Value, Is.EqualTo(binary.Variance.Value).Within(4 * softmax.Moments.Variance.StandardError));
    }

    [Test]
    public void Draws_are_the_mean_losses_of_their_parameters([Values(2, 7)] int classes)
    {
        LabelledData regression = LinearExamples.Regression(45, 3);
        var data = new LabelledData(regression.Features, Enumerable.Range(0, 45).Select(i => (double)(i % classes)).ToArray());
        ParameterLaw law = LinearExamples.Mixed(3 * classes).Scale(10);
        double[] energies = new double[30], parameters = new double[3 * classes], logits = new double[classes];
        new SoftmaxEnsemble(data, classes, law).Draw(9, 100, energies);
        for (int draw = 0; draw < energies.Length; draw++)
        {
            law.Draw(new RandomStream(9, 100 + (ulong)draw), parameters);
            double sum = 0;
            for (int i = 0; i < data.Rows; i++)
            {
                for (int k = 0; k < classes; k++)
                    logits[k] = System.Numerics.Tensors.TensorPrimitives.Dot(data.Row(i), parameters.AsSpan(3 * k, 3));
                sum += ML.Thermo.Energies.SoftmaxCrossEntropy.Loss(logits, i % classes);
            }

            Assert.That(energies[draw], Is.EqualTo(sum / data.Rows).Within(1e-13 * (1 + sum)));
        }
    }

    [TestCase(2.0)]
    [TestCase(-1.0)]
    [TestCase(0.5)]
    public void A_label_that_is_no_class_is_refused_by_row_and_value(double label)
    {
        var data = new LabelledData(new[] { 1.0, 2 }, new[] { 0, label });
        Assert.That(() => new SoftmaxEnsemble(data, 2, LinearExamples.Normal(1)), Throws.TypeOf<UnusableDataException>().With.Message.Contains($"row 2 is {label}").And.Message.Contains("0 … 1"));
    }

    [Test]
    public void A_law_needs_one_entry_a_class_and_column() =>
        Assert.That(() => new SoftmaxEnsemble(LinearExamples.D3, 2, LinearExamples.Normal(1, 3)), Throws.TypeOf<InvalidLawException>().With.Message.Contains("= 4"));

    /// <summary>One row with the single feature 1: its logits are the parameters.</summary>
    private static LabelledData Unit(int classes) => new(new[] { 1.0 }, new double[] { classes - 1 });
}
