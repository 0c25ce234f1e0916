using Microsoft.ML.OnnxRuntime;

namespace ML.Thermo.Tests.Execution;

/// <summary>The restored packages bring a native ONNX Runtime that loads and computes.</summary>
[TestFixture]
internal sealed class NativeRuntimeTests
{
    /// <summary>y = relu(x·W + b) with W = ((1, −2), (3, 4), (−5, 6)) and b = (0.5, −1).</summary>
    private static byte[] Network(string activation = "Relu") => OnnxBytes.Model(
        opset: 13,
        OnnxBytes.Node("MatMul", ["x", "W"], "product"),
        OnnxBytes.Node("Add", ["product", "b"], "sum"),
        OnnxBytes.Node(activation, ["sum"], "y"),
        OnnxBytes.Weights("W", [3, 2], 1, -2, 3, 4, -5, 6),
        OnnxBytes.Weights("b", [2], 0.5f, -1),
        OnnxBytes.Input("x", null, 3),
        OnnxBytes.Output("y", null, 2));

    [Test]
    public void The_native_library_is_at_least_as_new_as_the_managed_one_expects()
    {
        Assert.That(Version.Parse(OrtEnv.Instance().GetVersionString()), Is.GreaterThanOrEqualTo(new Version(1, 29, 0)));
    }

    // By hand: (1,2,3)·W = (1+6−15, −2+8+18) = (−8, 24); (1,1,0)·W = (4, 2); (0,0,0)·W = (0, 0); (−1,0.5,0.25)·W = (−0.75, 5.5).
    [TestCase(new float[] { 1, 2, 3 }, new float[] { 0, 23 })]
    [TestCase(new float[] { 1, 1, 0 }, new float[] { 4.5f, 1 })]
    [TestCase(new float[] { 0, 0, 0, -1, 0.5f, 0.25f }, new float[] { 0.5f, 0, 0, 4.5f })]
    public void A_network_of_three_nodes_gives_the_numbers_found_by_hand(float[] x, float[] y)
    {
        using var session = new InferenceSession(Network());
        using var input = OrtValue.CreateTensorValueFromMemory(x, [x.Length / 3, 3]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, ["x"], [input], ["y"]);

        Assert.That(output[0].GetTensorDataAsSpan<float>().ToArray(), Is.EqualTo(y));
    }

    [Test]
    public void An_unknown_operator_is_refused_by_name()
    {
        Assert.That(
            () => new InferenceSession(Network(activation: "NoSuchOperator")),
            Throws.TypeOf<OnnxRuntimeException>().With.Message.Contains("NoSuchOperator"));
    }
}
