using System.Buffers.Binary;
using ML.Thermo.Initialization;

namespace ML.Thermo.Faults.Formats;

/// <summary>
/// A protobuf message as a tree of fields, read and written by this file alone: damages that keep the format reach the deepest, and what it reads is
/// compared with what the product reads.
/// </summary>
internal sealed class Fields(List<Fields.Field> all)
{
    private const int DeepestNesting = 8;
    private static readonly ulong[] s_lies = [0, 1, 2, 3, 7, 11, 0x7F, 0x80, 0xFFFF, 1UL << 31, 1UL << 40, 1UL << 62, ulong.MaxValue];

    /// <summary>The fields, in order.</summary>
    public List<Field> All => all;

    /// <summary>The messages of a field.</summary>
    public IEnumerable<Fields> Of(int number) => all.Where(field => field.Number == number && field.Inner is not null).Select(field => field.Inner!);

    /// <summary>Reads a message; null where the bytes are none.</summary>
    public static Fields? Read(ReadOnlySpan<byte> bytes, int depth = 0)
    {
        List<Field> fields = [];
        for (int at = 0; at < bytes.Length;)
        {
            if (!TryVarint(bytes, ref at, out ulong key) || key >> 3 is 0 or > 1000)
                return null;
            var field = new Field((int)(key >> 3), (int)(key & 7));
            int width = field.Wire switch { 1 => 8, 5 => 4, _ => 0 };
            if (field.Wire == 0)
            {
                if (!TryVarint(bytes, ref at, out ulong value))
                    return null;
                field.Value = value;
            }
            else if (width > 0 || field.Wire == 2)
            {
                ulong length = (ulong)width;
                if (field.Wire == 2 && !TryVarint(bytes, ref at, out length))
                    return null;
                if (length > (ulong)(bytes.Length - at))
                    return null;
                field.Bytes = bytes.Slice(at, (int)length).ToArray();
                at += (int)length;
                field.Inner = field.Wire == 2 && length > 1 && depth < DeepestNesting ? Read(field.Bytes, depth + 1) : null;
            }
            else
            {
                return null;
            }

            fields.Add(field);
        }

        return new(fields);
    }

    /// <summary>The message as bytes.</summary>
    public byte[] Write()
    {
        List<byte> bytes = [];
        foreach (Field field in all)
        {
            Varint(bytes, ((ulong)field.Number << 3) | (uint)field.Wire);
            byte[] content = field.Inner?.Write() ?? field.Bytes;
            if (field.Wire == 0)
                Varint(bytes, field.Value);
            else if (field.Wire == 2)
                Varint(bytes, (ulong)content.Length);
            if (field.Wire != 0)
                bytes.AddRange(content);
        }

        return [.. bytes];
    }

    /// <summary>Damages one field somewhere in the tree.</summary>
    public void Damage(ref RandomStream random)
    {
        List<Fields> messages = [];
        Collect(this, messages);
        Fields chosen = messages[(int)random.NextInteger(messages.Count)];
        if (chosen.All.Count == 0)
            return;
        int place = (int)random.NextInteger(chosen.All.Count);
        Field field = chosen.All[place];
        switch (random.NextInteger(8))
        {
            case 0:
                chosen.All.RemoveAt(place);
                break;
            case 1:
                chosen.All.Insert((int)random.NextInteger(chosen.All.Count), field);
                break;
            case 2:
                int other = (int)random.NextInteger(chosen.All.Count);
                (chosen.All[place], chosen.All[other]) = (chosen.All[other], field);
                break;
            case 3:
                field.Number = 1 + (int)random.NextInteger(15);
                break;
            case 4:
                field.Value = s_lies[random.NextInteger(s_lies.Length)];
                break;
            case 5:
                (field.Inner, field.Bytes) = (null, Mutator.Flip(field.Inner?.Write() ?? field.Bytes, ref random));
                break;
            case 6 when field.Wire == 2:
                byte[] content = field.Inner?.Write() ?? field.Bytes;
                (field.Inner, field.Bytes) = (null, content[..(int)random.NextInteger(content.Length + 1)]);
                break;
            default:
                List<Field> elsewhere = messages[(int)random.NextInteger(messages.Count)].All;
                Field stranger = elsewhere.Count > 0 ? elsewhere[(int)random.NextInteger(elsewhere.Count)] : field;
                if (stranger.Inner is null)
                    chosen.All.Insert(place, stranger);
                break;
        }
    }

    /// <summary>The numbers of a TensorProto of floats that stand in raw_data (9), else in float_data (4).</summary>
    public double[] Floats()
    {
        byte[] raw = all.LastOrDefault(field => field.Number == 9)?.Content ?? [.. all.Where(field => field.Number == 4).SelectMany(field => field.Content)];
        return [.. Enumerable.Range(0, raw.Length / sizeof(float)).Select(i => (double)BinaryPrimitives.ReadSingleLittleEndian(raw.AsSpan(i * sizeof(float))))];
    }

    private static void Collect(Fields message, List<Fields> into)
    {
        into.Add(message);
        foreach (Field field in message.All)
        {
            if (field.Inner is not null)
                Collect(field.Inner, into);
        }
    }

    private static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            byte b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return true;
        }

        return false;
    }

    private static void Varint(List<byte> bytes, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    /// <summary>One field.</summary>
    internal sealed class Field(int number, int wire)
    {
        /// <summary>Its number.</summary>
        public int Number { get; set; } = number;

        /// <summary>Its layout.</summary>
        public int Wire { get; } = wire;

        /// <summary>Its number, where it is one of variable length.</summary>
        public ulong Value { get; set; }

        /// <summary>Its bytes otherwise.</summary>
        public byte[] Bytes { get; set; } = [];

        /// <summary>Its bytes as a message, where they are one.</summary>
        public Fields? Inner { get; set; }

        /// <summary>Its bytes, or those of its message.</summary>
        public byte[] Content => Inner?.Write() ?? Bytes;
    }
}
