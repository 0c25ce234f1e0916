using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Notebook;

namespace ML.Thermo.Tests.Notebook;

/// <summary>What a notebook shows of a data view.</summary>
public sealed class DataViewTableTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Test]
    public void TenRowsAreShownWithoutTheColumnsBetweenSteps()
    {
        IDataView rows = Context.Transforms.CopyColumns("__thermo_score", "Number").Fit(View(25)).Transform(View(25));
        string html = DataViewTable.Html(rows);
        Assert.That(html.Split("<tr>"), Has.Length.EqualTo(12)); // what stands before, the heading, ten rows
        Assert.That(html, Does.Contain("Number: Single").And.Contain("the first 10 rows").And.Not.Contain("__thermo"));
        Assert.That(html, Does.Contain(">0.5<").And.Contain("1, 2, 3, 4, … (5)").And.Contain("&lt;b&gt; 3"));
    }

    [Test]
    public void AShortViewIsShownWhole()
    {
        string html = DataViewTable.Html(View(3));
        Assert.That(html.Split("<tr>"), Has.Length.EqualTo(5));
        Assert.That(html, Does.Not.Contain("first"));
        Assert.That(() => DataViewTable.Html(View(3), rows: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static IDataView View(int rows) => Context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Row { Number = 0.5f + i, Text = $"<b> {i}" }));

    private sealed class Row
    {
        public float Number { get; set; }

        public string Text { get; set; } = "";

        [VectorType(5)]
        public float[] Vector { get; set; } = [1, 2, 3, 4, 5];
    }
}
