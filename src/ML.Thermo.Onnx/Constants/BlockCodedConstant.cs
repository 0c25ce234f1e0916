using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Constants;

/// <summary>The weights of MatMulNBits: rows of K codes of a few bits, with a scale and a zero point for every block of a row.</summary>
internal sealed class BlockCodedConstant : Constant
{
    private readonly Constant _codes;
    private readonly Constant _scales;
    private readonly Constant? _zeroPoints;
    private readonly int _bits;
    private readonly int _block;

    private BlockCodedConstant(Constant codes, Constant scales, Constant? zeroPoints, long rows, long columns, int bits, int block)
    {
        (_codes, _scales, _zeroPoints, _bits, _block) = (codes, scales, zeroPoints, bits, block);
        Shape = [rows, columns];
        Roots = [.. codes.Roots.Select(root => new ParameterRoot(root.Name, root.Tensor, rows * columns, root.IsInitializer))];
        Depth = 1 + Math.Max(codes.Depth, Math.Max(scales.Depth, zeroPoints?.Depth ?? 0));
    }

    public override ElementType ElementType => _scales.ElementType;

    public override IReadOnlyList<long> Shape { get; }

    public override IReadOnlyList<ParameterRoot> Roots { get; }

    public override int Depth { get; }

    public override long Fill => FillLimit.Sum([_codes.Fill, _scales.Fill, _zeroPoints?.Fill ?? 0]);

    private int Blocks => (int)((Shape[1] + _block - 1) / _block);

    /// <summary>Null where the attributes and the shapes do not belong together.</summary>
    public static BlockCodedConstant? Of(OnnxNode node, Constant codes, Constant? scales, Constant? zeroPoints)
    {
        (long rows, long columns, long bits, long block) = (node.Integer("N", 0), node.Integer("K", 0), node.Integer("bits", 4), node.Integer("block_size", 0));
        if (rows < 1 || columns < 1 || bits is not (2 or 4 or 8) || block is < 1 or > 1 << 20 || scales is null)
            return null;
        Int128 blocks = ((Int128)columns + block - 1) / block;
        return codes.Count == (rows * blocks * block * bits) / 8 && scales.Count == rows * blocks
            ? new(codes, scales, zeroPoints, rows, columns, (int)bits, (int)block)
            : null;
    }

    /// <exception cref="ThermoException">The parts cannot be read.</exception>
    public double[] Decode(Func<Constant, double[]> read)
    {
        double[] codes = read(_codes);
        double[] scales = read(_scales);
        double[]? zeroPoints = _zeroPoints is null ? null : read(_zeroPoints);
        (int rows, int columns, int perByte) = ((int)Shape[0], (int)Shape[1], 8 / _bits);
        int bytesPerBlock = _block / perByte;
        int zeroBytesPerRow = (Blocks + perByte - 1) / perByte;
        if (zeroPoints is not null && zeroPoints.Length != rows * (_zeroPoints!.ElementType.IsFloating() ? Blocks : zeroBytesPerRow))
            throw new OnnxFormatException($"MatMulNBits has {zeroPoints.Length} zero points for {rows} rows of {Blocks} blocks.");
        double[] weights = new double[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int block = column / _block;
                int inBlock = column % _block;
                int code = Bits(codes[(((row * Blocks) + block) * bytesPerBlock) + (inBlock / perByte)], inBlock % perByte);
                double zero = zeroPoints is null ? 1 << (_bits - 1)
                    : _zeroPoints!.ElementType.IsFloating() ? zeroPoints[(row * Blocks) + block]
                    : Bits(zeroPoints[(row * zeroBytesPerRow) + (block / perByte)], block % perByte);
                weights[(row * columns) + column] = scales[(row * Blocks) + block] * (code - zero);
            }
        }

        return weights;
    }

    private int Bits(double packed, int place) => ((int)packed >> (place * _bits)) & ((1 << _bits) - 1);
}
