using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>A stream's own copy of one parameter tensor, refilled in place before each run. Its array is pinned by the value over it.</summary>
internal abstract class DrawnTensor(OnnxTensor stored, OrtValue value) : IDisposable
{
    private const int PartLength = 2048;

    public OnnxTensor Stored => stored;

    public OrtValue Value => value;

    public static DrawnTensor Of(OnnxTensor stored)
    {
        return stored.ElementType switch
        {
            ElementType.Float => Over<float, float>(),
            ElementType.Double => Over<double, double>(),
            ElementType.Float16 => Over<Float16, Half>(), // ONNX Runtime's own name for the same bits
            _ => throw new ThermoException($"{stored} cannot be redrawn: expected 16-, 32- or 64-bit floats."),
        };

        DrawnTensor Over<TStored, T>()
            where TStored : unmanaged
            where T : unmanaged, INumber<T>
        {
            TStored[] entries = new TStored[stored.Count];
            return new DrawnTensor<TStored, T>(stored, entries, OrtValue.CreateTensorValueFromMemory(entries, [.. stored.Shape]));
        }
    }

    /// <summary>Fills it from a law, with the random stream's next numbers.</summary>
    public void Draw(InitializationLaw law, RandomStream random)
    {
        if (law is NormalLaw)
            DrawNormal((float)law.StandardDeviation, (float)law.Mean, random);
        else
            DrawUniform(law, random);
    }

    /// <summary>Overwrites entries from one on.</summary>
    public abstract void Write(ReadOnlySpan<double> numbers, int start);

    public void Dispose() => value.Dispose();

    /// <summary>Overwrites entries from one on.</summary>
    protected abstract void Write(ReadOnlySpan<float> numbers, int start);

    private void DrawNormal(float deviation, float mean, RandomStream random)
    {
        Span<float> room = stackalloc float[PartLength];
        for (int start = 0; start < stored.Count; start += PartLength)
        {
            Span<float> part = room[..(int)Math.Min(PartLength, stored.Count - start)];
            random.FillNormal(part);
            TensorPrimitives.Multiply(part, deviation, part);
            if (mean != 0)
                TensorPrimitives.Add(part, mean, part);
            Write(part, start);
        }
    }

    /// <summary>A constant is a uniform law without width.</summary>
    private void DrawUniform(InitializationLaw law, RandomStream random)
    {
        double width = law is UniformLaw uniform ? 2 * uniform.HalfWidth : 0;
        Span<double> room = stackalloc double[PartLength];
        for (int start = 0; start < stored.Count; start += PartLength)
        {
            Span<double> part = room[..(int)Math.Min(PartLength, stored.Count - start)];
            part.Clear();
            if (width > 0)
                random.FillUniform(part);
            TensorPrimitives.Multiply(part, width, part);
            TensorPrimitives.Add(part, law.Mean - (width / 2), part);
            Write(part, start);
        }
    }
}

/// <summary>A copy whose array has elements of one type, which are numbers of another with the same bits.</summary>
internal sealed class DrawnTensor<TStored, T>(OnnxTensor stored, TStored[] entries, OrtValue value) : DrawnTensor(stored, value)
    where TStored : unmanaged
    where T : unmanaged, INumber<T>
{
    public override void Write(ReadOnlySpan<double> numbers, int start) =>
        TensorPrimitives.ConvertTruncating(numbers, MemoryMarshal.Cast<TStored, T>(entries.AsSpan(start, numbers.Length)));

    protected override void Write(ReadOnlySpan<float> numbers, int start) =>
        TensorPrimitives.ConvertTruncating(numbers, MemoryMarshal.Cast<TStored, T>(entries.AsSpan(start, numbers.Length)));
}
