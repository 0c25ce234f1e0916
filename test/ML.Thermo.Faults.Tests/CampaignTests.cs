using ML.Thermo.Faults;
using ML.Thermo.Faults.Formats;

namespace ML.Thermo.Tests;

/// <summary>A minute of damaged files; <c>./build.sh fuzz</c> tries as many as one has time for.</summary>
internal sealed class CampaignTests
{
    private const ulong Seed = 2026;

    [Test]
    public void Damaged_networks_are_read_rightly_or_refused() => Survive(new OnnxFormat(withRuntime: false), 1200);

    [Test]
    public void Damaged_tables_are_read_rightly_or_refused() => Survive(new TableFormat(), 1500);

    [Test]
    public void Damaged_tables_of_scans_loops_and_trajectories_end_in_a_sentence_or_in_all_their_rows() => Survive(new CommandFormat(), 150);

    [Test]
    public void Damaged_arrays_are_read_rightly_or_refused() => Survive(new NumpyFormat(), 1500);

    [Test]
    public void Damaged_saved_models_hold_what_was_saved_or_are_refused() => Survive(new SavedModelFormat(), 60);

    [Test]
    public void Damaged_monitor_files_give_their_rows_up_to_the_damage_or_are_refused() => Survive(new MonitorFormat(), 250);

    [Test]
    public void Damaged_guards_and_ladders_are_refused_by_their_checksum([Values] bool guards)
    {
        var campaign = new Campaign(guards ? CheckedTextFormat.Guards() : CheckedTextFormat.Ladders(), Seed);
        campaign.Run(300);
        Assert.That(campaign.Faults.Select(fault => $"file {fault.File}: {fault.Verdict.Outcome}: {fault.Verdict.Detail}"), Is.Empty);
        Assert.That(campaign.Counts[Outcome.ClearError], Is.GreaterThan(250));
    }

    private static void Survive(IFormat format, int files)
    {
        using (format as IDisposable)
        {
            var campaign = new Campaign(format, Seed);
            campaign.Run(files);
            TestContext.Out.WriteLine(campaign);
            Assert.That(campaign.Faults.Select(fault => $"file {fault.File}: {fault.Verdict.Outcome}: {fault.Verdict.Detail}"), Is.Empty);
            Assert.That(campaign.Counts[Outcome.ClearError] + campaign.Counts[Outcome.OthersError], Is.GreaterThan(files / 20), "the damage is not nothing");
            Assert.That(campaign.Counts[Outcome.Worked], Is.GreaterThan(files / 50), "the damage is not everything");
        }
    }
}
