using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

public class Fermi_Dirac_functions
{
    // golden: mpmath 1.2.1, −polylog(s, −e^z) at 60 digits
    [TestCase(1, -700.0, 9.8596765437597708567e-305)]
    [TestCase(1, 0.0, 0.69314718055994530942)]
    [TestCase(1, 30.0, 30.000000000000093576)]
    [TestCase(1, 700.0, 700.0)]
    [TestCase(2, -700.0, 9.8596765437597708567e-305)]
    [TestCase(2, -1.0, 0.33864799640345217982)]
    [TestCase(2, -1e-9, 0.82246703273096603793)]
    [TestCase(2, 0.0, 0.82246703342411321824)]
    [TestCase(2, 0.5, 1.2367167868533451853)]
    [TestCase(2, 3.5, 7.7399616452985644684)]
    [TestCase(2, 700.0, 245001.64493406684823)]
    [TestCase(3, -40.0, 4.2483542552915889931e-18)]
    [TestCase(3, -0.1, 0.82267941808986831151)]
    [TestCase(3, 2.0, 4.7563341964154365114)]
    [TestCase(3, 10.0, 183.11605273482105278)]
    [TestCase(3, 700.0, 57167818.120513460425)]
    [TestCase(5, -3.0, 0.049710109317385968815)]
    [TestCase(5, 1.0, 2.5403937655069438016)]
    [TestCase(5, 25.0, 85711.242440558799195)]
    [TestCase(8, -0.3, 0.73873228682820699604)]
    [TestCase(8, 4.0, 48.929580125560743586)]
    [TestCase(8, -700.0, 9.8596765437597708567e-305)]
    [TestCase(11, 0.0, 0.99951714349806075414)]
    [TestCase(11, 7.0, 945.9113469087713873)]
    [TestCase(11, 700.0, 4.9554499253505426317e+23)]
    [TestCase(16, -700.0, 9.8596765437597708567e-305)]
    [TestCase(16, -2.0, 0.13533500381964736688)]
    [TestCase(16, 0.0, 0.99998476421490610644)]
    [TestCase(16, 0.7, 2.0136910161022495816)]
    [TestCase(16, 3.0, 20.079543016062986199)]
    [TestCase(16, 45.0, 16440503383881.60489)]
    [TestCase(16, 700.0, 1.5896406442846909786e+32)]
    public void Agree_with_the_polylogarithm(int order, double z, double expected) =>
        Assert.That(FermiDirac.Function(order, z), Is.EqualTo(expected).Within(1e-11).Percent);

    [FsCheck.NUnit.Property]
    public void Are_each_the_derivative_of_the_next(FsCheck.NormalFloat at)
    {
        double z = 50 * Math.Tanh(at.Get / 10), step = 1e-3;
        for (int order = 1; order < 16; order++)
        {
            double Central(double h) => (FermiDirac.Function(order + 1, z + h) - FermiDirac.Function(order + 1, z - h)) / (2 * h);
            double slope = ((4 * Central(step / 2)) - Central(step)) / 3;
            Assert.That(slope, Is.EqualTo(FermiDirac.Function(order, z)).Within(1e-8).Percent);
        }
    }

    [Test]
    public void Refuse_an_order_below_one() =>
        Assert.That(() => FermiDirac.Function(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
