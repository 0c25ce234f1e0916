using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Workers that cut the pieces at random, ask random silos in random order, at random moments, and some of them twice.</summary>
/// <param name="cluster">A client.</param>
/// <param name="seed">Chooses what is random.</param>
internal sealed class RandomPartitions(IGrainFactory cluster, int seed) : IWorkers
{
    private const int MostPieces = 9, Keys = 4, MostMilliseconds = 15;

    public void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken) =>
        Task.Run(() => DoAsync(work, first, count, made), cancellationToken).GetAwaiter().GetResult();

    private async Task DoAsync(SharedWork work, long first, int count, Action<MadePieces> made)
    {
        var random = new Random(seed);
        var job = WorkJob.Of(work);
        List<(long First, int Count, int Delay, long Key, bool IsAskedTwice)> ranges = [];
        for (int next = 0, length; next < count; next += length)
        {
            length = Math.Min(random.Next(1, MostPieces), count - next);
            ranges.Add((first + next, length, random.Next(MostMilliseconds), random.Next(Keys), random.Next(3) == 0));
        }

        (long, int, int, long, bool)[] shuffled = [.. ranges];
        random.Shuffle(shuffled);
        await Task.WhenAll(shuffled.Select(RangeAsync));

        async Task RangeAsync((long First, int Count, int Delay, long Key, bool IsAskedTwice) range)
        {
            await Task.Delay(range.Delay);
            for (int done = 0; done < range.Count;)
            {
                Task<WorkAnswer>[] asked = [.. Enumerable.Range(0, range.IsAskedTwice ? 2 : 1).Select(i =>
                    cluster.GetGrain<IWorkGrain>(range.Key + i).Do(job, range.First + done, range.Count - done))];
                WorkAnswer answer = await asked[^1];
                await Task.WhenAll(asked);
                if (answer.Missing is { } missing)
                {
                    byte[] bytes = work.Files.First(file => file.Hash == missing).Read();
                    await cluster.GetGrain<IBlobGrain>(missing).Put(0, bytes.Length, bytes);
                    continue;
                }

                if (answer.Refusal is { } refusal)
                    throw new ThermoException(refusal);
                made(new(range.First + done, answer.Made, answer.Results!));
                done += answer.Made;
            }
        }
    }
}
