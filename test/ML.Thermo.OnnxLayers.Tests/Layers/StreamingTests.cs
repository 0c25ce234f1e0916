using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;

namespace ML.Thermo.Tests.Layers;

/// <summary>Rows are read as they are asked for, no more than one batch ahead, and nothing is computed for nobody.</summary>
public sealed class StreamingTests : Sandbox
{
    private readonly MLContext _context = new(1);

    [Test]
    public void A_cursor_reads_one_batch_ahead_and_no_more()
    {
        var source = new CountedRows(Networks.Rows(_context, 1000));
        using OnnxLayersTransformer model = Fit(source, batchSize: 16);
        IDataView scored = model.Transform(source);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["LayerTemperature"]]);
        Assert.That(source.RowsRead, Is.Zero);
        for (int i = 0; i < 17; i++)
            Assert.That(cursor.MoveNext());
        Assert.That(source.RowsRead, Is.EqualTo(32));
        Assert.That(source.ColumnsAsked, Is.EquivalentTo(new[] { "Features" }));
    }

    [Test]
    public void Other_columns_cost_no_network_and_no_look_ahead()
    {
        var source = new CountedRows(Networks.Rows(_context, 100));
        OnnxLayersTransformer model = Fit(source, batchSize: 16);
        IDataView scored = model.Transform(source);
        model.Dispose(); // from here on a run of the network would be an error
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Text"]]);
        Assert.That(cursor.MoveNext());
        Assert.That(source.RowsRead, Is.EqualTo(1));
        Assert.That(source.ColumnsAsked, Is.EqualTo(new[] { "Text" }));
        Assert.That(() => scored.GetColumn<float[]>("LayerTemperature").First(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void The_network_runs_only_when_a_layer_column_is_read()
    {
        OnnxLayersTransformer model = Fit(Networks.Rows(_context, 100), batchSize: 16);
        IDataView scored = model.Transform(Networks.Rows(_context, 100));
        model.Dispose();
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<float> number = cursor.GetGetter<float>(scored.Schema["Number"]);
        float value = 0;
        for (int row = 0; row < 100; row++)
        {
            Assert.That(cursor.MoveNext());
            number(ref value);
            Assert.That(value, Is.EqualTo(row));
        }

        Assert.That(cursor.MoveNext(), Is.False);
    }

    [Test]
    public void Every_column_keeps_its_rows_while_rows_are_read_ahead()
    {
        IDataView data = Networks.Rows(_context, 100);
        using OnnxLayersTransformer model = Fit(data, batchSize: 7);
        IDataView scored = model.Transform(data);
        Assert.That(scored.GetColumn<string>("Text"), Is.EqualTo(data.GetColumn<string>("Text")));
        Networks.Example[] rows = [.. _context.Data.CreateEnumerable<Networks.Example>(scored, reuseRowObject: false)];
        Assert.That(rows.Select(row => row.Text), Is.EqualTo(data.GetColumn<string>("Text")));
        Assert.That(rows.SelectMany(row => row.Features), Is.EqualTo(data.GetColumn<float[]>("Features").SelectMany(x => x)));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema), plain = data.GetRowCursor(data.Schema);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter(), expected = plain.GetIdGetter();
        DataViewRowId a = default, b = default;
        while (plain.MoveNext())
        {
            Assert.That(cursor.MoveNext());
            id(ref a);
            expected(ref b);
            Assert.That((a, cursor.Position), Is.EqualTo((b, plain.Position)));
        }

        Assert.That(cursor.MoveNext(), Is.False);
        Assert.That(cursor.MoveNext(), Is.False);
        Assert.That(() => id(ref a), Throws.InvalidOperationException);
    }

    [Test]
    public void Parallel_cursors_read_what_one_reads()
    {
        IDataView data = _context.Transforms.NormalizeMinMax("Features").Fit(Networks.Rows(_context, 3000)).Transform(Networks.Rows(_context, 3000));
        using OnnxLayersTransformer model = Fit(data, batchSize: 8);
        IDataView scored = model.Transform(data);
        float[] alone = [.. scored.GetColumn<float[]>("LayerTemperature").Select(row => row[1])], together = new float[alone.Length];
        DataViewRowCursor[] cursors = scored.GetRowCursorSet([scored.Schema["Number"], scored.Schema["LayerTemperature"]], 4);
        Assert.That(cursors, Has.Length.GreaterThan(1));
        Parallel.ForEach(cursors, cursor =>
        {
            using (cursor)
            {
                ValueGetter<float> number = cursor.GetGetter<float>(scored.Schema["Number"]);
                ValueGetter<VBuffer<float>> temperatures = cursor.GetGetter<VBuffer<float>>(scored.Schema["LayerTemperature"]);
                float row = 0;
                VBuffer<float> values = default;
                while (cursor.MoveNext())
                {
                    number(ref row);
                    temperatures(ref values);
                    together[(int)row] = values.GetValues()[1];
                }
            }
        });
        Assert.That(together, Is.EqualTo(alone).Within(1e-6f));
    }

    [Test]
    public void Shuffled_rows_keep_their_readings()
    {
        IDataView data = _context.Data.Cache(Networks.Rows(_context, 200));
        using OnnxLayersTransformer model = Fit(data, batchSize: 16);
        IDataView scored = model.Transform(data);
        float[] inOrder = [.. scored.GetColumn<float[]>("LayerTemperature").Select(row => row[0])];
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema, new Random(5));
        ValueGetter<float> number = cursor.GetGetter<float>(scored.Schema["Number"]);
        ValueGetter<VBuffer<float>> temperatures = cursor.GetGetter<VBuffer<float>>(scored.Schema["LayerTemperature"]);
        var order = new List<float>();
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            float row = 0;
            number(ref row);
            temperatures(ref values);
            order.Add(row);
            Assert.That(values.GetValues()[0], Is.EqualTo(inOrder[(int)row]).Within(1e-6f));
        }

        Assert.That(order, Is.Not.Ordered.And.Count.EqualTo(200).And.Unique);
    }

    private OnnxLayersTransformer Fit(IDataView data, int batchSize) =>
        _context.Thermo().OnnxLayers(Networks.Write(Folder, Networks.Dense()), new OnnxLayersOptions { BatchSize = batchSize }).Fit(data);

    /// <summary>Data that count what is asked of them.</summary>
    private sealed class CountedRows(IDataView rows) : IDataView
    {
        public int RowsRead { get; private set; }

        public string[] ColumnsAsked { get; private set; } = [];

        public bool CanShuffle => rows.CanShuffle;

        public DataViewSchema Schema => rows.Schema;

        public long? GetRowCount() => rows.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            DataViewSchema.Column[] columns = [.. columnsNeeded];
            ColumnsAsked = [.. columns.Select(column => column.Name)];
            return new Cursor(this, rows.GetRowCursor(columns, rand));
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];

        private sealed class Cursor(CountedRows view, DataViewRowCursor cursor) : DataViewRowCursor
        {
            public override DataViewSchema Schema => cursor.Schema;

            public override long Position => cursor.Position;

            public override long Batch => cursor.Batch;

            public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => cursor.GetGetter<TValue>(column);

            public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

            public override bool MoveNext()
            {
                bool moved = cursor.MoveNext();
                view.RowsRead += moved ? 1 : 0;
                return moved;
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                    cursor.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
