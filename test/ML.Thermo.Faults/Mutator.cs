using ML.Thermo.Initialization;

namespace ML.Thermo.Faults;

/// <summary>Damages bytes as disks, networks and forgers do.</summary>
internal static class Mutator
{
    private static readonly byte[] s_lies = [0x00, 0x01, 0x7F, 0x80, 0xFF];

    /// <summary>One to three damages.</summary>
    public static byte[] Damage(byte[] bytes, ref RandomStream random)
    {
        List<byte> damaged = [.. bytes];
        for (long i = random.NextInteger(3); i >= 0 && damaged.Count > 0; i--)
            Once(damaged, ref random);
        return [.. damaged];
    }

    /// <summary>One changed bit or byte.</summary>
    public static byte[] Flip(byte[] bytes, ref RandomStream random)
    {
        byte[] damaged = [.. bytes];
        if (damaged.Length > 0)
            damaged[random.NextInteger(damaged.Length)] ^= (byte)(1 << (int)random.NextInteger(8));
        return damaged;
    }

    private static void Once(List<byte> bytes, ref RandomStream random)
    {
        int place = (int)random.NextInteger(bytes.Count), length = (int)Math.Min(1 + random.NextInteger(64), bytes.Count - place);
        switch (random.NextInteger(9))
        {
            case 0:
            case 1:
                bytes[place] ^= (byte)(1 << (int)random.NextInteger(8));
                break;
            case 2:
                bytes[place] = (byte)random.NextInteger(256);
                break;
            case 3:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 4:
                bytes.RemoveRange(place, length);
                break;
            case 5:
                bytes.InsertRange(place, bytes.GetRange(place, length));
                break;
            case 6:
                bytes.InsertRange(bytes.Count, bytes.GetRange(place, length));
                break;
            case 7:
                for (int i = place; i < Math.Min(place + 8, bytes.Count); i++)
                    bytes[i] = s_lies[random.NextInteger(s_lies.Length)];
                break;
            default:
                for (int i = place; i < place + length; i++)
                    bytes[i] = 0; // a page that was not written
                break;
        }
    }
}
