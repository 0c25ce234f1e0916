using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Sharing;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Scans;

/// <summary>Which rows a scan of networks runs, and what is turned on the way.</summary>
/// <param name="Models">One network, or one for each value.</param>
/// <param name="Batches">How many batches of rows there are.</param>
/// <param name="Batch">Makes one of them, which is disposed.</param>
/// <param name="Control">What is turned; null where the networks are the values.</param>
/// <param name="Values">The values of the grid.</param>
/// <param name="Input">The input's name, for <see cref="NetworkControl.InputValue"/>.</param>
internal sealed record AnsweredRows(
    IReadOnlyList<OnnxModel> Models, int Batches, Func<int, NetworkBatch> Batch, NetworkControl? Control, IReadOnlyList<double> Values, string? Input);

/// <summary>What networks answer to rows: a piece is one batch of rows at one value of the grid. It gives the law of every row, or its logits where the softmax
/// is what is turned: then a batch is run once.</summary>
internal sealed class AnswerPieces : Pieces<double[][]>, IDisposable
{
    /// <summary>Name and version of the form.</summary>
    public const string Kind = "answers/1";

    private readonly AnsweredRows _rows;
    private readonly int _streams;
    private readonly ClassNetwork[] _networks;
    private readonly bool?[] _giveLaws;

    /// <summary>Opens the networks.</summary>
    /// <param name="rows">What is run.</param>
    /// <param name="streams">Pieces that this process works on at once, at most.</param>
    public AnswerPieces(AnsweredRows rows, int streams)
    {
        (_rows, _streams) = (rows, streams);
        _networks = [.. rows.Models.Select(model => new ClassNetwork(model))];
        _giveLaws = new bool?[_networks.Length];
    }

    /// <summary>Inputs of the first network.</summary>
    public IReadOnlyList<string> Inputs => _networks[0].Inputs;

    /// <summary>Pieces of a batch.</summary>
    public int Values => _rows.Control == NetworkControl.SoftmaxTemperature ? 1 : _rows.Values.Count;

    /// <summary>All pieces.</summary>
    public int Count => checked(_rows.Batches * Values);

    /// <inheritdoc/>
    protected override int Streams => _streams;

    /// <inheritdoc/>
    public override double[][] Do(long number, CancellationToken cancellation)
    {
        int batch = (int)(number / Values), value = (int)(number % Values), network = _networks.Length == 1 ? 0 : value;
        double[][] outputs = Run(batch, value);
        double[][] logits = GivesLaws(network, batch, value, outputs) ? [.. outputs.Select(ClassNetwork.Logarithms)] : outputs;
        return _rows.Control == NetworkControl.SoftmaxTemperature ? logits : [.. logits.Select(ClassNetwork.Softmax)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ClassNetwork network in _networks)
            network.Dispose();
    }

    /// <inheritdoc/>
    protected override SharedWork Describe()
    {
        byte[] rows = SharedBatches.Write(AllRows());
        return new(Kind, [.. _rows.Models.Select(model => model.Shared), SharedFile.Of(rows)], Packed.Of(to =>
        {
            to.WriteOptional((int?)_rows.Control);
            to.WriteAll<double>(_rows.Values.ToArray());
            to.Write(_rows.Input ?? "");
        }), []);
    }

    /// <inheritdoc/>
    protected override void Write(BinaryWriter to, double[][] result)
    {
        to.Write(result.Length);
        foreach (double[] row in result)
            to.WriteAll<double>(row);
    }

    /// <inheritdoc/>
    protected override double[][] Read(BinaryReader from)
    {
        double[][] result = new double[from.ReadInt32()][];
        for (int i = 0; i < result.Length; i++)
            result[i] = from.ReadAll<double>();
        return result;
    }

    /// <summary>Whether an output holds probabilities: decided by the first batch at the first value, so that whoever does which piece decides alike.</summary>
    private bool GivesLaws(int network, int batch, int value, double[][] outputs)
    {
        lock (_giveLaws)
        {
            bool isFirst = batch == 0 && (_networks.Length > 1 || value == 0);
            return _giveLaws[network] ??= ClassNetwork.AreLaws(isFirst ? outputs : Run(0, _networks.Length > 1 ? value : 0));
        }
    }

    private double[][] Run(int index, int value)
    {
        using NetworkBatch batch = _rows.Batch(index);
        return _networks[_networks.Length == 1 ? 0 : value].Outputs(batch, Change(value));
    }

    private Func<string, float, float>? Change(int value)
    {
        float x = (float)_rows.Values[value];
        return _rows.Control switch
        {
            NetworkControl.InputScale => (_, number) => number * x,
            NetworkControl.InputValue => (name, number) => name == _rows.Input ? x : number,
            _ => null,
        };
    }

    private IEnumerable<(IReadOnlyDictionary<string, OrtValue> Inputs, int Rows)> AllRows()
    {
        for (int index = 0; index < _rows.Batches; index++)
        {
            using NetworkBatch batch = _rows.Batch(index);
            yield return (batch.Inputs, batch.Rows);
        }
    }
}

/// <summary>Networks at a worker, with the rows that they answer to.</summary>
internal sealed class OpenAnswers : IOpenWork
{
    private readonly OnnxModel[] _models;
    private readonly AnswerPieces _pieces;

    /// <summary>Opens what <see cref="AnswerPieces"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="files">Its files: the networks, and the rows behind them.</param>
    public OpenAnswers(byte[] setup, IReadOnlyList<byte[]> files)
    {
        using BinaryReader from = Packed.Reader(setup);
        var control = (NetworkControl?)from.ReadOptional();
        double[] values = from.ReadAll<double>();
        string input = from.ReadString();
        var batches = new SharedBatches(files[^1]);
        _models = [.. files.SkipLast(1).Select(file => OnnxModel.Read(file))];
        _pieces = new AnswerPieces(new(_models, batches.Count, index => batches[index], control, values, input), 1);
    }

    /// <inheritdoc/>
    public Pieces Pieces(byte[] call) => _pieces;

    /// <inheritdoc/>
    public void Dispose()
    {
        _pieces.Dispose();
        foreach (OnnxModel model in _models)
            model.Dispose();
    }
}
