using System.Reflection;

namespace ML.Thermo.Report;

/// <summary>What a page is made of, embedded in this assembly.</summary>
internal static class Resource
{
    private static readonly Assembly s_assembly = typeof(Resource).Assembly;

    public static string Version { get; } = s_assembly.GetName().Version!.ToString(3);

    /// <summary>Version of the charts' library.</summary>
    public static string EChartsVersion { get; } =
        s_assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == "EChartsVersion").Value!;

    public static string Read(string name)
    {
        using Stream stream = s_assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
