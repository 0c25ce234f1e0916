using ML.Thermo.Display;
using ML.Thermo.Files;

namespace ML.Thermo.Onnx.Compression;

/// <summary>A choice of widths, with what it will cost, ready to be written.</summary>
[Maturity(Maturity.Estimator, "forecasts are means over rows, measured with all layers rounded together")]
[TypeFormatterSource(typeof(CompressedNetworkDisplay))]
public sealed class CompressedNetwork
{
    private readonly int[] _choices;

    internal CompressedNetwork(CompressionPlan plan, int[] choices, MeasuredLoss forecast) => (Plan, _choices, Forecast) = (plan, choices, forecast);

    /// <summary>Where the widths come from.</summary>
    public CompressionPlan Plan { get; }

    /// <summary>A position in <see cref="CompressionLayer.Choices"/> for each layer of the plan.</summary>
    public IReadOnlyList<int> Choices => _choices;

    /// <summary>The loss that rows to come will have, all layers rounded together: from the third of the plan's rows by which nothing was chosen, with
    /// an interval where they are <see cref="MeasuredLoss.LeastRows"/>; of fewer than twelve rows from all, too good; from all, too, where widths were given
    /// and weights are rounded to the nearest level.</summary>
    public MeasuredLoss Forecast { get; }

    /// <summary>The loss on the rows by which the widths were chosen: lower than that of others, by as much as the choice was free.</summary>
    public double PlanLoss { get; internal init; }

    /// <summary>The sum of the layers' self-energies: the loss if losses added up.</summary>
    public double SelfEnergy => Chosen.Sum(choice => choice.SelfEnergy.Value);

    /// <summary>The most bytes that the file will have.</summary>
    public long Bytes => Plan.BytesOf(_choices);

    /// <summary>Bits a weight, scales and zero points counted, on average over the weights that can be compressed.</summary>
    public double AverageBits => Plan.AverageBitsOf(_choices);

    /// <summary>The temperature of the plan: the most that a nat more of precision, in one layer, would take off the loss; loss a nat. 0 where all is
    /// float.</summary>
    public double Temperature => Plan.Layers.Select((layer, i) => layer.Temperature(_choices[i])).Where(double.IsFinite).DefaultIfEmpty(0).Max();

    /// <summary>Exchanges of bits between layers that the bath made.</summary>
    public int Exchanges { get; internal init; }

    /// <summary>Passes over the network with all layers rounded that this took.</summary>
    public int Passes { get; internal init; }

    private IEnumerable<CompressionChoice> Chosen => Plan.Layers.Select((layer, i) => layer.Choices[_choices[i]]);

    /// <summary>How a layer is stored.</summary>
    /// <param name="layer">A position in the plan's layers.</param>
    public CompressionChoice Choice(int layer) => Plan.Layers[layer].Choices[_choices[layer]];

    /// <summary>The compressed model, as a file's bytes: one file, constants of files beside the original included.</summary>
    /// <exception cref="ThermoException">It would exceed protobuf's 2 GiB.</exception>
    public byte[] ToBytes() => CompressedModel.Write(Plan, _choices);

    /// <summary>Writes the compressed model; a file of that name is replaced when it is complete.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public void Save(string path) => new OutputFile(path).Write(ToBytes());
}
