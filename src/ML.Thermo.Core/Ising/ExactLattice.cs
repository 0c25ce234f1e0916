using ML.Thermo.Numerics;

namespace ML.Thermo.Ising;

/// <summary>The square Ising lattice of L × L spins on a torus, H = −Σ s s' over neighbours, exactly at any temperature (Kaufman 1949).</summary>
/// <remarks>
/// <para>Z = ½(2 sinh 2β)^(N/2) [Π 2cosh(Lγ_odd/2) + Π 2sinh(Lγ_odd/2) + Π 2cosh(Lγ_even/2) + Π 2sinh(Lγ_even/2)], cosh γ_l = cosh 2β coth 2β − cos(πl/L).
/// γ₀ = 2β + ln tanh β changes its sign at the critical temperature of the infinite lattice, and the last product with it.</para>
/// <para>Units: J = k_B = 1.</para>
/// </remarks>
[Maturity(Maturity.Theorem)]
public sealed class ExactLattice
{
    /// <summary>A lattice.</summary>
    /// <param name="size">L, even, ≥ 2.</param>
    /// <exception cref="ArgumentException">L is odd or below 2.</exception>
    public ExactLattice(int size)
    {
        if (size < 2 || size % 2 != 0)
            throw new ArgumentException($"L = {size} has no formula here: expected an even number from 2.", nameof(size));
        Size = size;
    }

    /// <summary>L.</summary>
    public int Size { get; }

    /// <summary>ln Z at T &gt; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public double LogPartition(double temperature) => At(temperature).Log;

    /// <summary>u, the mean energy a spin, at T &gt; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public double Energy(double temperature) => -At(temperature).First / (Size * Size);

    /// <summary>c = β² Var E/N, the heat capacity a spin, at T &gt; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public double HeatCapacity(double temperature) => At(temperature).Second / (temperature * temperature * Size * Size);

    /// <summary>The temperature at which the heat capacity is largest.</summary>
    public double PeakTemperature() => Maximum(HeatCapacity, 2, 3);

    /// <summary>The place of the maximum of a function with one maximum between two places (golden section).</summary>
    internal static double Maximum(Func<double, double> f, double low, double high)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-7)
        {
            double left = high - (ratio * (high - low)), right = low + (ratio * (high - low));
            (low, high) = f(left) > f(right) ? (low, right) : (left, high);
        }

        return (low + high) / 2;
    }

    /// <summary>ln Z and its first two derivatives by β.</summary>
    private (double Log, double First, double Second) At(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double beta = 1 / temperature, sinh = Math.Sinh(2 * beta), cosh = Math.Cosh(2 * beta), coth = cosh / sinh;
        Product[] products = [new(true), new(false), new(true), new(false)];
        for (int l = 1; l < 2 * Size; l++)
        {
            Root root = Root.Of(l, Size, sinh, cosh);
            products[l % 2 == 1 ? 0 : 2].Multiply(root, Size);
            products[l % 2 == 1 ? 1 : 3].Multiply(root, Size);
        }

        double logTanh = beta < 20 ? Math.Log(Math.Tanh(beta)) : -2 * Math.Exp(-2 * beta);
        var first = new Root((2 * beta) + logTanh, 2 + (2 / sinh), -4 * coth / sinh);
        products[2].Multiply(first, Size);
        double largest = products.Max(product => product.Log), sum = 0, slope = 0, bend = 0;
        for (int i = 0; i < 4; i++)
        {
            (double value, double one, double two) = i == 3 ? products[3].TimesSigned(first, Size, largest) : products[i].Scaled(largest);
            sum += value;
            slope += one;
            bend += two;
        }

        double n = Size * Size, logTwoSinh = (2 * beta) + SpecialFunctions.LogOnePlus(-Math.Exp(-4 * beta));
        return (
            -Math.Log(2) + (n / 2 * logTwoSinh) + largest + Math.Log(sum),
            (n * coth) + (slope / sum),
            (-2 * n / (sinh * sinh)) + (bend / sum) - (slope / sum * (slope / sum)));
    }

    /// <summary>γ and its derivatives by β.</summary>
    private readonly record struct Root(double Value, double First, double Second)
    {
        public static Root Of(int l, int size, double sinh, double cosh)
        {
            double coth = cosh / sinh, a = cosh * coth, c = a - Math.Cos(Math.PI * l / size), value = Math.Acosh(c), s = Math.Sqrt((c - 1) * (c + 1));
            double slope = (4 * cosh) - (2 * cosh * coth * coth), bend = (8 * sinh) - (4 * a) + (8 * a / (sinh * sinh)), first = slope / s;
            return new(value, first, (bend - (c * first * first)) / s);
        }
    }

    /// <summary>ln of a product of 2cosh or 2sinh of Lγ/2, with its derivatives.</summary>
    private sealed class Product(bool isCosh)
    {
        private double _first, _second;

        public double Log { get; private set; }

        public void Multiply(Root root, int size)
        {
            double x = size * root.Value / 2, one = size * root.First / 2, decay = Math.Exp(-2 * Math.Abs(x));
            double tanh = Math.Tanh(x), ratio = isCosh ? tanh : 1 / tanh;
            Log += Math.Abs(x) + SpecialFunctions.LogOnePlus(isCosh ? decay : -decay);
            _first += one * ratio;
            _second += (size * root.Second / 2 * ratio) + (one * one * (1 - (ratio * ratio)));
        }

        /// <summary>The product and its derivatives, divided by exp(scale).</summary>
        public (double Value, double First, double Second) Scaled(double scale)
        {
            double value = Math.Exp(Log - scale);
            return (value, value * _first, value * (_second + (_first * _first)));
        }

        /// <summary>The same times 2sinh(Lγ/2), which may be negative or zero.</summary>
        public (double Value, double First, double Second) TimesSigned(Root root, int size, double scale)
        {
            double x = size * root.Value / 2, one = size * root.First / 2, two = size * root.Second / 2, shift = Math.Abs(x);
            double rest = Math.Exp(Log + shift - scale), decay = Math.Exp(-2 * shift), sinh = Math.Sign(x) * (1 - decay), cosh = 1 + decay;
            (double y, double y1, double y2) = (sinh, one * cosh, (two * cosh) + (one * one * sinh));
            double slope = _first, bend = _second + (_first * _first);
            return (rest * y, rest * (y1 + (y * slope)), rest * (y2 + (2 * y1 * slope) + (y * bend)));
        }
    }
}
