using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Initialization;

/// <content>Normal numbers in single precision, for parameters that are stored so.</content>
public sealed partial class RandomStream
{
    private const int SingleBlockLength = 32; // eight Philox blocks side by side, four 32-bit words each
    private const ulong SingleSequence = 1UL << 62;
    private ulong _singleBlocks;

    /// <summary>
    /// Fills a span with standard normal numbers of single precision, several times faster than in double. They are a third sequence of the
    /// stream; each call takes whole blocks of 32 of them, so the numbers depend on the lengths of the calls before.
    /// </summary>
    /// <remarks>Box–Muller on 32-bit words: |z| up to 6.7; an angle within ±π/4 by polynomials, then turned about the circle by two further bits.</remarks>
    /// <param name="numbers">Receives standard normal numbers.</param>
    public void FillNormal(Span<float> numbers)
    {
        for (; numbers.Length >= SingleBlockLength; numbers = numbers[SingleBlockLength..])
            SingleBlock(numbers);
        if (numbers.IsEmpty)
            return;
        Span<float> block = stackalloc float[SingleBlockLength];
        SingleBlock(block);
        block[..numbers.Length].CopyTo(numbers);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SingleBlock(Span<float> normals)
    {
        (Vector512<ulong> first, Vector512<ulong> second) = Words((SingleSequence >> 3) | _singleBlocks++);
        Vector512<uint> radii = first.AsUInt32(), angles = second.AsUInt32();

        // u on (0, 1]: the lower 8 bits of the word still count where u is small, which is where the tail comes from.
        Vector512<float> u = Vector512.ConvertToSingle(radii >> 1) + Vector512.Create(0.5f);
        Vector512<float> radius = Vector512.Sqrt(-2 * Vector512.Log(u * Vector512.Create(1f / (1u << 31))));

        // θ on (−π/4, π/4) from the upper bits; Taylor to θ⁷ and θ⁸ is right to 3 · 10⁻⁷ there.
        Vector512<float> theta = Vector512.ConvertToSingle(angles.AsInt32()) * Vector512.Create((float)(Math.PI / 4 / int.MaxValue));
        Vector512<float> t = theta * theta;
        Vector512<float> sine = theta
            * (Vector512.Create(1f) + (t * (Vector512.Create(-1f / 6) + (t * (Vector512.Create(1f / 120) + (t * Vector512.Create(-1f / 5040)))))));
        Vector512<float> cosine = Vector512.Create(1f)
            + (t * (Vector512.Create(-0.5f) + (t * (Vector512.Create(1f / 24) + (t * (Vector512.Create(-1f / 720) + (t * Vector512.Create(1f / 40320))))))));

        // The lowest two bits, too small to show in θ, choose among the four quarters of the circle.
        cosine = (cosine.AsUInt32() ^ (angles << 31)).AsSingle();
        Vector512<uint> turned = Vector512.Equals(angles & Vector512.Create(2u), Vector512<uint>.Zero);
        (radius * Vector512.ConditionalSelect(turned.AsSingle(), sine, cosine)).StoreUnsafe(ref MemoryMarshal.GetReference(normals));
        (radius * Vector512.ConditionalSelect(turned.AsSingle(), cosine, sine)).StoreUnsafe(ref MemoryMarshal.GetReference(normals), 16);
    }
}
