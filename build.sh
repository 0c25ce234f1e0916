#!/usr/bin/env bash
# All a checkout needs, in one configuration (Release). Sets up what is missing by itself: eng/sources.sh.
set -euo pipefail

usage='./build.sh COMMAND
  run             the main job on real data: temperatures, explained in words; writes artifacts/report.html
  test            restore, build with warnings as errors, format check, all tests; the last line counts them
  thermo ARGS...  the command line from this checkout, built first if a source is newer
  bench [FILTER]  benchmarks, as ratios to named baselines
  pack            NuGet packages in artifacts/packages
  build [PROJECT] restore and build only'

caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
thermo=$root/src/ML.Thermo.Cli/bin/Release/net10.0/thermo.dll
export DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off

say() { printf '== %s\n' "$*"; }
die() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 1
}

. eng/sources.sh

# Sets $solution, and $left_out to a sentence where projects need an ML.NET that is not to be had.
choose_solution() {
    solution=ML.Thermo.sln left_out=
    grep -qs ThermoWithoutMLNet artifacts/sources.props || return 0
    local project kept=() needing=()
    while read -r project; do
        if grep -qE 'Include="Microsoft\.ML"|[/\\]ML\.Thermo\.csproj"' "$project"; then
            needing+=("${project%/*}")
        else
            kept+=("\"$project\"")
        fi
    done < <(sed -n 's/.*"\([^"]*\.csproj\)".*/\1/p' ML.Thermo.sln | tr '\\' '/')
    ((${#needing[@]})) || return 0
    solution=artifacts/ML.Thermo.slnf
    printf '{ "solution": { "path": "../ML.Thermo.sln", "projects": [ %s ] } }\n' "$(IFS=,; echo "${kept[*]}")" >$solution
    left_out="LEFT OUT: $(IFS=,; echo "${needing[*]}") because no NuGet source of this machine has Microsoft.ML. Add one (dotnet nuget add source URL) and run again."
    say "$left_out"
}

# build [PROJECT]: without one, the solution.
build() {
    decide_sources
    choose_solution
    local target=${1:-$solution}
    local project
    for project in src/*/*.csproj; do
        mkdir -p "${project%/*}"/{bin,obj} # now, so that the build itself leaves the source folders as old as they are
    done
    touch artifacts/build.began
    say "restore $target"
    dotnet restore "$target" -v minimal --nologo
    say "build $target"
    dotnet build "$target" -c Release --no-restore -v minimal --nologo
    if [[ -f $thermo && ${1:-src/ML.Thermo.Cli} == src/ML.Thermo.Cli ]]; then
        mv artifacts/build.began artifacts/thermo.built
    fi
}

# Nothing that thermo is made of has changed since it was last built. Folders count, because a deleted file changes only its folder.
thermo_is_current() {
    [[ -f $thermo && -f artifacts/thermo.built ]] &&
        [[ -z $(find src Directory.*.props global.json nuget.config artifacts/sources.props \( -name bin -o -name obj \) -prune \
            -o -newer artifacts/thermo.built -print -quit 2>/dev/null) ]]
}

case ${1:-} in
run)
    build src/ML.Thermo.Cli
    dotnet "$thermo" demo --html artifacts/report.html
    say "the network's report, to open in a browser: artifacts/report.html"
    for sample in docs/samples/*.cs; do
        [[ -n $left_out ]] || { say "$sample" && dotnet run -c Release "$sample"; }
    done
    ;;
test)
    build
    say 'format'
    dotnet format "$solution" --verify-no-changes --no-restore || die "the format differs: dotnet format ML.Thermo.sln"
    say 'tests'
    THERMO_LEFT_OUT=$left_out dotnet run eng/test.cs -- "$solution" Release
    ;;
thermo)
    shift
    if ! thermo_is_current; then
        [[ ! -t 2 ]] || say 'building thermo' >&2
        mkdir -p artifacts
        ./build.sh build src/ML.Thermo.Cli >artifacts/thermo.log 2>&1 </dev/null || {
            cat artifacts/thermo.log >&2
            exit 1
        }
    fi
    cd "$caller"
    exec dotnet "$thermo" "$@"
    ;;
bench)
    shift
    missed=0
    build test/ML.Thermo.Benchmarks
    dotnet test/ML.Thermo.Benchmarks/bin/Release/net10.0/ML.Thermo.Benchmarks.dll "$@" || missed=1
    if [[ -z $left_out ]]; then
        build test/ML.Thermo.Pipeline.Benchmarks
        dotnet test/ML.Thermo.Pipeline.Benchmarks/bin/Release/net10.0/ML.Thermo.Pipeline.Benchmarks.dll "$@" || missed=1
    fi
    exit $missed
    ;;
pack)
    build
    rm -rf artifacts/packages
    dotnet pack "$solution" -c Release --no-build -o artifacts/packages --nologo
    ! grep -qs OnnxRuntimeVersion artifacts/sources.props || say "not for publishing: packed against ONNX Runtime $npm_version, which only this machine has"
    ;;
build)
    build "${@:2}"
    ;;
*)
    echo "$usage"
    [[ ${1:-} == @(-h|--help|help) ]] || exit 2
    ;;
esac
