namespace ML.Thermo.Ising;

/// <summary>Sees the spins of a sample.</summary>
/// <param name="sample">Its number, from 0.</param>
/// <param name="spins">−1 or 1, row by row; they change with the next sample.</param>
public delegate void SpinVisit(int sample, ReadOnlySpan<sbyte> spins);
