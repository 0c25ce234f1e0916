using System.Text;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await new ThermoCommand(Terminal.OfProcess()).Run(args);
