using Microsoft.ML;
using ML.Thermo.Activations;

namespace ML.Thermo.Tests.Activations;

[TestFixture]
internal sealed class ActivationCatalogTests
{
    [Test]
    public void The_catalog_gives_the_numbers_of_the_core()
    {
        ActivationCatalog catalog = new MLContext(1).Thermo().Activations;
        Assert.Multiple(() =>
        {
            Assert.That(catalog.Of("relu").GradientGain, Is.EqualTo(0.5).Within(1e-12));
            Assert.That(catalog.Critical("relu").WeightVariance, Is.EqualTo(2).Within(1e-12));
            Assert.That(catalog.Depth("relu", 1).Layers, Is.EqualTo(1 / Math.Log(2)).Within(1e-9));
            Assert.That(() => catalog.Critical("reluu"), Throws.TypeOf<ThermoException>().With.Message.Contains("relu"));
        });
    }
}
