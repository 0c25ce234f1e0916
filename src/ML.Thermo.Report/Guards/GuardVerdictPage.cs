using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Guards;

/// <summary>The page of rows that a guard has judged.</summary>
internal static class GuardVerdictPage
{
    /// <summary>Rows that are drawn: more make no picture clearer, and the page slow.</summary>
    private const int Drawn = 2000;

    /// <summary>Rows, and windows, that are listed: the strangest.</summary>
    private const int Listed = 30;

    /// <summary>More alarms than this many times their expected number are no accident to pass over.</summary>
    private const double Many = 2;

    public static PageContent Of(GuardVerdictFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        (NetworkGuard guard, GuardVerdict verdict, double rate) = (findings.Guard, findings.Verdict, findings.FalseAlarms);
        NumberedRow[] rows = [.. verdict.Rows.Select((row, number) => new NumberedRow(number, row))];
        NumberedRow[] strangest = [.. NumberedRow.Strangest(rows)];
        GuardedWindow[] windows = [.. verdict.Windows.OrderBy(window => window.PValue).ThenBy(window => window.First)];
        return new PageContent
        {
            Title = $"{findings.Subject}: is it like the reference of {guard.Network}?",
            Subtitle = $"{GuardSummary.Counted(rows.Length, "row")} in their order, and {GuardSummary.Counted(verdict.Windows.Count, "window")}"
                + (verdict.Windows.Count > 0 ? $" of {verdict.Windows[0].Rows}" : ""),
            Tone = Tone(verdict, rate),
            Settings = GuardPage.Settings(guard, rate),
            Summary = findings.Summary,
            Scripts = ["judged.js"],
            Data = new
            {
                FalseAlarms = rate,
                LeastPValue = 1.0 / (1 + guard.Rows.Calibrate),
                Facts = Facts(findings, rows),
                AllRows = rows.Length,
                AllWindows = verdict.Windows.Count,
                Rows = Chosen(rows, strangest)
                    .Select(row => new { row.Number, P = row.Verdict.PValue, Values = FieldWriters.PageValues(GuardedRowFields.All, row) }),
                Windows = Chosen(verdict.Windows, windows).Select(window => new { window.First, window.Rows, P = window.PValue }),
                Columns = FieldWriters.PageColumns(GuardedRowFields.All),
                Strangest = strangest.Take(Listed).Select(row => FieldWriters.PageValues(GuardedRowFields.All, row)),
                StrangestWindows = windows.Take(Listed).Select(window => new
                {
                    Rows = $"{window.First} to {window.First + window.Rows - 1}",
                    P = Quantity.Of(window.PValue, "") with { Text = Numbers.Significant(window.PValue, 2) },
                    IsStrange = window.PValue <= rate,
                }),
                Places = Places(guard, verdict, rate),
            },
        };
    }

    private static VerdictTone Tone(GuardVerdict verdict, double rate)
    {
        int windows = GuardSummary.StrangeWindows(verdict, rate), rows = GuardSummary.StrangeRows(verdict, rate);
        return windows > Many * rate * verdict.Windows.Count ? VerdictTone.Bad
            : windows + rows == 0 || rows <= Many * rate * verdict.Rows.Count ? VerdictTone.Good : VerdictTone.Open;
    }

    /// <summary>All of them where they are few, else the strangest and an even choice of the others, in their order.</summary>
    private static IReadOnlyList<T> Chosen<T>(IReadOnlyList<T> all, IEnumerable<T> strangest)
        where T : notnull
    {
        if (all.Count <= Drawn)
            return all;
        HashSet<T> chosen = [.. strangest.Take(Drawn / 2), .. Enumerable.Range(0, Drawn / 2).Select(i => all[(int)((long)i * all.Count / (Drawn / 2))])];
        return [.. all.Where(chosen.Contains)];
    }

    private static object[] Facts(GuardVerdictFindings findings, NumberedRow[] rows)
    {
        (GuardVerdict verdict, double rate) = (findings.Verdict, findings.FalseAlarms);
        int finite = rows.Count(row => double.IsFinite(row.Verdict.Strangeness));
        return
        [
            new
            {
                Label = "strange rows",
                Text = $"{GuardSummary.StrangeRows(verdict, rate)} of {rows.Length}",
                Meaning = $"about {GuardSummary.Expected(rate, rows.Length)} by chance",
            },
            new
            {
                Label = "strange windows",
                Text = $"{GuardSummary.StrangeWindows(verdict, rate)} of {verdict.Windows.Count}",
                Meaning = $"about {GuardSummary.Expected(rate, verdict.Windows.Count)} by chance",
            },
            new
            {
                Label = "least p of a row",
                Text = Least(verdict.Rows.Select(row => row.PValue)),
                Meaning = $"{Numbers.Significant(1.0 / (1 + findings.Guard.Rows.Calibrate), 2)} is the least there can be",
            },
            new { Label = "not finite", Text = Numbers.Count(rows.Length - finite), Meaning = "rows with a number that is not finite: they are strange" },
        ];
    }

    private static string Least(IEnumerable<double> values) => Numbers.Significant(values.DefaultIfEmpty(double.NaN).Min(), 2);

    /// <summary>Where strange rows are strange: watched layers in their order, and the input.</summary>
    private static IEnumerable<object> Places(NetworkGuard guard, GuardVerdict verdict, double rate)
    {
        GuardedRow[] strange = [.. verdict.Rows.Where(row => row.PValue <= rate && double.IsFinite(row.Strangeness))];
        string?[] places = guard.Score == GuardScore.Layers ? [.. guard.Layers] : [null, .. guard.Layers];
        return places.Select(place => new { Name = place ?? "(input)", Rows = strange.Count(row => row.HottestLayer == place) });
    }
}
