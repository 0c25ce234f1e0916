using ML.Thermo.Onnx.Reading;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>Language models at a worker, with the outputs that are drawn from them.</summary>
internal sealed class OpenSequences : IOpenWork
{
    private readonly List<CausalModel> _models = [];
    private readonly SequencePieces _pieces;

    /// <summary>Opens what <see cref="SequencePieces"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="files">Its files: the models.</param>
    public OpenSequences(byte[] setup, IReadOnlyList<byte[]> files)
    {
        try
        {
            foreach (byte[] file in files)
                _models.Add(CausalModel.Of(OnnxModel.Read(file)));
            _pieces = SequencePieces.Open(setup, _models);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Pieces Pieces(byte[] call) => _pieces;

    /// <inheritdoc/>
    public void Dispose() => _models.ForEach(model => model.Dispose());
}
