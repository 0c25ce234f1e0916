namespace ML.Thermo.Explanations;

/// <summary>A picture cut into parts.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Channels">Numbers of a pixel.</param>
/// <param name="Pixels">Row by row, the channels of a pixel together, as the model takes them.</param>
/// <param name="Parts">The part of each pixel, from 0, row by row: the index of its feature.</param>
public sealed record ExplainedPicture(int Height, int Width, int Channels, IReadOnlyList<double> Pixels, IReadOnlyList<int> Parts);
