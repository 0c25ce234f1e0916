using System.Text.Json;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>What ONNX Runtime really ran.</summary>
internal static class Profile
{
    /// <summary>The operators of one run of two rows, in their order.</summary>
    public static string[] Operators(OnnxModel model, IReadOnlyList<SignalTap> taps)
    {
        string folder = Directory.CreateTempSubdirectory("thermo-profile").FullName;
        try
        {
            using SignalSession session = new(model, taps, new OperatorBackend(), ExecutionDevice.Cpu, options =>
            {
                options.EnableProfiling = true;
                options.ProfileOutputPathPrefix = Path.Combine(folder, "profile");
            });
            using (NetworkBatch batch = Networks.Normal(model, 2, seed: 1))
                session.Run(batch.Inputs).Dispose();
            using JsonDocument events = JsonDocument.Parse(File.ReadAllBytes(session.EndProfiling()));
            return [.. events.RootElement.EnumerateArray()
                .Where(e => e.GetProperty("cat").GetString() == "Node" && e.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
                .OrderBy(e => e.GetProperty("ts").GetInt64())
                .Select(e => e.GetProperty("args").GetProperty("op_name").GetString()!)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
