using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public sealed class BadInputTests : Sandbox
{
    private readonly MLContext _context = new(1);
    private string _file = "";

    [SetUp]
    public void WriteNetwork() => _file = Networks.Write(Folder, Networks.Dense());

    [Test]
    public void A_file_that_is_missing_or_no_network_is_named()
    {
        string nothing = Path.Combine(Folder, "nothing.onnx"), text = Networks.Write(Folder, "a,b\n1,2\n"u8.ToArray(), "text.onnx");
        Assert.That(() => _context.Thermo().OnnxLayers(nothing), Throws.InstanceOf<ThermoException>().With.Message.Contains(nothing));
        Assert.That(() => _context.Thermo().OnnxLayers(text), Throws.InstanceOf<OnnxFormatException>().With.Message.Contains("text.onnx"));
        Assert.That(() => _context.Thermo().OnnxLayers(""), Throws.ArgumentException);
        Assert.That(() => _context.Thermo().OnnxLayers(_file, (OnnxLayersOptions)null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Options_that_cannot_be_are_refused_at_once()
    {
        Refused(new() { BatchSize = 0 }, "BatchSize");
        Refused(new() { EntropyColumnName = "" }, "options");
        Refused(new() { EntropyColumnName = "LayerTemperature" }, "different names");
        Refused(new() { Layers = ["first", "fourth"] }, "'fourth': expected one of first, second, third");
        Refused(new() { Inputs = [new("z", "Features")] }, "'z': expected one of 'x' (Float[N,4])");
        Refused(new() { Inputs = [new("x", "Features"), new("x", "Text")] }, "2 columns");
        Refused(new() { Inputs = [new("x", "Features") { Shape = [2, 2] }] }, "[2,2]");
    }

    [Test]
    public void A_device_that_does_not_work_is_refused_when_it_is_fitted() => Assert.That(
        () => _context.Thermo().OnnxLayers(_file, new OnnxLayersOptions { Device = "tpu" }).Fit(Networks.Rows(_context, 1)),
        Throws.InstanceOf<ThermoException>().With.Message.Contains("'tpu'"));

    [Test]
    public void A_network_with_several_inputs_wants_to_know_which_column_is_which()
    {
        string file = Networks.Write(Folder, Networks.TwoInputs(), "two.onnx");
        Assert.That(
            () => _context.Thermo().OnnxLayers(file), Throws.InstanceOf<ThermoException>()
                .With.Message.Contains("'image' (Float[N,2,6,6]), 'extra' (Float[N,3])"));
        Assert.That(
            () => _context.Thermo().OnnxLayers(file, new OnnxLayersOptions { Inputs = [new("image", "Features")] }),
                Throws.ArgumentException.With.Message.Contains("'extra'"));
    }

    [Test]
    public void A_column_that_is_missing_or_of_another_type_is_named_with_both_types()
    {
        OnnxLayersEstimator estimator = _context.Thermo().OnnxLayers(_file, "Text");
        Assert.That(
            () => estimator.Fit(Networks.Rows(_context, 1)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Text' is String: expected a Single or a known-size vector of Single"));
        Assert.That(
            () => _context.Thermo().OnnxLayers(_file, "Nothing").Fit(Networks.Rows(_context, 1)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Nothing'"));
    }

    [Test]
    public void An_image_with_its_channels_behind_is_not_taken_for_one_with_them_in_front()
    {
        string file = Networks.Write(Folder, Networks.TwoInputs(), "two.onnx");
        OnnxLayersEstimator estimator = _context.Thermo().OnnxLayers(file, new OnnxLayersOptions { Inputs = [new("image", "Behind"), new("extra", "Extra")] });
        Assert.That(
            () => estimator.Fit(_context.Data.LoadFromEnumerable([new Images()])),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Vector<Single, 6, 6, 2>: expected Vector<Single, 2, 6, 6>"));
    }

    [Test]
    public void A_network_that_does_not_count_rows_is_refused()
    {
        byte[] network = new OnnxBuilder().Input("x", "N", 4).Input("gain").Weights("w", 4, 5)
            .Node("MatMul", "x w", "h").Node("Mul", "h gain", "y").Output("y", "N", 5).ToModel();
        string file = Networks.Write(Folder, network, "gain.onnx");
        Assert.That(
            () => _context.Thermo().OnnxLayers(file, new OnnxLayersOptions()), Throws.InstanceOf<ThermoException>().With.Message.Contains("'gain' (Float[])"));
    }

    [Test]
    public void A_number_that_is_not_whole_cannot_enter_an_input_of_integers()
    {
        string file = Networks.Write(Folder, Networks.Dense(type: ElementType.Int64), "whole.onnx");
        using OnnxLayersTransformer model = _context.Thermo().OnnxLayers(file).Fit(Networks.Rows(_context, 1));
        Assert.That(
            () => model.Transform(Networks.Rows(_context, 1)).GetColumn<float[]>("LayerTemperature").ToArray(),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("'x'"));
    }

    private void Refused(OnnxLayersOptions options, string word) =>
        Assert.That(() => _context.Thermo().OnnxLayers(_file, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(word));

    private sealed class Images
    {
        [VectorType(6, 6, 2)]
        public float[] Behind { get; set; } = new float[72];

        [VectorType(3)]
        public float[] Extra { get; set; } = new float[3];
    }
}
