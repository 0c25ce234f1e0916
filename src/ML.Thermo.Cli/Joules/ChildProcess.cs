using System.ComponentModel;
using System.Diagnostics;

namespace ML.Thermo.Cli.Joules;

/// <summary>Runs a command with our own input, output and errors, and tells its exit code as a shell does.</summary>
internal static class ChildProcess
{
    /// <summary>What a shell says of a command that does not exist.</summary>
    public const int NotFound = 127;

    /// <summary>What a shell says of a file that cannot be run.</summary>
    public const int NotExecutable = 126;

    /// <summary>How long a command may take to end by itself after Ctrl+C, which reaches it as it reaches us.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="silent">Whether its output is dropped, as where it is run many times.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code, 128 + n if signal n ended it, and why it could not be started.</returns>
    public static async Task<(int Code, string? Failure)> Run(IReadOnlyList<string> command, bool silent, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardOutput = silent };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception error)
        {
            const int NoSuchFile = 2;
            return error.NativeErrorCode == NoSuchFile ? (NotFound, $"{command[0]}: command not found")
                : (NotExecutable, $"{command[0]} cannot be run: {error.Message}");
        }

        using (process!)
        {
            Task<string>? dropped = silent ? process!.StandardOutput.ReadToEndAsync(CancellationToken.None) : null;
            try
            {
                await process!.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                using var grace = new CancellationTokenSource(Grace);
                try
                {
                    await process!.WaitForExitAsync(grace.Token);
                }
                catch (OperationCanceledException)
                {
                    process!.Kill(entireProcessTree: true);
                    await process.WaitForExitAsync(CancellationToken.None);
                }
            }

            if (dropped is not null)
                await dropped;
            return (process!.ExitCode, null);
        }
    }
}
