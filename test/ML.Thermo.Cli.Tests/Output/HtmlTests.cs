using ML.Thermo.Cli.Tests.Layers;

namespace ML.Thermo.Cli.Tests.Output;

internal sealed class HtmlTests : Sandbox
{
    [Test]
    public void A_transition_writes_a_page_with_the_sentences_of_the_terminal()
    {
        string data = Write("d.csv", ["x,y", "-2,-3", "-1,-1", "0.5,1", "1,1.5", "2.5,4", "3,4"]), page = Path.Combine(Folder, "page.html");

        Outcome outcome = Thermo.Run("transition", data, "--label", "y", "--type2", "training", "--html", page);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(File.ReadAllText(page), Does.StartWith("<!DOCTYPE html>").And.Contain("<title>d.csv, y: training as a phase transition</title>").And.Contain("Training takes the mean loss from"));
        Assert.That(outcome.Output, Does.Contain("Training takes the mean loss from"));
    }

    [Test]
    public void Layers_write_a_page()
    {
        string model = Path.Combine(Folder, "net.onnx"), page = Path.Combine(Folder, "page.html");
        File.WriteAllBytes(model, SmallNetworks.Perceptron());

        Outcome outcome = Thermo.Run("layers", model, "--html", page);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(File.ReadAllText(page), Does.Contain("<title>net.onnx: its layers as heat engines</title>").And.Contain("Nothing was run"));
    }

    [Test]
    public void A_stream_writes_a_page_with_a_window_each()
    {
        string Rows(string name, double shift) => Write(name, ["x,y", .. Enumerable.Range(0, 120).Select(i => FormattableString.Invariant($"{i % 7},{(2 * (i % 7)) + Math.Sin(i) + shift}"))]);
        string page = Path.Combine(Folder, "page.html");

        Outcome outcome = Thermo.Run("refresh", Rows("reference.csv", 0), Rows("current.csv", 3), "--label", "y", "--window", "60", "--html", page);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(File.ReadAllText(page), Does.Contain("<title>current.csv against reference.csv: drift and refresh</title>").And.Contain("2 of 2 windows ask for a refresh"));
    }

    [Test]
    public void A_page_does_not_overwrite_what_is_read_and_needs_a_folder()
    {
        string data = Write("d.csv", ["x,y", "1,2", "2,3", "3,5"]);

        Outcome over = Thermo.Run("transition", data, "--label", "y", "--html", data);
        Outcome nowhere = Thermo.Run("layers", Path.Combine(Folder, "net.onnx"), "--html", Path.Combine(Folder, "none", "page.html"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((over.ExitCode, over.Error), Is.EqualTo((1, $"thermo: --html '{data}' would overwrite the data: give another file.\n")));
            Assert.That(nowhere.ExitCode, Is.EqualTo(1));
            Assert.That(nowhere.Error, Does.Contain("There is no folder").And.Contain("--html"));
        }
    }
}
