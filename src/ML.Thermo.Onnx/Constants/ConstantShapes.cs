namespace ML.Thermo.Onnx.Constants;

/// <summary>Shapes of constants that are computed from constants.</summary>
internal static class ConstantShapes
{
    /// <summary>The shape, or null where the operation is not followed or its arguments do not fit it.</summary>
    public static IReadOnlyList<long>? Of(DerivedConstant constant)
    {
        IReadOnlyList<long>? first = constant.Inputs.Count > 0 ? constant.Inputs[0]?.Shape : null;
        if (first is null)
            return null;
        IReadOnlyList<long>? shape = constant.Node.OpType switch
        {
            "Identity" or "Cast" or "CastLike" or "Neg" or "Sqrt" or "Reciprocal" or "Exp" or "Log" or "Abs" or "Not" or "DequantizeLinear"
                or "QLinearAdd" => first,
            "Reshape" => Reshape(first, constant),
            "Flatten" => Flatten(first, (int)constant.Node.Integer("axis", 1)),
            "Squeeze" => Squeeze(first, Arguments(constant, "axes", 1)),
            "Unsqueeze" => Unsqueeze(first, Arguments(constant, "axes", 1)),
            "Transpose" => Permutation(constant, first.Count)?.Select(axis => first[axis]).ToArray(),
            "ConstantOfShape" => Integers(constant.Inputs[0]!),
            "Shape" => [first.Count],
            "Concat" => Concat(constant),
            "Slice" => Slices.Of(constant)?.Shape,
            "Gather" => Gather(first, constant),
            "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" or "Max" or "Min"
                when constant.Inputs.Count == 2 => Broadcast([.. constant.Inputs.Select(c => c?.Shape)]),
            "Where" when constant.Inputs.Count == 3 => Broadcast([.. constant.Inputs.Select(c => c?.Shape)]),
            "Expand" => Integers(constant.Inputs[1]!) is { } wanted ? Broadcast([first, wanted]) : null,
            "ReduceSum" or "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare" => Reduce(first, constant),
            _ => null,
        };
        return shape is { Count: <= Reading.Shape.MaximalRank } && shape.All(extent => extent >= 0) ? shape : null;
    }

    /// <summary>Axes or sizes: an attribute in old operator sets, an input in new ones; null where they are absent or not worked out.</summary>
    public static IReadOnlyList<long>? Arguments(DerivedConstant constant, string attribute, int input)
    {
        if (constant.Node.Attribute(attribute) is { } listed)
            return listed.ReadIntegers();
        return input < constant.Inputs.Count && constant.Inputs[input] is { } given ? Integers(given) : null;
    }

    public static int[]? Permutation(DerivedConstant constant, int rank)
    {
        int[] permutation = constant.Node.Attribute("perm") is { } listed
            ? [.. listed.ReadIntegers().Select(axis => (int)Math.Clamp(axis, int.MinValue, int.MaxValue))]
            : [.. Enumerable.Range(0, rank).Reverse()];
        return permutation.Order().SequenceEqual(Enumerable.Range(0, rank)) ? permutation : null;
    }

    /// <summary>The shape that arrays of these shapes have together; null where they do not fit or one is unknown.</summary>
    public static IReadOnlyList<long>? Broadcast(IReadOnlyList<IReadOnlyList<long>?> shapes)
    {
        if (shapes.Any(s => s is null))
            return null;
        long[] result = new long[shapes.Max(s => s!.Count)];
        Array.Fill(result, 1);
        foreach (IReadOnlyList<long>? shape in shapes)
        {
            for (int i = 1; i <= shape!.Count; i++)
            {
                long extent = shape[^i];
                if (extent != 1 && result[^i] != 1 && result[^i] != extent)
                    return null;
                result[^i] = extent == 1 ? result[^i] : extent;
            }
        }

        return result;
    }

    private static long[]? Integers(Constant constant) => constant.Count is <= Reading.Shape.MaximalRank
        ? ConstantValues.TrySmall(constant)?.Select(value => (long)value).ToArray()
        : null;

    private static long[]? Reshape(IReadOnlyList<long> from, DerivedConstant constant)
    {
        if (Arguments(constant, "shape", 1) is not { } wanted)
            return null;
        bool zeroCopies = constant.Node.Integer("allowzero", 0) == 0;
        long[] shape = [.. wanted.Select((extent, i) => extent == 0 && zeroCopies && i < from.Count ? from[i] : extent)];
        long count = Reading.Shape.Count(from, "A constant");
        int open = Array.IndexOf(shape, -1);
        if (open >= 0)
        {
            shape[open] = 1;
            if (shape.Any(e => e < 0) || Reading.Shape.Count(shape, "A constant") is var rest && (rest == 0 || count % rest != 0))
                return null;
            shape[open] = count / rest;
        }

        return shape.All(e => e >= 0) && Reading.Shape.Count(shape, "A constant") == count ? shape : null;
    }

    private static long[]? Flatten(IReadOnlyList<long> from, int axis)
    {
        axis = axis < 0 ? axis + from.Count : axis;
        return axis < 0 || axis > from.Count ? null
            : [Reading.Shape.Count([.. from.Take(axis)], "A constant"), Reading.Shape.Count([.. from.Skip(axis)], "A constant")];
    }

    private static long[]? Squeeze(IReadOnlyList<long> from, IReadOnlyList<long>? axes)
    {
        bool[] dropped = [.. from.Select((extent, i) => axes is null ? extent == 1 : axes.Contains(i) || axes.Contains(i - from.Count))];
        return from.Where((extent, i) => dropped[i] && extent != 1).Any() ? null : [.. from.Where((_, i) => !dropped[i])];
    }

    private static IReadOnlyList<long>? Unsqueeze(IReadOnlyList<long> from, IReadOnlyList<long>? axes)
    {
        if (axes is null || from.Count + axes.Count > Reading.Shape.MaximalRank)
            return null;
        int rank = from.Count + axes.Count;
        HashSet<long> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        if (added.Count != axes.Count || added.Any(axis => axis < 0 || axis >= rank))
            return null;
        Queue<long> kept = new(from);
        return [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : kept.Dequeue())];
    }

    private static long[]? Concat(DerivedConstant constant)
    {
        if (constant.Inputs.Any(c => c?.Shape is null))
            return null;
        long[] shape = [.. constant.Inputs[0]!.Shape!];
        if (Axis(constant, shape.Length) is not { } axis)
            return null;
        foreach (Constant? other in constant.Inputs.Skip(1))
        {
            if (other!.Shape!.Count != shape.Length || other.Shape.Where((extent, i) => i != axis && extent != shape[i]).Any())
                return null;
            shape[axis] = unchecked(shape[axis] + other.Shape[axis]);
        }

        return shape;
    }

    private static long[]? Reduce(IReadOnlyList<long> from, DerivedConstant constant)
    {
        if (Reduced(constant, from.Count) is not { } axes)
            return null;
        bool keeps = constant.Node.Integer("keepdims", 1) != 0;
        return [.. from.Select((extent, axis) => axes.Contains(axis) ? 1 : extent).Where((_, axis) => keeps || !axes.Contains(axis))];
    }

    /// <summary>The axes that a reduction runs over, counted from the front; null where they are not worked out or outside.</summary>
    public static HashSet<int>? Reduced(DerivedConstant constant, int rank)
    {
        bool isGiven = constant.Node.Attribute("axes") is not null || constant.Inputs.ElementAtOrDefault(1) is not null;
        if (!isGiven)
            return constant.Node.Integer("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank)];
        int[]? axes = Arguments(constant, "axes", 1)?.Select(axis => (int)Math.Clamp(axis < 0 ? axis + rank : axis, -1, rank)).ToArray();
        return axes is null || axes.Any(axis => axis < 0 || axis >= rank) ? null : [.. axes];
    }

    private static long[]? Gather(IReadOnlyList<long> from, DerivedConstant constant) =>
        Axis(constant, from.Count) is { } axis && constant.Inputs.Count > 1 && constant.Inputs[1]?.Shape is { } indices
            ? [.. from.Take(axis), .. indices, .. from.Skip(axis + 1)]
            : null;

    /// <summary>The attribute <c>axis</c>, counted from the front; null where it is outside.</summary>
    public static int? Axis(DerivedConstant constant, int rank)
    {
        long axis = constant.Node.Integer("axis", 0);
        axis = axis < 0 ? axis + rank : axis;
        return axis >= 0 && axis < rank ? (int)axis : null;
    }
}

/// <summary>A Slice of a constant as a strided view.</summary>
internal sealed record Slices(long[] Shape, long[] Starts, long[] Steps)
{
    /// <summary>Null where its arguments are not worked out.</summary>
    public static Slices? Of(DerivedConstant constant)
    {
        if (constant.Inputs[0]?.Shape is not { } from)
            return null;
        IReadOnlyList<long>? starts = ConstantShapes.Arguments(constant, "starts", 1);
        IReadOnlyList<long>? ends = ConstantShapes.Arguments(constant, "ends", 2);
        IReadOnlyList<long>? axes = ConstantShapes.Arguments(constant, "axes", 3) ?? starts?.Select((_, i) => (long)i).ToArray();
        IReadOnlyList<long>? steps = ConstantShapes.Arguments(constant, "steps", 4) ?? starts?.Select(_ => 1L).ToArray();
        if (starts is null || ends is null || ends.Count != starts.Count || axes!.Count != starts.Count || steps!.Count != starts.Count)
            return null;
        Slices slices = new([.. from], new long[from.Count], [.. from.Select(_ => 1L)]);
        for (int i = 0; i < starts.Count; i++)
        {
            long axis = axes[i] < 0 ? axes[i] + from.Count : axes[i];
            if (axis < 0 || axis >= from.Count || steps[i] == 0 || steps[i] == long.MinValue)
                return null;
            long extent = from[(int)axis];
            bool forward = steps[i] > 0;
            long start = Math.Clamp(starts[i] < 0 ? starts[i] + extent : starts[i], 0, forward ? extent : extent - 1);
            long end = Math.Clamp(ends[i] < 0 && ends[i] >= -extent ? ends[i] + extent : ends[i], forward ? 0 : -1, forward ? extent : extent - 1);
            long span = forward ? end - start : start - end;
            long step = Math.Abs(steps[i]);
            slices.Shape[axis] = span <= 0 ? 0 : ((span - 1) / step) + 1;
            slices.Starts[axis] = start;
            slices.Steps[axis] = steps[i];
        }

        return slices;
    }
}
