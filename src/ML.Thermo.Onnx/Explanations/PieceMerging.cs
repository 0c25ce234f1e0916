namespace ML.Thermo.Onnx.Explanations;

/// <summary>Connected pieces of clusters, merged smallest first.</summary>
internal sealed class PieceMerging
{
    private readonly int _width;
    private readonly int[] _pieceOf;
    private readonly List<Piece> _pieces = [];

    /// <param name="clusters">The cluster of each pixel.</param>
    /// <param name="colours">Its colour.</param>
    /// <param name="width">Pixels of a row.</param>
    public PieceMerging(int[] clusters, (double L, double A, double B)[] colours, int width)
    {
        (_width, _pieceOf) = (width, new int[clusters.Length]);
        Array.Fill(_pieceOf, -1);
        for (int start = 0; start < clusters.Length; start++)
        {
            if (_pieceOf[start] < 0)
                Flood(clusters, colours, start);
        }

        for (int pixel = 0; pixel < clusters.Length; pixel++)
        {
            foreach (int beside in Beside(pixel).Where(beside => _pieceOf[beside] != _pieceOf[pixel]))
                _pieces[_pieceOf[pixel]].Neighbours.Add(_pieceOf[beside]);
        }
    }

    /// <summary>At most so many parts, numbered as they come row by row.</summary>
    public int[] Merge(int most)
    {
        List<int> left = [.. Enumerable.Range(0, _pieces.Count)];
        while (left.Count > most)
        {
            int smallest = left.MinBy(piece => (_pieces[piece].Pixels.Count, piece));
            int into = _pieces[smallest].Neighbours.MinBy(piece => (LabColour.Square(_pieces[piece].Colour, _pieces[smallest].Colour), piece));
            Join(smallest, into);
            left.Remove(smallest);
        }

        var numbers = new Dictionary<int, int>();
        int[] parts = new int[_pieceOf.Length];
        for (int pixel = 0; pixel < parts.Length; pixel++)
        {
            numbers.TryAdd(_pieceOf[pixel], numbers.Count);
            parts[pixel] = numbers[_pieceOf[pixel]];
        }

        return parts;
    }

    private void Join(int from, int into)
    {
        Piece gone = _pieces[from], kept = _pieces[into];
        foreach (int pixel in gone.Pixels)
            _pieceOf[pixel] = into;
        foreach (int neighbour in gone.Neighbours)
        {
            _pieces[neighbour].Neighbours.Remove(from);
            if (neighbour != into)
            {
                _pieces[neighbour].Neighbours.Add(into);
                kept.Neighbours.Add(neighbour);
            }
        }

        kept.Pixels.AddRange(gone.Pixels);
        kept.Sum = (kept.Sum.L + gone.Sum.L, kept.Sum.A + gone.Sum.A, kept.Sum.B + gone.Sum.B);
    }

    private void Flood(int[] clusters, (double L, double A, double B)[] colours, int start)
    {
        var piece = new Piece();
        piece.Pixels.Add(start);
        _pieceOf[start] = _pieces.Count;
        for (int i = 0; i < piece.Pixels.Count; i++)
        {
            (double l, double a, double b) = colours[piece.Pixels[i]];
            piece.Sum = (piece.Sum.L + l, piece.Sum.A + a, piece.Sum.B + b);
            foreach (int beside in Beside(piece.Pixels[i]).Where(beside => _pieceOf[beside] < 0 && clusters[beside] == clusters[start]))
            {
                _pieceOf[beside] = _pieces.Count;
                piece.Pixels.Add(beside);
            }
        }

        _pieces.Add(piece);
    }

    private IEnumerable<int> Beside(int pixel)
    {
        if (pixel >= _width)
            yield return pixel - _width;
        if (pixel % _width > 0)
            yield return pixel - 1;
        if (pixel % _width < _width - 1)
            yield return pixel + 1;
        if (pixel + _width < _pieceOf.Length)
            yield return pixel + _width;
    }

    private sealed class Piece
    {
        public List<int> Pixels { get; } = [];

        public HashSet<int> Neighbours { get; } = [];

        public (double L, double A, double B) Sum { get; set; }

        public (double L, double A, double B) Colour => (Sum.L / Pixels.Count, Sum.A / Pixels.Count, Sum.B / Pixels.Count);
    }
}
