using System.CommandLine;
using ML.Thermo.Activations;
using ML.Thermo.Cli.Output;
using Spectre.Console;

namespace ML.Thermo.Cli.Activations;

/// <summary><c>thermo activation</c>: an activation function as a heat engine.</summary>
internal sealed class ActivationCommand : Verb
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "An activation, with its parameters after a colon: relu, leaky-relu:0.1, elu:1.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double> _variance = new("--variance")
    {
        Description = "Variance q of the normal pre-activation, its temperature.",
        HelpName = "Q",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _list = new("--list") { Description = "Every known activation at this variance." };

    public ActivationCommand()
        : base("activation", "An activation function as a heat engine: its transmission, efficiency and type.")
    {
        Takes(_name, _variance, _list);
        Definition.Validators.Add(result =>
        {
            if (result.GetValue(_name) is null == !result.GetValue(_list))
                result.AddError("Give the name of one activation, or --list for all of them.");
        });
    }

    public override IReadOnlyList<string> Examples => ["thermo activation --list --variance 2"];

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        double q = parsed.GetValue(_variance);
        if (!(q > 0 && double.IsFinite(q)))
            throw new ThermoException($"--variance {q} is not a temperature: expected a finite number above 0.");
        return Task.FromResult(parsed.GetValue(_list) ? Every(q) : One(Activation.Parse(parsed.GetValue(_name)!), q));
    }

    private static VerbResult One(Activation activation, double q)
    {
        var engine = new ActivationEngine(activation);
        ActivationMoments moments = engine.At(q);
        return new VerbResult
        {
            Json = json => Write(json, engine, moments),
            Tables = console => console.Write(Rows(engine, moments)),
            Prose = () => Explain(engine, moments),
        };
    }

    private static VerbResult Every(double q)
    {
        (ActivationEngine Engine, ActivationMoments Moments)[] all =
            [.. Activation.Known.Select(activation => new ActivationEngine(activation)).Select(engine => (engine, engine.At(q)))];
        return new VerbResult
        {
            Json = json =>
            {
                json.WriteNumber("variance", q);
                json.WriteStartArray("activations");
                foreach ((ActivationEngine engine, ActivationMoments moments) in all)
                {
                    json.WriteStartObject();
                    Write(json, engine, moments);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            },
            Tables = console => console.Write(List(all)),
            Prose = () =>
            [
                $"Pre-activations z ~ N(0, {Numbers.Show(q)}). τ = Var φ(z)/q is the share of the variance that passes, "
                + "η = 1 − τ the share turned into work, b = E φ′(z) the coherent gain, χ = E φ′(z)² the gain of squared gradients; always b² ≤ τ ≤ χ.",
            ],
        };
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, ActivationEngine engine, ActivationMoments moments)
    {
        json.WriteString("activation", engine.Activation.Name);
        json.WriteNumber("variance", moments.InputVariance);
        json.WriteNumberOrNull("transmission", moments.Transmission);
        json.WriteNumberOrNull("efficiency", moments.Efficiency);
        json.WriteNumberOrNull("coherentGain", moments.CoherentGain);
        json.WriteNumberOrNull("gradientGain", moments.GradientGain);
        json.WriteString("engineType", engine.Type.ToString());
    }

    private static Table Rows(ActivationEngine engine, ActivationMoments moments)
    {
        Table table = Sheet.Create("", "", "#");
        table.AddRow("activation", Plain.Cell(engine.Activation.Formula), Plain.Cell(engine.Activation.Name));
        table.AddRow("pre-activation variance", "q", Numbers.Show(moments.InputVariance));
        table.AddRow("transmission", "τ = Var φ(z)/q", Numbers.Share(moments.Transmission));
        table.AddRow("efficiency", "η = 1 − τ", Numbers.Share(moments.Efficiency));
        table.AddRow("coherent gain", "b = E φ′(z)", Numbers.Share(moments.CoherentGain));
        table.AddRow("gradient gain", "χ = E φ′(z)²", Numbers.Share(moments.GradientGain));
        table.AddRow("engine type", "", engine.Type.ToString());
        return table;
    }

    private static Table List(IEnumerable<(ActivationEngine Engine, ActivationMoments Moments)> all)
    {
        Table table = Sheet.Create("activation", "#τ", "#η", "#b", "#χ", "engine type");
        foreach ((ActivationEngine engine, ActivationMoments m) in all)
        {
            table.AddRow(
                Plain.Cell(engine.Activation.Name),
                Numbers.Share(m.Transmission),
                Numbers.Share(m.Efficiency),
                Numbers.Share(m.CoherentGain),
                Numbers.Share(m.GradientGain),
                engine.Type.ToString());
        }

        return table;
    }

    private static IEnumerable<string> Explain(ActivationEngine engine, ActivationMoments moments)
    {
        string type = engine.Type == EngineType.Homogeneous
            ? "Its efficiency is the same at every q: a homogeneous engine."
            : "Its efficiency depends on q: a saturating engine.";
        string work = moments.Efficiency < 0
            ? $"For pre-activations z ~ N(0, q) the output varies more than the input (τ > 1): here {engine.Activation.Name} pumps instead of doing work."
            : $"For pre-activations z ~ N(0, q), {moments.Transmission:P1} of the variance passes and {moments.Efficiency:P1} is turned into work.";
        yield return $"{work} {type}";
    }
}
