using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>A label with the name of one of the model's own columns, as in dotnet/machinelearning#2806.</summary>
public sealed class HiddenLabelTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_label_called_Score_is_the_datas([Values("gradient", "tree", "lightgbm")] string name)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(600));
        IDataView hidden = _context.Transforms.CopyColumns("Score", "Y").Fit(data).Transform(data);
        Transition expected = Measure("Y", data), actual = Measure("Score", hidden);
        Assert.That(actual.To.Energy.Value, Is.EqualTo(expected.To.Energy.Value).And.Positive);
        Assert.That(actual.DeltaEntropy, Is.EqualTo(expected.DeltaEntropy));

        Transition Measure(string label, IDataView rows) =>
            _context.Thermo().PhaseTransition(Rows.Regression(_context, name, label), label).Fit(rows).Transition;
    }

    [Test]
    public void A_label_called_PredictedLabel_is_the_datas()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(600));
        Transition Measure(string label) => _context.Thermo().GetTransition(_context.Transforms.Conversion.MapValueToKey(label, "C")
            .Append(_context.Thermo().PhaseTransition(_context.MulticlassClassification.Trainers.NaiveBayes(label), label)).Fit(data));
        Transition expected = Measure("K"), actual = Measure("PredictedLabel");
        Assert.That(actual.To.Energy, Is.EqualTo(expected.To.Energy));
        Assert.That(actual.Temperature, Is.EqualTo(expected.Temperature));
    }

    [Test]
    public void A_label_may_be_another_models_score()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(400));
        IDataView taught = Rows.Regression(_context, "tree", "Y").Fit(data).Transform(data); // its score is what the next model learns
        Transition actual = _context.Thermo().PhaseTransition(Rows.Regression(_context, "gradient", "Score"), "Score").Fit(taught).Transition;
        IDataView renamed = _context.Transforms.CopyColumns("Teacher", "Score").Fit(taught).Transform(taught);
        Transition expected = _context.Thermo().PhaseTransition(Rows.Regression(_context, "gradient", "Teacher"), "Teacher").Fit(renamed).Transition;
        Assert.That(actual.To.Energy.Value, Is.EqualTo(expected.To.Energy.Value).And.Positive);
    }

    [Test]
    public void Where_no_step_can_read_such_a_label_it_is_refused_in_words()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(400));
        IDataView hidden = _context.Transforms.CopyColumns("Score", "Y").Fit(data).Transform(data);
        var options = new PhaseTransitionOptions { LabelColumnName = "Score", RowTarget = RowTarget.Label };
        Assert.That(
            () => _context.Thermo().PhaseTransition(Rows.Regression(_context, "tree", "Score"), options).Fit(hidden),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("another name"));
        IDataView scored = Rows.Regression(_context, "tree", "Score").Fit(hidden).Transform(hidden);
        Assert.That(
            () => _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = "Score", WindowRows = 50 }).Fit(scored),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("another name"));
    }

    [Test]
    public void A_label_may_be_made_inside_the_wrapped_chain()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(400));
        var chain = _context.Transforms.Conversion.MapValueToKey("Label", "C").Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var model = _context.Thermo().PhaseTransition(chain).Fit(data);
        Assert.That(model.Transition.DeltaEnergy.Value, Is.Positive);
        Assert.That(model.Record.TrainingRows, Is.EqualTo(400));
        Assert.That(
            () => _context.Thermo().PhaseTransition(chain, initialState: InitialState.PermutedLabels(2)).Fit(data),
            Throws.InvalidOperationException.With.Message.Contains("'Label'"));
    }
}
