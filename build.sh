#!/usr/bin/env bash
# All a checkout needs, in one configuration (Release).
set -euo pipefail

usage='./build.sh COMMAND
  run             the main job on real data: temperatures, explained in words; writes artifacts/report.html
  test [PROJECT]  restore, build with warnings as errors, format check, all tests; the last line counts them
  thermo ARGS...  the command line from this checkout, built first if a source is newer
  bench [FILTER]  benchmarks, as ratios to named baselines
  audit [FILTER]  every stated error and rate beside what seeded experiments measure
  fuzz [FILES] [SEED] [FORMAT]  damages files of every format, an hour or so by default; a table, and faults in artifacts/faults
  soak [KILLS] [SEED]  kills (-9) of silos, replicas and Redis under load, 200 by default; says what was lost or counted twice
  mutants FOLDER... [--sample N] [--minutes M] [--seed S] [--tests PART,PART] [--again]  changes the code of a folder, such as src/ML.Thermo.Core/Entropies, and
                  asks whether the tests of its project notice, N mutants of each folder; --again tries those that no test has killed so far
  pack            NuGet packages in artifacts/packages, the libraries for .NET 8 and 10
  notebooks [--check [NAME...]]  packs the libraries so that the first cell of every notebook works as it is; with --check runs all of them in the
                  real kernel, or those whose names begin so: --check 06 12
  docs            the site of the documentation in artifacts/docs, with its links checked
  build [PROJECT] restore and build only
  setup           what the tests want and the machine lacks: Chromium, Redis and nbclient (Debian, as root), the kernel of the notebooks'

caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
thermo=$root/src/ML.Thermo.Cli/bin/Release/net10.0/thermo.dll
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDTERMINALLOGGER=off

say() { printf '== %s\n' "$*"; }
die() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 1
}

# build [PROJECT]: without one, the solution.
build() {
    local target=${1:-ML.Thermo.sln} project
    command -v dotnet >/dev/null || die 'no dotnet on the PATH: install the .NET SDK that global.json names'
    dotnet --version >/dev/null || die 'install the .NET SDK that global.json names'
    mkdir -p artifacts || die "$root cannot be written to: build in a copy of your own"
    for project in src/*/; do # folders count in thermo_is_current, and these would change theirs
        mkdir -p "$project"{bin,obj} || die "$root cannot be written to: build in a copy of your own"
    done
    touch artifacts/build.began
    say "restore $target"
    dotnet restore "$target" -v minimal --nologo ||
        die 'packages are missing (above): is a NuGet source reachable? dotnet nuget list source'
    say "build $target"
    dotnet build "$target" -c Release --no-restore -v minimal --nologo
    mv artifacts/build.began artifacts/thermo.built
}

# Nothing that thermo is made of has changed since it was last built. Folders count, because a deleted file changes only its folder.
thermo_is_current() {
    [[ -f $thermo && -f artifacts/thermo.built ]] &&
        [[ -z $(find src Directory.*.props global.json nuget.config \( -name bin -o -name obj \) -prune \
            -o -newer artifacts/thermo.built -print -quit) ]]
}

case ${1:-} in
run)
    build src/ML.Thermo.Cli
    dotnet "$thermo" demo --data test/data --html artifacts/report.html
    for sample in docs/samples/*.cs; do say "$sample" && dotnet run -c Release "$sample"; done
    say "the network's report, to open in a browser: artifacts/report.html"
    say 'next: ./build.sh thermo --help'
    say '      ./build.sh thermo transition test/data/diabetes.csv --label target --standardize --init normal:0,50 --intercept normal:0,50'
    say '      ./build.sh thermo layers MODEL.onnx --synthetic --html model.html'
    ;;
test)
    build
    say 'format'
    dotnet format ML.Thermo.sln --verify-no-changes --no-restore || die 'the format differs: dotnet format ML.Thermo.sln'
    say 'tests'
    dotnet run eng/test.cs -- ML.Thermo.sln Release "${@:2}"
    ;;
thermo)
    if ! thermo_is_current; then
        [[ ! -t 2 ]] || say 'building thermo' >&2
        mkdir -p artifacts
        ./build.sh build src/ML.Thermo.Cli >artifacts/thermo.log 2>&1 </dev/null || {
            cat artifacts/thermo.log >&2
            exit 1
        }
    fi
    cd "$caller"
    exec dotnet "$thermo" "${@:2}"
    ;;
bench)
    missed=0
    say 'publish thermo as its package ships it, compiled ahead'
    dotnet publish src/ML.Thermo.Cli -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -o artifacts/tool -v quiet --nologo
    export THERMO_TOOL=$root/artifacts/tool/thermo.dll
    for project in ML.Thermo.Benchmarks ML.Thermo.Pipeline.Benchmarks; do
        build test/$project
        dotnet test/$project/bin/Release/net10.0/$project.dll "${@:2}" || missed=1
    done
    exit $missed
    ;;
audit)
    build test/ML.Thermo.Audit
    dotnet test/ML.Thermo.Audit/bin/Release/net10.0/ML.Thermo.Audit.dll "${@:2}"
    ;;
fuzz)
    build test/ML.Thermo.Faults
    dotnet test/ML.Thermo.Faults/bin/Release/net10.0/ML.Thermo.Faults.dll fuzz "${@:2}"
    ;;
soak)
    command -v redis-server >/dev/null || die 'no redis-server: ./build.sh setup installs it'
    build test/ML.Thermo.Soak
    dotnet test/ML.Thermo.Soak/bin/Release/net10.0/ML.Thermo.Soak.dll run "${@:2}"
    ;;
mutants)
    build test/ML.Thermo.Mutants
    dotnet tool restore
    nice -n 19 dotnet test/ML.Thermo.Mutants/bin/Release/net10.0/ML.Thermo.Mutants.dll "${@:2}"
    ;;
pack)
    build
    rm -rf artifacts/packages
    dotnet pack ML.Thermo.sln -c Release -o artifacts/packages -p:ThermoPack=true --nologo
    ;;
build)
    build "${@:2}"
    ;;
docs)
    build
    dotnet tool restore
    dotnet run eng/docs.cs
    ;;
notebooks)
    [[ ${2:---check} == --check ]] || die "unknown '$2': expected --check, or nothing"
    for name in "${@:3}"; do
        compgen -G "notebooks/$name*.ipynb" >/dev/null || die "no notebook's name begins with '$name': ls notebooks"
    done
    # A version that no cache has seen: a cache would serve the packages of the last time. It has no suffix, because a cell without a version takes no preview.
    version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props).$(date +%s)
    rm -rf artifacts/notebook-packages
    for project in src/*/*.csproj; do
        [[ $project == src/ML.Thermo.Cli/* ]] && continue
        dotnet pack "$project" -c Release -o artifacts/notebook-packages -p:PackageVersion="$version" -v quiet --nologo
    done
    printf '<configuration><packageSources><add key="thermo" value="%s" /></packageSources></configuration>\n' "$root/artifacts/notebook-packages" >notebooks/nuget.config
    say "open any notebook in notebooks/; its packages are those of artifacts/notebook-packages, version $version"
    [[ ${2:-} == --check ]] || exit 0
    rm -rf artifacts/notebook-cache
    python3=/usr/bin/python3
    [[ -x $python3 ]] || python3=python3
    $python3 eng/notebooks.py --cache artifacts/notebook-cache "${@:3}"
    ;;
setup)
    missing=()
    command -v chromium chromium-browser google-chrome chrome >/dev/null || missing+=(chromium)
    command -v redis-server >/dev/null || missing+=(redis-server)
    /usr/bin/python3 -c 'import nbclient' 2>/dev/null || missing+=(python3-nbclient python3-jupyter-client)
    if ((${#missing[@]})); then
        command -v apt-get >/dev/null || die "no apt-get here: install ${missing[*]} (a browser may be named in THERMO_CHROMIUM)"
        [[ $EUID == 0 ]] || die "installing ${missing[*]} takes root: sudo ./build.sh setup"
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
    [[ -x artifacts/tools/dotnet-interactive ]] ||
        dotnet tool install Microsoft.dotnet-interactive --version 1.0.712001 --tool-path artifacts/tools
    ;;
*)
    echo "$usage"
    [[ ${1:-} == @(-h|--help|help) ]] || exit 2
    ;;
esac
