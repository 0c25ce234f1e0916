using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class BadInputTests
{
    private readonly MLContext _context = new(1);

    private IEstimator<ITransformer> Trainer => _context.Regression.Trainers.OnlineGradientDescent();

    [Test]
    public void Null_and_empty_arguments_are_refused()
    {
        Assert.That(() => ThermoExtensions.Thermo(null!), Throws.ArgumentNullException);
        Assert.That(() => _context.Thermo().PhaseTransition<ITransformer>(null!), Throws.ArgumentNullException);
        Assert.That(() => _context.Thermo().PhaseTransition(Trainer, (PhaseTransitionOptions)null!), Throws.ArgumentNullException);
        Assert.That(() => _context.Thermo().PhaseTransition(Trainer, labelColumnName: ""), Throws.ArgumentException);
        Assert.That(() => _context.Thermo().PhaseTransition(Trainer).Fit(null!), Throws.ArgumentNullException);
        Assert.That(() => _context.Thermo().GetTransition((ITransformer)null!), Throws.ArgumentNullException);
        Assert.That(() => InitialState.PermutedLabels(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => InitialState.ParameterLaw("gauss"), Throws.InstanceOf<InvalidLawException>());
        Assert.That(() => TypeIIRows.HeldOut(1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_column_that_does_not_exist_is_named_with_those_that_do()
    {
        IEstimator<PhaseTransitionTransformer> estimator = _context.Thermo().PhaseTransition(Trainer, labelColumnName: "Lable");
        Assert.That(() => estimator.Fit(RealData.Diabetes(_context)), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("'Lable'").And.Message.Contains("Single").And.Message.Contains("Features, Label"));
        estimator = _context.Thermo().PhaseTransition(Trainer, new PhaseTransitionOptions { ScoreColumnName = "Prediction" });
        Assert.That(
            () => estimator.Fit(RealData.Diabetes(_context)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("score column 'Prediction'"));
        estimator = _context.Thermo().PhaseTransition(Trainer, new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut("Label") });
        Assert.That(
            () => estimator.Fit(RealData.Diabetes(_context)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a Boolean").And.Message.Contains("Single"));
    }

    [Test]
    public void A_label_of_another_type_is_named_with_the_type_expected()
    {
        IEstimator<PhaseTransitionTransformer> estimator = _context.Thermo().PhaseTransition(new Silent(), labelColumnName: "Label");
        Assert.That(() => estimator.Fit(RealData.IrisWithNames(_context)), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("'Label' is String").And.Message.Contains("a Single, a Boolean or a UInt32 key"));
    }

    [Test]
    public void An_energy_that_does_not_suit_the_scores_is_refused()
    {
        IEstimator<PhaseTransitionTransformer> estimator = _context.Thermo().PhaseTransition(
            _context.MulticlassClassification.Trainers.NaiveBayes(), energy: Energy.MeanSquared);
        Assert.That(
            () => estimator.Fit(RealData.Iris(_context)), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("mse expects a Single"));
        estimator = _context.Thermo().PhaseTransition(Trainer, energy: Energy.CrossEntropy);
        Assert.That(() => estimator.Fit(RealData.Diabetes(_context)), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("0 or 1"));
    }

    [Test]
    public void Rows_with_gaps_are_skipped_and_counted()
    {
        (float[][] features, double[] targets, _) = RealData.Standardized("diabetes.csv");
        features[5][2] = float.NaN;
        targets[8] = double.NaN;
        IDataView data = RealData.View(_context, features.Zip(targets, (x, y) => new RealData.Number { Features = x, Label = (float)y }).ToArray(), 10);
        PhaseTransitionTransformer model = _context.Thermo().PhaseTransition(Trainer, typeIIRows: TypeIIRows.Training).Fit(data);
        Assert.That(model.Record.SkippedRows, Is.EqualTo(2));
        Assert.That(model.Record.TrainingRows, Is.EqualTo(440));
        Assert.That(model.Transition.DeltaEnergy.IsDefined);
    }

    [Test]
    public void Data_without_a_measurable_row_are_refused()
    {
        IDataView empty = RealData.View(_context, Array.Empty<RealData.Number>(), 10);
        Assert.That(() => _context.Thermo().PhaseTransition(Trainer).Fit(empty), Throws.InvalidOperationException); // the trainer's own word
        IDataView data = RealData.Diabetes(_context);
        IEstimator<PhaseTransitionTransformer> estimator = _context.Thermo().PhaseTransition(
            Trainer, new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut(empty) });
        Assert.That(() => estimator.Fit(data), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("0 rows"));
        IDataView unlabelled = RealData.View(
            _context, RealData.Standardized("diabetes.csv").Features.Select(x => new RealData.Number { Features = x, Label = float.NaN }).ToArray(), 10);
        estimator = _context.Thermo().PhaseTransition(Trainer, new PhaseTransitionOptions { TypeIIRows = TypeIIRows.HeldOut(unlabelled) });
        Assert.That(() => estimator.Fit(data), Throws.InstanceOf<UnusableDataException>());
    }

    [Test]
    public void A_label_that_never_changes_has_a_transition_without_temperature()
    {
        float[][] features = RealData.Standardized("diabetes.csv").Features;
        IDataView data = RealData.View(_context, features.Select(x => new RealData.Number { Features = x, Label = 3 }).ToArray(), 10);
        Transition transition = _context.Thermo().PhaseTransition(_context.Regression.Trainers.FastTree(), initialState: InitialState.LabelMarginal).Fit(data)
            .Transition;
        Assert.That(transition.Status.HasFlag(Status.PointState | Status.Undefined));
        Assert.That(transition.Temperature.Value, Is.NaN);
    }

    [Test]
    public void One_class_alone_is_measured_and_marked()
    {
        float[][] features = RealData.Standardized("breast-cancer.csv").Features;
        IDataView data = RealData.View(_context, features.Select(x => new RealData.Flag { Features = x, Label = true }).ToArray(), 30);
        Transition transition = _context.Thermo().PhaseTransition(_context.BinaryClassification.Trainers.SdcaLogisticRegression()).Fit(data).Transition;
        Assert.That(transition.DeltaEnergy.Value, Is.Positive);
    }

    [Test]
    public void Cancellation_stops_the_measurement()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var options = new PhaseTransitionOptions { Cancellation = source.Token };
        Assert.That(
            () => _context.Thermo().PhaseTransition(Trainer, options).Fit(RealData.Diabetes(_context)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_model_without_a_transition_says_so()
    {
        IDataView data = RealData.Diabetes(_context);
        ITransformer model = Trainer.Fit(data);
        Assert.That(() => _context.Thermo().GetTransition(model), Throws.ArgumentException.With.Message.Contains("PhaseTransition"));
        Assert.That(() => _context.Thermo().GetTransition(data.Schema), Throws.ArgumentException);
    }

    /// <summary>An estimator that checks nothing and adds nothing.</summary>
    private sealed class Silent : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
