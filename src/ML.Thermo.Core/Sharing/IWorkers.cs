namespace ML.Thermo.Sharing;

/// <summary>Does pieces of work somewhere else: on other machines, for example. Every piece depends on its number alone, so that the results are those of this
/// process, whoever does which piece and however often.</summary>
public interface IWorkers
{
    /// <summary>Does a range of pieces and hands each of them over once.</summary>
    /// <param name="work">What they are pieces of.</param>
    /// <param name="first">Number of the first piece; ≥ 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="made">Receives what was made, in any order and from any thread.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ThermoException">The pieces cannot be made.</exception>
    void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken);
}

/// <summary>Work in words that travel: whoever has them and the files can do any piece of it.</summary>
/// <param name="Kind">What is done, and the version of its form.</param>
/// <param name="Files">What is large: models and rows.</param>
/// <param name="Setup">What else has to be known before the first piece, in the form of the kind. Workers keep what they have opened by kind, files and
/// setup.</param>
/// <param name="Call">What changes from one call to the next.</param>
public sealed record SharedWork(string Kind, IReadOnlyList<SharedFile> Files, byte[] Setup, byte[] Call)
{
    /// <summary>So many pieces, counted from the first that is asked for, have something in common that is found once where one worker does them one after
    /// the other; ≥ 1.</summary>
    public int Neighbours { get; init; } = 1;
}

/// <summary>Neighbouring pieces that are made.</summary>
/// <param name="First">Number of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Results">One behind the other, in the form of their kind.</param>
public sealed record MadePieces(long First, int Count, byte[] Results);
