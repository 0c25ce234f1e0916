using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Initialization;

[TestFixture]
public class InitializationSchemeTests
{
    [TestCase("he", 8, 4, 0.25)]
    [TestCase("he-uniform", 8, 4, 0.25)]
    [TestCase("glorot", 6, 2, 0.25)]
    [TestCase("glorot-uniform", 6, 2, 0.25)]
    [TestCase("lecun", 4, 100, 0.25)]
    [TestCase("lecun-uniform", 4, 100, 0.25)]
    public void Scaled_schemes_have_their_variance_and_mean_zero(string name, int fanIn, int fanOut, double variance)
    {
        InitializationLaw law = InitializationScheme.Parse(name).For(fanIn, fanOut);
        Assert.That(law.Mean, Is.Zero);
        Assert.That(law.Variance, Is.EqualTo(variance).Within(1e-15));
        if (name.EndsWith("uniform", StringComparison.Ordinal))
            Assert.That(law, Is.TypeOf<UniformLaw>().With.Property(nameof(UniformLaw.HalfWidth)).EqualTo(Math.Sqrt(0.75)).Within(1e-15));
        else
            Assert.That(law, Is.TypeOf<NormalLaw>());
    }

    [Test]
    public void Properties_are_the_schemes_of_that_name()
    {
        (string, InitializationScheme)[] named =
        [
            ("he", InitializationScheme.He), ("he-uniform", InitializationScheme.HeUniform),
            ("glorot", InitializationScheme.Glorot), ("glorot-uniform", InitializationScheme.GlorotUniform),
            ("lecun", InitializationScheme.LeCun), ("lecun-uniform", InitializationScheme.LeCunUniform),
        ];
        foreach ((string name, InitializationScheme scheme) in named)
            Assert.That(InitializationScheme.Parse(name.ToUpperInvariant()), Is.SameAs(scheme));
    }

    [TestCase("normal:0.5,2", "normal:0.5,2")]
    [TestCase("Normal: -1e-3 , 0", "normal:-0.001,0")]
    [TestCase("uniform:-3,3", "uniform:-3,3")]
    [TestCase(" constant:0.25", "constant:0.25")]
    public void Fixed_laws_do_not_depend_on_the_fans_and_print_what_they_read(string text, string printed)
    {
        InitializationScheme scheme = InitializationScheme.Parse(text);
        Assert.That(scheme.ToString(), Is.EqualTo(printed));
        Assert.That(scheme.For(3, 5), Is.EqualTo(scheme.For(700)));
        Assert.That(InitializationScheme.Parse(scheme.Name).For(1), Is.EqualTo(scheme.For(1)));
    }

    [TestCase("")]
    [TestCase("xavier")]
    [TestCase("normal")]
    [TestCase("normal:")]
    [TestCase("normal:0")]
    [TestCase("normal:0,1,2")]
    [TestCase("normal:0;1")]
    [TestCase("uniform:1")]
    [TestCase("constant:")]
    [TestCase("constant:one")]
    [TestCase("he:2")]
    [TestCase("orthogonal")]
    public void Text_that_is_no_law_is_answered_with_the_grammar(string text) =>
        Assert.That(
            () => InitializationScheme.Parse(text),
            Throws.TypeOf<InvalidLawException>().With.Message.Contains($"'{text}'").And.Message.Contains("normal:MEAN,SD, uniform:LO,HI"));

    [TestCase("normal:0,-1", "normal:0,-1", "standard deviation ≥ 0")]
    [TestCase("normal:NaN,1", "normal:NaN,1", "finite mean")]
    [TestCase("normal:0,Infinity", "normal:0,Infinity", "standard deviation ≥ 0")]
    [TestCase("uniform:3,3", "uniform:3,3", "empty interval")]
    [TestCase("uniform:3,-3", "uniform:3,-3", "empty interval")]
    [TestCase("uniform:-Infinity,1", "uniform:-Infinity,1", "finite")]
    [TestCase("constant:NaN", "constant:NaN", "finite")]
    public void Parameters_outside_their_range_are_named(string text, string named, string expected) =>
        Assert.That(() => InitializationScheme.Parse(text), Throws.TypeOf<InvalidLawException>().With.Message.Contains(named).And.Message.Contains(expected));

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    [TestCase(-4, 1)]
    public void A_layer_without_inputs_or_outputs_has_no_law(long fanIn, long fanOut) =>
        Assert.That(() => InitializationScheme.Glorot.For(fanIn, fanOut), Throws.TypeOf<ArgumentOutOfRangeException>());
}
