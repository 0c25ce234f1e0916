using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Alarms;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Alarms;

/// <summary>The streams behind an alarm's limits, seen by what they write: laws, draws, the limit, and who goes on in whose place.</summary>
internal sealed class AlarmParticlesTests
{
    private const int Count = 399, Rank = 20;
    private const ulong Seed = 5;
    private static readonly PolyaUrn s_urn = PolyaUrn.OfBalls([4, 20, 3, 9, 1]);
    private static readonly AlarmScores s_scores = new(s_urn, bothWays: true);

    [Test]
    public void Laws_are_dirichlet_draws_with_the_urn_s_balls()
    {
        const int Draws = 20_000;
        double[] laws = AlarmParticles.DrawLaws(s_urn, Draws, Seed);
        double total = s_urn.Total;
        for (int k = 0; k < 5; k++)
        {
            double[] masses = [.. Enumerable.Range(0, Draws).Select(i => laws[(i * 5) + k] - (k > 0 ? laws[(i * 5) + k - 1] : 0))];
            double share = s_urn.Balls[k] / total, variance = share * (1 - share) / (total + 1);
            Assert.That(masses, Is.All.GreaterThan(0));
            Assert.That(masses.Average(), Is.EqualTo(share).Within(4 * Math.Sqrt(variance / Draws)));
            Assert.That(masses.Average(mass => Math.Pow(mass - share, 2)), Is.EqualTo(variance).Within(0.08 * variance));
        }

        Assert.That(Enumerable.Range(0, Draws).Select(i => laws[(i * 5) + 4]), Is.All.EqualTo(1).Within(1e-12));
    }

    [TestCase(7)]
    [TestCase(64)]
    [TestCase(150)]
    public void Every_stream_draws_its_rows_from_its_own_law(int rows)
    {
        double[] laws = AlarmParticles.DrawLaws(s_urn, Count, Seed);
        var particles = new AlarmParticles(laws, s_scores, Count, Seed);
        double[][] states = [.. Enumerable.Range(0, Count).Select(_ => Start())];
        int[] law = [.. Enumerable.Range(0, Count)];
        double before = 0;
        for (ulong window = 0; window < 3; window++)
        {
            double[] values = [.. Enumerable.Range(0, Count).Select(i =>
            {
                var random = new RandomStream(Seed ^ 0x616C_6172_6D00_0002, (window * Count) + (ulong)i);
                double[] uniform = new double[rows], own = laws[(law[i] * 5)..((law[i] * 5) + 5)];
                for (int done = 0; done < rows; done += 64)
                    random.FillUniform(uniform.AsSpan(done, Math.Min(64, rows - done)));
                double[] sums = new double[3];
                foreach (double u in uniform)
                {
                    int bin = own[..4].Count(mass => mass < u); // in whose mass it falls
                    for (int j = 0; j < 3; j++)
                        sums[j] += s_scores.ByBin[j][bin];
                }

                return s_scores.Add(states[i], sums, rows, before);
            })];
            double limit = particles.Advance(rows, before, Rank, isNormal: false, window);
            Assert.That(limit, Is.EqualTo(values.OrderDescending().ElementAt(Rank - 1)));
            Replace(values, limit, law, states, window);
            Check(particles, law, states);
            before += rows;
        }
    }

    [Test]
    public void Large_windows_draw_normal_sums_with_the_mean_and_the_covariance_of_their_law()
    {
        // One law for all: what differs between the streams is the draw alone.
        const int Draws = 4000;
        const long Rows = 10_000;
        double[] own = AlarmParticles.DrawLaws(s_urn, 1, Seed), laws = [.. Enumerable.Range(0, Draws).SelectMany(_ => own)];
        double[] masses = [.. own.Select((mass, k) => mass - (k > 0 ? own[k - 1] : 0))];
        var particles = new AlarmParticles(laws, s_scores, Draws, Seed);
        particles.Advance(Rows, 0, 1, isNormal: true, 0);
        double[][] sums = [.. Read(particles, Draws).States.Select(state => s_scores.ByBin.Select((_, j) => state[^(3 - j)] - Start()[^(3 - j)]).ToArray())];
        for (int a = 0; a < 3; a++)
        {
            double[] first = s_scores.ByBin[a];
            double mean = Mean(masses, first), variance = Mean(masses, [.. first.Select(x => (x - mean) * (x - mean))]);
            Assert.That(sums.Average(of => of[a]) / Rows, Is.EqualTo(mean).Within(4 * Math.Sqrt(variance / Rows / Draws)));
            for (int b = 0; b <= a; b++)
            {
                double[] second = s_scores.ByBin[b];
                double other = Mean(masses, second), spread = Mean(masses, [.. second.Select(x => (x - other) * (x - other))]);
                double expected = Mean(masses, [.. first.Select((x, k) => (x - mean) * (second[k] - other))]);
                double found = sums.Average(of => (of[a] - (Rows * mean)) * (of[b] - (Rows * other))) / Rows;
                Assert.That(found, Is.EqualTo(expected).Within(4 * Math.Sqrt(((variance * spread) + (expected * expected)) / Draws)), $"scores {a} and {b}");
            }
        }
    }

    [Test]
    public void Copies_and_what_was_written_go_on_alike_and_a_law_that_there_is_not_is_refused()
    {
        double[] laws = AlarmParticles.DrawLaws(s_urn, Count, Seed);
        AlarmParticles particles = new(laws, s_scores, Count, Seed), read = new(laws, s_scores, Count, Seed);
        particles.Advance(20, 0, Rank, false, 0);
        AlarmParticles copy = particles.Copy();
        byte[] bytes = Bytes(particles);
        read.Read(new BinaryReader(new MemoryStream(bytes)));
        double limit = particles.Advance(30, 20, Rank, false, 1);
        Assert.That((copy.Advance(30, 20, Rank, false, 1), read.Advance(30, 20, Rank, false, 1)), Is.EqualTo((limit, limit)));
        Assert.That(Bytes(copy), Is.EqualTo(Bytes(particles)));
        foreach (int law in new[] { -1, Count })
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(4 * 7), law);
            Assert.That(
                () => new AlarmParticles(laws, s_scores, Count, Seed).Read(new BinaryReader(new MemoryStream(bytes))),
                Throws.TypeOf<UnusableDataException>().With.Message.Contains($"Stream 7 of an alarm's limits claims law {law}, of {Count}"));
        }

        BitConverter.TryWriteBytes(bytes.AsSpan(4 * 7), Count - 1);
        Assert.That(() => new AlarmParticles(laws, s_scores, Count, Seed).Read(new BinaryReader(new MemoryStream(bytes))), Throws.Nothing);
    }

    /// <summary>Those at or above the limit go on as copies of others, chosen at random.</summary>
    private static void Replace(double[] values, double limit, int[] law, double[][] states, ulong window)
    {
        var random = new RandomStream(Seed ^ 0x616C_6172_6D00_0001, window);
        int[] survivors = [.. Enumerable.Range(0, Count).Where(i => values[i] < limit)];
        Assert.That(survivors, Has.Length.InRange(1, Count - Rank));
        for (int i = 0; i < Count; i++)
        {
            if (values[i] < limit)
                continue;
            int other = survivors[random.NextInteger(survivors.Length)];
            (law[i], states[i]) = (law[other], [.. states[other]]);
        }
    }

    private static void Check(AlarmParticles particles, int[] law, double[][] states)
    {
        (int[] laws, double[][] found) = Read(particles, Count);
        Assert.That(laws, Is.EqualTo(law));
        Assert.That(found.SelectMany(state => state), Is.EqualTo(states.SelectMany(state => state)).Within(1e-7).Percent);
    }

    private static (int[] Laws, double[][] States) Read(AlarmParticles particles, int count)
    {
        using var reader = new BinaryReader(new MemoryStream(Bytes(particles)));
        int[] laws = [.. Enumerable.Range(0, count).Select(_ => reader.ReadInt32())];
        return (laws, [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, s_scores.Width).Select(_ => reader.ReadDouble()).ToArray())]);
    }

    private static byte[] Bytes(AlarmParticles particles)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            particles.Write(writer);
        return bytes.ToArray();
    }

    private static double[] Start()
    {
        double[] state = new double[s_scores.Width];
        s_scores.Start(state);
        return state;
    }

    private static double Mean(double[] masses, double[] score) => masses.Select((mass, k) => mass * score[k]).Sum();
}
