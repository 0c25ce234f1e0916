using System.Globalization;
using System.Text;
using ML.Thermo.Report.Figures;

namespace ML.Thermo.Documentation;

/// <summary>Figures side by side in one file of docs/pictures, which a test compares with what the library draws today. THERMO_WRITE_PICTURE=1 writes it.</summary>
internal static class DrawnPicture
{
    private const int Width = 460, Height = 300;

    public static void Check(string name, params Figure[] figures)
    {
        string[] drawn = [.. figures.Select(figure => figure.ToSvg(Width, Height))];
        int height = drawn.Max(figure => int.Parse(figure.Split("height=\"")[1].Split('"')[0], CultureInfo.InvariantCulture)), width = drawn.Length * Width;
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n");
        svg.Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n");
        for (int i = 0; i < drawn.Length; i++)
            svg.Append($"<g transform=\"translate({i * Width} 0)\">\n{drawn[i]}</g>\n");
        string picture = svg.Append("</svg>\n").ToString(), file = Path.Combine(Repository.Root, "docs", "pictures", name);
        if (Environment.GetEnvironmentVariable("THERMO_WRITE_PICTURE") == "1")
            File.WriteAllText(file, picture);
        const string How = "THERMO_WRITE_PICTURE=1 dotnet test test/ML.Thermo.Documentation.Tests --filter Picture";
        Assert.That(File.Exists(file), Is.True, $"{How} writes it");
        Assert.That(File.ReadAllText(file) == picture, Is.True, $"docs/pictures/{name} is not what the library draws. Where that is meant: {How}");
    }
}
