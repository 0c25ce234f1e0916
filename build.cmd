@echo off
rem All a checkout needs on Windows, in one configuration (Release): the commands of build.sh.
setlocal
set "root=%~dp0"
set "cli=%root%src\ML.Thermo.Cli"
set "command=%~1"
for /f "tokens=1,*" %%a in ("%*") do set "rest=%%b"
set "project=%~2"
if "%project%"=="" set "project=ML.Thermo.sln"

where dotnet >nul 2>nul || (echo build.cmd: no dotnet on the PATH: install the .NET SDK that global.json names 1>&2 & exit /b 1)
if "%command%"=="thermo" goto thermo
cd /d "%root%"
if not exist artifacts mkdir artifacts
for %%c in (run test bench audit fuzz pack build setup) do if "%command%"=="%%c" goto %%c
echo build.cmd run ^| test ^| thermo ARGS... ^| bench [FILTER] ^| audit [FILTER] ^| fuzz [FILES] [SEED] [FORMAT] ^| pack ^| build [PROJECT] ^| setup
exit /b 2

:run
call :make src\ML.Thermo.Cli || exit /b 1
dotnet "%cli%\bin\Release\net10.0\thermo.dll" demo --html artifacts\report.html || exit /b 1
for %%s in (docs\samples\*.cs) do (echo == %%s & dotnet run -c Release "%%s" || exit /b 1)
exit /b 0

:test
call :make ML.Thermo.sln || exit /b 1
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
set "missed=0"
for %%p in (ML.Thermo.Benchmarks ML.Thermo.Pipeline.Benchmarks) do (
    call :make test\%%p || exit /b 1
    dotnet test\%%p\bin\Release\net10.0\%%p.dll %rest% || set "missed=1"
)
exit /b %missed%

:fuzz
call :make test\ML.Thermo.Faults || exit /b 1
dotnet test\ML.Thermo.Faults\bin\Release\net10.0\ML.Thermo.Faults.dll fuzz %rest%
exit /b %errorlevel%

:audit
call :make test\ML.Thermo.Audit || exit /b 1
dotnet test\ML.Thermo.Audit\bin\Release\net10.0\ML.Thermo.Audit.dll %rest%
exit /b %errorlevel%

:pack
call :make ML.Thermo.sln || exit /b 1
if exist artifacts\packages rmdir /s /q artifacts\packages
dotnet pack ML.Thermo.sln -c Release -o artifacts\packages -p:ThermoPack=true --nologo
exit /b %errorlevel%

:build
call :make "%project%"
exit /b %errorlevel%

:setup
echo Nothing to do: the tests find Chrome or Chromium on the PATH or in THERMO_CHROMIUM.
exit /b 0

:make
dotnet restore %1 -v minimal --nologo || (echo build.cmd: packages are missing ^(above^): is a NuGet source reachable? dotnet nuget list source 1>&2 & exit /b 1)
dotnet build %1 -c Release --no-restore -v minimal --nologo
exit /b %errorlevel%
