using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>
/// The step of a saved pipeline that watches the rows that pass. ML.NET finds it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>It has no state of its own: the numbers of the model come with every row, as a text that all rows share, and so do the windows.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class RefreshMapping : CustomMappingFactory<RefreshMapping.Input, RefreshMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Refresh/1";

    internal const string Energy = "__thermo_row_energy", DeltaEnergy = "__thermo_delta_energy", DeltaEntropy = "__thermo_delta_entropy";
    internal const string Temperature = "__thermo_drift_temperature", PValue = "__thermo_p_value", Refresh = "__thermo_refresh";

    /// <summary>The columns, in the order of <see cref="RefreshOptions.OutputColumns"/>.</summary>
    internal static string[] Columns => [Energy, DeltaEnergy, DeltaEntropy, Temperature, PValue, Refresh];

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input row, Output columns) => row.Passage!.Observe(row, columns);

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input
    {
        /// <summary>What the rows pass through.</summary>
        [ColumnName(HiddenColumns.WindowState)]
        [WindowStateType]
        public WindowState? Passage { get; set; }

        /// <summary>The numbers of the model.</summary>
        [ColumnName(HiddenColumns.Monitor)]
        public ReadOnlyMemory<char> State { get; set; }

        /// <summary>The trained model's scores.</summary>
        [ColumnName(HiddenColumns.Scores)]
        public VBuffer<float> Scores { get; set; }

        /// <summary>What is watched besides them.</summary>
        [ColumnName(HiddenColumns.Inputs)]
        public VBuffer<float> Inputs { get; set; }

        /// <summary>The label, or NaN.</summary>
        [ColumnName(HiddenColumns.Target)]
        public float Target { get; set; }
    }

    /// <summary>What the step adds to a row.</summary>
    public sealed class Output
    {
        /// <summary>Energy of the row, loss units.</summary>
        [ColumnName(RefreshMapping.Energy)]
        public float Energy { get; set; }

        /// <summary>ΔE of the last full window, loss units.</summary>
        [ColumnName(RefreshMapping.DeltaEnergy)]
        public float DeltaEnergy { get; set; }

        /// <summary>ΔS of the last full window, nats.</summary>
        [ColumnName(RefreshMapping.DeltaEntropy)]
        public float DeltaEntropy { get; set; }

        /// <summary>T of the last full window, loss units per nat.</summary>
        [ColumnName(RefreshMapping.Temperature)]
        public float Temperature { get; set; }

        /// <summary>p-value of the last full window.</summary>
        [ColumnName(RefreshMapping.PValue)]
        public float PValue { get; set; }

        /// <summary>Time to refresh.</summary>
        [ColumnName(RefreshMapping.Refresh)]
        public bool Refresh { get; set; }
    }
}
