using System.Collections.Frozen;
using System.IO.Hashing;
using System.Text;
using ML.Thermo.Report;

namespace ML.Thermo.AspNetCore.Serving;

/// <summary>Style and scripts of the pages, each at an address that holds a hash of it.</summary>
internal static class PageAssets
{
    private static readonly string[] s_names = ["report.css", "echarts.js", "page.js", "timelines.js", "live.js", "monitor.js", "monitors.js"];

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Hash)> s_all = s_names.Select(name =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Resource.Read(name));
        return (name, (bytes, Convert.ToHexStringLower(XxHash64.Hash(bytes))));
    }).ToFrozenDictionary(asset => asset.name, asset => asset.Item2, StringComparer.Ordinal);

    /// <summary>Its address below the pages.</summary>
    public static string Address(string name) => $"assets/{name}?v={s_all[name].Hash}";

    /// <summary>Its bytes and their type; null for a name that no page has.</summary>
    public static (byte[] Bytes, string Type)? Find(string name) => s_all.TryGetValue(name, out (byte[] Bytes, string Hash) asset)
        ? (asset.Bytes, name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8")
        : null;
}
