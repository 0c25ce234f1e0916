using System.IO.Compression;
using System.Text;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Tests.Tables;

/// <summary>Tables that are read row by row, and what all readers refuse of a file.</summary>
internal sealed class NumberRowsTests : Sandbox
{
    [Test]
    public void Rows_come_one_by_one_with_the_cells_that_are_asked_for()
    {
        string path = Write("a.csv", " x ,name,n", "1.5,anna,0", "-2e3,\"otto, II\",2147483647");
        using var rows = new NumberRows(path);
        Assert.That((rows.Find("x"), rows.Find("n"), rows.Seek("name"), rows.Seek("X"), rows.Names.Count), Is.EqualTo((0, 2, 1, -1, 3)));
        Assert.That(rows.Read());
        Assert.That((rows.Row, rows.Number(0), rows.Text(1), rows.Index(2)), Is.EqualTo((0L, 1.5, "anna", 0)));
        Assert.That((rows.Is(1, "anna"), rows.Is(1, "annA"), rows.Is(1, "ann")), Is.EqualTo((true, false, false)));
        Assert.That(rows.Read());
        Assert.That((rows.Row, rows.Number(0), rows.Text(1), rows.Index(2)), Is.EqualTo((1L, -2000.0, "otto, II", int.MaxValue)));
        Assert.That(rows.Share, Is.EqualTo(22.0 / new FileInfo(path).Length).Within(1e-12), "two lines of eleven bytes lie before this row");
        Assert.That(rows.Read(), Is.False);
    }

    [Test]
    public void Text_beyond_ascii_is_compared_as_text()
    {
        using var rows = new NumberRows(Write("a.csv", "x,name", "1,Zoë", "2,\"a\nb\""));
        Assert.That(rows.Read());
        Assert.That((rows.Is(1, "Zoë"), rows.Is(1, "Zoé")), Is.EqualTo((true, false)));
        Assert.That(rows.Read());
        Assert.That(rows.Text(1), Is.EqualTo("a b"), "a message stays on its line");
    }

    [TestCase("a,b\n1,", "Row 0 (line 2) of column 'b' is empty: expected a finite number.")]
    [TestCase("a,b\n1,2\n1,x", "Row 1 (line 3) of column 'b' is 'x': expected a finite number.")]
    [TestCase("a,b\n1,NaN", "is 'NaN'")]
    [TestCase("a,b\n1,1e400", "is '1e400'")]
    [TestCase("a,b\n1,\"2,5\"", "is '2,5'")]
    [TestCase("a;b\n1;2,5", "is '2,5'")]
    [TestCase("a,b\n1,0123456789012345678901234567890123456789x", "is '0123456789012345678901234567890123456789…'")]
    [TestCase("a,b\n1,x12345678901234567890123456789012345678x", "is 'x12345678901234567890123456789012345678x'")]
    [TestCase("a,b\n1,2,3", "Row 0 (line 2) of '{0}' has 3 cells: expected 2, one for each name in the header.")]
    [TestCase("a,b\n1", "has 1 cells")]
    [TestCase("a,b\n1,\"2", "'{0}' is not well-formed at line")]
    public void A_cell_that_is_no_finite_number_is_refused_where_it_stands(string text, string expected)
    {
        string path = Write("a.csv", text);
        using var rows = new NumberRows(path);
        Assert.That(Last, Throws.TypeOf<UnusableDataException>().With.Message.Contains(string.Format(null, expected, path)));

        void Last()
        {
            while (rows.Read())
                rows.Number(rows.Find("b"));
        }
    }

    [TestCase("-1")]
    [TestCase("0.5")]
    [TestCase("2147483648")]
    public void An_index_is_a_whole_number_from_0(string cell)
    {
        using var rows = new NumberRows(Write("a.csv", "i,x", $"{cell},1"));
        Assert.That(rows.Read());
        Assert.That(() => rows.Index(0), Throws.TypeOf<UnusableDataException>().With.Message.EqualTo(
            $"Row 0 (line 2) of column 'i' is {cell}: expected a whole number from 0."));
    }

    [TestCase("", "is empty")]
    [TestCase(",,\n1,2,3", "is empty")]
    [TestCase("a,b,a\n1,2,3", "has the name 'a' twice (columns 1 and 3)")]
    public void A_header_has_names_and_each_once(string text, string expected) =>
        Assert.That(() => new NumberRows(Write("a.csv", text)), Throws.TypeOf<UnusableDataException>().With.Message.Contains(expected));

    [TestCase(12, "")]
    [TestCase(13, " and 1 more")]
    public void A_missing_column_names_the_nearest_first_and_at_most_a_dozen(int columns, string rest)
    {
        string path = Write("a.csv", string.Join(',', Enumerable.Range(0, columns).Select(i => i == columns - 1 ? "loss" : $"feature{i:00}")) + ",", "");
        using var rows = new NumberRows(path);
        string message = Assert.Throws<UnusableDataException>(() => rows.Find("lost"))!.Message;
        Assert.That(message, Does.StartWith($"'{path}' has no column 'lost'. Its columns, nearest first: loss, ").And.EndsWith($"{rest}."));
        Assert.That(message.Split("nearest first")[1].Count(c => c == ','), Is.EqualTo(11));
    }

    [Test]
    public void A_packed_table_reads_like_the_table()
    {
        using var rows = new NumberRows(Pack("a.tsv.gz", "a, b\tc\n1\t2\n3\t4\n"));
        Assert.That(rows.Names[0], Is.EqualTo("a, b"));
        Assert.That(rows.Read() && rows.Read());
        Assert.That((rows.Number(0), rows.Number(1), rows.Read()), Is.EqualTo((3.0, 4.0, false)));
    }

    [TestCase(0)]
    [TestCase(300_000)]
    public void A_damaged_packed_table_is_refused_in_a_sentence(int at)
    {
        var random = new Random(1);
        string path = Pack("a.csv.gz", "a,b\n" + string.Concat(Enumerable.Range(0, 100_000).Select(_ => $"{random.NextDouble()},1\n")));
        byte[] bytes = File.ReadAllBytes(path);
        bytes.AsSpan(at, 200).Clear();
        File.WriteAllBytes(path, bytes);
        Assert.That(All, Throws.TypeOf<UnusableDataException>().With.Message.Contains(path));

        void All()
        {
            using var rows = new NumberRows(path);
            while (rows.Read())
                _ = rows.Number(0);
        }
    }

    [TestCase("a.parquet", "is a parquet file: expected csv or tsv")]
    [TestCase("A.XLSX", "is a xlsx file: expected csv or tsv")]
    [TestCase("a.feather.gz", "is a feather file")]
    public void Tables_of_other_kinds_are_named(string name, string expected) =>
        Assert.That(() => new NumberRows(Write(name, "a,b", "1,2")), Throws.TypeOf<ThermoException>().With.Message.Contains(expected));

    [Test]
    public void What_is_no_file_is_refused()
    {
        Assert.That(() => TableFile.Open(Folder), Throws.TypeOf<ThermoException>().With.Message.Contains("is a folder"));
        Assert.That(() => TableFile.Open(Path.Combine(Folder, "none.csv")), Throws.TypeOf<ThermoException>().With.Message.Contains("There is no file"));
        Assert.That(() => TableFile.RefusePipe(Write("a.csv", "a")), Throws.Nothing);
        Assert.That(() => TableFile.RefusePipe(Folder), Throws.Nothing, "refused elsewhere, by name");
        if (!OperatingSystem.IsWindows())
            Assert.That(() => TableFile.RefusePipe("/dev/null"), Throws.TypeOf<ThermoException>().With.Message.Contains("read more than once"));
    }

    private string Pack(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        packed.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
