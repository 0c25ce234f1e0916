using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>Several models in one pipeline: each is measured by its own columns.</summary>
public sealed class TwoModelsTests
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_second_model_is_measured_as_if_it_were_alone(
        [Values("logistic", "calibrated perceptron", "tree", "perceptron")] string first,
        [Values("perceptron", "logistic", "tree", "svm", "lightgbm")] string second)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(600));
        PhaseTransitionTransformer single = Measure(Rows.Binary(_context, second, "B")).Fit(data);
        Transition alone = single.Transition;
        ITransformer chain = Rows.Binary(_context, first, "A").Append(Measure(Rows.Binary(_context, second, "B"))).Fit(data);
        Transition behind = _context.Thermo().GetTransition(chain);
        Assert.That(behind.To.Energy, Is.EqualTo(alone.To.Energy));
        Assert.That(behind.From.Energy, Is.EqualTo(alone.From.Energy));
        Assert.That(behind.Temperature, Is.EqualTo(alone.Temperature));
        foreach (string column in new[] { "Energy", "Entropy", "Temperature" })
            Assert.That(chain.Transform(data).GetColumn<float>(column), Is.EqualTo(single.Transform(data).GetColumn<float>(column)), column);

        IEstimator<PhaseTransitionTransformer> Measure(IEstimator<ITransformer> trainer) => _context.Thermo().PhaseTransition(trainer, "B");
    }

    [Test]
    public void A_regression_behind_a_classifier_has_the_squared_error([Values("gradient", "tree", "lightgbm")] string name)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(600));
        Transition alone = _context.Thermo().PhaseTransition(Rows.Regression(_context, name, "Y"), "Y").Fit(data).Transition;
        ITransformer chain = Rows.Binary(_context, "logistic", "A").Append(
            _context.Thermo().PhaseTransition(Rows.Regression(_context, name, "Y"), "Y")).Fit(data);
        Assert.That(_context.Thermo().GetRecord(chain).EnergyName, Is.EqualTo("mse"));
        Assert.That(_context.Thermo().GetTransition(chain).Temperature, Is.EqualTo(alone.Temperature));
    }

    [Test]
    public void A_monitor_watches_the_loss_of_the_last_model([Values("perceptron", "logistic", "tree")] string second)
    {
        Rows.Row[] rows = Rows.Draw(400);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ITransformer plain = Rows.Binary(_context, "calibrated perceptron", "A").Append(Rows.Binary(_context, second, "B")).Fit(data);
        IDataView scored = plain.Transform(data);
        float[] energies = [.. _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = "B", WindowRows = 50 }).Fit(scored)
            .Transform(scored).GetColumn<float>("Energy")];
        IDataView alone = Rows.Binary(_context, second, "B").Fit(data).Transform(data);
        float[] scores = [.. alone.GetColumn<float>("Score")];
        float[]? probabilities = second == "perceptron" ? null : [.. alone.GetColumn<float>("Probability")];
        for (int i = 0; i < rows.Length; i++)
        {
            double loss = probabilities is null
                ? Math.Log(1 + Math.Exp(rows[i].B ? -scores[i] : scores[i]))
                : -Math.Log(rows[i].B ? probabilities[i] : 1 - probabilities[i]);
            Assert.That(energies[i], Is.EqualTo(loss).Within(1e-4 * (1 + loss)), $"row {i}");
        }
    }

    [Test]
    public void A_monitor_of_a_regression_behind_a_classifier_has_the_squared_error()
    {
        Rows.Row[] rows = Rows.Draw(300);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        IDataView scored = Rows.Binary(_context, "logistic", "A").Append(Rows.Regression(_context, "gradient", "Y")).Fit(data).Transform(data);
        float[] scores = [.. scored.GetColumn<float>("Score")];
        float[] energies = [.. _context.Thermo().Refresh(new RefreshOptions { LabelColumnName = "Y", WindowRows = 50 }).Fit(scored)
            .Transform(scored).GetColumn<float>("Energy")];
        Assert.That(energies, Is.EqualTo(rows.Zip(scores, (row, score) => (row.Y - score) * (row.Y - score))).Within(1e-4));
    }
}
