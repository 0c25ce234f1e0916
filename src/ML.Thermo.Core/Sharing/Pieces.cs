namespace ML.Thermo.Sharing;

/// <summary>Pieces of work by their numbers, as a worker sees them. Pieces may be done at the same time.</summary>
internal abstract class Pieces
{
    /// <summary>Does one.</summary>
    /// <param name="number">Its number; the result depends on it alone.</param>
    /// <param name="result">Receives the result.</param>
    /// <param name="cancellation">Checked where a piece takes long.</param>
    public abstract void Do(long number, BinaryWriter result, CancellationToken cancellation);
}

/// <summary>Independent, numbered pieces of work: what a computation is made of, whether the threads of this process do them or workers elsewhere.</summary>
/// <typeparam name="T">What a piece gives.</typeparam>
internal abstract class Pieces<T> : Pieces
{
    /// <summary>Pieces that this process works on at once, at most.</summary>
    protected virtual int Streams => Environment.ProcessorCount;

    /// <summary>Neighbouring pieces that one thread of this process takes at once, since they have something in common.</summary>
    protected virtual int Neighbours => 1;

    /// <summary>Does one.</summary>
    /// <param name="number">Its number; the result depends on it alone.</param>
    /// <param name="cancellation">Checked where a piece takes long.</param>
    public abstract T Do(long number, CancellationToken cancellation);

    /// <inheritdoc/>
    public sealed override void Do(long number, BinaryWriter result, CancellationToken cancellation) => Write(result, Do(number, cancellation));

    /// <summary>Does some pieces and hands each of them over once.</summary>
    /// <param name="workers">Who does them; null for the threads of this process.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="made">Receives number and result, in any order and from any thread.</param>
    /// <param name="cancellation">Ends the work.</param>
    public void Do(IWorkers? workers, long first, int count, Action<long, T> made, CancellationToken cancellation)
    {
        if (workers is null)
        {
            Here(first, count, made, cancellation);
            return;
        }

        workers.Do(Describe() with { Neighbours = Neighbours }, first, count, range =>
        {
            using var results = new BinaryReader(new MemoryStream(range.Results, writable: false));
            for (int i = 0; i < range.Count; i++)
                made(range.First + i, Read(results));
        }, cancellation);
    }

    /// <summary>Does pieces from 0 on and hands them over in the order of their numbers, one at a time.</summary>
    /// <inheritdoc cref="Do(IWorkers, long, int, Action{long, T}, CancellationToken)"/>
    public void InOrder(IWorkers? workers, int count, Action<long, T> made, CancellationToken cancellation)
    {
        var early = new Dictionary<long, T>(); // those behind one that is still being made
        long next = 0;
        Do(workers, 0, count, (number, result) =>
        {
            lock (early)
            {
                early.Add(number, result);
                while (early.Remove(next, out T? due))
                    made(next++, due);
            }
        }, cancellation);
    }

    /// <summary>The work in words that travel.</summary>
    /// <exception cref="ThermoException">Something of it cannot: the message says what.</exception>
    protected abstract SharedWork Describe();

    /// <summary>Writes a result, to the last bit.</summary>
    protected abstract void Write(BinaryWriter to, T result);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    protected abstract T Read(BinaryReader from);

    private void Here(long first, int count, Action<long, T> made, CancellationToken cancellation)
    {
        int next = 0, streams = Math.Clamp(Streams, 1, Math.Max((count + Neighbours - 1) / Neighbours, 1));
        if (streams == 1)
            Work();
        else
            Workers.Run(streams, streams, _ => Work(), cancellation);

        void Work()
        {
            try
            {
                for (int start = Take(); start < count; start = Take())
                {
                    for (int i = start; i < Math.Min(start + Neighbours, count); i++)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        made(first + i, Do(first + i, cancellation));
                    }
                }
            }
            catch
            {
                Volatile.Write(ref next, count); // the others need not go on
                throw;
            }
        }

        int Take() => Interlocked.Add(ref next, Neighbours) - Neighbours;
    }
}

/// <summary>What a worker has opened: models with their rows, from which calls take pieces.</summary>
internal interface IOpenWork : IDisposable
{
    /// <summary>The pieces of a call.</summary>
    /// <param name="call">As <see cref="SharedWork"/> has it.</param>
    Pieces Pieces(byte[] call);
}
