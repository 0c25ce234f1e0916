using System.Text.Json.Serialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>The drift of one energy.</summary>
/// <param name="Transition">ΔE = E′ − E, ΔS, T and β with errors; null below two losses.</param>
/// <param name="SmallShiftTemperature">T to first order in the shift, loss units per nat.</param>
/// <param name="PValue">Of the re-labelling test; NaN below the least number of rows, and for a self-energy, which the label-free rule judges with
/// the inputs.</param>
/// <param name="WorsePValue">The same of higher losses alone: of mean loss or rank, up. NaN where there is none, or the reference is of the first
/// format.</param>
/// <param name="BetterPValue">The same of lower losses alone.</param>
/// <param name="Effect">Largest of the three shifts, in standard deviations of one loss.</param>
/// <param name="Shifts">Shifts of loss, entropy density and rank, in standard deviations of one loss.</param>
/// <param name="Distances">Of the bin counts.</param>
[Maturity(Maturity.Paper, "ΔE, ΔS, T; p-value theorem for continuous losses")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record EnergyDrift(
    Transition? Transition, double SmallShiftTemperature, double PValue, double WorsePValue, double BetterPValue, double Effect,
    IReadOnlyList<double> Shifts, BinDistances Distances);
