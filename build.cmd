@echo off
rem All a checkout needs on Windows, in one configuration (Release): the commands of build.sh, with the same dotnet commands (a test compares them).
setlocal
set "root=%~dp0"
set "thermo=%root%src\ML.Thermo.Cli\bin\Release\net10.0\thermo.dll"
set "command=%~1"
set "rest="
for /f "tokens=1,*" %%a in ("%*") do set "rest=%%b"
set "project=%~2"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "MSBUILDTERMINALLOGGER=off"

for %%h in (-h --help help) do if "%command%"=="%%h" (call :usage & exit /b 0)
for %%c in (run test thermo bench audit fuzz soak mutants pack build notebooks docs setup) do if "%command%"=="%%c" goto known
call :usage
exit /b 2

:known
where dotnet >nul 2>nul || (echo build.cmd: no dotnet on the PATH: install the .NET SDK that global.json names 1>&2 & exit /b 1)
if "%command%"=="thermo" goto thermo
cd /d "%root%"
if not exist artifacts mkdir artifacts
goto %command%

:usage
echo build.cmd COMMAND
echo   run             the main job on real data: temperatures, explained in words; writes artifacts\report.html
echo   test [PROJECT]  restore, build with warnings as errors, format check, all tests; the last line counts them
echo   thermo ARGS...  the command line from this checkout, built first if a source is newer
echo   bench [FILTER]  benchmarks, as ratios to named baselines
echo   audit [FILTER]  every stated error and rate beside what seeded experiments measure
echo   fuzz [FILES] [SEED] [FORMAT]  damages files of every format, an hour or so by default
echo   soak [KILLS] [SEED]  kills of silos, replicas and Redis under load, 200 by default
echo   mutants FOLDER... [--sample N] [--seed S] [--tests PART,PART] [--again]  changes the code of a folder and asks whether the tests of its project notice
echo   pack            NuGet packages in artifacts\packages, the libraries for .NET 8 and 10
echo   notebooks [--check [NAME...]]  packs the libraries so that the first cell of every notebook works; with --check runs all in the real kernel,
echo                   or those whose names begin so
echo   docs            the site of the documentation in artifacts\docs, with its links checked
echo   build [PROJECT] restore and build only
echo   setup           the kernel of the notebooks; Chrome or Chromium and Python with nbclient are yours to install
exit /b 0

:run
call :make src\ML.Thermo.Cli || exit /b 1
dotnet "%thermo%" demo --data test\data --html artifacts\report.html || exit /b 1
for %%s in (docs\samples\*.cs) do (echo == %%s & dotnet run -c Release "%%s" || exit /b 1)
call :next
exit /b 0

:next
echo == the network's report, to open in a browser: artifacts\report.html
echo == next: build.cmd thermo --help
echo ==       build.cmd thermo transition test\data\diabetes.csv --label target --standardize --init normal:0,50 --intercept normal:0,50
echo ==       build.cmd thermo layers MODEL.onnx --synthetic --html model.html
exit /b 0

:test
call :make ML.Thermo.sln || exit /b 1
echo == format
dotnet format ML.Thermo.sln --verify-no-changes --no-restore || (echo build.cmd: the format differs: dotnet format ML.Thermo.sln 1>&2 & exit /b 1)
echo == tests
dotnet run eng/test.cs -- ML.Thermo.sln Release %rest%
exit /b %errorlevel%

:thermo
pushd "%root%"
powershell -NoProfile -Command "if (-not (Test-Path '%thermo%') -or -not (Test-Path artifacts\thermo.built)) { exit 1 }; $built = (Get-Item artifacts\thermo.built).LastWriteTime; if (Get-ChildItem src, Directory.*.props, global.json, nuget.config -Recurse | Where-Object { $_.FullName -notmatch '\\(bin|obj)(\\|$)' -and $_.LastWriteTime -gt $built } | Select-Object -First 1) { exit 1 }"
if errorlevel 1 (
    if not exist artifacts mkdir artifacts
    call :make src\ML.Thermo.Cli >artifacts\thermo.log 2>&1 || (type artifacts\thermo.log 1>&2 & popd & exit /b 1)
)
popd
dotnet "%thermo%" %rest%
exit /b %errorlevel%

:bench
set "missed=0"
dotnet publish src\ML.Thermo.Cli -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -o artifacts\tool -v quiet --nologo || exit /b 1
set "THERMO_TOOL=%root%artifacts\tool\thermo.dll"
for %%p in (ML.Thermo.Benchmarks ML.Thermo.Pipeline.Benchmarks) do (
    call :make test\%%p || exit /b 1
    dotnet test\%%p\bin\Release\net10.0\%%p.dll %rest% || set "missed=1"
)
exit /b %missed%

:audit
call :make test\ML.Thermo.Audit || exit /b 1
dotnet test\ML.Thermo.Audit\bin\Release\net10.0\ML.Thermo.Audit.dll %rest%
exit /b %errorlevel%

:fuzz
call :make test\ML.Thermo.Faults || exit /b 1
dotnet test\ML.Thermo.Faults\bin\Release\net10.0\ML.Thermo.Faults.dll fuzz %rest%
exit /b %errorlevel%

:soak
where redis-server >nul 2>nul || (echo build.cmd: no redis-server on the PATH: a run of kills starts its own 1>&2 & exit /b 1)
call :make test\ML.Thermo.Soak || exit /b 1
dotnet test\ML.Thermo.Soak\bin\Release\net10.0\ML.Thermo.Soak.dll run %rest%
exit /b %errorlevel%

:mutants
call :make test\ML.Thermo.Mutants || exit /b 1
dotnet tool restore || exit /b 1
dotnet test\ML.Thermo.Mutants\bin\Release\net10.0\ML.Thermo.Mutants.dll %rest%
exit /b %errorlevel%

:pack
call :make ML.Thermo.sln || exit /b 1
if exist artifacts\packages rmdir /s /q artifacts\packages
dotnet pack ML.Thermo.sln -c Release -o artifacts\packages -p:ThermoPack=true --nologo
exit /b %errorlevel%

:build
if "%project%"=="" set "project=ML.Thermo.sln"
call :make "%project%"
exit /b %errorlevel%

:notebooks
rem A version that no cache has seen, without a suffix: a cell without a version takes no preview.
for /f %%v in ('powershell -NoProfile -Command "([xml](Get-Content Directory.Build.props)).SelectSingleNode('//Version').InnerText + '.' + [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()"') do set "version=%%v"
if exist artifacts\notebook-packages rmdir /s /q artifacts\notebook-packages
for /d %%d in (src\*) do if not "%%~nxd"=="ML.Thermo.Cli" (
    dotnet pack "%%d" -c Release -o artifacts/notebook-packages -p:PackageVersion=%version% -v quiet --nologo || exit /b 1
)
echo ^<configuration^>^<packageSources^>^<add key="thermo" value="%root%artifacts\notebook-packages" /^>^</packageSources^>^</configuration^>>notebooks\nuget.config
echo == open any notebook in notebooks; its packages are those of artifacts\notebook-packages, version %version%
if not "%~2"=="--check" exit /b 0
if exist artifacts\notebook-cache rmdir /s /q artifacts\notebook-cache
python eng\notebooks.py --cache artifacts\notebook-cache %rest:--check=%
exit /b %errorlevel%

:docs
call :make ML.Thermo.sln || exit /b 1
dotnet tool restore || exit /b 1
dotnet run eng/docs.cs
exit /b %errorlevel%

:setup
if not exist artifacts\tools\dotnet-interactive.exe dotnet tool install Microsoft.dotnet-interactive --version 1.0.712001 --tool-path artifacts\tools || exit /b 1
python -c "import nbclient" 2>nul || echo Notebooks are run by nbclient: python -m pip install nbclient jupyter-client
echo The tests find Chrome or Chromium on the PATH or in THERMO_CHROMIUM.
exit /b 0

rem Restores and builds a project, and notes when, so that thermo is built anew only where a source is newer.
:make
if not exist artifacts\echarts\echarts-*.min.js where npm >nul 2>nul || (echo build.cmd: no npm on the PATH: the charts of the reports come from it 1>&2 & exit /b 1)
rem Folders count where sources are compared with the last build, and these would change theirs.
for /d %%d in (src\*) do for %%f in (bin obj) do if not exist "%%d\%%f" mkdir "%%d\%%f"
echo == restore %~1
dotnet restore %1 -v minimal --nologo || (echo build.cmd: packages are missing ^(above^): is a NuGet source reachable? dotnet nuget list source 1>&2 & exit /b 1)
echo == build %~1
type nul >artifacts\build.began
dotnet build %1 -c Release --no-restore -v minimal --nologo || exit /b 1
move /y artifacts\build.began artifacts\thermo.built >nul
exit /b 0
