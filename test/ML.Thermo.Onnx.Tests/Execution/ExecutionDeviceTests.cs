using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Tests.Execution;

public sealed class ExecutionDeviceTests
{
    [Test]
    public void The_processor_is_always_there() => Assert.That(ExecutionDevice.Choose(" CPU ").Name, Is.EqualTo("cpu"));

    [TestCase("gpu")]
    [TestCase("cuda:-1")]
    [TestCase("cuda:x")]
    [TestCase("")]
    public void A_device_that_does_not_exist_is_refused_with_those_that_do(string text) =>
        Assert.That(() => ExecutionDevice.Choose(text), Throws.TypeOf<ThermoException>().With.Message.Contains("cpu, cuda, cuda:N"));

    [TestCase("provider:")]
    [TestCase("provider")]
    public void A_provider_without_a_name_is_no_device(string text) =>
        Assert.That(() => ExecutionDevice.Choose(text), Throws.TypeOf<ThermoException>().With.Message.Contains("provider:NAME"));

    [Test]
    public void A_provider_that_this_build_lacks_is_refused_with_those_that_it_has() =>
        Assert.That(
            () => ExecutionDevice.Choose("provider:Abacus"),
            Throws.TypeOf<ThermoException>().With.Message.Contains("'provider:Abacus'").And.Message.Contains("CPUExecutionProvider"));

    [Test]
    public void Cuda_asked_for_by_name_is_there_or_refused_with_what_it_needs()
    {
        ExecutionDevice automatic = ExecutionDevice.Choose("auto");
        if (automatic.IsCuda)
        {
            Assert.That(ExecutionDevice.Choose("cuda").Name, Is.EqualTo("cuda:0"));
            return;
        }

        Assert.That(automatic.FallbackReason, Is.Not.Empty);
        Assert.That(() => ExecutionDevice.Choose("cuda:0"),
            Throws.TypeOf<ThermoException>().With.Message.Contains("Microsoft.ML.OnnxRuntime.Gpu").And.Message.Contains("cuda:0"));
    }
}
