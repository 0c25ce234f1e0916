using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ML.Thermo.Refresh;

/// <summary>
/// The step of a saved pipeline that gives every cursor a passage. ML.NET reads a step with state through one cursor, in order. ML.NET finds
/// it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>It reads no column, because ML.NET makes the reader of such a step's columns also for cursors that none of them was asked of, and then
/// fails. Maturity: theorem (a carrier).</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class PassageMapping : StatefulCustomMappingFactory<PassageMapping.Nothing, PassageMapping.Output, Passage>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Passage/1";

    internal const string Column = "__thermo_passage";

    /// <inheritdoc/>
    public override Action<Nothing, Output, Passage> GetMapping() => Map;

    /// <inheritdoc/>
    public override Action<Passage> GetStateInitAction() => Begin;

    internal static void Begin(Passage passage)
    {
    }

    internal static void Map(Nothing row, Output column, Passage passage) => column.Passage = passage;

    /// <summary>No column.</summary>
    public sealed class Nothing;

    /// <summary>The column of the passage.</summary>
    public sealed class Output
    {
        /// <summary>The cursor's own.</summary>
        [ColumnName(PassageMapping.Column)]
        [PassageType]
        public Passage? Passage { get; set; }
    }
}
