namespace ML.Thermo.Tempering;

/// <summary>Weights of rival models by what they lost lately: exp(−D/θ), D the discounted sum of their mean losses on past windows.</summary>
/// <remarks>
/// <para>It is an advisor for any trainer: keep models that remember differently much (retrained on one, three, ten windows, never), tell it what
/// each lost on every new window before it learns from it, and deploy the mean of their predictions by <see cref="Weights"/>.</para>
/// <para>θ is best a fixed share of the loss that the first model was accepted with. One that grows with the running loss grows with a break, and
/// freezes the choice just when it is needed.</para>
/// <para>Online learning with experts and exponential weights (Littlestone and Warmuth 1994), with forgetting.</para></remarks>
[Maturity(Maturity.Estimator, "exponential weights with forgetting; θ and the discount are choices")]
public sealed class BoltzmannMixture
{
    private readonly double[] _energies;

    /// <summary>Starts with equal weights.</summary>
    /// <param name="members">How many models, ≥ 1.</param>
    /// <param name="temperature">θ &gt; 0, loss units.</param>
    /// <param name="discount">What remains of a loss a window later, 0 … 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public BoltzmannMixture(int members, double temperature, double discount = 0.9)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(members);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), $"The temperature {temperature} is none: expected a finite number above 0.");
        if (!(discount is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(discount), $"The discount {discount} is none: expected a number from 0 to 1.");
        (_energies, Temperature, Discount) = (new double[members], temperature, discount);
    }

    /// <summary>θ, loss units.</summary>
    public double Temperature { get; }

    /// <summary>What remains of a loss a window later.</summary>
    public double Discount { get; }

    /// <summary>D of each member: the sum of its mean losses, each a window older discounted once more; loss units.</summary>
    public IReadOnlyList<double> Energies => _energies;

    /// <summary>exp(−D/θ) over their sum.</summary>
    public IReadOnlyList<double> Weights
    {
        get
        {
            double least = _energies.Min();
            double[] weights = [.. _energies.Select(energy => Math.Exp(-(energy - least) / Temperature))];
            double sum = weights.Sum();
            return [.. weights.Select(weight => weight / sum)];
        }
    }

    /// <summary>Tells what each member lost on a window that it had not learnt from.</summary>
    /// <param name="losses">Mean losses a row, a member each.</param>
    /// <exception cref="ArgumentException">There are more or fewer than members, or one is not finite.</exception>
    public void Add(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count != _energies.Length || losses.Any(loss => !double.IsFinite(loss)))
            throw new ArgumentException($"There are {losses.Count} losses: expected {_energies.Length} finite ones.", nameof(losses));
        for (int i = 0; i < _energies.Length; i++)
            _energies[i] = (Discount * _energies[i]) + losses[i];
    }

    /// <summary>Puts back energies that were read.</summary>
    internal void Restore(IReadOnlyList<double> energies)
    {
        for (int i = 0; i < _energies.Length; i++)
            _energies[i] = energies[i];
    }
}
