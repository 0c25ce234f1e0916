using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Measurement;

/// <summary>The order of classes in a model, which a chain that maps its own labels makes anew with each training.</summary>
internal static class ClassOrder
{
    /// <summary>The names of a key's classes, in order; null where they have none.</summary>
    public static string[]? Of(DataViewSchema.Column label)
    {
        if (label.Type is not KeyDataViewType || !label.HasKeyValues())
            return null;
        Type item = ((VectorDataViewType)label.Annotations.Schema["KeyValues"].Type).ItemType.RawType;
        return (string[])typeof(ClassOrder).GetMethod(nameof(Names), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(item).Invoke(null, [label])!;
    }

    /// <summary>A sink that gets a model's outputs in the order of another's classes.</summary>
    /// <param name="own">The model's classes.</param>
    /// <param name="wanted">The other's.</param>
    /// <param name="sink">Where outputs go; unchanged where the orders agree or are not known.</param>
    public static IOutputSink Sorted(string[]? own, string[]? wanted, IOutputSink sink) =>
        own is null || wanted is null || own.AsSpan().SequenceEqual(wanted) || own.Length != wanted.Length || own.Except(wanted).Any()
            ? sink
            : new Sorter([.. own.Select(name => Array.IndexOf(wanted, name))], sink);

    private static string[] Names<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value!.ToString()!)];
    }

    private sealed class Sorter(int[] places, IOutputSink sink) : IOutputSink
    {
        private readonly double[] _sorted = new double[places.Length];

        public void Add(ReadOnlySpan<double> outputs, double target)
        {
            for (int k = 0; k < places.Length; k++)
                _sorted[places[k]] = outputs[k];
            sink.Add(_sorted, double.IsNaN(target) ? target : places[(int)target]);
        }
    }
}
