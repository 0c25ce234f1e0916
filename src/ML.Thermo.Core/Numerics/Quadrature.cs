namespace ML.Thermo.Numerics;

/// <summary>
/// One-dimensional integrals by globally adaptive Gauss–Kronrod quadrature (10 and 21 points): the panel with the largest error
/// is halved until the sum of errors meets the tolerance, so that kinks, peaks and integrable singularities are hunted down.
/// </summary>
/// <remarks>Source: Piessens and others, QUADPACK (1983). Features narrower than about a hundredth of the range (of order one for
/// infinite ranges) can be missed: bracket them by breaks. Singularities beyond |x|^(−0.9) are underestimated.</remarks>
internal static class Quadrature
{
    private const int MaximumPanels = 2000;

    // Positive abscissae in descending order; every second one belongs to the 10-point Gauss rule.
    private static readonly double[] Nodes =
    [
        0.995657163025808080735527280689003, 0.973906528517171720077964012084452, 0.930157491355708226001207180059508,
        0.865063366688984510732096688423493, 0.780817726586416897063717578345042, 0.679409568299024406234327365114874,
        0.562757134668604683339000099272694, 0.433395394129247190799265943165784, 0.294392862701460198131126603103866,
        0.148874338981631210884826001129720, 0,
    ];

    private static readonly double[] Kronrod =
    [
        0.011694638867371874278064396062192, 0.032558162307964727478818972459390, 0.054755896574351996031381300244580,
        0.075039674810919952767043140916190, 0.093125454583697605535065465083366, 0.109387158802297641899210590325805,
        0.123491976262065851077958109585166, 0.134709217311473325928054001771707, 0.142775938577060080797094273138717,
        0.147739104901338491374841515972068, 0.149445554002916905664936468389821,
    ];

    private static readonly double[] Gauss =
    [
        0.066671344308688137593568809893332, 0.149451349150580593145863397657697, 0.219086362515982043995534934228163,
        0.269266719309996355091226921569469, 0.295524224714752870173815619188769,
    ];

    /// <summary>∫ f over [a, b]; the ends may be infinite.</summary>
    public static double Integrate(Func<double, double> f, double a, double b, double relativeError = 1e-12) =>
        Integrate(f, a, b, [], relativeError).Value;

    /// <summary>∫ f over [a, b] with an estimate of its error.</summary>
    /// <param name="f">Never evaluated at the ends or at a break, where it may be singular but integrable.</param>
    /// <param name="a">Lower end, may be −∞.</param>
    /// <param name="b">Upper end, may be +∞; ≥ <paramref name="a"/>.</param>
    /// <param name="breaks">Kinks, jumps, singularities, brackets of narrow peaks; those outside (a, b) are ignored.</param>
    /// <param name="relativeError">Wanted error over ∫|f|, at least 1e-14.</param>
    /// <returns>The integral and an upper estimate of its error: above the wanted one if the effort ran out.</returns>
    public static (double Value, double Error) Integrate(
        Func<double, double> f, double a, double b, ReadOnlySpan<double> breaks, double relativeError = 1e-12)
    {
        var panels = new Panels();
        bool below = double.IsNegativeInfinity(a), above = double.IsPositiveInfinity(b);
        double origin = !below ? a : above ? 0 : b;
        panels.AddPiece(f, below ? origin - 1 : a, above ? origin + 1 : b, breaks);
        if (below)
            panels.AddTail(f, origin, -1, breaks);
        if (above)
            panels.AddTail(f, origin, 1, breaks);
        panels.Refine(Math.Max(relativeError, 1e-14));
        return panels.Sum();
    }

    /// <summary>The pieces of an integral, the worst known first.</summary>
    private sealed class Panels
    {
        private readonly PriorityQueue<Panel, double> _open = new();
        private readonly List<Panel> _settled = [];
        private double _error, _size;

        public void AddPiece(Func<double, double> integrand, double low, double high, ReadOnlySpan<double> breaks)
        {
            var cuts = new SortedSet<double> { low, high };
            foreach (double cut in breaks)
            {
                if (cut > low && cut < high)
                    cuts.Add(cut);
            }

            while (cuts.Count is > 1 and < 4)
                cuts.UnionWith([.. cuts.Zip(cuts.Skip(1), (left, right) => left + ((right - left) / 2))]);
            foreach ((double left, double right) in cuts.Zip(cuts.Skip(1)))
                Add(Panel.Of(integrand, left, right));
        }

        /// <summary>x = origin ± 1/t puts infinity at t = 0, where doubles are densest.</summary>
        public void AddTail(Func<double, double> integrand, double origin, int sign, ReadOnlySpan<double> breaks)
        {
            double[] cuts = new double[breaks.Length];
            for (int i = 0; i < cuts.Length; i++)
                cuts[i] = sign / (breaks[i] - origin);
            AddPiece(t => integrand(origin + (sign / t)) is var value && value == 0 ? 0 : value / t / t, 0, 1, cuts);
        }

        /// <summary>Halves the worst piece until the errors are small enough, or the effort runs out.</summary>
        public void Refine(double relativeError)
        {
            while (_error > relativeError * _size && _open.Count > 0 && _open.Count + _settled.Count < MaximumPanels)
            {
                Panel worst = _open.Dequeue();
                (_error, _size) = (_error - worst.Error, _size - worst.Size);
                if (worst.CanBeHalved)
                {
                    double middle = worst.Low + ((worst.High - worst.Low) / 2);
                    Add(Panel.Of(worst.Integrand, worst.Low, middle));
                    Add(Panel.Of(worst.Integrand, middle, worst.High));
                }
                else
                {
                    _settled.Add(worst);
                    _size += worst.Size;
                }
            }
        }

        public (double Value, double Error) Sum()
        {
            CompensatedSum value = default, error = default;
            foreach (Panel panel in _open.UnorderedItems.Select(item => item.Element).Concat(_settled))
            {
                value.Add(panel.Value);
                error.Add(panel.Error);
            }

            return (value.Value, error.Value);
        }

        private void Add(Panel panel)
        {
            _open.Enqueue(panel, -panel.Error);
            (_error, _size) = (_error + panel.Error, _size + panel.Size);
        }
    }

    /// <summary>The two rules on one panel; the error estimate is QUADPACK's.</summary>
    private readonly record struct Panel(Func<double, double> Integrand, double Low, double High, double Value, double Error, double Size)
    {
        /// <summary>Whether doubles are fine enough for the nodes of both halves.</summary>
        public bool CanBeHalved => High - Low > 1e-290 && Low + (0.001 * (High - Low)) > Low && High - (0.001 * (High - Low)) < High;

        public static Panel Of(Func<double, double> f, double low, double high)
        {
            double centre = low + ((high - low) / 2), half = (high - low) / 2;
            Span<double> values = stackalloc double[2 * Nodes.Length];
            double kronrod = 0, gauss = 0, size = 0, spread = 0;
            for (int i = 0; i < Nodes.Length; i++)
            {
                double left = f(centre - (half * Nodes[i])), right = i == Nodes.Length - 1 ? 0 : f(centre + (half * Nodes[i]));
                (values[2 * i], values[(2 * i) + 1]) = (left, right);
                kronrod += Kronrod[i] * (left + right);
                size += Kronrod[i] * (Math.Abs(left) + Math.Abs(right));
                if (i % 2 == 1)
                    gauss += Gauss[i / 2] * (left + right);
            }

            double mean = kronrod / 2;
            for (int i = 0; i < Nodes.Length; i++)
                spread += Kronrod[i] * (Math.Abs(values[2 * i] - mean) + (i == Nodes.Length - 1 ? 0 : Math.Abs(values[(2 * i) + 1] - mean)));
            double error = Math.Abs(kronrod - gauss);
            if (spread > 0 && error > 0)
                error = spread * Math.Min(1, Math.Pow(200 * error / spread, 1.5));
            return new Panel(f, low, high, kronrod * half, Math.Max(error, 2e-15 * size) * half, size * half);
        }
    }
}
