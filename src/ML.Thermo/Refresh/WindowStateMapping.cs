using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>
/// The step of a saved pipeline that gives every cursor its windows. ML.NET reads a step with state through one cursor, in order. ML.NET finds
/// it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>It reads no column, because ML.NET makes the reader of such a step's columns also for cursors that none of them was asked of, and then
/// fails.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class WindowStateMapping : StatefulCustomMappingFactory<WindowStateMapping.Nothing, WindowStateMapping.Output, WindowState>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Passage/1";

    /// <inheritdoc/>
    public override Action<Nothing, Output, WindowState> GetMapping() => Map;

    /// <inheritdoc/>
    public override Action<WindowState> GetStateInitAction() => Begin;

    internal static void Begin(WindowState windows)
    {
    }

    internal static void Map(Nothing row, Output column, WindowState windows) => column.Passage = windows;

    /// <summary>No column.</summary>
    public sealed class Nothing;

    /// <summary>The column of the windows.</summary>
    public sealed class Output
    {
        /// <summary>The cursor's own.</summary>
        [ColumnName(HiddenColumns.WindowState)]
        [WindowStateType]
        public WindowState? Passage { get; set; }
    }
}
