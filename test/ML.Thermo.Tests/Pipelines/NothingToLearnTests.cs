using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Pipelines;

/// <summary>Labels that have nothing to do with the features: training removes no loss, to the error that is stated.</summary>
public sealed class NothingToLearnTests
{
    private const int Seeds = 20, LeastInside = 17; // 19 of 20 are expected inside two errors; fewer than 17 of 20 have a probability of 1.6 %

    private readonly MLContext _context = new(1);

    [Test]
    public void Refits_on_permuted_labels_lose_what_the_trained_model_loses([Values("coin", "number")] string task, [Values(false, true)] bool heldOut)
    {
        int inside = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var options = Options(task, seed, heldOut ? TypeIIRows.HeldOut(0.3) : TypeIIRows.Twin, InitialState.PermutedLabels(8));
            inside += IsNothing(_context.Thermo().PhaseTransition(Tree(task), options).Fit(Data(400, seed)).Transition) ? 1 : 0;
        }

        Assert.That(inside, Is.AtLeast(LeastInside));
    }

    [Test]
    public void Predictions_of_a_classifier_drawn_anew_lose_what_the_trained_ones_lose([Values("tree", "logistic", "lightgbm", "perceptron")] string trainer)
    {
        int inside = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var options = Options("coin", seed, TypeIIRows.Twin, InitialState.LabelMarginal);
            inside += IsNothing(_context.Thermo().PhaseTransition(Rows.Binary(_context, trainer, "A"), options).Fit(Data(400, seed)).Transition) ? 1 : 0;
        }

        Assert.That(inside, Is.AtLeast(LeastInside));
    }

    [Test]
    public void Labels_drawn_anew_lose_twice_their_variance_by_definition()
    {
        // So a constant prediction of the mean, which has learned nothing, removes Var y of 2 Var y: the guide says so.
        Transition transition = _context.Thermo().PhaseTransition(Tree("number"), Options("number", 1, TypeIIRows.Twin, InitialState.LabelMarginal))
            .Fit(Data(1000, 1)).Transition;
        Assert.That(transition.From.Energy.Value, Is.EqualTo(2 / 12.0).Within(4 * transition.From.Energy.StandardError));
    }

    [Test]
    public void The_delivered_model_is_trained_on_all_rows_bit_for_bit([Values("gradient", "tree", "lightgbm")] string name)
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(500));
        var alone = Rows.Regression(new MLContext(1), name, "Y").Fit(data);
        var context = new MLContext(1);
        var wrapped = context.Thermo().PhaseTransition(Rows.Regression(context, name, "Y"), "Y").Fit(data);
        Assert.That(wrapped.Transform(data).GetColumn<float>("Score"), Is.EqualTo(alone.Transform(data).GetColumn<float>("Score")));
        Assert.That(wrapped.Record.TrainingRows, Is.EqualTo(500));
        Assert.That(wrapped.Record.TwinRows + wrapped.Record.TypeIIRows, Is.EqualTo(500));
        Assert.That(wrapped.Record.TypeIIRows, Is.EqualTo(150).Within(40));
        Assert.That((wrapped.Record.IsHeldOut, wrapped.Record.Trainings), Is.EqualTo((true, 2)));
    }

    [Test]
    public void A_twin_is_measured_on_no_more_rows_than_that_is_worth()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows.Draw(200_000));
        PhaseTransitionRecord record = _context.Thermo().PhaseTransition(_context.Regression.Trainers.OnlineGradientDescent("Y"), "Y").Fit(data).Record;
        Assert.That(record.TypeIIRows, Is.EqualTo(TypeIIRows.MostTwinRows).Within(600)); // four errors of a binomial number
    }

    private static bool IsNothing(Transition transition) => Math.Abs(transition.DeltaEnergy.Value) <= 2 * transition.DeltaEnergy.StandardError;

    private static PhaseTransitionOptions Options(string task, ulong seed, TypeIIRows rows, InitialState state) => new()
    {
        LabelColumnName = task == "coin" ? "A" : "Y",
        TypeIIRows = rows,
        InitialState = state,
        Transition = new TransitionOptions { Seed = seed },
    };

    private IDataView Data(int rows, ulong seed) => _context.Data.LoadFromEnumerable(Rows.Nothing(rows, seed));

    private IEstimator<ITransformer> Tree(string task) => task == "coin" ? Rows.Binary(_context, "tree", "A") : Rows.Regression(_context, "tree", "Y");
}
