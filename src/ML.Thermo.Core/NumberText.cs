using System.Globalization;

namespace ML.Thermo;

/// <summary>Numbers as a person reads them, the same in the console, on pages and in <c>ToString</c>: to the second digit of an error.</summary>
internal static class NumberText
{
    /// <summary>Six significant digits.</summary>
    public static string Show(double value) =>
        double.IsNaN(value) ? "—" : double.IsInfinity(value) ? (value > 0 ? "∞" : "−∞") : Signed(value.ToString("G6", CultureInfo.InvariantCulture));

    /// <summary>The value to the second digit of its error, and the error.</summary>
    public static string Show(double value, double error) =>
        error > 0 && double.IsFinite(error) && double.IsFinite(value) ? $"{Written(value, error, 2)} ± {Written(error, error, 2)}" : Show(value);

    /// <summary>A number down to the last of so many digits of another one; with an exponent where zeros would fill the line.</summary>
    public static string Written(double value, double scale, int digits)
    {
        if (value == 0)
            return "0";
        double rounding = 1 + (0.5 * Math.Pow(10, -digits)); // 0.99996 to four digits is 1.000
        int decimals = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(scale) * rounding));
        if (decimals > 8 || Math.Abs(value) >= 1e8)
        {
            int significant = Math.Clamp(decimals + 1 + (int)Math.Floor(Math.Log10(Math.Abs(value))), 2, 15);
            return Signed(value.ToString($"G{significant}", CultureInfo.InvariantCulture));
        }

        double unit = Math.Pow(10, -decimals);
        double rounded = decimals < 0 ? Math.Round(value / unit) * unit : value;
        return Signed(rounded.ToString($"F{Math.Max(decimals, 0)}", CultureInfo.InvariantCulture));
    }

    /// <summary>A real minus sign, and no idle characters in the exponent.</summary>
    public static string Signed(string number)
    {
        int e = number.IndexOf('E', StringComparison.Ordinal);
        string exponent = e < 0 ? "" : $"e{int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}";
        return ((e < 0 ? number : number[..e]) + exponent).Replace('-', '−');
    }
}
