namespace ML.Thermo.Entropies;

/// <summary>A balanced k-d tree over points, split at the median of the widest coordinate.</summary>
internal sealed class NeighbourTree
{
    private const int LeafSize = 12;
    private readonly double[] _points;
    private readonly int _dimension;
    private readonly bool _euclidean;
    private readonly int[] _order; // points of a node are contiguous here; the median of an inner node is its middle
    private readonly byte[] _axis; // splitting coordinate of the inner node whose middle this is

    public NeighbourTree(double[] points, int dimension, NeighbourNorm norm)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
        (_points, _dimension, _euclidean) = (points, dimension, norm == NeighbourNorm.Euclidean);
        _order = [.. Enumerable.Range(0, points.Length / dimension)];
        _axis = new byte[_order.Length];
        Build(0, _order.Length);
    }

    /// <summary>Distance from point number <paramref name="point"/> to its k-th nearest other point.</summary>
    public double DistanceToNeighbour(int point, int k)
    {
        Span<double> nearest = k <= 64 ? stackalloc double[k] : new double[k]; // ascending; squared for the Euclidean norm
        nearest.Fill(double.PositiveInfinity);
        Search(0, _order.Length, point, nearest);
        return _euclidean ? Math.Sqrt(nearest[^1]) : nearest[^1];
    }

    private double Coordinate(int position, int axis) => _points[(_order[position] * _dimension) + axis];

    private void Build(int start, int end)
    {
        if (end - start <= LeafSize)
            return;
        int axis = Widest(start, end), middle = start + ((end - start) / 2);
        Select(start, end - 1, middle, axis);
        _axis[middle] = (byte)axis;
        Build(start, middle);
        Build(middle + 1, end);
    }

    private int Widest(int start, int end)
    {
        int widest = 0;
        double width = -1;
        for (int axis = 0; axis < _dimension; axis++)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            for (int i = start; i < end; i++)
            {
                double x = Coordinate(i, axis);
                (low, high) = (Math.Min(low, x), Math.Max(high, x));
            }

            if (high - low > width)
                (widest, width) = (axis, high - low);
        }

        return widest;
    }

    // Hoare's selection: afterwards everything left of the target is ≤ it, everything right of it ≥.
    private void Select(int left, int right, int target, int axis)
    {
        while (left < right)
        {
            double pivot = Coordinate(left + ((right - left) / 2), axis);
            int i = left, j = right;
            while (i <= j)
            {
                while (Coordinate(i, axis) < pivot)
                    i++;
                while (Coordinate(j, axis) > pivot)
                    j--;
                if (i <= j)
                {
                    (_order[i], _order[j]) = (_order[j], _order[i]);
                    (i, j) = (i + 1, j - 1);
                }
            }

            if (target <= j)
                right = j;
            else if (target >= i)
                left = i;
            else
                return;
        }
    }

    private void Search(int start, int end, int point, Span<double> nearest)
    {
        if (end - start <= LeafSize)
        {
            for (int i = start; i < end; i++)
                Offer(i, point, nearest);
            return;
        }

        int middle = start + ((end - start) / 2), axis = _axis[middle];
        double gap = _points[(point * _dimension) + axis] - Coordinate(middle, axis);
        Offer(middle, point, nearest);
        (int nearStart, int nearEnd, int farStart, int farEnd) = gap <= 0 ? (start, middle, middle + 1, end) : (middle + 1, end, start, middle);
        Search(nearStart, nearEnd, point, nearest);
        if ((_euclidean ? gap * gap : Math.Abs(gap)) < nearest[^1])
            Search(farStart, farEnd, point, nearest);
    }

    private void Offer(int position, int point, Span<double> nearest)
    {
        int other = _order[position];
        if (other == point)
            return;
        double distance = 0;
        for (int axis = 0; axis < _dimension; axis++)
        {
            double d = Math.Abs(_points[(point * _dimension) + axis] - _points[(other * _dimension) + axis]);
            distance = _euclidean ? distance + (d * d) : Math.Max(distance, d);
        }

        if (!(distance < nearest[^1]))
            return;
        int slot = nearest.Length - 1;
        for (; slot > 0 && nearest[slot - 1] > distance; slot--)
            nearest[slot] = nearest[slot - 1];
        nearest[slot] = distance;
    }
}
