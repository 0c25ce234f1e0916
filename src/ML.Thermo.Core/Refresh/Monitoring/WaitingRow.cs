namespace ML.Thermo.Refresh.Monitoring;

/// <summary>A row that was observed elsewhere and whose label comes later.</summary>
/// <param name="Id">Hash of its id (<see cref="JournalNote.Key"/>).</param>
/// <param name="Prediction">What the label is compared with.</param>
internal readonly record struct WaitingRow(UInt128 Id, double[] Prediction);
