using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>Rows of a network's data as features.</summary>
internal abstract class RowSource
{
    /// <summary>What the options and the input make of the rows.</summary>
    public static RowSource Of(OnnxModel model, NetworkInputs data, VariedInputs inputs, NetworkExplainOptions options)
    {
        if (options.Superpixels is { } superpixels)
            return new Pictures(inputs, superpixels, options.Fill);
        bool areIds = options.MaskToken is not null || (inputs.HasIds(model) && options.Superpixels is null);
        return areIds ? new Tokens(model, data, inputs, options) : new Table(inputs, options.ColumnNames);
    }

    public abstract (ExplainedRow Row, ExplainedPicture? Picture) Row(long row);

    private sealed class Table : RowSource
    {
        private readonly VariedInputs _inputs;
        private readonly Background _background;

        public Table(VariedInputs inputs, IReadOnlyList<string>? names)
        {
            _inputs = inputs;
            double[] rows = new double[inputs.Rows * inputs.Width];
            for (int i = 0; i < inputs.Rows; i++)
                inputs.Row(i).CopyTo(rows, i * inputs.Width);
            _background = new(rows, inputs.Names(names));
        }

        public override (ExplainedRow, ExplainedPicture?) Row(long row) => (_background.Row(_inputs.Row(row)), null);
    }

    private sealed class Pictures : RowSource
    {
        private readonly VariedInputs _inputs;
        private readonly Superpixels _superpixels;
        private readonly PictureLayout _layout;
        private readonly double[] _fill;

        public Pictures(VariedInputs inputs, Superpixels superpixels, double? fill)
        {
            (_inputs, _superpixels) = (inputs, superpixels);
            (OnnxValue value, long[] extents) = inputs.Only;
            _layout = PictureLayout.Of(value.Name, extents);
            _fill = new double[_layout.Channels];
            if (fill is { } number)
                Array.Fill(_fill, number);
            else
                TakeMeans();
            if (!value.ElementType.IsFloating())
                _fill = Array.ConvertAll(_fill, value => Math.Round(value)); // whole numbers, as the input holds
        }

        public override (ExplainedRow, ExplainedPicture?) Row(long row)
        {
            double[] numbers = _inputs.Row(row), pixels = _layout.Interleave(numbers);
            int[] parts = _superpixels.Cut(pixels, _layout.Height, _layout.Width);
            return (new PictureRow(numbers, _layout, parts, _fill), new(_layout.Height, _layout.Width, _layout.Channels, pixels, parts));
        }

        private void TakeMeans()
        {
            int pixels = _layout.Height * _layout.Width;
            for (long i = 0; i < _inputs.Rows; i++)
            {
                double[] row = _inputs.Row(i);
                for (int channel = 0; channel < _fill.Length; channel++)
                {
                    for (int pixel = 0; pixel < pixels; pixel++)
                        _fill[channel] += row[_layout.At(pixel, channel)] / pixels / _inputs.Rows;
                }
            }
        }
    }

    private sealed class Tokens : RowSource
    {
        private readonly VariedInputs _inputs;
        private readonly NetworkInput? _attention;
        private readonly long _mask;
        private readonly IReadOnlyList<string>? _vocabulary;

        public Tokens(OnnxModel model, NetworkInputs data, VariedInputs inputs, NetworkExplainOptions options)
        {
            (OnnxValue value, long[] extents) = inputs.Only;
            _mask = options.MaskToken ?? throw new ThermoException($"Input {value} holds ids, one feature a place: say with --mask-token which id stands for a "
                + "removed token (the one of [MASK], <unk> or padding).");
            if (extents.Length != 1 || value.ElementType.IsFloating())
                throw new ThermoException($"Input {value} holds no ids of [rows,places]: --mask-token expects whole numbers so.");
            (_inputs, _vocabulary) = (inputs, options.Vocabulary);
            _attention = NetworkInputs.Declared(model).Where(input => input.Name != value.Name && InputRole.Of(model, input).Kind == InputKind.Mask)
                .Select(input => data.All.Single(all => all.Name == input.Name)).FirstOrDefault();
        }

        public override (ExplainedRow, ExplainedPicture?) Row(long row)
        {
            double[]? attention = _attention?.Row(row);
            return (new TokenRow(_inputs.Row(row), _mask, place => attention is null || place >= attention.Length || attention[place] != 0, _vocabulary), null);
        }
    }
}
