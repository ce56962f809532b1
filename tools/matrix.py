# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs sanity, unit tests and molecule on every supported ansible-core whose Python is installed.

    python tools/matrix.py [--daily] [--step STEP] [RELEASE...]

With --daily each runs what `make test` runs, without it what `make thorough` adds, too; with --step
only the steps that are named. It finds interpreters on PATH and among pyenv's versions, and uses
those that start. Each release has a virtual environment under .build/matrix, with the output of
each step beside it. It ends with a table. Exit status 1 when a step failed or nothing could be run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from layout import BUILD, COLLECTIONS, ROOT, with_programs
from run_ansible_test import reachable
from step import Progress, run

WORK = BUILD / "matrix"

# The Python versions that each ansible-core and our tests (3.11 and newer) support, the preferred
# first. Together the releases exercise every Python.
RELEASES: dict[str, tuple[str, ...]] = {
    "2.16": ("3.11", "3.12"),
    "2.17": ("3.12", "3.11"),
    "2.18": ("3.13", "3.12", "3.11"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.13", "3.12", "3.14"),
    "2.22": ("3.13", "3.14"),
}

# Of what is not out yet, the release candidates: a version that has one in its specifier is looked for among them too.
WANTED = {"2.22": "ansible-core>=2.22.0rc1,<2.23"}

# molecule says in its own requirements that it does not work with this one.
WITHOUT_MOLECULE = {"2.17"}

# The lines of each step's output that tell how far it is.
PROGRESS = {
    "sanity": r"^Running sanity test (.*)",
    "unit": r"\[ *([0-9]+%)\]$",
    "molecule": r"^INFO +\[(\S+ > \S+)\] Executing",
}

# What `make thorough` does: all versions of the services in both shells, in molecule and in the unit tests.
EVERY_WAY = {"ERPSYNC_MOLECULE_HOSTS": ".", "ERPSYNC_TEST_EVERY_WAY": "1"}

# Modules may run on any of these; ansible-test compiles and imports them with each that is there.
MODULE_PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def starts(interpreter: Path, code: str = "pass") -> bool:
    """Whether the interpreter runs the code; pyenv has shims for versions that do not start."""
    try:
        tried = subprocess.run([str(interpreter), "-c", code], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def path_folders() -> list[Path]:
    return [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]


def find_pythons() -> dict[str, Path]:
    """The interpreters of this machine that can create virtual environments, by version (3.11)."""
    found = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in MODULE_PYTHONS:
        name = f"python{version}"
        candidates = sorted(pyenv.glob(f"{version}.*/bin/{name}"), reverse=True)
        candidates += [folder / name for folder in path_folders()]
        for candidate in candidates:
            if candidate.exists() and starts(candidate, "import ensurepip, venv"):
                found[version] = candidate
                break
    return found


def search_path(pythons: dict[str, Path], programs: Path) -> str:
    """A PATH that begins with `programs` and has exactly the interpreters that start."""
    links = WORK / "pythons"
    shutil.rmtree(links, ignore_errors=True)
    links.mkdir(parents=True)
    for version, interpreter in pythons.items():
        # A script, not a link: Python finds its library beside the path with which it was started.
        script = links / f"python{version}"
        script.write_text(f'#!/bin/sh\nexec "{interpreter}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    named = [f"python{version}" for version in MODULE_PYTHONS]
    sound = [folder for folder in path_folders() if all(starts(folder / name) for name in named if (folder / name).exists())]
    return os.pathsep.join(str(folder) for folder in (programs, links, *sound))


def constraints() -> str:
    """The development lock without the packages that each ansible-core pins itself."""
    lines = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("ansible-core==", "resolvelib=="))) + "\n"


def install(release: str, interpreter: Path) -> Path:
    """Create the virtual environment of a release unless it is up to date; return its interpreter.

    Raises CalledProcessError.
    """
    venv = WORK / release
    wanted = [WANTED.get(release, f"ansible-core=={release}.*"), *([] if release in WITHOUT_MOLECULE else ["molecule"])]
    pinned = constraints()
    tests = ROOT / "requirements" / "tests.in"
    token = hashlib.sha256("\n".join([str(interpreter), *wanted, pinned, tests.read_text(encoding="utf-8")]).encode()).hexdigest()
    stamp = venv / ".stamp"
    python = venv / "bin" / "python"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == token:
        return python
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([str(interpreter), "-m", "venv", str(venv)], check=True)
    pins = venv / "constraints.txt"
    pins.write_text(pinned, encoding="utf-8")
    subprocess.run([str(python), "-m", "pip", "install", "-qq", *wanted, "-r", str(tests), "-c", str(pins)], check=True)
    stamp.write_text(token, encoding="utf-8")
    return python


def unreachable_requirement(python: Path) -> str | None:
    """What pylint needs for this release and cannot be had: a package that is not in the index, by its address."""
    (requirements,) = python.parent.parent.glob("lib/python*/site-packages/ansible_test/_data/requirements/sanity.pylint.txt")
    addresses = re.findall(r"https?://[^\s#;]+", requirements.read_text(encoding="utf-8"))
    return next((address for address in addresses if not reachable(address)), None)


def steps(release: str, python: Path, without_pylint: bool) -> dict[str, list[str]]:
    """What is run for a release in the repository: name to command."""
    sanity = [str(python), str(ROOT / "tools" / "run_ansible_test.py"), "sanity", "--local", "--color", "no"]
    commands = {
        "sanity": [*sanity, *(["--skip-test", "pylint"] if without_pylint else [])],
        "unit": [str(python), "-m", "pytest", "-q", "-n", "2", "tests/unit"],
    }
    if release not in WITHOUT_MOLECULE:
        commands["molecule"] = [str(python), str(ROOT / "tools" / "run_molecule.py"), "test", "--all"]
    return commands


def main() -> int:
    parser = argparse.ArgumentParser(description="Test with every supported ansible-core whose Python is there.")
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=f"any of {', '.join(RELEASES)}; all without")
    parser.add_argument("--daily", action="store_true", help="what `make test` runs, without what `make thorough` adds")
    parser.add_argument("--step", action="append", choices=PROGRESS, help="only this step; may be given more than once")
    arguments = parser.parse_args()
    wanted = arguments.step or list(PROGRESS)
    chosen = arguments.releases or list(RELEASES)
    if unknown := set(chosen) - set(RELEASES):
        parser.error(f"unknown release {', '.join(sorted(unknown))}")

    pythons = find_pythons()
    print(f"Python: {', '.join(f'{version} ({path})' for version, path in pythons.items())}", flush=True)
    rows: list[tuple[str, str, str, str]] = []
    for release in chosen:
        version = next((candidate for candidate in RELEASES[release] if candidate in pythons), None)
        if version is None:
            rows.append((release, "-", "all", f"skipped: needs Python {' or '.join(RELEASES[release])}"))
            continue
        print(f"\n== ansible-core {release} on Python {version}", flush=True)
        try:
            python = install(release, pythons[version])
        except subprocess.CalledProcessError as error:
            rows.append((release, version, "install", f"FAILED: status {error.returncode}"))
            continue
        environment = {
            **with_programs(python),
            "PATH": search_path(pythons, python.parent),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            # Molecule keeps the state of scenarios here; each release needs its own.
            "ANSIBLE_HOME": str(WORK / f"{release}-ansible"),
            # Scenarios look for sentences in what programs print.
            **dict.fromkeys(("NO_COLOR", "ANSIBLE_NOCOLOR"), "1"),
            "PY_COLORS": "0",
            **({} if arguments.daily else EVERY_WAY),
        }
        if (missing := unreachable_requirement(python)) and "sanity" in wanted:
            rows.append((release, version, "pylint", f"skipped: {missing}, which it needs, cannot be reached"))
        for name, command in steps(release, python, missing is not None).items():
            if name not in wanted:
                continue
            log = WORK / f"{release}-{name}.log"
            started = time.monotonic()
            progress = Progress(f"{release} {name}", PROGRESS[name])
            status = run(command, log, stream=False, env=environment, cwd=ROOT, progress=progress)
            seconds = time.monotonic() - started
            if status:
                print("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-40:]), end="")
            verdict = f"FAILED: see {log.relative_to(ROOT)}" if status else f"ok ({seconds:.0f} s)"
            print(f"{verdict:>8}  {name}", flush=True)
            rows.append((release, version, name, verdict))
        if release in WITHOUT_MOLECULE and "molecule" in wanted:
            rows.append((release, version, "molecule", "skipped: molecule does not support this ansible-core"))

    print(f"\n{'core':<6}{'Python':<8}{'step':<10}result")
    for row in rows:
        print(f"{row[0]:<6}{row[1]:<8}{row[2]:<10}{row[3]}")
    ran = [row for row in rows if not row[3].startswith("skipped")]
    return 1 if not ran or any(row[3].startswith("FAILED") for row in ran) else 0


if __name__ == "__main__":
    sys.exit(main())
