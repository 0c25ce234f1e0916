using System.Runtime.CompilerServices;

namespace ML.Thermo.Linear.Outputs;

/// <summary>Gives the parameters of draw number <paramref name="index"/>.</summary>
internal delegate void ParameterSource(long index, Span<double> parameters);

/// <summary>
/// Energies of a linear model under many parameter draws at once: a blocked matrix product X·W whose outputs meet the loss while
/// they are still in the first cache and never go to memory.
/// </summary>
/// <remarks>
/// The rows are added in blocks of fixed size and fixed order, draw by draw, so an energy depends on the data and its parameters
/// alone: not on the number of threads, on the other draws or on their order.
/// </remarks>
internal abstract unsafe class EnergyKernel
{
    /// <summary>Rows whose losses are summed plainly before they join the compensated total.</summary>
    private const int BlockRows = 512;

    /// <summary>At most this many draws share one pass of a thread over the data.</summary>
    private const int MostDraws = 8 * OutputTile.Draws;

    private readonly double[] _tiles;
    private readonly int _rows, _depth, _outputs;

    /// <summary>Packs the data into tiles of eight rows.</summary>
    /// <param name="rows">n.</param>
    /// <param name="depth">Features a row.</param>
    /// <param name="outputs">Outputs of the model: 1, or the number of classes.</param>
    /// <param name="fill">Writes the features of one row.</param>
    protected EnergyKernel(int rows, int depth, int outputs, Action<int, double[]> fill)
    {
        (_rows, _depth, _outputs) = (rows, depth, outputs);
        _tiles = new double[(rows + OutputTile.Rows - 1) / OutputTile.Rows * OutputTile.Rows * depth];
        double[] features = new double[depth];
        for (int row = 0; row < rows; row++)
        {
            fill(row, features);
            int start = (row / OutputTile.Rows * OutputTile.Rows * depth) + (row % OutputTile.Rows);
            for (int k = 0; k < depth; k++)
                _tiles[start + (k * OutputTile.Rows)] = features[k];
        }
    }

    /// <summary>Energies of draws first, first + 1, ….</summary>
    /// <param name="source">Gives depth × outputs parameters a draw, output by output.</param>
    /// <param name="first">Index of the first draw.</param>
    /// <param name="energies">Receives the mean losses.</param>
    /// <param name="threads">Most threads, −1 for all; it does not change a bit of the result.</param>
    /// <param name="cancellation">Stops between chunks of draws.</param>
    public void Energies(ParameterSource source, long first, Span<double> energies, int threads, CancellationToken cancellation)
    {
        double[] result = new double[energies.Length];
        int share = result.Length / (2 * Environment.ProcessorCount) / OutputTile.Draws * OutputTile.Draws;
        int chunk = Math.Clamp(share, OutputTile.Draws, MostDraws);
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads };
        Parallel.For(0, (result.Length + chunk - 1) / chunk, options, number =>
        {
            int start = number * chunk;
            Chunk(source, first + start, result.AsSpan(start, Math.Min(chunk, result.Length - start)));
        });
        result.CopyTo(energies);
    }

    /// <summary>Adds the losses of one tile of outputs.</summary>
    /// <param name="outputs">The model's outputs, each 8 × 24: rows by draws.</param>
    /// <param name="first">Number of the tile's first row.</param>
    /// <param name="rows">Rows of the tile that are data; the others are padding.</param>
    /// <param name="sums">24 sums of losses, to be added to.</param>
    /// <param name="products">24 products, to be multiplied: their logarithms are added to the sums once a block, at most 512 factors
    /// of at most 2, so that a thousand logarithms cost one.</param>
    protected abstract void AddTile(double* outputs, int first, int rows, double* sums, double* products);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
    private void Chunk(ParameterSource source, long first, Span<double> energies)
    {
        int panels = (energies.Length + OutputTile.Draws - 1) / OutputTile.Draws, panelSize = _outputs * _depth * OutputTile.Draws;
        double[] parameters = Pack(source, first, energies.Length, panels * panelSize);
        double[] totals = new double[panels * OutputTile.Draws], lost = new double[totals.Length];
        double[] outputs = new double[_outputs * OutputTile.Rows * OutputTile.Draws];
        double* sums = stackalloc double[OutputTile.Draws], products = stackalloc double[OutputTile.Draws];
        fixed (double* x = _tiles, w = parameters, z = outputs)
        {
            for (int block = 0; block < _rows; block += BlockRows)
            {
                for (int panel = 0; panel < panels; panel++)
                {
                    new Span<double>(sums, OutputTile.Draws).Clear();
                    new Span<double>(products, OutputTile.Draws).Fill(1);
                    for (int row = block; row < Math.Min(block + BlockRows, _rows); row += OutputTile.Rows)
                    {
                        for (int output = 0; output < _outputs; output++)
                        {
                            double* weights = w + ((long)panel * panelSize) + (output * _depth * OutputTile.Draws);
                            OutputTile.Multiply(x + ((long)row * _depth), weights, _depth, z + (output * OutputTile.Rows * OutputTile.Draws));
                        }

                        AddTile(z, row, Math.Min(OutputTile.Rows, _rows - row), sums, products);
                    }

                    for (int lane = 0; lane < OutputTile.Draws; lane++)
                        Add(ref totals[(panel * OutputTile.Draws) + lane], ref lost[(panel * OutputTile.Draws) + lane], sums[lane] + Math.Log(products[lane]));
                }
            }
        }

        for (int draw = 0; draw < energies.Length; draw++)
            energies[draw] = (totals[draw] + lost[draw]) / _rows;
    }

    /// <summary>Twenty-four draws side by side, for each output and feature.</summary>
    private double[] Pack(ParameterSource source, long first, int draws, int size)
    {
        double[] packed = new double[size], parameters = new double[_outputs * _depth];
        for (int draw = 0; draw < draws; draw++)
        {
            source(first + draw, parameters);
            int start = (draw / OutputTile.Draws * parameters.Length * OutputTile.Draws) + (draw % OutputTile.Draws);
            for (int k = 0; k < parameters.Length; k++)
                packed[start + (k * OutputTile.Draws)] = parameters[k];
        }

        return packed;
    }

    private static void Add(ref double total, ref double lost, double term)
    {
        double sum = total + term, part = sum - total;
        lost += total - (sum - part) + (term - part); // Knuth's exact error of one addition
        total = sum;
    }
}
