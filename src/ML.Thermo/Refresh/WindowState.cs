using System.ComponentModel;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Steps;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>The windows of one cursor, or one prediction engine, from its first row on.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WindowState
{
    private static readonly ConditionalWeakTable<string, SavedMonitor> Known = [];

    private readonly RefreshMapping.Output _last = new() { DeltaEnergy = float.NaN, DeltaEntropy = float.NaN, Temperature = float.NaN, PValue = float.NaN };
    private SavedMonitor? _saved;
    private DriftMonitor? _monitor;
    private WatchedRow? _row;

    internal void Observe(RefreshMapping.Input row, RefreshMapping.Output columns)
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

    private void Judge(WindowDrift report, bool refresh)
    {
        Transition? drift = report.Decisive?.Transition;
        _last.DeltaEnergy = (float)(drift?.DeltaEnergy.Value ?? double.NaN);
        _last.DeltaEntropy = (float)(drift?.DeltaEntropy.Value ?? double.NaN);
        _last.Temperature = (float)(drift?.Temperature.Value ?? double.NaN);
        (_last.PValue, _last.Refresh) = ((float)report.PValue, refresh);
    }

    /// <summary>Its reference is read once for all rows, however many cursors there are.</summary>
    private static SavedMonitor Parsed(ReadOnlyMemory<char> state) =>
        Known.GetValue(SharedText.Of(state), SavedMonitor.Parse);
}

/// <summary>Says that a column holds windows.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Property)]
public sealed class WindowStateTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(WindowStateType.Instance, typeof(WindowState), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is WindowStateTypeAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WindowStateTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => 1;
}

/// <summary>A column of windows. ML.NET splits a cursor among threads only if it can copy all values; these it cannot, so rows stay in order.</summary>
internal sealed class WindowStateType : StructuredDataViewType
{
    private WindowStateType()
        : base(typeof(WindowState))
    {
    }

    public static WindowStateType Instance { get; } = new();

    public override bool Equals(DataViewType? other) => other is WindowStateType;

    public override int GetHashCode() => 1;

    public override string ToString() => "Windows";
}
