using ML.Thermo.Audit;
using ML.Thermo.Audit.Networks;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class NetworkErrorsTests
{
    [Test]
    public void Stated_errors_are_the_spread_over_seeds_and_never_zero()
    {
        Finding[] findings = [.. NetworkErrors.Run(isQuick: true)];
        Assert.That(findings.Where(finding => !finding.Holds).Select(finding => finding.ToString()), Is.Empty);
        Assert.That(findings, Has.Length.GreaterThan(30));
    }

    [Test]
    public void Stated_errors_are_the_spread_over_rows_drawn_anew_where_the_trained_state_is_of_the_rows() =>
        Assert.That(NetworkErrors.Rows(isQuick: true).Where(finding => !finding.Holds).Select(finding => finding.ToString()), Is.Empty);

    [Test]
    public void Errors_of_signal_efficiencies_are_the_spread_over_data() =>
        Assert.That(SignalErrors.Run(isQuick: true).Where(finding => !finding.Holds).Select(finding => finding.ToString()), Is.Empty);
}
