using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Schemas;

/// <summary>Demands on columns; what does not meet them is refused with the column's name, the type expected and the type found.</summary>
internal static class Columns
{
    /// <summary>What a label may be.</summary>
    public const string Label = "a Single, a Boolean or a UInt32 key";

    /// <summary>What features may be.</summary>
    public const string Features = "a known-size vector of Single";

    /// <summary>What a score may be.</summary>
    public const string Score = "a Single or a known-size vector of Single";

    /// <summary>Finds a column and checks its type.</summary>
    /// <param name="schema">Where to look.</param>
    /// <param name="role">What the column is, as label.</param>
    /// <param name="name">Its name.</param>
    /// <param name="expected">The type in words.</param>
    /// <param name="fits">The type as a condition.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or its type is another.</exception>
    public static DataViewSchema.Column Demand(
        this DataViewSchema schema, string role, string name, string expected, Func<DataViewType, bool> fits)
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw Missing(role, name, expected, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        return fits(column.Type) ? column : throw Wrong(role, name, expected, column.Type.ToString()!);
    }

    /// <summary>The same for a promised schema.</summary>
    public static SchemaShape.Column Demand(
        this SchemaShape shape, string role, string name, string expected, Func<SchemaShape.Column, bool> fits)
    {
        foreach (SchemaShape.Column column in shape)
        {
            if (column.Name == name)
                return fits(column) ? column : throw Wrong(role, name, expected, column.Words());
        }

        throw Missing(role, name, expected, shape.Select(c => c.Name));
    }

    public static bool IsLabel(DataViewType type) =>
        type == NumberDataViewType.Single || type is BooleanDataViewType || (type is KeyDataViewType && type.RawType == typeof(uint));

    public static bool IsLabel(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar
        && (column.IsKey ? column.ItemType.RawType == typeof(uint) : column.ItemType.RawType == typeof(float) || column.ItemType is BooleanDataViewType);

    public static bool IsFeatures(DataViewType type) =>
        type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single;

    public static bool IsFeatures(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector && !column.IsKey && column.ItemType == NumberDataViewType.Single;

    public static bool IsSingle(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Single;

    public static bool IsScore(DataViewType type) => type == NumberDataViewType.Single || IsFeatures(type);

    public static bool IsScore(SchemaShape.Column column) =>
        !column.IsKey && column.ItemType == NumberDataViewType.Single && column.Kind != SchemaShape.Column.VectorKind.VariableVector;

    /// <summary>What is said of a column that does not exist.</summary>
    public static ArgumentOutOfRangeException Missing(string role, string name, string expected, IEnumerable<string> present) => new(
        nameof(name), $"There is no {role} column '{name}': expected {expected}. The columns are {string.Join(", ", present.Take(20))}.");

    /// <summary>What is said of a column of another type.</summary>
    public static ArgumentOutOfRangeException Wrong(string role, string name, string expected, string actual) => new(
        nameof(name), $"The {role} column '{name}' is {actual}: expected {expected}.");
}
