using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>The inputs of a causal model: which one takes the tokens, and what the others are given.</summary>
internal sealed class CausalInputs
{
    private readonly OnnxValue _tokens;
    private readonly IReadOnlyList<(OnnxValue Input, Role Role)> _others;

    private CausalInputs(OnnxValue tokens, IReadOnlyList<(OnnxValue Input, Role Role)> others) => (_tokens, _others) = (tokens, others);

    private enum Role
    {
        Mask,
        Positions,
        EmptyPast,
    }

    /// <summary>Finds the roles.</summary>
    /// <exception cref="ThermoException">There is an input that cannot be given; the message lists all.</exception>
    public static CausalInputs Of(OnnxModel model)
    {
        HashSet<string> known = [.. model.Graph.Initializers.Select(tensor => tensor.Name)];
        List<OnnxValue> integers = [];
        List<(OnnxValue, Role)> others = [];
        foreach (OnnxValue input in model.Graph.Inputs.Where(input => !known.Contains(input.Name)))
        {
            bool isInteger = input.ElementType is ElementType.Int64 or ElementType.Int32 && input.Shape is null or { Count: 2 };
            if (isInteger && input.Name.Contains("mask", StringComparison.OrdinalIgnoreCase))
                others.Add((input, Role.Mask));
            else if (isInteger && input.Name.Contains("position", StringComparison.OrdinalIgnoreCase))
                others.Add((input, Role.Positions));
            else if (isInteger)
                integers.Add(input);
            else if (IsPast(input))
                others.Add((input, Role.EmptyPast));
            else
                integers.Add(input);
        }

        return integers is [{ ElementType: ElementType.Int64 or ElementType.Int32 } tokens]
            ? new(tokens, others)
            : throw new ThermoException($"'{model.Name}' has the inputs {string.Join(", ", model.Graph.Inputs.Where(input => !known.Contains(input.Name)))}: "
                + "expected one of integers [batch, time], and beside it at most a mask, positions, and pasts whose shapes are known.");
    }

    /// <summary>The inputs of a batch; the caller disposes them.</summary>
    public IReadOnlyList<(string Name, OrtValue Value)> Make(IReadOnlyList<int[]> sequences)
    {
        int time = sequences[0].Length;
        return
        [
            (_tokens.Name, Integers(_tokens, sequences.Count, time, (i, t) => sequences[i][t])),
            .. _others.Select(other => (other.Input.Name, other.Role switch
            {
                Role.Mask => Integers(other.Input, sequences.Count, time, (_, _) => 1),
                Role.Positions => Integers(other.Input, sequences.Count, time, (_, t) => t),
                _ => Past(other.Input, sequences.Count),
            })),
        ];
    }

    private static bool IsPast(OnnxValue input) =>
        input.Name.Contains("past", StringComparison.OrdinalIgnoreCase) && input.ElementType is ElementType.Float or ElementType.Float16
        && input.Shape is { Count: 4 } shape && shape[1].Value > 0 && shape[3].Value > 0 && shape[2].Value is null;

    /// <summary>Keys or values [batch, heads, 0, size].</summary>
    private static OrtValue Past(OnnxValue input, int batch)
    {
        long[] shape = [batch, input.Shape![1].Value!.Value, 0, input.Shape[3].Value!.Value];
        return input.ElementType == ElementType.Float
            ? OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), shape)
            : OrtValue.CreateTensorValueFromMemory(Array.Empty<Float16>(), shape);
    }

    private static OrtValue Integers(OnnxValue input, int batch, int time, Func<int, int, int> of)
    {
        return input.ElementType == ElementType.Int64 ? Make(value => (long)value) : Make(value => value);

        OrtValue Make<T>(Func<int, T> convert)
            where T : unmanaged
        {
            T[] values = new T[batch * time];
            for (int i = 0; i < values.Length; i++)
                values[i] = convert(of(i / time, i % time));
            return OrtValue.CreateTensorValueFromMemory(values, [batch, time]);
        }
    }
}
