using System.Globalization;

namespace ML.Thermo.Joules.Sources.Nvidia;

/// <summary>Which GPUs a CUDA program of this environment may use: <c>CUDA_VISIBLE_DEVICES</c>, by number or by UUID.</summary>
internal static class VisibleDevices
{
    /// <summary>Indices of the visible devices, and whether one is named as an instance (MIG) of its device.</summary>
    /// <param name="setting">The variable; null where it is not set, which shows all.</param>
    /// <param name="uuids">UUID by index.</param>
    /// <param name="isShared">Whether the device is cut into instances.</param>
    /// <remarks>As CUDA reads it: the first name that means no device hides itself and all that follow. An instance's name does not say whose it is,
    /// so all devices in MIG mode are taken for it.</remarks>
    public static IReadOnlySet<int> Of(string? setting, IReadOnlyList<string> uuids, Func<int, bool> isShared)
    {
        if (setting is null)
            return Enumerable.Range(0, uuids.Count).ToHashSet();
        var visible = new HashSet<int>();
        foreach (string name in setting.Split(',', StringSplitOptions.TrimEntries))
        {
            if (name.StartsWith("MIG-", StringComparison.Ordinal))
            {
                visible.UnionWith(Enumerable.Range(0, uuids.Count).Where(isShared));
                continue;
            }

            int index = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : ByPrefix(name, uuids);
            if (index < 0 || index >= uuids.Count)
                break;
            visible.Add(index);
        }

        return visible;
    }

    /// <summary>A UUID may be cut short as long as it is unique.</summary>
    private static int ByPrefix(string name, IReadOnlyList<string> uuids)
    {
        int[] found = [.. Enumerable.Range(0, uuids.Count).Where(i =>
            name.StartsWith("GPU-", StringComparison.Ordinal) && uuids[i].StartsWith(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 ? found[0] : -1;
    }
}
