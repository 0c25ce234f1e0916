using System.Reflection;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

namespace ML.Thermo.Documentation;

/// <summary>
/// The C# of a page runs, its blocks one after the other as in a notebook, in the root of the checkout; where a block <c>text</c> follows, it is
/// what the code printed. Guides to ML.NET are checked where ML.NET is (ML.Thermo.Tests).
/// </summary>
[NonParallelizable]
public sealed class CodeTests
{
    private static readonly string[] MLNet = ["ML.Thermo", "ML.Thermo.OnnxLayers", "Microsoft.ML.Core", "Microsoft.ML.Data", "Microsoft.ML.DataView", "Microsoft.ML.FastTree", "Microsoft.ML.StandardTrainers", "Microsoft.ML.Transforms"];

    internal static readonly ScriptOptions Options = ScriptOptions.Default
        .WithReferences(typeof(Transition).Assembly, typeof(OnnxModel).Assembly, typeof(Figure).Assembly, typeof(LawAudit).Assembly, typeof(Microsoft.ML.OnnxRuntime.OrtValue).Assembly)
        .AddReferences(typeof(Joules.Metering.JouleMeter).Assembly, typeof(Joules.MLNet.MeteredEstimator).Assembly)
        .AddReferences(MLNet.Select(Assembly.Load))
        .WithImports("System", "System.Collections.Generic", "System.IO", "System.Linq");

    private static IEnumerable<string> Pages => Repository.Pages.Where(page => page != ClusterGuideTests.Page && Blocks(page).Where(block => block.Language == "csharp").Select(block => block.Text) is var code && code.Any() && !code.Any(text => text.Contains("ontext.", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Pages))]
    public async Task The_code_of_a_page_runs_and_prints_what_the_page_shows(string page)
    {
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Repository.Root;
        try
        {
            ScriptState<object>? state = null;
            string printed = "";
            foreach ((string language, string text) in Blocks(page))
            {
                if (language == "csharp" && text.StartsWith("using Microsoft.ML;", StringComparison.Ordinal))
                {
                    printed = ""; // a whole program, which GuideProgramTests runs
                }
                else if (language == "csharp")
                {
                    var output = new StringWriter { NewLine = "\n" };
                    Console.SetOut(output);
                    state = state is null ? await CSharpScript.RunAsync(text, Options) : await state.ContinueWithAsync(text);
                    printed = output.ToString();
                }
                else if (language == "text" && printed.Length > 0)
                {
                    Assert.That(printed.TrimEnd(), Is.EqualTo(text.TrimEnd()), $"{page}: the code prints\n{printed}");
                }
            }
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    internal static IEnumerable<(string Language, string Text)> Blocks(string page)
    {
        string[] parts = Text(page).Split("```");
        for (int i = 1; i < parts.Length; i += 2)
            yield return (parts[i][..parts[i].IndexOf('\n')], parts[i][(parts[i].IndexOf('\n') + 1)..]);
    }
}
