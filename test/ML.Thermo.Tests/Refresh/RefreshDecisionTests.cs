using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

/// <summary>False alarms and power on real data, from the flag's column.</summary>
public sealed class RefreshDecisionTests
{
    private const int Trials = 60;
    private readonly MLContext _context = new(1);
    private ITransformer _model = null!;

    [OneTimeSetUp]
    public void Train() => _model = Monitored.Regression(_context, Monitored.Diabetes(_context).Training);

    [Test]
    public void Undrifted_patients_raise_as_many_flags_as_was_said([Values] RowTarget target)
    {
        int flags = Flags(target, row => row);
        Assert.That(flags, Is.LessThanOrEqualTo((Trials * 0.05) + (4 * Math.Sqrt(Trials * 0.05 * 0.95))));
    }

    [Test]
    public void A_label_that_means_something_else_is_seen_by_its_energy() =>
        Assert.That(Flags(RowTarget.Label, row => new RealData.Number { Features = row.Features, Label = 350 - row.Label }), Is.GreaterThan(0.8 * Trials));

    [Test]
    public void A_feature_that_changes_its_unit_is_seen_without_labels() =>
        Assert.That(
            Flags(
                RowTarget.Prediction, row => new RealData.Number { Features = [.. row.Features.Select((x, j) => j == 2 ? 2.54f * x : x)], Label = row.Label }),
            Is.GreaterThan(0.8 * Trials));

    /// <summary>How many of the trials end with a flag on the rows of one window, by the rule of a single window.</summary>
    private int Flags(RowTarget target, Func<RealData.Number, RealData.Number> drift)
    {
        RefreshOptions options = new() { WindowRows = 120, Rule = RefreshRule.Window, RowTarget = target, Drift = new() { Draws = 199 } };
        int flags = 0;
        for (ulong seed = 1; seed <= Trials; seed++)
        {
            RealData.Number[] rows = Monitored.Diabetes(_context, seed).Others;
            RefreshTransformer refresh = _context.Thermo().Refresh(options).Fit(_model.Transform(Monitored.View(_context, rows[..170])));
            IDataView watched = refresh.Transform(_model.Transform(Monitored.View(_context, rows[170..290].Select(drift).ToArray())));
            flags += watched.GetColumn<bool>("Refresh").Last() ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{flags} of {Trials} windows flagged");
        return flags;
    }
}
