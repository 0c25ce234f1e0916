using System.Reflection;

namespace ML.Thermo.Tests;

/// <summary>Trained networks that packages carry: where networks.targets put them.</summary>
public static class PackagedNetworks
{
    /// <summary>ResNet-18 for ImageNet, without its last layer; NuGet.</summary>
    public const string ResNet = "ResNet18.onnx";

    /// <summary>Silero's voice activity; npm.</summary>
    public const string VoiceActivity = "silero_vad_legacy.onnx";

    /// <summary>PaddleOCR's classifier of upside-down lines; npm.</summary>
    public const string TextDirection = "ch_ppocr_mobile_v2.0_cls_infer.onnx";

    /// <summary>PaddleOCR's reader of lines, with attention; npm.</summary>
    public const string TextRecognition = "ch_PP-OCRv4_rec_infer.onnx";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [ResNet, VoiceActivity, TextDirection, TextRecognition];

    /// <summary>The path of a network, or null where its package could not be had.</summary>
    public static string? Path(string file) =>
        typeof(PackagedNetworks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(metadata => metadata.Key == nameof(PackagedNetworks))
            .Select(metadata => System.IO.Path.Combine(metadata.Value!, file)).FirstOrDefault(File.Exists);
}
