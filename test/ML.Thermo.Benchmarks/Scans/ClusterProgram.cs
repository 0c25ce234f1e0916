using System.ComponentModel;
using System.Diagnostics;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;

namespace ML.Thermo.Benchmarks.Scans;

/// <summary>Wolff's algorithm in C++, compiled where there is a compiler.</summary>
internal static class ClusterProgram
{
    private const int Size = 32, Clusters = 20_000;

    private const string Source = """
        #include <cmath>
        #include <cstdint>
        #include <cstdio>
        #include <vector>
        static uint64_t s[4] = {1, 2, 3, 4};
        static uint64_t turn(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
        static double next() {
            uint64_t out = turn(s[1] * 5, 7) * 9, t = s[1] << 17;
            s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = turn(s[3], 45);
            return (out >> 11) * 0x1.0p-53;
        }
        int main() {
            const int L = 32, N = L * L;
            const double join = 1 - std::exp(-2 / 2.269185314213);
            std::vector<int8_t> spins(N, 1);
            std::vector<int> stack(N), neighbours(4 * N);
            for (int i = 0; i < N; i++) {
                int row = i / L, column = i % L;
                neighbours[4 * i] = row * L + (column + 1) % L;
                neighbours[4 * i + 1] = row * L + (column + L - 1) % L;
                neighbours[4 * i + 2] = (row + 1) % L * L + column;
                neighbours[4 * i + 3] = (row + L - 1) % L * L + column;
            }
            long flipped = 0;
            for (int cluster = 0; cluster < 20000; cluster++) {
                int seed = (int)(next() * N), top = 0;
                int8_t old = spins[seed];
                spins[seed] = -old;
                stack[top++] = seed;
                while (top > 0) {
                    int site = 4 * stack[--top];
                    for (int side = site; side < site + 4; side++) {
                        int other = neighbours[side];
                        if (spins[other] == old && next() < join) { spins[other] = -old; stack[top++] = other; flipped++; }
                    }
                }
            }
            std::printf("%ld\n", flipped);
        }
        """;

    /// <summary>Compiles it; null where there is no g++.</summary>
    public static Action? Compile()
    {
        string folder = Directory.CreateTempSubdirectory("thermo-wolff-").FullName, source = Path.Combine(folder, "wolff.cpp"), program = Path.Combine(folder, "wolff");
        File.WriteAllText(source, Source);
        try
        {
            Run("g++", "-O2", "-o", program, source);
        }
        catch (Win32Exception)
        {
            return null;
        }

        return () => Run(program);
    }

    /// <summary>Ours, as many clusters.</summary>
    public static void Ours()
    {
        var sampler = new WolffSampler(Size, InfiniteLattice.CriticalTemperature, new RandomStream(1, 0));
        for (int cluster = 0; cluster < Clusters; cluster++)
            sampler.Flip();
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}
