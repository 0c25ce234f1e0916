using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>Held-out rows that the user splits off himself, as everybody does: in front of the scaler.</summary>
public sealed class HeldOutViewTests
{
    private readonly MLContext _context = new(1);
    private readonly DataOperationsCatalog.TrainTestData _split;

    public HeldOutViewTests()
    {
        Rows.Row[] rows = Rows.Draw(1000);
        foreach (Rows.Row row in rows)
            row.Features = [(row.Features[0] * 100) + 50, (row.Features[1] * 100) + 50];
        _split = _context.Data.TrainTestSplit(_context.Data.LoadFromEnumerable(rows), 0.3);
    }

    private IEstimator<ITransformer> Scaler => _context.Transforms.NormalizeMeanVariance("Features", fixZero: false);

    private IEstimator<ITransformer> Trainer => _context.Regression.Trainers.OnlineGradientDescent("Y");

    [Test]
    public void Raw_rows_behind_a_scaler_are_refused_in_words()
    {
        Assert.That(
            () => Scaler.Append(_context.Thermo().PhaseTransition(Trainer, Options(_split.TestSet))).Fit(_split.TrainSet),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("a step before it").And.Message.Contains("Wrap the whole chain"));
    }

    [Test]
    public void A_step_that_leaves_no_hidden_column_is_seen_by_its_annotations()
    {
        IEstimator<ITransformer> before = Scaler.Append(_context.Transforms.SelectColumns("Features", "Y"));
        IDataView raw = _context.Transforms.SelectColumns("Features", "Y").Fit(_split.TestSet).Transform(_split.TestSet);
        Assert.That(
            () => before.Append(_context.Thermo().PhaseTransition(Trainer, Options(raw))).Fit(_split.TrainSet),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("IsNormalized"));
    }

    [Test]
    public void The_whole_chain_wrapped_has_the_energy_of_the_evaluator()
    {
        var model = _context.Thermo().PhaseTransition(Scaler.Append(Trainer), Options(_split.TestSet)).Fit(_split.TrainSet);
        double expected = _context.Regression.Evaluate(model.Transform(_split.TestSet), "Y").MeanSquaredError;
        Assert.That(model.Transition.To.Energy.Value, Is.EqualTo(expected).Within(1e-5 * expected).And.LessThan(1));
    }

    [Test]
    public void Rows_that_the_fitted_scaler_has_transformed_are_taken()
    {
        ITransformer scaler = Scaler.Fit(_split.TrainSet);
        var model = _context.Thermo().PhaseTransition(Trainer, Options(scaler.Transform(_split.TestSet))).Fit(scaler.Transform(_split.TrainSet));
        Assert.That(model.Transition.To.Energy.Value, Is.LessThan(1));
        Assert.That(model.Record.TypeIIRows, Is.EqualTo(_split.TestSet.GetColumn<float>("Y").Count()));
    }

    private static PhaseTransitionOptions Options(IDataView rows) => new() { LabelColumnName = "Y", TypeIIRows = TypeIIRows.HeldOut(rows) };
}
