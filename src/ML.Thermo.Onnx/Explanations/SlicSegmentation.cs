namespace ML.Thermo.Onnx.Explanations;

/// <summary>Simple linear iterative clustering (Achanta and others 2012): k-means of colour and place, from a grid, each centre looking at
/// its surroundings only.</summary>
/// <remarks>Deterministic. Colours are CIE Lab of the picture scaled to [0, 1]; a grey one has L alone. Ten rounds, compactness 10. Clusters may fall into
/// pieces: the smallest ones join the neighbour of the nearest colour until there are no more than asked for.</remarks>
internal sealed class SlicSegmentation
{
    private const int Rounds = 10;
    private const double Compactness = 10;
    private readonly int _height, _width;
    private readonly (double L, double A, double B)[] _colours;

    public SlicSegmentation(ReadOnlySpan<double> pixels, int height, int width)
    {
        (_height, _width) = (height, width);
        _colours = LabColour.Of(pixels, height * width);
    }

    /// <summary>The part of each pixel, from 0, numbered as they come row by row.</summary>
    public int[] Cut(int count)
    {
        double step = Math.Sqrt((double)_height * _width / count);
        List<Centre> centres = Seeds(step);
        int[] nearest = new int[_height * _width];
        for (int round = 0; round < Rounds; round++)
        {
            Assign(centres, step, nearest);
            Move(centres, nearest);
        }

        return new PieceMerging(nearest, _colours, _width).Merge(count);
    }

    private List<Centre> Seeds(double step)
    {
        int rows = Math.Max(1, (int)Math.Round(_height / step)), columns = Math.Max(1, (int)Math.Round(_width / step));
        List<Centre> centres = [];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double y = (i + 0.5) * _height / rows, x = (j + 0.5) * _width / columns;
                centres.Add(new(y, x, _colours[((int)y * _width) + (int)x]));
            }
        }

        return centres;
    }

    private void Assign(List<Centre> centres, double step, int[] nearest)
    {
        double[] least = new double[nearest.Length];
        Array.Fill(least, double.PositiveInfinity);
        double scale = Compactness * Compactness / (step * step);
        for (int k = 0; k < centres.Count; k++)
        {
            Centre centre = centres[k];
            int top = Math.Max(0, (int)(centre.Y - (2 * step))), bottom = Math.Min(_height - 1, (int)(centre.Y + (2 * step)));
            int left = Math.Max(0, (int)(centre.X - (2 * step))), right = Math.Min(_width - 1, (int)(centre.X + (2 * step)));
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    int at = (y * _width) + x;
                    double dy = y + 0.5 - centre.Y, dx = x + 0.5 - centre.X;
                    double distance = LabColour.Square(_colours[at], centre.Colour) + (scale * ((dy * dy) + (dx * dx)));
                    if (distance < least[at])
                        (least[at], nearest[at]) = (distance, k);
                }
            }
        }
    }

    private void Move(List<Centre> centres, int[] nearest)
    {
        double[,] sums = new double[centres.Count, 6];
        for (int at = 0; at < nearest.Length; at++)
        {
            (double l, double a, double b) = _colours[at];
            double[] own = [(at / _width) + 0.5, (at % _width) + 0.5, l, a, b, 1];
            for (int i = 0; i < own.Length; i++)
                sums[nearest[at], i] += own[i];
        }

        for (int k = 0; k < centres.Count; k++)
        {
            double n = sums[k, 5];
            if (n > 0)
                centres[k] = new(sums[k, 0] / n, sums[k, 1] / n, (sums[k, 2] / n, sums[k, 3] / n, sums[k, 4] / n));
        }
    }

    private readonly record struct Centre(double Y, double X, (double L, double A, double B) Colour);
}
