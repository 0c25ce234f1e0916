using ML.Thermo.Linear.Squared;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Linear.Squared;

public sealed class UniformEntropyTests
{
    [TestCase(0)]
    [TestCase(0.3)]
    [TestCase(-0.999)]
    [TestCase(1)]
    [TestCase(1.4)]
    [TestCase(-7)]
    public void One_uniform_parameter_has_the_entropy_of_its_two_branches(double offset)
    {
        // S = −∫ f(w) ln p(E(w)) dw with p = (roots inside the interval) · f/|E′|
        const double Curvature = 2.5;
        double Surprise(double w)
        {
            int roots = Math.Abs((2 * offset) - w) < 1 ? 2 : 1;
            return -0.5 * Math.Log(roots * 0.5 / (2 * Curvature * Math.Abs(w - offset)));
        }

        double entropy = Quadrature.Integrate(Surprise, -1, 1, [offset, (2 * offset) - 1, (2 * offset) + 1], 1e-12).Value;
        Assert.That(UniformEntropy.OfOne(Curvature, 1, offset), Is.EqualTo(entropy).Within(1e-9));
    }

    [Test]
    public void A_centred_parameter_has_the_closed_form() =>
        Assert.That(UniformEntropy.OfOne(2.5, 3, 0), Is.EqualTo(Math.Log(2 * 2.5 * 9) - 1).Within(1e-14));

    [TestCase(0, 0, 0)]
    [TestCase(0.6, 0, 0)]
    [TestCase(0.6, 0.5, -0.2)]
    [TestCase(-0.6, 1, 2)]
    [TestCase(0.3, 1.5, 0)]
    [TestCase(0.3, 2, 3)]
    public void Two_uniform_parameters_have_the_entropy_that_conditioning_on_one_gives(double a12, double x0, double y0)
    {
        // p(u) = ∫ dx f(x) p(u | x), the inner law that of one parameter; S = −⟨ln p(E)⟩, the average by a midpoint rule over the box (error about 2·10⁻³).
        double[] halfWidths = [1, 2];
        const double A11 = 1.3, A22 = 0.7;
        double exact = UniformEntropy.OfTwo(A11, a12, A22, halfWidths, [x0, y0]);
        const int Cells = 40;
        double sum = 0;
        for (int i = 0; i < Cells; i++)
        {
            for (int k = 0; k < Cells; k++)
                sum -= Math.Log(Density(Energy(-1 + (2 * (i + 0.5) / Cells), -2 + (4 * (k + 0.5) / Cells))));
        }

        Assert.That(exact, Is.EqualTo(sum / (Cells * Cells)).Within(4e-3));

        double Energy(double x, double y) => (A11 * (x - x0) * (x - x0)) + (2 * a12 * (x - x0) * (y - y0)) + (A22 * (y - y0) * (y - y0));

        double Density(double u)
        {
            // substitute x − x₀ = √(u/a) sin t with a = A₁₁ − a₁₂²/A₂₂: dx/√(u − a(x − x₀)²) = dt/√a
            double a = A11 - (a12 * a12 / A22);
            const int Points = 1000;
            int inside = 0;
            for (int k = 0; k < Points; k++)
            {
                (double sin, double cos) = Math.SinCos(Math.PI * (((k + 0.5) / Points) - 0.5));
                double x = x0 + (Math.Sqrt(u / a) * sin), root = Math.Sqrt(u / A22) * cos, centre = y0 - (a12 / A22 * (x - x0));
                if (Math.Abs(x) <= 1)
                    inside += (Math.Abs(centre + root) <= 2 ? 1 : 0) + (Math.Abs(centre - root) <= 2 ? 1 : 0);
            }

            return inside * Math.PI / Points / (8 * 2 * Math.Sqrt(a * A22));
        }
    }
}
