using System.Security.Cryptography;
using ML.Thermo.Energies;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh;

/// <summary>The bins of all channels: what a reference and its windows have in common.</summary>
internal sealed class DriftLayout
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentVersion = 3;

    private readonly byte[] _identity;

    public DriftLayout(
        Bins? energy, double energyCentre, Bins? selfEnergy, double selfEnergyCentre, IReadOnlyList<DriftInput> inputs, Bins[] inputBins,
        int version = CurrentVersion, double[,]? correlation = null)
    {
        (Version, Correlation) = (version, correlation);
        (Energy, EnergyCentre, SelfEnergy, SelfEnergyCentre) = (energy, energyCentre, selfEnergy, selfEnergyCentre);
        (Inputs, InputBins) = (inputs, inputBins);
        Predictions = [.. Enumerable.Range(0, inputs.Count).Where(j => inputs[j].IsPrediction)];
        Starts = new int[inputBins.Length + 1];
        for (int j = 0; j < inputBins.Length; j++)
            Starts[j + 1] = Starts[j] + inputBins[j].Count + 1;
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            Write(writer);
        _identity = SHA256.HashData(bytes.ToArray());
    }

    public Bins? Energy { get; }

    public double EnergyCentre { get; }

    public Bins? SelfEnergy { get; }

    public double SelfEnergyCentre { get; }

    public IReadOnlyList<DriftInput> Inputs { get; }

    public Bins[] InputBins { get; }

    /// <summary>Which of the inputs are predictions.</summary>
    public int[] Predictions { get; }

    /// <summary>Where the counts of each input start; its last count is of missing values.</summary>
    public int[] Starts { get; }

    /// <summary>Of a reference of the first format: the correlation of all scores that need no label, which it kept instead of rows.</summary>
    public double[,]? Correlation { get; }

    /// <summary>The format in which references and windows of this layout are written.</summary>
    public int Version { get; }

    /// <summary>Channels without a label: self-energy and inputs.</summary>
    public int Channels => InputBins.Length + (SelfEnergy is null ? 0 : 1);

    /// <summary>Windows merge if they were cut into the same bins.</summary>
    public bool Matches(DriftLayout other) => _identity.AsSpan().SequenceEqual(other._identity);

    /// <summary>Tells windows of one reference from those of another.</summary>
    public ReadOnlySpan<byte> Identity => _identity;

    public void Write(BinaryWriter to)
    {
        Write(to, Energy, EnergyCentre);
        Write(to, SelfEnergy, SelfEnergyCentre);
        to.Write(Inputs.Count);
        for (int j = 0; j < Inputs.Count; j++)
        {
            to.Write(Inputs[j].Name);
            to.Write(Inputs[j].IsCategory);
            to.Write(Inputs[j].IsPrediction);
            InputBins[j].Write(to, Version);
        }

        if (Correlation is null)
            return;
        to.Write(Correlation.GetLength(0));
        foreach (double entry in Correlation)
            to.Write(entry);
    }

    public static DriftLayout Read(BinaryReader from, int version)
    {
        (Bins? energy, double centre) = ReadEnergy(from, version);
        (Bins? self, double selfCentre) = ReadEnergy(from, version);
        var inputs = new DriftInput[from.ReadInt32()];
        var bins = new Bins[inputs.Length];
        for (int j = 0; j < inputs.Length; j++)
        {
            inputs[j] = new DriftInput(from.ReadString(), from.ReadBoolean(), from.ReadBoolean());
            bins[j] = Bins.Read(from, version);
        }

        if (version > 1)
            return new DriftLayout(energy, centre, self, selfCentre, inputs, bins, version);
        int p = from.ReadInt32();
        double[,] correlation = new double[p, p];
        for (int a = 0; a < p; a++)
        {
            for (int b = 0; b < p; b++)
                correlation[a, b] = from.ReadDouble();
        }

        return new DriftLayout(energy, centre, self, selfCentre, inputs, bins, 1, correlation);
    }

    private void Write(BinaryWriter to, Bins? bins, double centre)
    {
        to.Write(bins is not null);
        bins?.Write(to, Version);
        to.Write(centre);
    }

    private static (Bins? Bins, double Centre) ReadEnergy(BinaryReader from, int version) =>
        (from.ReadBoolean() ? Bins.Read(from, version) : null, from.ReadDouble());
}
