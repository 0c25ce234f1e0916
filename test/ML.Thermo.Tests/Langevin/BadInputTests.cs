using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Langevin;

namespace ML.Thermo.Tests.Langevin;

public sealed class BadInputTests
{
    private readonly MLContext _context = new(1);

    private ThermoCatalog Thermo => _context.Thermo();

    [Test]
    public void Arguments_outside_their_range_are_refused()
    {
        Assert.That(() => Thermo.Regression.Langevin(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => Thermo.BinaryClassification.Langevin(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => Thermo.MulticlassClassification.Langevin(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => Thermo.Regression.Langevin(labelColumnName: ""), Throws.ArgumentException);
        Assert.That(() => Thermo.Regression.Langevin(exampleWeightColumnName: ""), Throws.ArgumentException);
        Assert.That(
            () => Thermo.Regression.Langevin(energy: Energy.CrossEntropy), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("mae"));
        Assert.That(() => Thermo.Regression.Langevin(temperature: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(temperature: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(learningRate: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(l2Regularization: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(numberOfIterations: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(new LangevinRegressionOptions { BatchSize = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin(new LangevinRegressionOptions { WarmUp = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Thermo.Regression.Langevin().Fit(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Columns_are_named_with_what_was_expected()
    {
        IDataView numbers = RealData.Diabetes(_context);
        Assert.That(
            () => Thermo.Regression.Langevin("Lable").Fit(numbers),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Lable'").And.Message.Contains("Features, Label"));
        Assert.That(
            () => Thermo.Regression.Langevin(featureColumnName: "Label").Fit(numbers),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("vector of Single"));
        Assert.That(
            () => Thermo.Regression.Langevin(exampleWeightColumnName: "Share").Fit(numbers),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("example weight column 'Share'"));
        Assert.That(
            () => Thermo.BinaryClassification.Langevin().Fit(numbers),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a Boolean").And.Message.Contains("Single"));
        Assert.That(
            () => Thermo.MulticlassClassification.Langevin().Fit(numbers),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a UInt32 key").And.Message.Contains("Single"));
        Assert.That(
            () => Thermo.Regression.Langevin().Fit(RealData.Iris(_context)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a Single").And.Message.Contains("Key"));
    }

    [Test]
    public void Data_from_which_nothing_can_be_learned_are_refused()
    {
        IDataView empty = RealData.View(_context, Array.Empty<RealData.Number>(), 10);
        Assert.That(() => Thermo.Regression.Langevin().Fit(empty), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("no training rows"));
        IDataView gaps = RealData.View(_context, new[] { new RealData.Number { Features = [float.NaN, 1], Label = 1 } }, 2);
        Assert.That(() => Thermo.Regression.Langevin().Fit(gaps), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("None of 1"));
        float[][] features = RealData.Standardized("iris.csv").Features;
        IDataView allTrue = RealData.View(_context, features.Select(x => new RealData.Flag { Features = x, Label = true }).ToArray(), 4);
        Assert.That(
            () => Thermo.BinaryClassification.Langevin().Fit(allTrue),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("All 150 labels are true"));
        IDataView third = RealData.View(_context, features.Select(x => new RealData.Species { Features = x, Label = 2 }).ToArray(), 4);
        Assert.That(() => Thermo.MulticlassClassification.Langevin().Fit(third), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("class 3"));
    }

    [Test]
    public void Steps_that_are_too_long_are_named()
    {
        Assert.That(
            () => Thermo.Regression.Langevin(learningRate: 3).Fit(RealData.Diabetes(_context)),
            Throws.InstanceOf<ThermoException>().With.Message.Contains("size 3"));
    }

    [Test]
    public void A_label_that_never_changes_is_learned()
    {
        IDataView data = RealData.View(
            _context, RealData.Standardized("diabetes.csv").Features.Select(x => new RealData.Number { Features = x, Label = 3 }).ToArray(), 10);
        var model = Thermo.Regression.Langevin(temperature: 0, numberOfIterations: 500).Fit(data);
        Assert.That(model.Model.Bias, Is.EqualTo(3).Within(1e-3));
        Assert.That(Thermo.GetTraining(model).Epochs[^1].Energy, Is.Zero.Within(1e-6));
    }
}
