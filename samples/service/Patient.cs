using Microsoft.ML.Data;

namespace Service;

/// <summary>A row of diabetes.csv, as a caller sends it.</summary>
public sealed class Patient
{
    /// <summary>Age, sex, body mass index, blood pressure and six measurements of the blood serum.</summary>
    [LoadColumn(0, 9)]
    [VectorType(10)]
    public float[] Features { get; set; } = [];

    /// <summary>How far the disease went in a year: known to the training data, and a year later.</summary>
    [LoadColumn(10)]
    [ColumnName("Label")]
    public float Progression { get; set; }
}

/// <summary>What the model says.</summary>
public sealed class Forecast
{
    /// <summary>How far the disease will go in a year.</summary>
    public float Score { get; set; }
}
