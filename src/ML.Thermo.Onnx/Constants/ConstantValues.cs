using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Constants;

/// <summary>Works out constants, once each, within a limit on the numbers handled.</summary>
internal sealed class ConstantValues(long mostElements)
{
    private const int Small = 1024;
    private readonly Dictionary<Constant, double[]> _done = new(ReferenceEqualityComparer.Instance);
    private long _left = mostElements;

    /// <summary>A constant of a few numbers, or null where it cannot be worked out.</summary>
    public static double[]? TrySmall(Constant constant)
    {
        try
        {
            return new ConstantValues(Small).Of(constant);
        }
        catch (ThermoException)
        {
            return null;
        }
    }

    /// <summary>The one number of a scalar constant, or null.</summary>
    public static double? TryScalar(Constant? constant) => constant is { IsScalar: true } ? TrySmall(constant)?[0] : null;

    /// <exception cref="ThermoException">An operation is not followed, or the limit is reached.</exception>
    public double[] Of(Constant constant)
    {
        if (_done.TryGetValue(constant, out double[]? known))
            return known;
        if (constant.Depth > Constant.DeepestChain)
            throw new ThermoException($"A constant follows from a chain of over {Constant.DeepestChain} operations: it is not worked out.");
        long count = constant.Count ?? throw NotFollowed(constant);
        if (count > _left)
            throw new ThermoException($"A constant of {count} numbers is too large to be worked out at once.");
        _left -= count;
        double[] values = constant switch
        {
            StoredConstant stored => stored.Tensor.ToDoubles(),
            SparseConstant sparse => Dense(sparse.Tensor, count),
            ListedConstant listed => [.. listed.Values],
            DerivedConstant derived => Derive(derived, count),
            BlockCodedConstant coded => coded.Decode(Of),
            CodedConstant coded => Dequantize(coded.Codes, coded.Scale, coded.ZeroPoint, coded.Axis, 0),
            _ => throw NotFollowed(constant),
        };
        _done.Add(constant, values);
        return values;
    }

    private static ThermoException NotFollowed(Constant constant) => new(
        constant is DerivedConstant derived
            ? $"A constant is computed by {derived.Node}, which is not worked out here."
            : "A constant has no shape.");

    private static double[] Dense(OnnxSparseTensor tensor, long count)
    {
        double[] dense = new double[count];
        double[] values = tensor.Values.ToDoubles();
        long[] indices = tensor.Indices.ToIntegers();
        int coordinates = values.Length == 0 ? 1 : indices.Length / values.Length;
        if (coordinates * values.Length != indices.Length || (coordinates != 1 && coordinates != tensor.Shape.Count))
            throw new OnnxFormatException($"Sparse tensor '{tensor.Name}' has {indices.Length} indices for {values.Length} values.");
        for (int i = 0; i < values.Length; i++)
        {
            long position = 0;
            for (int axis = 0; axis < coordinates; axis++)
                position = coordinates == 1 ? indices[i] : unchecked((position * tensor.Shape[axis]) + indices[(i * coordinates) + axis]);
            if (position < 0 || position >= count)
                throw new OnnxFormatException($"Sparse tensor '{tensor.Name}' has a value outside its shape [{string.Join(',', tensor.Shape)}].");
            dense[position] = values[i];
        }

        return dense;
    }

    private double[] Derive(DerivedConstant constant, long count)
    {
        OnnxNode node = constant.Node;
        Constant first = constant.Inputs[0]!;
        switch (node.OpType)
        {
            case "Identity" or "CastLike" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze":
                return Of(first);
            case "Cast":
                return constant.ElementType.IsFloating() || !first.ElementType.IsFloating() ? Of(first) : [.. Of(first).Select(Math.Truncate)];
            case "Shape":
                return [.. first.Shape!.Select(extent => (double)extent)];
            case "ConstantOfShape":
                double[] filled = new double[count];
                Array.Fill(filled, node.Attribute("value")?.Tensors is [{ Count: 1 } value] ? value.ToDoubles()[0] : 0);
                return filled;
            case "Neg": return Map(first, x => -x);
            case "Sqrt": return Map(first, Math.Sqrt);
            case "Reciprocal": return Map(first, x => 1 / x);
            case "Exp": return Map(first, Math.Exp);
            case "Log": return Map(first, Math.Log);
            case "Abs": return Map(first, Math.Abs);
            case "Add": return Zip(constant, (a, b) => a + b);
            case "QLinearAdd": return Join(constant);
            case "Sub": return Zip(constant, (a, b) => a - b);
            case "Mul": return Zip(constant, (a, b) => a * b);
            case "Div": return Zip(constant, first.ElementType.IsFloating() ? (a, b) => a / b : (a, b) => Math.Truncate(a / b));
            case "Pow": return Zip(constant, Math.Pow);
            case "Max": return Zip(constant, Math.Max);
            case "Min": return Zip(constant, Math.Min);
            case "Equal": return Zip(constant, (a, b) => a == b ? 1 : 0);
            case "Greater": return Zip(constant, (a, b) => a > b ? 1 : 0);
            case "GreaterOrEqual": return Zip(constant, (a, b) => a >= b ? 1 : 0);
            case "Less": return Zip(constant, (a, b) => a < b ? 1 : 0);
            case "LessOrEqual": return Zip(constant, (a, b) => a <= b ? 1 : 0);
            case "And": return Zip(constant, (a, b) => a != 0 && b != 0 ? 1 : 0);
            case "Or": return Zip(constant, (a, b) => a != 0 || b != 0 ? 1 : 0);
            case "Not": return Map(first, x => x == 0 ? 1 : 0);
            case "Expand": return Strided.Broadcast(Of(first), first.Shape!, constant.Shape!);
            case "Where":
                double[][] three = [.. constant.Inputs.Select(c => Strided.Broadcast(Of(c!), c!.Shape!, constant.Shape!))];
                return [.. three[0].Select((condition, i) => condition != 0 ? three[1][i] : three[2][i])];
            case "ReduceSum": return Reduce(constant, count, 0, (sum, x) => sum + x);
            case "ReduceMean":
                double share = count / (double)Math.Max(first.Count!.Value, 1);
                return Reduce(constant, count, 0, (sum, x) => sum + (x * share));
            case "ReduceMax": return Reduce(constant, count, double.NegativeInfinity, Math.Max);
            case "ReduceMin": return Reduce(constant, count, double.PositiveInfinity, Math.Min);
            case "ReduceL1": return Reduce(constant, count, 0, (sum, x) => sum + Math.Abs(x));
            case "ReduceSumSquare": return Reduce(constant, count, 0, (sum, x) => sum + (x * x));
            case "ReduceL2": return [.. Reduce(constant, count, 0, (sum, x) => sum + (x * x)).Select(Math.Sqrt)];
            case "Transpose":
                long[] strides = Strided.RowMajor(first.Shape!);
                return Strided.Copy(Of(first), constant.Shape!,
                    [.. ConstantShapes.Permutation(constant, first.Shape!.Count)!.Select(axis => strides[axis])], 0);
            case "Slice":
                Slices slices = Slices.Of(constant)!;
                long[] whole = Strided.RowMajor(first.Shape!);
                return Strided.Copy(Of(first), constant.Shape!, [.. whole.Zip(slices.Steps, (s, step) => s * step)],
                    whole.Zip(slices.Starts, (s, start) => s * start).Sum());
            case "Concat": return Concat(constant, count);
            case "Gather": return Gather(constant, count);
            case "DequantizeLinear":
                return Dequantize(first, constant.Inputs.ElementAtOrDefault(1), constant.Inputs.ElementAtOrDefault(2), node.Integer("axis", 1),
                    node.Integer("block_size", 0));
            default: throw NotFollowed(constant);
        }
    }

    private double[] Map(Constant constant, Func<double, double> function) => [.. Of(constant).Select(function)];

    private double[] Zip(DerivedConstant constant, Func<double, double, double> function)
    {
        double[] a = Strided.Broadcast(Of(constant.Inputs[0]!), constant.Inputs[0]!.Shape!, constant.Shape!);
        double[] b = Strided.Broadcast(Of(constant.Inputs[1]!), constant.Inputs[1]!.Shape!, constant.Shape!);
        return [.. a.Zip(b, function)];
    }

    /// <summary>Codes of one shape, added in steps: how planes of bits are joined.</summary>
    private double[] Join(DerivedConstant constant)
    {
        double[][] parts = [.. Enumerable.Range(0, 8).Select(i => constant.Inputs.ElementAtOrDefault(i) is { } input ? Of(input) : [0])];
        if (parts[0].Length != parts[3].Length || parts.Where((part, i) => i is not (0 or 3)).Any(part => part.Length != 1))
            throw NotFollowed(constant);
        return [.. parts[0].Zip(parts[3], (a, b) => (((a - parts[2][0]) * parts[1][0]) + ((b - parts[5][0]) * parts[4][0])) / parts[6][0] + parts[7][0])];
    }

    private double[] Reduce(DerivedConstant constant, long count, double start, Func<double, double, double> add)
    {
        IReadOnlyList<long> shape = constant.Inputs[0]!.Shape!;
        HashSet<int> axes = ConstantShapes.Reduced(constant, shape.Count)!;
        long[] kept = Strided.RowMajor([.. shape.Select((extent, axis) => axes.Contains(axis) ? 1 : extent)]);
        long[] places = [.. Strided.Indices(shape, [.. kept.Select((stride, axis) => axes.Contains(axis) ? 0 : stride)])];
        double[] values = Of(constant.Inputs[0]!), result = new double[count];
        Array.Fill(result, start);
        for (int i = 0; i < values.Length; i++)
            result[places[i]] = add(result[places[i]], values[i]);
        return result;
    }

    private double[] Concat(DerivedConstant constant, long count)
    {
        int axis = ConstantShapes.Axis(constant, constant.Shape!.Count)!.Value;
        long inner = constant.Shape.Skip(axis + 1).Aggregate(1L, (a, b) => a * b);
        long row = constant.Shape[axis] * inner;
        double[] result = new double[count];
        long offset = 0;
        foreach (Constant? part in constant.Inputs)
        {
            double[] values = Of(part!);
            long length = part!.Shape![axis] * inner;
            for (long i = 0; length > 0 && i < values.Length / length; i++)
                Array.Copy(values, i * length, result, (i * row) + offset, length);
            offset += length;
        }

        return result;
    }

    private double[] Gather(DerivedConstant constant, long count)
    {
        IReadOnlyList<long> from = constant.Inputs[0]!.Shape!;
        int axis = ConstantShapes.Axis(constant, from.Count)!.Value;
        double[] values = Of(constant.Inputs[0]!);
        double[] indices = Of(constant.Inputs[1]!);
        long inner = from.Skip(axis + 1).Aggregate(1L, (a, b) => a * b);
        double[] result = new double[count];
        long written = 0;
        for (long outer = 0; written < count; outer++)
        {
            foreach (double index in indices)
            {
                long row = (long)(index < 0 ? index + from[axis] : index);
                if (row < 0 || row >= from[axis])
                    throw new OnnxFormatException($"{constant.Node} gathers row {index} of {from[axis]}.");
                Array.Copy(values, ((outer * from[axis]) + row) * inner, result, written, inner);
                written += inner;
            }
        }

        return result;
    }

    /// <summary>(code − zero point) · scale, with one scale for all, one an index of an axis, or one a block of it.</summary>
    private double[] Dequantize(Constant codes, Constant? scale, Constant? zeroPoint, long axis, long block)
    {
        double[] values = Of(codes);
        double[] scales = Spread(scale, 1, codes.Shape!, axis, block);
        double[] zeros = Spread(zeroPoint, 0, codes.Shape!, axis, block);
        return [.. values.Select((code, i) => (code - zeros[i % zeros.Length]) * scales[i % scales.Length])];
    }

    /// <summary>One number stays one; others are laid out along the axis, so that they can be indexed like the codes.</summary>
    private double[] Spread(Constant? given, double absent, IReadOnlyList<long> shape, long axis, long block)
    {
        if (given is null)
            return [absent];
        double[] own = Of(given);
        if (own.Length == 1)
            return own;
        IReadOnlyList<long> spread = given.Shape!;
        axis = axis < 0 ? axis + shape.Count : axis;
        bool oneAnIndex = axis >= 0 && axis < shape.Count && spread.Count == 1 && spread[0] == shape[(int)axis];
        bool oneABlock = block > 0 && spread.Count == shape.Count && spread.Select((e, i) => i == axis ? e >= (shape[i] - 1) / block + 1 : e == shape[i])
            .All(fits => fits);
        if (!oneAnIndex && !oneABlock)
            throw new OnnxFormatException($"Scales or zero points of shape [{string.Join(',', spread)}] do not fit codes of shape "
                + $"[{string.Join(',', shape)}].");
        return oneAnIndex
            ? Strided.Copy(own, shape, [.. shape.Select((_, i) => i == axis ? 1L : 0L)], 0)
            : Strided.Copy(own, shape, Strided.RowMajor(spread), 0, ((int)axis, block));
    }
}
