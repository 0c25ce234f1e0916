using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ML.Thermo;

/// <summary>
/// Writes results with System.Text.Json as the command line does: camelCase names, full-precision numbers, <c>null</c> for what is undefined or
/// infinite, an estimate as <c>name</c> and <c>nameStandardError</c>, an entropy with its method besides, a status as the names of its flags.
/// </summary>
/// <remarks>Results carry it as an attribute, so <see cref="JsonSerializer"/> and web frameworks find it by themselves. It does not read.</remarks>
public sealed class ResultJsonConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => true;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Writer<>).MakeGenericType(typeToConvert))!;

    private static void WriteMembers(Utf8JsonWriter json, object result)
    {
        foreach (PropertyInfo property in result.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0 && property.CanRead && !property.IsDefined(typeof(JsonIgnoreAttribute)))
                WriteMember(json, JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.GetValue(result));
        }
    }

    private static void WriteMember(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case Estimate estimate:
                WriteMember(json, name, estimate.Value);
                WriteMember(json, $"{name}StandardError", estimate.StandardError);
                break;
            case IMethodEstimate estimate:
                WriteMember(json, name, estimate.Number);
                WriteMember(json, $"{name}StandardError", estimate.StandardError);
                WriteMember(json, $"{name}Method", estimate.Method);
                break;
            default:
                json.WritePropertyName(name);
                WriteValue(json, value);
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case double or float:
                double number = Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
                if (double.IsFinite(number))
                    json.WriteNumberValue(number);
                else
                    json.WriteNullValue();
                break;
            case Status status:
                WriteValue(json, status.Names());
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or uint or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case ulong word:
                json.WriteNumberValue(word);
                break;
            case string or Enum or DateTimeOffset or TimeSpan:
                json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case IEnumerable values:
                json.WriteStartArray();
                foreach (object? each in values)
                    WriteValue(json, each);
                json.WriteEndArray();
                break;
            default:
                json.WriteStartObject();
                WriteMembers(json, value);
                json.WriteEndObject();
                break;
        }
    }

    private sealed class Writer<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException($"{typeof(T).Name} is a result: it is written as JSON and not read.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            WriteMembers(writer, value!);
            writer.WriteEndObject();
        }
    }
}
