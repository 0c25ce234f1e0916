using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Drift;

namespace ML.Thermo.Monitoring;

/// <summary>
/// The step of a saved pipeline that watches the rows that pass. ML.NET finds it by its contract when a model is loaded; nobody calls it.
/// </summary>
/// <remarks>
/// The numbers of the model come with every row, as a text that all rows share; the windows belong to the cursor (or the prediction engine)
/// that the rows pass through, and ML.NET gives such a step one cursor only. Maturity: theorem (a carrier).
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class RefreshMapping : StatefulCustomMappingFactory<RefreshMapping.Input, RefreshMapping.Output, RefreshMapping.Passage>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Refresh/1";

    internal const string State = "__thermo_monitor", Scores = "__thermo_scores", Inputs = "__thermo_inputs", Target = Rows.RowMapping.Target;
    internal const string Energy = "__thermo_row_energy", DeltaEnergy = "__thermo_delta_energy", DeltaEntropy = "__thermo_delta_entropy";
    internal const string Temperature = "__thermo_drift_temperature", PValue = "__thermo_p_value", Refresh = "__thermo_refresh";

    private static readonly ConditionalWeakTable<string, SavedMonitor> Known = [];

    /// <inheritdoc/>
    public override Action<Input, Output, Passage> GetMapping() => Map;

    /// <inheritdoc/>
    public override Action<Passage> GetStateInitAction() => Begin;

    internal static void Begin(Passage passage)
    {
    }

    internal static void Map(Input row, Output columns, Passage passage) => passage.Observe(row, columns);

    private static SavedMonitor Parsed(ReadOnlyMemory<char> state)
    {
        bool isWhole = MemoryMarshal.TryGetString(state, out string? text, out _, out int length) && length == text.Length;
        return Known.GetValue(isWhole ? text! : string.Intern(state.ToString()), SavedMonitor.Parse);
    }

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input
    {
        /// <summary>The numbers of the model.</summary>
        [ColumnName(RefreshMapping.State)]
        public ReadOnlyMemory<char> State { get; set; }

        /// <summary>The trained model's scores.</summary>
        [ColumnName(RefreshMapping.Scores)]
        public VBuffer<float> Scores { get; set; }

        /// <summary>What is watched besides them.</summary>
        [ColumnName(RefreshMapping.Inputs)]
        public VBuffer<float> Inputs { get; set; }

        /// <summary>The label, or NaN.</summary>
        [ColumnName(RefreshMapping.Target)]
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

    /// <summary>One passage of rows through the step, from its first row on.</summary>
    public sealed class Passage
    {
        private readonly Output _last = new() { DeltaEnergy = float.NaN, DeltaEntropy = float.NaN, Temperature = float.NaN, PValue = float.NaN };
        private SavedMonitor? _saved;
        private DriftMonitor? _monitor;
        private WatchedRow? _row;

        internal void Observe(Input row, Output columns)
        {
            _saved ??= Parsed(row.State);
            _row ??= new WatchedRow(_saved.Predictions, _saved.Reference.Inputs.Count - 1, _saved.Texts);
            _monitor ??= _saved.NewMonitor(name: null, file: null);
            _row.Read(row.Scores, row.Inputs, row.Target);
            if (_monitor.Observe(_row.Energy, _row.SelfEnergy, _row.Inputs))
                Judge(_monitor.Report!, _monitor.Refresh);
            columns.Energy = (float)(float.IsNaN(row.Target) ? _row.SelfEnergy : _row.Energy);
            (columns.DeltaEnergy, columns.DeltaEntropy, columns.Temperature) = (_last.DeltaEnergy, _last.DeltaEntropy, _last.Temperature);
            (columns.PValue, columns.Refresh) = (_last.PValue, _last.Refresh);
        }

        private void Judge(DriftReport report, bool refresh)
        {
            Transition? drift = report.Decisive?.Transition;
            _last.DeltaEnergy = (float)(drift?.DeltaEnergy.Value ?? double.NaN);
            _last.DeltaEntropy = (float)(drift?.DeltaEntropy.Value ?? double.NaN);
            _last.Temperature = (float)(drift?.Temperature.Value ?? double.NaN);
            (_last.PValue, _last.Refresh) = ((float)report.PValue, refresh);
        }
    }
}
