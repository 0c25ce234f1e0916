using System.Runtime.InteropServices;
using System.Text;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;

// Beyond a limit of file size (ulimit -f) the system ends a program; caught, the write fails instead, and the command says so and leaves nothing behind.
const PosixSignal FileSizeLimit = (PosixSignal)25;
using PosixSignalRegistration? limit = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
    ? PosixSignalRegistration.Create(FileSizeLimit, signal => signal.Cancel = true)
    : null;
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await new ThermoCommand(Terminal.OfProcess(), args.FirstOrDefault()).Run(args);
