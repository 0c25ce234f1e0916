namespace ML.Thermo.Onnx.Explanations;

/// <summary>Simple linear iterative clustering (Achanta and others 2012): k-means of colour and place, from a grid, each centre looking at its surroundings only.</summary>
/// <remarks>Deterministic. Colours are CIE Lab of the picture scaled to [0, 1]; a grey one has L alone. Ten rounds, compactness 10; pieces that are smaller than a
/// quarter of a part or cut off from it go to a neighbour.</remarks>
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

        return Connected(nearest, Math.Max(1, (int)(step * step / 4)));
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

    /// <summary>Connected pieces as parts; a small one joins the piece before it.</summary>
    private int[] Connected(int[] nearest, int least)
    {
        int[] parts = new int[nearest.Length];
        Array.Fill(parts, -1);
        int count = 0;
        for (int start = 0; start < parts.Length; start++)
        {
            if (parts[start] >= 0)
                continue;
            (List<int> piece, int neighbour) = Flood(nearest, parts, start);
            bool joins = piece.Count < least && neighbour >= 0;
            foreach (int at in piece)
                parts[at] = joins ? neighbour : count;
            count += joins ? 0 : 1;
        }

        return parts;
    }

    /// <summary>All pixels of one cluster around a pixel, and a part beside them that has a number already, or −1.</summary>
    private (List<int> Piece, int Neighbour) Flood(int[] nearest, int[] parts, int start)
    {
        List<int> piece = [start];
        HashSet<int> seen = [start];
        int neighbour = -1;
        for (int i = 0; i < piece.Count; i++)
        {
            int y = piece[i] / _width, x = piece[i] % _width;
            foreach ((int ny, int nx) in new[] { (y - 1, x), (y, x - 1), (y, x + 1), (y + 1, x) })
            {
                if (ny < 0 || ny >= _height || nx < 0 || nx >= _width)
                    continue;
                int at = (ny * _width) + nx;
                if (parts[at] >= 0)
                    neighbour = neighbour < 0 ? parts[at] : neighbour;
                else if (nearest[at] == nearest[start] && seen.Add(at))
                    piece.Add(at);
            }
        }

        return (piece, neighbour);
    }

    private readonly record struct Centre(double Y, double X, (double L, double A, double B) Colour);
}
