using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ML.Thermo.Steps;

/// <summary>The step of a saved pipeline that adds a column of ones, on which columns of constants are built.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class OneMapping : CustomMappingFactory<OneMapping.Nothing, OneMapping.One>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.One/1";

    /// <inheritdoc/>
    public override Action<Nothing, One> GetMapping() => Map;

    internal static void Map(Nothing row, One column) => column.Value = 1;

    /// <summary>No column.</summary>
    public sealed class Nothing;

    /// <summary>The column of ones.</summary>
    public sealed class One
    {
        /// <summary>1.</summary>
        [ColumnName(HiddenColumns.One)]
        public float Value { get; set; }
    }
}

/// <summary>The step of a saved pipeline that reads a key label as a class number.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class KeyMapping : CustomMappingFactory<KeyMapping.Key, KeyMapping.Target>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.KeyLabel/1";

    /// <inheritdoc/>
    public override Action<Key, Target> GetMapping() => Map;

    internal static void Map(Key label, Target target) => target.Value = label.Value == 0 ? float.NaN : label.Value - 1;

    /// <summary>The label: 0 for missing, else the number of its class plus one.</summary>
    public sealed class Key
    {
        /// <summary>The raw key.</summary>
        [ColumnName(HiddenColumns.Key)]
        public uint Value { get; set; }
    }

    /// <summary>The class.</summary>
    public sealed class Target
    {
        /// <summary>0, 1, …, or NaN.</summary>
        [ColumnName(HiddenColumns.Target)]
        public float Value { get; set; }
    }
}
