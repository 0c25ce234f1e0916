using ML.Thermo.Cli.Tables;
using ML.Thermo.Energies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>Everything that decides the outcome of <c>thermo transition</c>, in the words of its options.</summary>
internal sealed record TransitionRequest
{
    /// <summary>The data file and its columns.</summary>
    public required TableRequest Table { get; init; }

    /// <summary>The loss.</summary>
    public required Energy Energy { get; init; }

    /// <summary>The law of each parameter.</summary>
    public required LawChoice Law { get; init; }

    /// <summary>Features divided by the training rows' standard deviation, after their mean is taken off.</summary>
    public bool Standardize { get; init; }

    /// <summary>Name of the Type I entropy.</summary>
    public string Entropy { get; init; } = EntropyChoice.Auto;

    /// <summary>Rows that training does not see.</summary>
    public HeldOut HeldOut { get; init; } = new HeldOut.Fraction(HeldOut.DefaultFraction);

    /// <summary>The Type II state takes the losses of the training rows.</summary>
    public bool TrainingLosses { get; init; }

    /// <summary>m; null takes the number of training rows.</summary>
    public long? FreshPoints { get; init; }

    /// <summary>Whether the joules of training are measured.</summary>
    public bool MetersTraining { get; init; }

    /// <summary>How the Type II entropy follows.</summary>
    public TypeIIEntropy TypeIIEntropy { get; init; }
}

/// <summary>Where the rows come from that training does not see.</summary>
internal abstract record HeldOut
{
    public const double DefaultFraction = 0.3;

    /// <summary>No row is set aside.</summary>
    internal sealed record None : HeldOut;

    /// <summary>A share of the rows, drawn by the seed.</summary>
    internal sealed record Fraction(double Share) : HeldOut;

    /// <summary>Another file with the same columns.</summary>
    internal sealed record File(string Path) : HeldOut;

    /// <summary>Reads what the option says: a number is a fraction, everything else a file.</summary>
    public static HeldOut Parse(string text)
    {
        if (!double.TryParse(text, out double share) || System.IO.File.Exists(text))
            return new File(text);
        return share is > 0 and < 1
            ? new Fraction(share)
            : throw new ThermoException($"--held-out {text} is outside (0, 1): expected a share of the rows such as 0.3, or a file.");
    }
}
