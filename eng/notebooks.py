#!/usr/bin/python3
"""Runs notebooks in the real kernel, each in its own folder, and says which cells failed.

    eng/notebooks.py [--tool FILE] [--cache FOLDER] [--jobs N] [--save FOLDER] [NOTEBOOK...]

A NOTEBOOK is a file, or how names in notebooks/ begin (06 for 06-cooled-plate.ipynb); all of notebooks/ without any.
The kernel is Microsoft.dotnet-interactive (`./build.sh setup` installs it in artifacts/tools); nbclient is Debian's python3-nbclient.
Packages come from the sources of the nuget.config in the notebook's folder or above it. With --cache nothing that another run restored is used.
Ends with 1 where a cell failed, wrote to the error stream, or showed something else than the notebook has.
"""
import argparse
import base64
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import socket
import sys
import tempfile
import time
import zlib

import nbclient
import nbformat
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / "artifacts" / "tools" / ("dotnet-interactive.exe" if os.name == "nt" else "dotnet-interactive")


def kernel(folder, tool):
    """A kernel named .net-csharp in a folder of this run: nothing is installed for the user."""
    spec = folder / ".net-csharp"
    spec.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Two kernels that start together would take the same port of a range.
    arguments = [str(tool), "jupyter", "--default-kernel", "csharp", "--http-port-range", f"{port}-{port}", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": arguments, "display_name": ".NET (C#)", "language": "C#"}))
    specs = KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)
    return KernelManager(kernel_name=".net-csharp", kernel_spec_manager=specs)


def shown(outputs):
    """What a reader sees: printed text, tables, and pictures by the SVG that they were drawn from."""
    text = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    displays = []
    for output in outputs:
        if output.output_type == "display_data" and "svg" in output.metadata:
            displays.append(zlib.decompress(base64.b64decode(output.metadata["svg"])).decode())
        elif output.output_type == "display_data":
            displays.append(output.data.get("text/html", ""))
    return [line.rstrip() for line in text.splitlines()], displays


NUMBER = re.compile(r"[0-9]+(?:\.([0-9]+))?")


def near(left, right):
    """Texts that differ in the last digits of their numbers alone, as processors do; eng/notebooks.cs has the same rule."""
    if left == right:
        return True
    if NUMBER.sub("#", left) != NUMBER.sub("#", right):
        return False
    for one, other in zip(NUMBER.finditer(left), NUMBER.finditer(right)):
        decimals = min(len(one[1] or ""), len(other[1] or ""))
        if one[0] != other[0] and (decimals == 0 or abs(float(one[0]) - float(other[0])) > max(1.5 * 10 ** -decimals, 1e-3 * float(one[0]))):
            return False
    return True


def run(path, folder, tool, save):
    """What went wrong in a notebook, and the seconds that it took."""
    started, problems = time.monotonic(), []
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    expected = [shown(cell.outputs) for cell in code]
    for cell in code:
        cell.outputs = []
    home = folder / path.stem
    manager = kernel(home, tool)
    client = nbclient.NotebookClient(notebook, km=manager, timeout=600, startup_timeout=180, allow_errors=True,
                                     resources={"metadata": {"path": str(path.parent)}})
    with open(home / "kernel.log", "w") as log:
        try:
            client.execute(stdout=log, stderr=log)
        except Exception as problem:  # the kernel died
            return [f"{type(problem).__name__}: {problem}", (home / "kernel.log").read_text()[-2000:]], time.monotonic() - started
        finally:
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)
    for number, cell in enumerate(code):
        for output in cell.outputs:
            if output.output_type == "error":
                problems.append(f"cell {number}: {output.ename}: {output.evalue}")
            elif output.output_type == "stream" and output.name == "stderr":
                problems.append(f"cell {number}, stderr: {output.text}")
        # The first cell says which packages it found.
        for name, was, now in zip(("printed", "displayed"), expected[number], shown(cell.outputs)) if number > 0 else ():
            line = next((i for i, pair in enumerate(zip(was, now)) if not near(*pair)), min(len(was), len(now)))
            if line < max(len(was), len(now)):
                problems.append(f"cell {number} {name} {now[line:line + 1]}: the notebook has {was[line:line + 1]}")
    if save:
        nbformat.write(notebook, save / path.name)
    return problems, time.monotonic() - started


def named(word):
    """The notebooks that a word means."""
    if word.endswith(".ipynb"):
        return [pathlib.Path(word)]
    return sorted((ROOT / "notebooks").glob(word + "*.ipynb")) or sys.exit(f"No notebook's name begins with '{word}' in {ROOT / 'notebooks'}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", default=[""], metavar="NOTEBOOK")
    parser.add_argument("--tool", type=pathlib.Path, default=TOOL, help="dotnet-interactive")
    parser.add_argument("--cache", type=pathlib.Path, help="folder for restored packages, empty at the start")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks side by side")
    parser.add_argument("--save", type=pathlib.Path, help="folder for the notebooks with their output")
    options = parser.parse_args()
    paths = list(dict.fromkeys(path for word in options.notebooks for path in named(word)))
    if not options.tool.exists():
        sys.exit(f"There is no {options.tool}: ./build.sh setup installs the kernel.")
    if options.cache:
        if options.cache.exists() and any(options.cache.iterdir()):
            sys.exit(f"{options.cache} is not empty: give a new folder.")
        os.environ["NUGET_PACKAGES"] = str(options.cache.resolve())
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    os.environ.update(DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1", DOTNET_CLI_TELEMETRY_OPTOUT="1",
                      THERMO_RECORD_NOTEBOOK="1")  # what differs from run to run is left out, as when the notebooks were made
    folder, failed = pathlib.Path(tempfile.mkdtemp(prefix="thermo-kernel-")), 0
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
            runs = {workers.submit(run, path.resolve(), folder, options.tool, options.save): path for path in paths}
            for done in concurrent.futures.as_completed(runs):
                problems, seconds = done.result()
                failed += len(problems) > 0
                print(f"{runs[done].name}: {'FAILED' if problems else 'passed'} in {seconds:.0f} s", *problems, sep="\n  ", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
