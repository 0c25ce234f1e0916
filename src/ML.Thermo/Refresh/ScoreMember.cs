using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;

namespace ML.Thermo.Refresh;

/// <summary>A member of a prediction's type that may hold the model's score.</summary>
/// <typeparam name="TOutput">The type.</typeparam>
/// <param name="Column">The column that ML.NET fills it from.</param>
/// <param name="Read">Its numbers.</param>
internal sealed record ScoreMember<TOutput>(string Column, Func<TOutput, float[]?> Read)
{
    private static readonly string[] s_usual = ["Probability", "Score"];

    /// <summary>All of a type, the likeliest first.</summary>
    public static IReadOnlyList<ScoreMember<TOutput>> All { get; } =
    [
        .. typeof(TOutput).GetMembers(BindingFlags.Public | BindingFlags.Instance).Select(Of).OfType<ScoreMember<TOutput>>()
            .OrderBy(member => (uint)Array.IndexOf(s_usual, member.Column)), // an unusual one, −1, comes last
    ];

    private static ScoreMember<TOutput>? Of(MemberInfo member)
    {
        ParameterExpression prediction = Expression.Parameter(typeof(TOutput));
        Expression? value = member switch
        {
            PropertyInfo { CanRead: true } property when property.GetIndexParameters().Length == 0 => Expression.Property(prediction, property),
            FieldInfo field => Expression.Field(prediction, field),
            _ => null,
        };
        Expression? numbers = value?.Type switch
        {
            { } type when type == typeof(float) || type == typeof(double) => Expression.NewArrayInit(typeof(float), Expression.Convert(value, typeof(float))),
            { } type when type == typeof(float[]) => value,
            { } type when type == typeof(VBuffer<float>) => Expression.Call(((Func<VBuffer<float>, float[]>)Dense).Method, value),
            _ => null,
        };
        string column = member.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType == typeof(ColumnNameAttribute))
            ?.ConstructorArguments[0].Value as string ?? member.Name; // the attribute tells its name to nobody but ML.NET
        return numbers is null ? null : new ScoreMember<TOutput>(column, Expression.Lambda<Func<TOutput, float[]?>>(numbers, prediction).Compile());
    }

    private static float[] Dense(VBuffer<float> values) => [.. values.DenseValues()];
}
