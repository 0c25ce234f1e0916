using System.Globalization;

namespace ML.Thermo.Soak;

/// <summary>What a replica has written down.</summary>
/// <param name="Name">The replica's.</param>
/// <param name="Will">Rows that it may have observed of every model.</param>
/// <param name="Has">Rows that were acknowledged, by model.</param>
/// <param name="Says">Why the last handover was not, by model; null where it was.</param>
internal sealed record Note(string Name, long Will, long[] Has, string?[] Says)
{
    public static Note Read(string log)
    {
        long will = 0;
        long[] has = new long[Processes.Models.Length];
        string?[] says = new string?[has.Length];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = reader.ReadToEnd().Split('\n');
        foreach (string line in lines[..^1]) // the last may be cut off
        {
            string[] words = line.Trim().Split(' ', 3);
            if (words[0] == "will")
                will = Number(words[1]);
            else if (words[0] == "says")
                says[Number(words[1])] = words.Length > 2 ? words[2] : null;
            else
                has[Number(words[1])] = Number(words[2]);
        }

        return new(Path.GetFileNameWithoutExtension(log), will, has, says);

        static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
    }
}
