@echo off
rem All a checkout needs on Windows, with ordinary NuGet and in one configuration (Release); build.sh says the same for Linux.
setlocal
set "root=%~dp0"
set "cli=%root%src\ML.Thermo.Cli"
set "bench=%root%test\ML.Thermo.Benchmarks"
set "audit=%root%test\ML.Thermo.Audit"
set "command=%~1"
for /f "tokens=1,*" %%a in ("%*") do set "rest=%%b"

if "%command%"=="thermo" goto thermo
cd /d "%root%"
if "%command%"=="run" goto run
if "%command%"=="test" goto test
if "%command%"=="bench" goto bench
if "%command%"=="audit" goto audit
if "%command%"=="pack" goto pack
echo build.cmd run ^| test ^| thermo ARGS... ^| bench [FILTER] ^| audit [FILTER] ^| pack
exit /b 2

:run
if not exist artifacts mkdir artifacts
dotnet build "%cli%" -c Release --nologo || exit /b 1
dotnet "%cli%\bin\Release\net10.0\thermo.dll" demo --html artifacts\report.html
exit /b %errorlevel%

:test
dotnet build ML.Thermo.sln -c Release --nologo || exit /b 1
echo == format
dotnet format ML.Thermo.sln --verify-no-changes --no-restore || exit /b 1
echo == tests
dotnet run eng/test.cs -- ML.Thermo.sln Release
exit /b %errorlevel%

:thermo
dotnet build "%cli%" -c Release -v quiet -clp:NoSummary --nologo 1>&2 || exit /b 1
dotnet "%cli%\bin\Release\net10.0\thermo.dll" %rest%
exit /b %errorlevel%

:bench
dotnet build "%bench%" -c Release --nologo || exit /b 1
dotnet "%bench%\bin\Release\net10.0\ML.Thermo.Benchmarks.dll" %rest%
exit /b %errorlevel%

:audit
dotnet build "%audit%" -c Release --nologo || exit /b 1
dotnet "%audit%\bin\Release\net10.0\ML.Thermo.Audit.dll" %rest%
exit /b %errorlevel%

:pack
dotnet pack ML.Thermo.sln -c Release -o artifacts\packages --nologo
exit /b %errorlevel%
