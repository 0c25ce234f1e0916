using System.Numerics.Tensors;

namespace ML.Thermo.Loops;

/// <summary>What every loop demands of its numbers.</summary>
internal static class LoopArguments
{
    public static void Temperature(double temperature)
    {
        if (!(temperature > 0) || double.IsInfinity(temperature))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"The sampling temperature is {temperature}: expected a finite number "
                + "above 0.");
    }

    public static void Share(double share, string name)
    {
        if (!(share >= 0 && share <= 1))
            throw new ArgumentOutOfRangeException(name, share, $"The {Words(name)} is {share}: expected a number from 0 to 1.");
    }

    public static void Retention(double retention)
    {
        if (!(retention > 0 && retention < 1))
            throw new ArgumentOutOfRangeException(nameof(retention), retention, $"The retention is {retention}: expected a number above 0 and below 1.");
    }

    public static void Rows(long rows)
    {
        if (rows < 2)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"A generation has {rows} rows: expected at least 2.");
    }

    /// <summary>A checked copy, divided by its sum.</summary>
    public static double[] Law(ReadOnlySpan<double> shares, string name, int classes = 0)
    {
        if (shares.Length < 2)
            throw new ArgumentException($"There are {shares.Length} categories: expected at least 2.", name);
        if (classes > 0 && shares.Length != classes)
            throw new ArgumentException($"There are {shares.Length} shares: expected {classes}, one a category.", name);
        for (int i = 0; i < shares.Length; i++)
        {
            if (!(shares[i] >= 0))
                throw new ArgumentException($"Share {i} is {shares[i]}: expected a number of at least 0.", name);
        }

        double sum = TensorPrimitives.Sum(shares);
        if (!(Math.Abs(sum - 1) < 1e-9))
            throw new ArgumentException($"The shares add up to {sum}: expected 1.", name);
        double[] law = new double[shares.Length];
        TensorPrimitives.Divide(shares, sum, law);
        return law;
    }

    private static string Words(string name) => name switch
    {
        "freshShare" => "fresh share",
        _ => name,
    };
}
