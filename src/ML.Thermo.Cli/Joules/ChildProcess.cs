using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ML.Thermo.Cli.Joules;

/// <summary>Runs a command with our own input, output and errors, and tells its exit code as a shell does.</summary>
/// <remarks>It waits on the thread that calls: a command of milliseconds would feel an asynchronous wait, which is generic code that has to be
/// compiled.</remarks>
internal static class ChildProcess
{
    /// <summary>What a shell says of a command that does not exist.</summary>
    public const int NotFound = 127;

    /// <summary>What a shell says of a file that cannot be run.</summary>
    public const int NotExecutable = 126;

    /// <summary>How long a command may take to end by itself after Ctrl+C, which reaches it as it reaches us.</summary>
    private const int GraceMilliseconds = 1500;

    /// <summary>Runs it to its end. Ctrl+C, SIGTERM and the cancellation end it, by force after a while, and never us before it.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="silent">Whether its output is dropped, as where it is run many times.</param>
    /// <param name="cancellation">Ends it.</param>
    public static ChildEnd Run(IReadOnlyList<string> command, bool silent, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardOutput = silent };
        for (int i = 1; i < command.Count; i++)
            start.ArgumentList.Add(command[i]);
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception error)
        {
            const int NoSuchFile = 2;
            return error.NativeErrorCode == NoSuchFile ? new(NotFound, $"{command[0]}: command not found", false)
                : new(NotExecutable, $"{command[0]} cannot be run: {error.Message}", false);
        }

        using (process!)
        {
            bool wasStopped = false;
            using var force = new Timer(_ => Kill(process!));
            void Stop()
            {
                wasStopped = true;
                force.Change(GraceMilliseconds, Timeout.Infinite);
            }

            void OnSignal(PosixSignalContext signal)
            {
                signal.Cancel = true;
                Stop();
            }

            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
            using CancellationTokenRegistration cancelled = cancellation.UnsafeRegister(static stop => ((Action)stop!)(), (Action)Stop);
            if (silent)
                process!.StandardOutput.ReadToEnd();
            process!.WaitForExit();
            return new(process.ExitCode, null, wasStopped);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }
}

/// <summary>How a command ended.</summary>
/// <param name="Code">Its exit code, 128 + n if signal n ended it.</param>
/// <param name="Failure">Why it could not be started.</param>
/// <param name="WasStopped">Whether Ctrl+C or a cancellation came while it ran.</param>
internal sealed record ChildEnd(int Code, string? Failure, bool WasStopped);
