namespace ML.Thermo.Tests;

/// <summary>The networks of test/data/networks, trained on the digits by eng/networks/train.py, and their held-out data.</summary>
public static class ShippedNetworks
{
    public const string Digits = "digits.npz", Labels = "digits-labels.npy";

    public static string Find(string file) => Path.Combine(AppContext.BaseDirectory, "networks", file);
}
