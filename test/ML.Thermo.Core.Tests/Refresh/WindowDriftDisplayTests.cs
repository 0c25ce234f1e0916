using System.Net;
using System.Text.RegularExpressions;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>The card of a window in a notebook: the verdict, the energies, and the inputs, the most surprising first.</summary>
internal sealed class WindowDriftDisplayTests
{
    [TestCase(30, 4.0, false, "Refresh: yes", "the losses")]
    [TestCase(30, 0.02, false, "Refresh: no, but the window has drifted", "the losses")]
    [TestCase(5, 4.0, false, "Too few rows to decide", "inputs and predictions")]
    [TestCase(30, 4.0, true, "Refresh: no (", "inputs and predictions")]
    public void The_verdict_stands_first_with_the_rule_and_the_rows(int rows, double factor, bool isUnlabelled, string verdict, string rule)
    {
        DriftReference reference = Reference(2);
        WindowDrift drift = reference.Measure(Window(reference, rows, factor, isUnlabelled));
        string html = WebUtility.HtmlDecode(new WindowDriftDisplay().Html(drift));
        Assert.That(html, Does.StartWith("<div").And.Contain($"<b>{verdict}"));
        Assert.That(
            html,
            Does.Contain($"(p = {NumberText.Show(drift.PValue)} at a false-alarm rate of 0.05, by {rule}; {rows} rows, ")
                .And.Contain($"{(isUnlabelled ? 0 : rows)} with a label)"));
        string[] table = Rows(html);
        if (isUnlabelled)
        {
            Assert.That(html, Does.Not.Contain("against the reference"));
        }
        else
        {
            Assert.That(table[..2], Is.EqualTo(new[]
            {
                "|ΔE|ΔS (nats)|T|status",
                $"against the reference|{drift.Energy!.Transition!.DeltaEnergy}|{drift.Energy.Transition.DeltaEntropy}|{drift.Energy.Transition.Temperature}"
                + $"|{string.Join(", ", drift.Status.Names())}",
            }));
        }

        Assert.That(table[^3], Is.EqualTo("input|p of all inputs|shift (sd)|missing|unseen|fault"));
    }

    [Test]
    public void Ten_inputs_are_shown_and_the_others_counted()
    {
        DriftReference reference = Reference(13);
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < 40; i++)
        {
            double[] row = [.. Enumerable.Range(0, 13).Select(j => Math.Sin((i * (j + 2)) + j))];
            row[12] = i % 2 == 0 ? double.NaN : 5;
            window.Observe(double.NaN, double.NaN, row);
        }

        WindowDrift drift = reference.Measure(window);
        string html = WebUtility.HtmlDecode(new WindowDriftDisplay().Html(drift));
        string[] rows = Rows(html);
        Assert.That(rows, Has.Length.EqualTo(11));
        Assert.That(rows[1..].Select(row => row.Split('|')[0]), Is.EqualTo(drift.InputsBySurprise.Take(10).Select(input => input.Input.Name)));
        InputDrift broken = drift.Inputs[12];
        Assert.That(rows[1], Is.EqualTo($"x12|{NumberText.Show(broken.AdjustedPValue)}|{NumberText.Show(Math.Round(broken.Effect, 3))}|20|0|Missing"));
        Assert.That(rows[2].Split('|')[5], Is.Empty);
        Assert.That(html, Does.EndWith("<div style=\"margin:4px 0\">3 more inputs, less surprising</div>"));
        DriftReference ten = Reference(10);
        Assert.That(new WindowDriftDisplay().Html(ten.Measure(Window(ten, 20, 1, true))), Does.Not.Contain("more inputs"));
    }

    [Test]
    public void Without_inputs_there_is_no_table_of_them()
    {
        DriftReference reference = Reference(0);
        Assert.That(new WindowDriftDisplay().Html(reference.Measure(Window(reference, 20, 1, false))), Does.Not.Contain("p of all inputs"));
    }

    private static DriftReference Reference(int inputs)
    {
        var builder = new DriftReferenceBuilder(DriftData.Inputs(inputs));
        foreach ((double loss, double[] row) in Rows(150, inputs, 1))
            builder.Observe(loss, double.NaN, row);
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, int rows, double factor, bool isUnlabelled)
    {
        DriftWindow window = reference.NewWindow();
        foreach ((double loss, double[] row) in Rows(rows, reference.Inputs.Count, 2))
            window.Observe(isUnlabelled ? double.NaN : factor * loss, double.NaN, row);
        return window;
    }

    private static IEnumerable<(double Loss, double[] Row)> Rows(int count, int inputs, ulong stream) =>
        DriftData.Squares(count, 1, 53, stream).Zip(DriftData.Rows(count, inputs, 0.2, 54, stream));

    private static string[] Rows(string html) => [.. Regex.Matches(html, "<tr.*?</tr>", RegexOptions.Singleline)
        .Select(row => string.Join('|', Regex.Matches(row.Value, "<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline).Select(cell => cell.Groups[1].Value)))];
}
