using System.Globalization;

namespace ML.Thermo.Cli.Output;

/// <summary>Numbers as a person reads them: six digits, or as many as the error leaves meaning to.</summary>
internal static class Numbers
{
    /// <summary>Six significant digits.</summary>
    public static string Show(double value) =>
        double.IsNaN(value) ? "—" : double.IsInfinity(value) ? (value > 0 ? "∞" : "−∞") : Signed(value.ToString("G6", CultureInfo.InvariantCulture));

    /// <summary>The value to the second digit of its error, and the error.</summary>
    public static string Show(Estimate estimate)
    {
        if (!(estimate.StandardError > 0) || !double.IsFinite(estimate.StandardError) || !estimate.IsDefined)
            return Show(estimate.Value);
        int decimals = 1 - (int)Math.Floor(Math.Log10(estimate.StandardError));
        bool plain = decimals is >= 0 and <= 6 && Math.Abs(estimate.Value) < 1e6;
        string format = plain ? $"F{decimals}" : "G4";
        string error = plain ? estimate.StandardError.ToString(format, CultureInfo.InvariantCulture) : estimate.StandardError.ToString("G2", CultureInfo.InvariantCulture);
        return $"{Signed(estimate.Value.ToString(format, CultureInfo.InvariantCulture))} ± {error}";
    }

    /// <summary>A number of order one, to six decimals.</summary>
    public static string Share(double value) =>
        double.IsFinite(value) ? Signed((Math.Round(value, 6) + 0.0).ToString("F6", CultureInfo.InvariantCulture)) : Show(value);

    /// <summary>Twelve significant digits.</summary>
    public static string Long(double value) =>
        double.IsFinite(value) ? Signed(value.ToString("G12", CultureInfo.InvariantCulture)) : Show(value);

    private static string Signed(string number) => number.Replace("E+0", "e", StringComparison.Ordinal).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e').Replace('-', '−');
}
