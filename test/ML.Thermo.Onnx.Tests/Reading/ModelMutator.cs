namespace ML.Thermo.Tests.Reading;

/// <summary>Damages models in the ways that files are damaged and forged: every mutant depends on its seed alone.</summary>
public static class ModelMutator
{
    private static readonly byte[][] Lies = [[0x00], [0x7F], [0xFF, 0x01], [0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]];

    public static byte[] Mutate(IReadOnlyList<byte[]> models, int seed)
    {
        Random random = new(seed);
        List<byte> bytes = [.. models[random.Next(models.Count)]];

        // Damage that keeps all lengths gets deepest into the reader: every second mutant has no other.
        int kinds = random.Next(2) == 0 ? 2 : 7;
        for (int i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
            Damage(bytes, models, random, random.Next(kinds));
        return [.. bytes];
    }

    private static void Damage(List<byte> bytes, IReadOnlyList<byte[]> models, Random random, int kind)
    {
        // The structure is at both ends of a file, and between the tensors: aim there half of the time.
        int place = random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, 2048));
        switch (kind)
        {
            case 0:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[place] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 3:
                bytes.RemoveRange(place, Math.Min(random.Next(1, 64), bytes.Count - place));
                break;
            case 4:
                byte[] other = models[random.Next(models.Count)];
                int start = random.Next(other.Length);
                bytes.InsertRange(place, other.AsSpan(start, Math.Min(random.Next(1, 256), other.Length - start)).ToArray());
                break;
            case 5:
                byte[] lie = Lies[random.Next(Lies.Length)];
                bytes.RemoveAt(place);
                bytes.InsertRange(place, lie);
                break;
            default:
                bytes.InsertRange(place, bytes.GetRange(place, Math.Min(random.Next(1, 512), bytes.Count - place)));
                break;
        }
    }
}
