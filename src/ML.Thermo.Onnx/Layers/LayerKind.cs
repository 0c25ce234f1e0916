namespace ML.Thermo.Onnx.Layers;

/// <summary>What a layer does, whatever operators spell it.</summary>
public enum LayerKind
{
    /// <summary>A convolution.</summary>
    Convolution,

    /// <summary>A transposed convolution.</summary>
    TransposedConvolution,

    /// <summary>A matrix of weights applied to activations.</summary>
    Dense,

    /// <summary>An LSTM, a GRU or a plain recurrent layer.</summary>
    Recurrent,

    /// <summary>Attention as one operator.</summary>
    Attention,

    /// <summary>A product of two activations, as in attention that is written out.</summary>
    Product,

    /// <summary>Normalisation by the moments of a batch, a layer, a group or an instance, also written out.</summary>
    Normalization,

    /// <summary>Rows of a table picked by indices.</summary>
    Embedding,

    /// <summary>A sum of activations.</summary>
    Residual,

    /// <summary>A linear model of the ai.onnx.ml operators.</summary>
    LinearModel,

    /// <summary>Learned numbers that are added or multiplied behind no other layer: positions, class tokens, scales of branches.</summary>
    Affine,

    /// <summary>An activation function that stands alone.</summary>
    Activation,
}

/// <summary>What a parameter tensor is for.</summary>
public enum ParameterRole
{
    /// <summary>Multiplies what comes from below.</summary>
    Weight,

    /// <summary>Multiplies a recurrent layer's own past.</summary>
    RecurrentWeight,

    /// <summary>Is added.</summary>
    Bias,

    /// <summary>Multiplies unit by unit, as γ of a normalisation.</summary>
    Scale,

    /// <summary>The mean that batch normalisation takes off.</summary>
    RunningMean,

    /// <summary>The variance that batch normalisation divides by the root of.</summary>
    RunningVariance,

    /// <summary>Negative slope of a PReLU.</summary>
    Slope,

    /// <summary>Connects a cell state to the gates of an LSTM.</summary>
    Peephole,

    /// <summary>The size of a step of a quantised tensor; no parameter of the layer.</summary>
    QuantizationScale,

    /// <summary>The code of zero in a quantised tensor; no parameter of the layer.</summary>
    QuantizationZeroPoint,
}
