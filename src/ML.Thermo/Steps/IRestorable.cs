using Microsoft.ML;

namespace ML.Thermo.Steps;

/// <summary>
/// What the input class of a mapping of ours can do: make of the steps with which it was saved what they were before. ML.NET hands the class
/// back as a type argument of the loaded step, and nothing else of ours.
/// </summary>
internal interface IRestorable
{
    /// <summary>The transformer that was saved, or null where these steps do not say enough.</summary>
    /// <param name="steps">All steps of the saved chain.</param>
    /// <param name="file">Where a file beside the model is now; null for where it was.</param>
    ITransformer? Restore(IReadOnlyList<ITransformer> steps, string? file);
}
