namespace ML.Thermo.Onnx.Layers;

/// <summary>What is known of one ONNX operator that layers are built around: one row of <see cref="LayerOperators"/>.</summary>
/// <param name="Name">The operator, with <c>domain::</c> in front where the same name means something else elsewhere.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Inputs">One letter an input: x activations, W weight, R recurrent weight, B bias, G scale, M mean, V variance, P peepholes,
/// s and z scale and zero point of codes, D activations or weight (whichever is constant), a dot for anything else.</param>
/// <param name="Units">Where the units of its result lie.</param>
internal sealed record LayerOperator(string Name, LayerKind Kind, string Inputs, UnitPlace Units = UnitPlace.Last)
{
    /// <summary>How its weights are seen as matrices; null where they are not.</summary>
    public LayoutRule? Layout { get; init; }

    /// <summary>The inputs that are codes, with those that hold their scale and zero point.</summary>
    public IReadOnlyList<CodePlaces> Codes { get; init; } = [];

    /// <summary>Whether codes have one scale a row of the tensor (its first axis) rather than one a column.</summary>
    public bool ScalesByRow { get; init; }

    /// <summary>Whether its weights are blocks of a few bits, with the scales and zero points behind them.</summary>
    public bool HasBlockCodes { get; init; }

    /// <summary>The input that holds the step of its result, the code of zero behind it; −1 where the result holds no codes.</summary>
    public int ResultStep { get; init; } = -1;

    /// <summary>Inputs of indices with the inputs that they pick rows of.</summary>
    public IReadOnlyList<(int Indices, int Table)> Picks { get; init; } = [];

    /// <summary>Attributes that hold parameters.</summary>
    public IReadOnlyList<(string Attribute, ParameterRole Role)> Numbers { get; init; } = [];

    /// <summary>Whether an attribute names an activation that it applies.</summary>
    public bool FusesActivation { get; init; }

    /// <summary>Whether it sums codes as whole numbers, in steps that a later product gives.</summary>
    public bool SumsInSteps { get; init; }

    /// <summary>The activations of its gates where the node names none.</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];

    /// <summary>Whether one of its inputs may be a weight.</summary>
    public bool HasWeight => Inputs.AsSpan().ContainsAny('W', 'D');
}

/// <summary>The layout of the weight at one input of a node; null where the shape does not fit.</summary>
internal delegate WeightLayout? LayoutRule(Reading.OnnxNode node, int input, IReadOnlyList<long> shape);

/// <summary>Where codes, their scale (−1 for steps that are applied later) and their zero point are among a node's inputs.</summary>
internal readonly record struct CodePlaces(int Codes, int Scale, int ZeroPoint);

/// <summary>The axis of the units of an operator's result.</summary>
internal enum UnitPlace
{
    /// <summary>The last axis: features.</summary>
    Last,

    /// <summary>Axis 1: channels.</summary>
    Channels,

    /// <summary>Where the input has them.</summary>
    AsInput,
}
