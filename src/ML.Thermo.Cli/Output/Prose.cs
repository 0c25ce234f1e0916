using System.Text;
using Spectre.Console;

namespace ML.Thermo.Cli.Output;

/// <summary>Sentences, broken into lines that read well.</summary>
internal static class Prose
{
    /// <summary>Breaks a paragraph between words, but not between a number and its name, its error or its percent sign.</summary>
    public static string Wrap(string paragraph, int width = Terminal.ReadableWidth)
    {
        var text = new StringBuilder();
        int column = 0;
        foreach (string word in Words(paragraph))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                text.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        return text.ToString();
    }

    /// <summary>Writes a paragraph as wide as the console, and no wider than is readable.</summary>
    public static void WriteProse(this IAnsiConsole console, string paragraph, Style? style = null) =>
        console.WriteLine(Wrap(paragraph, Math.Min(console.Profile.Width, Terminal.ReadableWidth)), style);

    private static List<string> Words(string paragraph)
    {
        var words = new List<string>();
        foreach (string word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (words.Count > 0 && (word[0] is '±' or '%' or '=' || words[^1][^1] is '±' or '='))
                words[^1] += ' ' + word;
            else
                words.Add(word);
        }

        return words;
    }
}
