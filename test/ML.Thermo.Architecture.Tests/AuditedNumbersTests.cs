using System.Reflection;
using System.Runtime.CompilerServices;
using ML.Thermo.Audit;
using ML.Thermo.Curvature;
using ML.Thermo.Entropies;

namespace ML.Thermo.Architecture;

/// <summary>A number with an error that no experiment measures is not to be printed with ±.</summary>
public sealed class AuditedNumbersTests
{
    private static readonly Type[] s_estimates = [typeof(Estimate), typeof(EntropyEstimate), typeof(LearningCoefficient)];

    [Test]
    public void Every_number_with_a_standard_error_has_an_experiment_in_the_audit()
    {
        string[] numbers = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileName(path) is "thermo.dll" || (Path.GetFileName(path).StartsWith("ML.Thermo.", StringComparison.Ordinal)
                && !Path.GetFileName(path).Contains("Tests", StringComparison.Ordinal)))
            .SelectMany(path => Assembly.LoadFrom(path).GetExportedTypes())
            .Where(type => !s_estimates.AsSpan(0, 2).Contains(type) && !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(IsEstimated).Select(property => $"{type.Name}.{property.Name}"))
            .Distinct()];
        Assert.That(string.Join("\n", numbers.Except(AuditedNumbers.Experiment.Keys).Order()), Is.Empty, "not in the audit");
        Assert.That(string.Join("\n", AuditedNumbers.Experiment.Keys.Except(numbers).Order()), Is.Empty, "in the audit, and no number");
    }

    [Test]
    public void Every_experiment_that_is_named_for_a_number_exists()
    {
        string experiments = File.ReadAllText(Path.Combine(Sources.Root, "test", "ML.Thermo.Audit", "Experiments.cs"));
        Assert.That(AuditedNumbers.Experiment.Values.Where(name => !name.StartsWith("none: ", StringComparison.Ordinal)).Distinct()
            .Where(name => !experiments.Contains($"(\"{name}\",", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>An estimate, or a plain number that is called an error.</summary>
    private static bool IsEstimated(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return (s_estimates.Contains(type) && property.GetMethod is { IsStatic: false })
            || (type == typeof(double) && property.Name.EndsWith("StandardError", StringComparison.Ordinal));
    }
}
