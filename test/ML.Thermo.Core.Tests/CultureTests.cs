using System.Globalization;
using ML.Thermo.Activations;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests;

/// <summary>What is written in a German process is read back there and everywhere.</summary>
[NonParallelizable]
public sealed class CultureTests
{
    /// <summary>The numbers of de-DE, also where the machine has no tables of cultures.</summary>
    private static readonly CultureInfo German = new("")
    {
        NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
    };

    private CultureInfo _before = null!;

    [SetUp]
    public void SpeakGerman()
    {
        _before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = German;
        Assert.That($"{0.1}", Is.EqualTo("0,1")); // else nothing is tested
    }

    [TearDown]
    public void SpeakAsBefore() => CultureInfo.CurrentCulture = _before;

    [TestCase("leaky-relu:0.1")]
    [TestCase("hard-tanh:-2.5,2.5")]
    public void An_activation_is_read_back_by_its_name(string text)
    {
        var activation = Activation.Parse(text);
        Assert.That(activation.Name, Is.EqualTo(text));
        Assert.That(Activation.Parse(activation.Name).Parameters, Is.EqualTo(activation.Parameters));
    }

    [TestCase("normal:0.5,0.25")]
    [TestCase("uniform:-0.5,1.5")]
    [TestCase("constant:0.1")]
    public void A_law_is_read_back_by_its_text(string text)
    {
        InitializationLaw law = InitializationScheme.Parse(text).For(1);
        Assert.That(law.ToString(), Is.EqualTo(text));
        Assert.That(InitializationScheme.Parse(law.ToString()!).For(1), Is.EqualTo(law));
        Assert.That(InitializationScheme.Parse(text).Name, Is.EqualTo(text));
    }

    [Test]
    public void An_error_shows_numbers_as_they_are_to_be_typed() =>
        Assert.That(() => InitializationLaw.Normal(0.5, -0.25), Throws.TypeOf<InvalidLawException>().With.Message.StartsWith("normal:0.5,-0.25 "));
}
