using System.Reflection;

namespace ML.Thermo.Documentation;

/// <summary>Who gives a number with an error says how far it is known.</summary>
public sealed class MaturityTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [TestCaseSource(typeof(PublicApiTests), nameof(PublicApiTests.Libraries))]
    public void A_type_with_an_estimate_says_how_far_it_is_known(string library) => Assert.That(
        Assembly.Load(library).GetExportedTypes()
            .Where(type => !IsKnown(type))
            .SelectMany(type => type.GetProperties(Own).Where(property => IsEstimate(property.PropertyType)).Cast<MemberInfo>()
                .Concat(type.GetMethods(Own).Where(method => !method.IsSpecialName && !IsOfCompiler(method) && IsEstimate(method.ReturnType)))
                .Where(member => !member.IsDefined(typeof(MaturityAttribute))))
            .Select(member => $"{member.DeclaringType}.{member.Name}"),
        Is.Empty);

    private static bool IsKnown(Type type) => type == typeof(Estimate) || (type.IsDefined(typeof(MaturityAttribute))
        || (type.DeclaringType is { } outer && IsKnown(outer)));

    private static bool IsOfCompiler(MethodInfo method) => method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    private static bool IsEstimate(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Estimate);
}
