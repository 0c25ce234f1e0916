using System.Security.Cryptography;
using ML.Thermo.Novelty;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Guards;

/// <summary>Tells rows that are unlike those a network was known to work on, without labels, at a stated rate of false alarms.</summary>
/// <remarks>
/// <para>A row's reading, log temperature and efficiency of the signal in every layer, is a macrostate; its strangeness is Einstein's ½ dᵀC⁻¹d,
/// beside that of plain statistics of the input, and of both joined. The reference is cut in three: one part gives μ and C, one chooses the score
/// and the layers, one calibrates, so that P(p ≤ α) ≤ α for rows of the reference's kind.</para>
/// <para>What it can see is measured before it is trusted: <see cref="Power"/>. It is for inputs of one kind (a camera on a line, a form, a sensor).
/// Against a reference as varied as photographs it is blind, as other detectors are; wrong answers and new classes it does not find.</para>
/// <para>Prior art: Mahalanobis distances of a network's features (Lee et al. 2018) and GRAM matrices (Sastry and Oore 2020) use classes or far more
/// numbers a layer.</para>
/// </remarks>
/// <example>
/// <code>
/// using OnnxModel network = OnnxModel.Open("network.onnx");
/// NetworkGuard guard = NetworkGuard.Fit(network, NetworkInputs.Read("ok.npy", network));
/// using GuardSession session = guard.Open(network);
/// GuardVerdict verdict = session.Judge(NetworkInputs.Read("new.npy", network)); // verdict.Rows[0].PValue
/// </code>
/// </example>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference; what is seen is measured")]
public sealed class NetworkGuard
{
    /// <summary>Rows of a window, where no other number is asked for.</summary>
    public const int UsualWindow = 20;

    internal const int WindowsTried = 25;

    internal NetworkGuard(double unit, IReadOnlyList<GuardColumn> columns, FluctuationLaw law, IReadOnlyList<double[]> calibration, double radius) =>
        (Unit, Columns, Law, Calibration, Radius) = (unit, columns, law, calibration, radius);

    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>SHA-256 of the network, with the tensors that it keeps in files beside it; hexadecimal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Extents of one row.</summary>
    public required IReadOnlyList<long> Extents { get; init; }

    /// <summary>The rate of false alarms that was wanted.</summary>
    public required double FalseAlarms { get; init; }

    /// <summary>What it looks at.</summary>
    public required GuardScore Score { get; init; }

    /// <summary>The parts of the reference.</summary>
    public required GuardRows Rows { get; init; }

    /// <summary>How many layers the network has that could be watched.</summary>
    public required int AllLayers { get; init; }

    /// <summary>What was seen of damaged rows: every score, damage and strength, for single rows and for windows of <see cref="UsualWindow"/>.</summary>
    public required IReadOnlyList<GuardPower> Power { get; init; }

    /// <summary>The layers that are watched; empty where the input alone is looked at.</summary>
    public IReadOnlyList<string> Layers => [.. Columns.Select(column => column.Layer).OfType<string>().Distinct()];

    internal double Unit { get; }

    internal IReadOnlyList<GuardColumn> Columns { get; }

    internal FluctuationLaw Law { get; }

    internal IReadOnlyList<double[]> Calibration { get; }

    internal double Radius { get; }

    /// <summary>Learns what a network's input is like, and tries what damage would be seen.</summary>
    /// <param name="network">The network, with one input of real numbers.</param>
    /// <param name="reference">Rows on which the network is known to work, in any order; 159 at least for a rate of .01.</param>
    /// <param name="options">Rate, seed and score.</param>
    /// <param name="progress">Told the share of the damage that was tried.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <exception cref="ThermoException">The network has several inputs or takes no real numbers, or ONNX Runtime refuses it.</exception>
    /// <exception cref="UnusableDataException">There are too few rows for the rate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above 0 and below 1, or fewer than 20 rows are to be damaged.</exception>
    public static NetworkGuard Fit(
        OnnxModel network, NetworkInputs reference, NetworkGuardOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(reference);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DamagedRows, UsualWindow);
        return GuardFit.Run(network, reference, options, progress, cancellation);
    }

    /// <summary>Reads a guard that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What it is called, for messages.</param>
    /// <exception cref="UnusableDataException">It is damaged, or no guard.</exception>
    public static NetworkGuard Parse(string json, string name = "guard") => GuardFile.Read(json, name);

    /// <summary>The guard as a text with a checksum.</summary>
    public string ToJson() => GuardFile.Write(this);

    /// <summary>Makes ready to judge rows.</summary>
    /// <param name="network">The very network that the guard was fitted on; must live as long as the session.</param>
    /// <exception cref="ThermoException">It is another network.</exception>
    public GuardSession Open(OnnxModel network)
    {
        ArgumentNullException.ThrowIfNull(network);
        string found = FingerprintOf(network);
        return found == Fingerprint ? new GuardSession(this, network)
            : throw new ThermoException($"'{network.Name}' is not the network of the guard: its SHA-256 begins {found[..8]}, and that of '{Network}', on "
                + $"which the guard was fitted, {Fingerprint[..8]}. Fit the guard anew.");
    }

    /// <summary>SHA-256 of a network, with its tensors in other files.</summary>
    internal static string FingerprintOf(OnnxModel network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(network.Bytes);
        foreach (OnnxTensor tensor in network.Graph.Initializers.Where(tensor => tensor.IsExternal))
            hash.AppendData(tensor.Bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A score that can be ranked: what is not finite is stranger than all.</summary>
    internal static double Comparable(double strangeness) => double.IsNaN(strangeness) ? double.PositiveInfinity : strangeness;
}
