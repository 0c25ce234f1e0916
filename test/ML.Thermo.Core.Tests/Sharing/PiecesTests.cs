using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Numbered pieces of work, done by threads or by workers.</summary>
internal sealed class PiecesTests
{
    [Test]
    public void Each_is_done_once_and_comes_out_in_order_however_many_threads_there_are()
    {
        foreach (int streams in new[] { 1, 2, 7 })
        {
            foreach (int neighbours in new[] { 1, 4 })
            {
                var pieces = new Squares(streams, neighbours);
                List<(long, double)> made = [];
                pieces.InOrder(null, 101, (number, square) => made.Add((number, square)), CancellationToken.None);
                Assert.That(made, Is.EqualTo(Enumerable.Range(0, 101).Select(i => ((long)i, (double)i * i))));
                Assert.That(pieces.Done, Is.EqualTo(101));
            }
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public bool Workers_that_bring_them_in_any_order_change_nothing(int seed)
    {
        List<(long, double)> made = [];
        new Squares(1, 1).InOrder(new AnyOrder(seed), 60, (number, square) => made.Add((number, square)), CancellationToken.None);
        return made.SequenceEqual(Enumerable.Range(0, 60).Select(i => ((long)i, (double)i * i)));
    }

    [Test]
    public void A_failure_comes_out_as_it_was_thrown_and_the_rest_is_left()
    {
        var pieces = new Squares(2, 1) { Bad = 3 };
        Assert.That(() => pieces.Do(null, 0, 100_000, (_, _) => { }, CancellationToken.None),
            Throws.TypeOf<UnusableDataException>().With.Message.EqualTo("piece 3"));
        Assert.That(pieces.Done, Is.LessThan(100_000));
        Assert.That(() => new Squares(2, 1).Do(null, 0, 10, (_, _) => { }, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Numbers_and_words_travel_to_the_last_bit()
    {
        double[] numbers = [double.NaN, -0.0, double.Epsilon, double.NegativeInfinity, 0.1];
        byte[] bytes = Packed.Of(to =>
        {
            to.WriteAll<double>(numbers);
            to.WriteAll(["", "ü", "two\nlines"]);
            to.WriteOptional(null);
            to.WriteOptional(-3);
            to.WriteAll<sbyte>([]);
        });
        using BinaryReader from = Packed.Reader(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(from.ReadAll<double>().Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(numbers.Select(BitConverter.DoubleToInt64Bits)));
            Assert.That(from.ReadWords(), Is.EqualTo(new[] { "", "ü", "two\nlines" }));
            Assert.That(from.ReadOptional(), Is.Null);
            Assert.That(from.ReadOptional(), Is.EqualTo(-3));
            Assert.That(from.ReadAll<sbyte>(), Is.Empty);
            Assert.That(from.BaseStream.Position, Is.EqualTo(bytes.Length));
        });
    }

    private sealed class Squares(int streams, int neighbours) : Pieces<double>
    {
        private int _done;

        public int Done => _done;

        public long Bad { get; init; } = -1;

        protected override int Streams => streams;

        protected override int Neighbours => neighbours;

        public override double Do(long number, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _done);
            if (Bad >= 0 && number > Bad)
                Thread.Sleep(1); // all of them would take a minute: time enough for the failure to be seen
            return number == Bad ? throw new UnusableDataException($"piece {number}") : (double)number * number;
        }

        protected override SharedWork Describe() => new("squares/1", [], [], []);

        protected override void Write(BinaryWriter to, double result) => to.Write(result);

        protected override double Read(BinaryReader from) => from.ReadDouble();
    }

    /// <summary>Ranges of random lengths in random order.</summary>
    private sealed class AnyOrder(int seed) : IWorkers
    {
        public void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken)
        {
            var random = new Random(seed);
            List<(long First, int Count)> ranges = [];
            for (int next = 0, length; next < count; next += length)
                ranges.Add((first + next, length = Math.Min(random.Next(1, 9), count - next)));
            (long First, int Count)[] shuffled = [.. ranges];
            random.Shuffle(shuffled);
            foreach ((long start, int length) in shuffled)
            {
                made(new(start, length, Packed.Of(to =>
                {
                    for (int i = 0; i < length; i++)
                        new Squares(1, 1).Do(start + i, to, cancellationToken);
                })));
            }
        }
    }
}
