using ML.Thermo.Cli.Tables;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Energies;

namespace ML.Thermo.Cli.Demo;

/// <summary>A shipped data set as the demonstration uses it.</summary>
/// <param name="File">Its name in the folder of the data; the label is <c>target</c>.</param>
/// <param name="Description">What is learned from what.</param>
/// <param name="Features">Columns to learn from; null for all.</param>
/// <param name="Energies">Losses that its label allows.</param>
/// <param name="Spread">Spread of the initialisation, about the size that parameters have after training.</param>
/// <param name="Uniform">Features that are uniform in the mixed initialisation, whose other parameters are normal.</param>
internal sealed record DemoData(string File, string Description, string[]? Features, string[] Energies, double Spread, string[] Uniform)
{
    /// <summary>All data sets.</summary>
    public static IReadOnlyList<DemoData> All { get; } =
    [
        new("diabetes.csv", "how diabetes progressed in a year, from ten measurements of 442 patients", null, ["mse", "mae"], 50, ["bmi", "bp", "s5"]),
        new(
            "breast-cancer.csv", "whether a tumour is benign, from four measurements of 569 patients",
            ["mean_texture", "mean_smoothness", "mean_symmetry", "mean_fractal_dimension"], ["mse", "mae", "ce"], 1, ["mean_texture", "mean_symmetry"]),
    ];

    /// <summary>The initialisations by name.</summary>
    public IEnumerable<(string Name, LawChoice Law)> Laws
    {
        get
        {
            string normal = $"normal:0,{Spread}", uniform = $"uniform:-{Spread},{Spread}";
            yield return ("normal", LawChoice.Parse(normal, [], normal));
            yield return ("uniform", LawChoice.Parse(uniform, [], uniform));
            yield return ("mixed", LawChoice.Parse(normal, Uniform.Select(feature => $"{feature}={uniform}"), normal));
        }
    }

    /// <summary>As <c>thermo transition</c> with <see cref="Options"/>.</summary>
    public TransitionRequest Request(string folder, string energy, LawChoice law) => new()
    {
        Table = new TableRequest(Path.Combine(folder, File), "target", Features, []),
        Energy = Energy.Parse(energy),
        Law = law,
        Standardize = true,
    };

    /// <summary>The command line that gives one line of the table with all its numbers, of data in a folder.</summary>
    public string Options(string folder, string energy, LawChoice law) =>
        $"thermo transition {ShellWord.Of(Path.Combine(folder, File))} --label target --standardize --energy {energy} "
        + $"--init {law.Common} --intercept {law.InterceptLaw}" + (Features is null ? "" : $" --features {string.Join(',', Features)}");
}
