using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>
/// Second moments Σ x·xᵀ/n of what a weight multiplies, over the rows by which widths are chosen: how the errors of its columns add up in the outputs.
/// </summary>
/// <remarks>A matrix for each group of a convolution and each run of at most <see cref="MostColumns"/> columns; between runs nothing is known. Of the places of
/// a convolution and the positions of a sequence, at most <see cref="MostSamples"/> are looked at, evenly spaced.</remarks>
internal sealed class InputMoments
{
    private const int MostColumns = 1024, MostSamples = 8192, Chunk = 512, Parts = 2, TestedRow = 3;

    private readonly float[][][] _sums; // by part, group and run
    private readonly long[] _samples = new long[Parts];
    private readonly int _columns, _runs;

    private InputMoments(int groups, int columns)
    {
        _columns = columns;
        _runs = (columns + MostColumns - 1) / MostColumns;
        _sums = [.. Enumerable.Range(0, Parts).Select(_ => Enumerable.Range(0, groups * _runs)
            .Select(i => new float[Width(i % _runs) * Width(i % _runs)]).ToArray())];
    }

    /// <summary>Runs of columns, as first one and number; the last ends with the columns.</summary>
    public IEnumerable<(int First, int Count)> Runs => Enumerable.Range(0, _runs).Select(run => (First(run), Width(run)));

    /// <summary>The mean products of two columns of a run, row by row; of the columns as the weight's layout counts them.</summary>
    public float[] Of(int group, int run)
    {
        float[] means = [.. _sums[0][(group * _runs) + run]];
        TensorPrimitives.Add(means, _sums[1][(group * _runs) + run], means);
        TensorPrimitives.Divide(means, Math.Max(_samples.Sum(), 1), means);
        return means;
    }

    /// <summary>The same of two rows in three, and of every third row, which tells what the others did not know; null where there are too few.</summary>
    public (float[] Most, float[] Third)? Split(int group, int run)
    {
        if (_samples.Contains(0))
            return null;
        float[][] means = [.. _sums.Select(sums => (float[])sums[(group * _runs) + run].Clone())];
        for (int part = 0; part < Parts; part++)
            TensorPrimitives.Divide(means[part], _samples[part], means[part]);
        return (means[0], means[1]);
    }

    /// <summary>Gathers them; null where the weight is not read by one product or convolution alone, whose inputs are finite floats a row.</summary>
    /// <param name="model">The network.</param>
    /// <param name="weight">One of its weights.</param>
    /// <param name="batchRows">Rows of each batch.</param>
    /// <param name="chooses">Whether widths are chosen by a row.</param>
    /// <param name="values">A tensor's value for a batch, or null where it is not at hand.</param>
    public static InputMoments? Of(
        OnnxModel model, CompressibleWeight weight, int[] batchRows, Func<int, bool> chooses, Func<int, string, OrtValue?> values)
    {
        if (weight.Layout is not { } layout || weight.Readers is not [var reader] || model.Graph.Nodes[reader] is not { Domain: "" } node
            || node.Input(1) != weight.Name || node.Input(0) == weight.Name)
        {
            return null;
        }

        OrtValue?[] inputs = [.. batchRows.Select((_, batch) => values(batch, node.Input(0)))];
        long[][] shapes = [.. inputs.Select(value => IsFloats(value) ? value!.GetTensorTypeAndShape().Shape : [])];
        IInputReader?[] readers = [.. shapes.Select((shape, batch) => InputReaders.Of(node, weight, shape, batchRows[batch]))];
        if (Array.Exists(readers, found => found is null))
            return null;
        InputMoments moments = new(layout.Groups, (int)layout.FanIn);
        long all = readers.Select((found, batch) => (long)found!.PlacesOfRow * batchRows[batch]).Sum();
        moments.Gather(inputs, readers!, batchRows, chooses, (int)((all + MostSamples - 1) / MostSamples) | 1);
        return moments._samples.Sum() > 0 && moments._sums.SelectMany(part => part).All(sums => float.IsFinite(TensorPrimitives.Sum<float>(sums)))
            ? moments : null;
    }

    private int First(int run) => (int)((long)_columns * run / _runs);

    private int Width(int run) => First(run + 1) - First(run);

    private void Gather(OrtValue?[] inputs, IInputReader[] readers, int[] batchRows, Func<int, bool> chooses, int step)
    {
        float[][] columns = [.. Enumerable.Range(0, _sums[0].Length / _runs).Select(_ => new float[_columns * Chunk])];
        for (int part = 0; part < Parts; part++)
            Gather(part, columns, inputs, readers, batchRows, chooses, step);
    }

    private void Gather(int part, float[][] columns, OrtValue?[] inputs, IInputReader[] readers, int[] batchRows, Func<int, bool> chooses, int step)
    {
        int filled = 0, chosen = 0;
        long place = 0;
        for (int batch = 0, first = 0; batch < inputs.Length; first += batchRows[batch++])
        {
            ReadOnlySpan<float> values = inputs[batch]!.GetTensorDataAsSpan<float>();
            for (int row = 0; row < batchRows[batch]; row++)
            {
                if (!chooses(first + row) || (chosen++ % TestedRow == TestedRow - 1) != (part == 1))
                    continue;
                for (int at = 0; at < readers[batch].PlacesOfRow; at++, place++)
                {
                    if (place % step != 0)
                        continue;
                    for (int group = 0; group < columns.Length; group++)
                        readers[batch].Read(values, row, at, group, columns[group].AsSpan(filled), Chunk);
                    if (++filled == Chunk)
                        Flush(part, columns, ref filled);
                }
            }
        }

        Flush(part, columns, ref filled);
    }

    private void Flush(int part, float[][] columns, ref int filled)
    {
        for (int run = 0; run < _sums[part].Length; run++)
        {
            float[] from = columns[run / _runs], sums = _sums[part][run];
            int first = First(run % _runs), width = Width(run % _runs);
            for (int i = 0; i < width; i++)
            {
                ReadOnlySpan<float> one = from.AsSpan((first + i) * Chunk, filled);
                for (int j = 0; j <= i; j++)
                {
                    float sum = sums[(i * width) + j] + TensorPrimitives.Dot(one, from.AsSpan((first + j) * Chunk, filled));
                    sums[(i * width) + j] = sums[(j * width) + i] = sum;
                }
            }
        }

        _samples[part] += filled;
        filled = 0;
    }

    private static bool IsFloats(OrtValue? value) => value is { IsTensor: true } && value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float;
}
