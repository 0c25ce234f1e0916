namespace ML.Thermo.Onnx.Signals;

/// <summary>The names of the running sums that the kernel keeps of every unit: <see cref="Fields"/> runs, each of one number a unit.</summary>
internal static class UnitSums
{
    /// <summary>Numbers kept for one unit.</summary>
    public const int Fields = 7;

    /// <summary>Those that add up; the others are a range.</summary>
    public const int Added = Least;

    /// <summary>Σx.</summary>
    public const int Sum = 0;

    /// <summary>Σx².</summary>
    public const int Square = 1;

    /// <summary>Σx⁺.</summary>
    public const int Plus = 2;

    /// <summary>Σ(x⁺)².</summary>
    public const int PlusSquare = 3;

    /// <summary>Number of values; the kernel leaves it to whoever knows which values count.</summary>
    public const int Count = 4;

    /// <summary>min x.</summary>
    public const int Least = 5;

    /// <summary>max x.</summary>
    public const int Most = 6;

    /// <summary>Where a field of a unit stands.</summary>
    public static int At(int field, int units, int unit) => (field * units) + unit;

    /// <summary>One field of all units.</summary>
    public static Span<double> Of(Span<double> sums, int field, int units) => sums.Slice(field * units, units);

    /// <summary>Prepares running sums: zeros, and an empty range.</summary>
    /// <param name="sums">Fields × units.</param>
    /// <param name="units">Number of units.</param>
    public static void Clear(Span<double> sums, int units)
    {
        sums.Clear();
        Of(sums, Least, units).Fill(double.PositiveInfinity);
        Of(sums, Most, units).Fill(double.NegativeInfinity);
    }
}
