using System.Text;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;

namespace ML.Thermo.Cli.Tests.Tables;

internal sealed class TableReaderTests : Sandbox
{
    [Test]
    public void Every_numeric_column_beside_the_label_is_a_feature()
    {
        LabelledTable table = Read(Write("a.csv", "x1,name,x2,y", "1,anna,2.5,0", "-3e2,otto,.5,1"));

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["x1", "x2"]));
        Assert.That(table.Data.Features.ToArray(), Is.EqualTo([1, 2.5, -300, 0.5]));
        Assert.That(table.Data.Targets.ToArray(), Is.EqualTo([0.0, 1]));
        Assert.That(table.LeftOut, Is.EqualTo([new LeftOutColumn("name", "Row 1 (line 2) of column 'name' is 'anna'")]));
    }

    [TestCase("?", "'?'")]
    [TestCase("", "empty")]
    public void A_numeric_column_with_a_cell_that_is_none_is_an_error_and_not_silently_gone(string cell, string shown)
    {
        string path = Write("late.csv", ["a,b,y", .. Enumerable.Range(0, 1000).Select(i => $"{i},{(i == 999 ? cell : "7")},{-i}")]);

        Assert.That(() => Read(path), Throws.TypeOf<UnusableDataException>().With.Message.Contain($"Row 1000 (line 1001) of column 'b' is {shown}").And.Message.Contain("--without"));
        Assert.That(Read(path, without: ["b"]).Data.FeatureNames, Is.EqualTo(["a"]));
    }

    [Test]
    public void A_column_without_a_name_is_left_out_and_told()
    {
        LabelledTable table = Read(Write("index.csv", ",a,y", "0,5,1", "1,7,2"));

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["a"]));
        Assert.That(table.LeftOut, Is.EqualTo([new LeftOutColumn("column 1", "it has no name in the header")]));
    }

    [Test]
    public void Features_come_in_the_order_they_are_asked_for()
    {
        LabelledTable table = Read(Write("b.csv", "a,b,c,y", "1,2,3,4", "5,6,7,8"), features: ["c", "a"]);

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["c", "a"]));
        Assert.That(table.Data.Features.ToArray(), Is.EqualTo([3.0, 1, 7, 5]));
    }

    [TestCase(4, 0.5)]
    [TestCase(10, 0.01)]
    [TestCase(2048, 0.3)]
    [TestCase(2049, 0.3)]
    [TestCase(10_000, 0.9999)]
    [TestCase(12_345, 0.2)]
    public void Rows_held_out_while_reading_are_those_of_a_split_afterwards(int rows, double share)
    {
        string path = Write("split.csv", ["x,y", .. Enumerable.Range(0, rows).Select(i => $"{i},{-i}")]);
        (LabelledData training, LabelledData heldOut) = Read(path).Data.Split(share, seed: 7);
        LabelledTable table = TableReader.Read(new TableRequest(path, "y", null, []), new HeldOutSelection(share, seed: 7));

        Assert.That(table.Data.Features.ToArray(), Is.EqualTo(training.Features.ToArray()));
        Assert.That(table.Data.Targets.ToArray(), Is.EqualTo(training.Targets.ToArray()));
        Assert.That(table.HeldOut!.Features.ToArray(), Is.EqualTo(heldOut.Features.ToArray()));
        Assert.That(table.HeldOut.Targets.ToArray(), Is.EqualTo(heldOut.Targets.ToArray()));
        Assert.That(heldOut.Rows, Is.EqualTo(Math.Clamp((int)Math.Round(share * rows), 2, rows - 2)));
    }

    [Test]
    public void Columns_can_be_left_out_by_name()
    {
        LabelledTable table = Read(Write("b.csv", "a,b,c,y", "1,2,3,4", "4,3,2,1"), without: ["b"]);

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["a", "c"]));
    }

    [TestCase("tabs.tsv", '\t')]
    [TestCase("tabs.csv", '\t')]
    [TestCase("semicolons.csv", ';')]
    [TestCase("pipes.txt", '|')]
    public void Separators_are_told_by_extension_or_content(string name, char separator)
    {
        LabelledTable table = Read(Write(name, string.Join(separator, "x", "y"), string.Join(separator, "1.5", "2"), string.Join(separator, "3", "4")));

        Assert.That(table.Data.Features.ToArray(), Is.EqualTo([1.5, 3]));
    }

    [Test]
    public void Commas_in_a_header_name_do_not_make_a_tsv_file_a_csv_file()
    {
        LabelledTable table = Read(Write("names.tsv", "length, cm\twidth, cm\ty", "1\t2\t3", "4\t5\t6"));

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["length, cm", "width, cm"]));
    }

    [Test]
    public void Quoted_cells_blank_lines_windows_line_ends_and_a_byte_order_mark_are_read()
    {
        string path = Path.Combine(Folder, "excel.csv");
        File.WriteAllText(path, "\"x, 1\",y\r\n\"1.5\",2\r\n\r\n3,\"4\"", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        LabelledTable table = Read(path);

        Assert.That(table.Data.FeatureNames, Is.EqualTo(["x, 1"]));
        Assert.That(table.Data.Features.ToArray(), Is.EqualTo([1.5, 3]));
        Assert.That(table.Data.Targets.ToArray(), Is.EqualTo([2.0, 4]));
    }

    [Test]
    public void A_decimal_comma_is_not_taken_for_a_thousands_separator()
    {
        Assert.That(() => Read(Write("komma.csv", "x;y", "1,5;2"), features: ["x"]), Throws.TypeOf<UnusableDataException>().With.Message.Contain("'1,5'"));
        Assert.That(() => Read(Write("quoted.csv", "x,y", "\"1,500\",2"), features: ["x"]), Throws.TypeOf<UnusableDataException>().With.Message.Contain("'1,500'"));
    }

    [Test]
    public void Numbers_survive_to_the_last_bit()
    {
        double[] numbers = [Math.PI, 1.0 / 3, double.Epsilon, double.MaxValue, -0.0, 123456789012345678];
        LabelledTable table = Read(Write("bits.csv", ["x,y", .. numbers.Select(x => $"{x:R},1")]));

        Assert.That(table.Data.Features.ToArray().Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(numbers.Select(BitConverter.DoubleToInt64Bits)));
    }

    [Test]
    public void A_long_table_takes_little_more_than_eight_bytes_a_cell()
    {
        const int Rows = 50_000, Columns = 20;
        string line = string.Join(',', Enumerable.Repeat("0.123456", Columns));
        string path = Write("long.csv", [string.Join(',', Enumerable.Range(1, Columns).Select(j => $"x{j}")), .. Enumerable.Repeat(line, Rows)]);
        _ = Read(path, "x1");

        long before = GC.GetAllocatedBytesForCurrentThread();
        LabelledTable table = Read(path, "x1");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(table.Data.Rows, Is.EqualTo(Rows));
        Assert.That(allocated / (double)(Rows * Columns), Is.LessThan(10));
    }

    [Test]
    public void Reading_stops_when_it_is_cancelled()
    {
        string path = Write("long.csv", ["x,y", .. Enumerable.Repeat("1,2", 10_000)]);

        Assert.That(() => TableReader.Read(new TableRequest(path, "y", null, []), cancellation: new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(0)]
    [TestCase(1e-6)]
    [TestCase(0.9)]
    public void Every_number_of_a_table_that_grows_stays_where_it_was(double shareRead)
    {
        const int rows = 2000, width = 3;
        var buffer = new NumberBuffer(width);
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = buffer.NextRow(shareRead);
            for (int j = 0; j < width; j++)
                row[j] = (i * width) + j;
        }

        Assert.That(buffer.Rows, Is.EqualTo(rows));
        Assert.That(Enumerable.Range(0, rows).All(i => buffer.Row(i).SequenceEqual([i * width, (i * width) + 1.0, (i * width) + 2.0])));
        Assert.That(buffer.Keep([0, 2]).ToArray(), Is.EqualTo(Enumerable.Range(0, rows).SelectMany(i => new[] { i * width, (i * width) + 2.0 })));
    }

    [Test]
    public void A_feature_that_is_asked_for_twice_or_is_the_label_is_refused()
    {
        string path = Write("names.csv", ["a,b,y", "1,2,3", "4,5,6", "7,8,10"]);
        Assert.That(Read(path, features: ["b", "a"]).Data.Features.ToArray(), Is.EqualTo(new[] { 2, 1, 5, 4, 8, 7 }));
        Assert.That(() => Read(path, features: ["a", "b", "a"]), Throws.TypeOf<ThermoException>().With.Message.Contains("'a' is asked for twice"));
        Assert.That(() => Read(path, features: ["a", "y"]), Throws.TypeOf<ThermoException>().With.Message.Contains("The label 'y' is among the features"));
    }

    private static LabelledTable Read(string path, string label = "y", string[]? features = null, string[]? without = null) =>
        TableReader.Read(new TableRequest(path, label, features, without ?? []));
}
