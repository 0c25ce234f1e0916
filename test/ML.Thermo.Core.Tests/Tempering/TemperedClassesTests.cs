using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Tempering;
using static ML.Thermo.Tests.Tempering.TemperedData;

namespace ML.Thermo.Tests.Tempering;

/// <summary>Ladders of softmax regressions, against differences and the ladder of two classes.</summary>
public sealed class TemperedClassesTests
{
    [Test]
    public void Of_several_classes_every_step_ends_in_the_minimum_that_it_is_defined_by()
    {
        (double[][] x, double[] y) = Classes(new RandomStream(4, 1), 90, [[1, -1], [0, 2], [-1, 0]]);
        TemperedScale scale = TemperedScale.Of(x);
        var loss = TemperedLoss.OfClasses(3);
        TemperedRows rows = TemperedRows.Of(x, y, scale, loss);
        RandomStream random = new(4, 2);
        Matrix<double> root = Matrix<double>.Build.Dense(9, 9, (_, _) => random.NextNormal());
        Matrix<double> pull = (root * root.Transpose()) + Matrix<double>.Build.DenseIdentity(9);
        Vector<double> centre = Vector<double>.Build.Dense(9, i => 0.1 * i);
        (Vector<double> minimum, Matrix<double> curvature) = TemperedCopy.Minimum(rows, loss, centre, pull);
        Assert.That((rows.Sums(minimum, loss).Gradient + (pull * (minimum - centre))).L2Norm(), Is.LessThan(1e-4));
        for (int i = 0; i < 9; i++)
        {
            // The Hessian against a difference of gradients, and the gradient against one of losses.
            Vector<double> up = minimum.Clone(), down = minimum.Clone();
            (up[i], down[i]) = (up[i] + 1e-5, down[i] - 1e-5);
            (double lossUp, Vector<double> above, _) = rows.Sums(up, loss);
            (double lossDown, Vector<double> below, _) = rows.Sums(down, loss);
            Assert.That(((above - below) / 2e-5).ToArray(), Is.EqualTo(curvature.Column(i).ToArray()).Within(1e-4));
            Assert.That((lossUp - lossDown) / 2e-5, Is.EqualTo(rows.Sums(minimum, loss).Gradient[i]).Within(1e-4));
        }
    }

    [Test]
    public void Two_classes_are_the_logistic_model_but_for_the_ridge()
    {
        (double[][] x, double[] y) = Labels(new RandomStream(5, 0), 200, [1, -1], 0.3);
        TemperedOptions options = new() { RidgeRows = 1e-6, Memories = [0.5, 1] };
        var logistic = TemperedLadder.Learn(x[..100], y[..100], Energy.CrossEntropy, options);
        var softmax = TemperedLadder.LearnClasses(x[..100], y[..100], 2, options);
        for (int window = 100; window < 200; window += 50)
        {
            TemperedWindow one = logistic.Update(x[window..(window + 50)], y[window..(window + 50)]);
            TemperedWindow two = softmax.Update(x[window..(window + 50)], y[window..(window + 50)]);
            Assert.That(two.Loss, Is.EqualTo(one.Loss).Within(1e-5));
        }

        double[] logits = softmax.Logits(x[0]);
        Assert.That(logits[1] - logits[0], Is.EqualTo(logistic.Output(x[0])).Within(1e-4));
        Assert.That(() => softmax.Output(x[0]), Throws.InvalidOperationException.With.Message.Contains("2 outputs"));
    }

    [Test]
    public void Of_several_classes_it_follows_a_break_takes_a_class_that_is_new_and_goes_on_after_a_file()
    {
        RandomStream random = new(6, 0);
        double[][] before = [[2, 0], [0, 2], [-9, -9]], after = [[0, 2], [2, 0], [-2, -2]]; // the third class is not in the reference
        (double[][] x, double[] y) = Classes(random, 200, before);
        var ladder = TemperedLadder.LearnClasses([.. x.Where((_, i) => y[i] < 2)], [.. y.Where(label => label < 2)], 3);
        TemperedWindow first = ladder.Update(x[..50], y[..50]), last = first;
        for (int window = 0; window < 8; window++)
        {
            (x, y) = Classes(random, 50, after);
            last = ladder.Update(x, y);
        }

        Assert.That(last.Loss, Is.LessThan(0.7 * last.ReferenceLoss));
        var again = TemperedLadder.Parse(ladder.ToJson());
        Assert.That(again.Update(x, y), Is.EqualTo(ladder.Update(x, y)));
        Assert.That(again.ToJson(), Is.EqualTo(ladder.ToJson()));
        Assert.That(() => ladder.Update([[0, 0]], [3]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("is 3: expected the number of a class, 0 to 2"));
        Assert.That(() => TemperedLadder.LearnClasses(x, [.. y.Select(_ => 1.0)], 3), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("of class 1"));
        Assert.That(() => TemperedLadder.LearnClasses(x, y, 1000), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("3000 parameters"));
    }
}
