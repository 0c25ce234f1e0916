using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Onnx.Scans;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>The kinds of work that a silo can do.</summary>
internal static class WorkKinds
{
    private static readonly Dictionary<string, Func<byte[], IReadOnlyList<byte[]>, IOpenWork>> s_kinds = new(StringComparer.Ordinal)
    {
        [DrawPieces.Kind] = (setup, files) => new OpenEnsemble(setup, files),
        [AnswerPieces.Kind] = (setup, files) => new OpenAnswers(setup, files),
        [WidthPieces.Kind] = (setup, files) => new OpenWidths(setup, files),
        [JointPieces.Kind] = (setup, files) => new OpenJoint(setup, files),
        [SequencePieces.Kind] = (setup, files) => new OpenSequences(setup, files),
    };

    /// <summary>Makes sure that a kind is known, before anything is fetched for it.</summary>
    /// <exception cref="ThermoException">It is not.</exception>
    public static void Check(string kind)
    {
        if (!s_kinds.ContainsKey(kind))
        {
            throw new ClusterException($"This silo does not know the work '{kind}': it knows {string.Join(", ", s_kinds.Keys.Order(StringComparer.Ordinal))}. "
                + "Update the older of silo and caller.");
        }
    }

    /// <summary>Opens models and rows.</summary>
    /// <param name="job">The work.</param>
    /// <param name="files">Its files.</param>
    /// <exception cref="ThermoException">They are not what the work needs.</exception>
    public static IOpenWork Open(WorkJob job, IReadOnlyList<byte[]> files) => s_kinds[job.Kind](job.Setup, files);
}
