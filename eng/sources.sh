# Where the packages come from: sourced by build.sh. The decision is one file, artifacts/sources.props, which Directory.Build.props
# imports; on an ordinary machine, whose NuGet sources have everything, there is none. It is taken again when the machine's sources
# or our versions change and, while something is missing, once a day.

npm_package=com.github.asus4.onnxruntime@0.4.9
npm_sha512=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16
npm_version=1.29.0-npm.1 # of the packages made from it: ONNX Runtime's, with a suffix that keeps them apart from Microsoft's

decide_sources() {
    mkdir -p artifacts
    if [[ $(sources_key) != "$(cat artifacts/sources.key 2>/dev/null)" ]]; then
        say 'asking the NuGet sources for ONNX Runtime and ML.NET'
        local properties
        if properties=$(missing_packages); then
            record "$properties"
        elif [[ -f artifacts/sources.key ]]; then
            say 'no answer; what was decided last time stands'
        else
            exit 1
        fi
    fi
    if grep -qs "$npm_version" artifacts/sources.props && ! local_feed_is_whole; then
        make_local_feed
    fi
}

# Everything the decision depends on. Packages made here do not count; any other put into a folder source does.
sources_key() {
    local sources
    sources=$(dotnet nuget list source --format short)
    {
        cat Directory.Packages.props eng/sources.sh
        printf '%s\n' "$sources"
        sed 's/^[A-Z]* //' <<<"$sources" | while read -r folder; do
            [[ ! -d $folder ]] || find "$folder" -maxdepth 3 -name '*.nupkg' ! -name '*-npm.*' | sort
        done
        [[ ! -f artifacts/sources.props ]] || date +%F
    } | cksum
}

# Prints the properties that a build without the missing packages needs; nothing where none is missing.
missing_packages() {
    local folder=''
    if lacks '' Microsoft.ML.OnnxRuntime Microsoft.ML.OnnxRuntime.Managed; then
        echo "    <OnnxRuntimeVersion>$npm_version</OnnxRuntimeVersion>"
        echo '    <RestorePackagesPath>$(MSBuildThisFileDirectory)nuget</RestorePackagesPath>'
        echo '    <NoWarn>$(NoWarn);NU5104</NoWarn><!-- packages packed here depend on the made ones, whose versions have a suffix -->'
        folder=$PWD/artifacts/nuget
    fi
    if lacks "$folder" Microsoft.ML; then
        echo '    <ThermoWithoutMLNet>true</ThermoWithoutMLNet>'
    fi
}

# lacks FOLDER PACKAGE...: true where no source has the packages in our versions (Directory.Packages.props), found out by restoring them,
# into the user's package folder unless FOLDER names another. A source that does not answer ends the script with NuGet's own words.
lacks() {
    local folder=$1 probe=artifacts/probe/$2
    shift
    mkdir -p "$probe"
    echo '<Project />' >artifacts/probe/Directory.Build.props # not ours: it would bring the last decision in
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>'
        printf '<PackageReference Include="%s" />' "$@"
        echo '</ItemGroup></Project>'
    } >"$probe/probe.csproj"
    if dotnet restore "$probe/probe.csproj" --force --no-http-cache ${folder:+-p:RestorePackagesPath="$folder"} >"$probe/log" 2>&1; then
        return 1
    fi
    grep -q 'error NU110[123]' "$probe/log" || die "the NuGet sources do not answer: $(grep -m1 error "$probe/log" || tail -n3 "$probe/log")"
}

record() {
    if [[ -z $1 ]]; then
        rm -f artifacts/sources.props
    else
        printf '<Project>\n  <!-- Written by build.sh (eng/sources.sh). -->\n  <PropertyGroup>\n%s\n  </PropertyGroup>\n</Project>\n' "$1" >artifacts/sources.new
        if cmp -s artifacts/sources.new artifacts/sources.props; then
            rm artifacts/sources.new # an unchanged decision stays as old as it is, and nothing is built anew
        else
            mv artifacts/sources.new artifacts/sources.props
        fi
    fi
    sources_key >artifacts/sources.key
}

local_feed_is_whole() {
    [[ -f eng/feed/Microsoft.ML.OnnxRuntime.$npm_version.nupkg && -f eng/feed/Microsoft.ML.OnnxRuntime.Managed.$npm_version.nupkg ]]
}

make_local_feed() {
    [[ $(uname -sm) == 'Linux x86_64' ]] || die 'no NuGet source has Microsoft.ML.OnnxRuntime, and it can be made from npm on Linux x64 only: add a source (dotnet nuget add source)'
    command -v npm >/dev/null || die 'no NuGet source has Microsoft.ML.OnnxRuntime: add one (dotnet nuget add source) or install npm, from which it can be made'
    say "making the ONNX Runtime packages from npm's $npm_package (150 MB) in eng/feed"
    rm -rf artifacts/npm artifacts/onnxruntime artifacts/nuget/microsoft.ml.onnxruntime{,.managed} eng/feed/*-npm.*.nupkg
    mkdir -p artifacts/npm
    local archive
    archive=artifacts/npm/$(cd artifacts/npm && npm pack --loglevel=error --no-update-notifier "$npm_package" </dev/null | tail -n1)
    sha512sum --quiet -c <<<"$npm_sha512  $archive" || die "$archive is not the file it was when this script was written"
    tar -xzf "$archive" -C artifacts/npm package/Runtime package/Plugins/Linux package/LICENSE package/ThirdPartyNotices.txt
    rm "$archive"
    dotnet build eng/onnxruntime/Microsoft.ML.OnnxRuntime.csproj -c Release -v quiet --nologo -p:Version="$npm_version"
    local_feed_is_whole || die 'the ONNX Runtime packages did not come out in eng/feed'
}
