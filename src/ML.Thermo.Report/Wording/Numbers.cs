using System.Globalization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Report.Wording;

/// <summary>Numbers as a person reads them: six digits, or as many as the error leaves meaning to.</summary>
internal static class Numbers
{
    /// <summary>Six significant digits.</summary>
    public static string Show(double value) => NumberText.Show(value);

    /// <summary>Four significant digits, for prose.</summary>
    public static string Brief(double value) => Significant(value, 4);

    /// <summary>So many significant digits.</summary>
    public static string Significant(double value, int digits) => double.IsFinite(value) ? NumberText.Written(value, value, digits) : Show(value);

    /// <summary>The same with its error, if it has one.</summary>
    public static string Brief(Estimate estimate) => estimate.StandardError > 0 ? Show(estimate) : Brief(estimate.Value);

    /// <summary>The value alone, rounded as it is beside its error: a number has one rounding on a screen.</summary>
    public static string Value(Estimate estimate) => estimate.StandardError > 0 ? Show(estimate).Split(" ± ")[0] : Show(estimate.Value);

    /// <summary>The value to the second digit of its error, and the error.</summary>
    public static string Show(Estimate estimate) => estimate.ToString();

    /// <summary>A number of order one, to six decimals.</summary>
    public static string Share(double value) =>
        double.IsFinite(value) ? NumberText.Signed((Math.Round(value, 6) + 0.0).ToString("F6", CultureInfo.InvariantCulture)) : Show(value);

    /// <summary>A count, with commas between thousands.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Ten significant digits.</summary>
    public static string Long(double value) =>
        double.IsFinite(value) ? NumberText.Signed(value.ToString("G10", CultureInfo.InvariantCulture)) : Show(value);
}
