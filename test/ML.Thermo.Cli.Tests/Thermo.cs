using System.Diagnostics;
using System.Text.Json;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Tests;

/// <summary>What one command line left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public override string ToString() => $"exit {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";
}

/// <summary>Runs command lines: through the entry point in this process, or as a process of their own.</summary>
internal static class Thermo
{
    /// <summary>Through the entry point, with captured writers; as fast as the work itself.</summary>
    public static Outcome Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public static Outcome Run(CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var command = new ThermoCommand(new Terminal(output, error, OutputIsTerminal: false, ErrorIsTerminal: false));
        int code = command.Run(arguments, cancellation).GetAwaiter().GetResult();
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>The built program as a user starts it, with both outputs in pipes.</summary>
    public static Outcome Start(params string[] arguments)
    {
        using Process process = Process.Start(Program(arguments))!;
        return Finish(process);
    }

    /// <summary>The built program in a folder, so that a line can name files shortly.</summary>
    public static Outcome StartIn(string folder, params string[] arguments)
    {
        ProcessStartInfo program = Program(arguments);
        program.WorkingDirectory = folder;
        using Process process = Process.Start(program)!;
        return Finish(process);
    }

    public static ProcessStartInfo Program(params string[] arguments) => new("dotnet", [typeof(ThermoCommand).Assembly.Location, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    public static Outcome Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill();
            Assert.Fail("the process did not end within five minutes");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result);
    }
}
