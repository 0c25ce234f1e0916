using ML.Thermo.Data;

namespace ML.Thermo.Cli.Tables;

/// <summary>Sorts rows, while they are read, into those to train on and those held out: the same rows as <see cref="LabelledData.Split"/>
/// would choose, without a second copy of the table.</summary>
/// <param name="width">Features a row.</param>
/// <param name="selection">Chooses the rows held out; null holds out none.</param>
internal sealed class RowSorter(int width, HeldOutSelection? selection)
{
    private RowBuffer _full = new(width), _filling = new(width);

    /// <summary>Rows to train on; complete after <see cref="Finish"/>.</summary>
    public RowBuffer Training { get; } = new(width);

    /// <summary>Rows held out; complete after <see cref="Finish"/>.</summary>
    public RowBuffer HeldOut { get; } = new(width);

    public int Rows => Training.Rows + HeldOut.Rows + _full.Rows + _filling.Rows;

    /// <summary>Opens the next row, which is sorted once two blocks of rows have followed, or none.</summary>
    public Span<double> NextRow(double shareRead, out Span<double> label)
    {
        if (selection is null)
            return Training.NextRow(shareRead, out label);
        if (_filling.Rows == HeldOutSelection.BlockRows)
        {
            Sort(last: false, shareRead, _full);
            (_full, _filling) = (_filling, _full);
        }

        return _filling.NextRow(0, out label);
    }

    /// <summary>Sorts the rows that are left.</summary>
    public void Finish()
    {
        if (selection is not null)
            Sort(last: true, 1, _full, _filling);
    }

    private void Sort(bool last, double shareRead, params ReadOnlySpan<RowBuffer> blocks)
    {
        int rows = 0, next = 0;
        foreach (RowBuffer block in blocks)
            rows += block.Rows;
        Span<bool> heldOut = stackalloc bool[rows];
        if (rows > 0)
            selection!.Choose(heldOut, last);
        foreach (RowBuffer block in blocks)
        {
            for (int row = 0; row < block.Rows; row++)
                (heldOut[next++] ? HeldOut : Training).Append(block, row, shareRead);
            block.Clear();
        }
    }
}
