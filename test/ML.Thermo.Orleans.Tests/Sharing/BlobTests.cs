using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Files in the cluster, which several callers may put there at the same time.</summary>
internal sealed class BlobTests
{
    private const int Part = 1000;

    [Test]
    public async Task Callers_that_put_the_same_file_do_not_undo_each_other([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[(7 * Part) + 1];
        random.NextBytes(bytes);
        string hash = SharedFile.HashOf(bytes);
        IBlobGrain blob = TwoSilos.Client.GetGrain<IBlobGrain>(hash);
        int[] next = new int[3]; // each caller's next part, from the first on
        while (next.Any(part => part * Part < bytes.Length))
        {
            int caller = random.Next(next.Length), offset = next[caller]++ * Part;
            if (offset < bytes.Length)
                await blob.Put(offset, bytes.Length, bytes[offset..Math.Min(offset + Part, bytes.Length)]);
        }

        Assert.That(await blob.Length(), Is.EqualTo(bytes.Length));
        Assert.That(await blob.Get(0, bytes.Length), Is.EqualTo(bytes));
    }

    [Test]
    public async Task What_is_not_the_file_of_that_name_is_not_kept()
    {
        byte[] bytes = [1, 2, 3];
        IBlobGrain blob = TwoSilos.Client.GetGrain<IBlobGrain>(SharedFile.HashOf(bytes));
        await blob.Put(0, 3, [1, 2, 4]);
        Assert.That(await blob.Length(), Is.Null);
        await blob.Put(0, 3, bytes);
        Assert.That(await blob.Get(0, 3), Is.EqualTo(bytes));
    }
}
