using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>What a weight is multiplied with at each place of a row.</summary>
internal interface IInputReader
{
    /// <summary>Places of a convolution, positions of a sequence; 1 for a plain row.</summary>
    int PlacesOfRow { get; }

    /// <summary>Writes the columns of one place, a stride apart.</summary>
    void Read(ReadOnlySpan<float> values, int row, int place, int group, Span<float> into, int stride);
}

/// <summary>The readers of operators.</summary>
internal static class InputReaders
{
    /// <summary>Null where the operator is not followed, or the tensor does not hold so many rows.</summary>
    public static IInputReader? Of(OnnxNode node, CompressibleWeight weight, long[] shape, int rows) => node.OpType switch
    {
        _ when shape.Length < 2 || rows < 1 => null,
        LayerOperators.MatMul or LayerOperators.Gemm when weight.Layout!.Groups == 1 && shape[^1] == weight.Layout.FanIn
            && node.Integer("transA", 0) == 0 => Product(shape, rows),
        LayerOperators.Conv when shape[0] == rows && shape.Length == weight.Tensor.Shape.Count
            && shape[1] == (long)weight.Layout!.Columns * weight.Layout.Groups => ConvolutionReader.Of(node, weight, shape),
        _ => null,
    };

    private static ProductReader? Product(long[] shape, int rows)
    {
        long vectors = shape.SkipLast(1).Aggregate(1L, (a, b) => a * b);
        return vectors % rows == 0 ? new((int)(vectors / rows), (int)shape[^1]) : null;
    }

    /// <summary>[…, in], the rows first.</summary>
    private sealed class ProductReader(int places, int width) : IInputReader
    {
        public int PlacesOfRow => places;

        public void Read(ReadOnlySpan<float> values, int row, int place, int group, Span<float> into, int stride)
        {
            ReadOnlySpan<float> vector = values.Slice(((row * places) + place) * width, width);
            for (int i = 0; i < width; i++)
                into[i * stride] = vector[i];
        }
    }

    /// <summary>[rows, channels, places…]: the patch under the kernel, padding as zeros.</summary>
    private sealed class ConvolutionReader : IInputReader
    {
        private readonly int _channels, _columns, _size;
        private readonly int[][] _under; // for each place, the index of what lies under each position of the kernel; −1 for padding

        private ConvolutionReader(int channels, int columns, int size, int[][] under) =>
            (_channels, _columns, _size, _under) = (channels, columns, size, under);

        public int PlacesOfRow => _under.Length;

        public static ConvolutionReader? Of(OnnxNode node, CompressibleWeight weight, long[] shape)
        {
            int[] extents = [.. shape.Skip(2).Select(extent => (int)extent)], kernel = [.. weight.Tensor.Shape.Skip(2).Select(extent => (int)extent)];
            int axes = extents.Length;
            int[] strides = Numbers(node, "strides", axes, 1), dilations = Numbers(node, "dilations", axes, 1), pads = Numbers(node, "pads", 2 * axes, 0);
            int[] places = new int[axes];
            string padding = node.Text("auto_pad", "NOTSET");
            for (int i = 0; i < axes; i++)
            {
                int reach = (dilations[i] * (kernel[i] - 1)) + 1;
                if (padding.StartsWith("SAME", StringComparison.Ordinal))
                {
                    int wanted = Math.Max((((extents[i] - 1) / strides[i]) * strides[i]) + reach - extents[i], 0);
                    pads[i] = padding == "SAME_LOWER" ? wanted - (wanted / 2) : wanted / 2;
                    pads[axes + i] = wanted - pads[i];
                }

                places[i] = ((extents[i] + pads[i] + pads[axes + i] - reach) / strides[i]) + 1;
                if (places[i] < 1)
                    return null;
            }

            int[][] under = [.. Indices(places).Select(place => Indices(kernel).Select(at => Under(place, at)).ToArray())];
            return new((int)shape[1], weight.Layout!.Columns, extents.Aggregate(1, (a, b) => a * b), under);

            int Under(int[] place, int[] at)
            {
                int index = 0;
                for (int i = 0; i < axes; i++)
                {
                    int x = (place[i] * strides[i]) - pads[i] + (at[i] * dilations[i]);
                    if (x < 0 || x >= extents[i])
                        return -1;
                    index = (index * extents[i]) + x;
                }

                return index;
            }
        }

        public void Read(ReadOnlySpan<float> values, int row, int place, int group, Span<float> into, int stride)
        {
            int[] under = _under[place];
            for (int column = 0; column < _columns; column++)
            {
                ReadOnlySpan<float> channel = values.Slice(((row * _channels) + (group * _columns) + column) * _size, _size);
                for (int at = 0; at < under.Length; at++)
                    into[((column * under.Length) + at) * stride] = under[at] < 0 ? 0 : channel[under[at]];
            }
        }

        private static int[] Numbers(OnnxNode node, string name, int count, int absent) =>
            node.Attribute(name)?.ReadIntegers() is { Count: > 0 } given ? [.. given.Select(value => (int)value)] : [.. Enumerable.Repeat(absent, count)];

        private static IEnumerable<int[]> Indices(int[] extents)
        {
            int count = extents.Aggregate(1, (a, b) => a * b);
            for (int i = 0; i < count; i++)
            {
                int[] index = new int[extents.Length];
                for (int axis = extents.Length - 1, rest = i; axis >= 0; rest /= extents[axis--])
                    index[axis] = rest % extents[axis];
                yield return index;
            }
        }
    }
}
