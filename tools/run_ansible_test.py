# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on a staged copy, without containers and without the user's home folder.

    python tools/run_ansible_test.py [ARGUMENTS OF ansible-test...]

ansible-test keeps its virtual environments and its download cache in ~/.ansible, and passes only
HOME to pip. It gets a home of its own under .build/home with two things:

- the user's pip configuration, including settings from PIP_* environment variables and the proxy;
- where https://ci-files.testing.ansible.com cannot be reached, a substitute for the get-pip.py that
  ansible-test downloads from there.
"""

from __future__ import annotations

import ast
import configparser
import importlib.util
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from layout import BUILD, with_programs
from stage import stage

HOME = BUILD / "home"

GET_PIP_URL = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"

GET_PIP_STAND_IN = '''\
"""Installs pip: starts the wheel that the interpreter carries for ensurepip and lets it fetch the wanted release from the package index."""

import ensurepip
import pathlib
import runpy
import sys
import sysconfig

# Distributions take the wheels out of Python's own folder.
folders = [pathlib.Path(ensurepip.__file__).parent / "_bundled", pathlib.Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/nonexistent")]
wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
if not wheels:
    raise SystemExit("This Python has no wheel of pip for ensurepip; install its venv or ensurepip package.")
sys.path.insert(0, str(wheels[-1]))
# These two options belong to get-pip.py, not to pip.
wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", "--quiet", *wanted]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
'''


def pip_configuration(listing: str, proxy: str | None) -> configparser.RawConfigParser:
    """The pip configuration file with the settings of `pip config list`.

    `listing` has lines such as `global.index-url='https://…'`. Those of the pseudo-section `:env:`
    come from PIP_* variables and take precedence. `proxy` is used when the listing sets none.
    """
    configuration = configparser.RawConfigParser()
    configuration.add_section("global")
    environment: dict[str, str] = {}
    for line in listing.splitlines():
        name, _equals, literal = line.partition("=")
        section, _dot, option = name.rpartition(".")
        if not section:
            continue
        value = str(ast.literal_eval(literal))
        if section == ":env:":
            environment[option] = value
        else:
            if not configuration.has_section(section):
                configuration.add_section(section)
            configuration.set(section, option, value)
    for option, value in environment.items():
        configuration.set("global", option, value)
    # The listing already contains the file that this setting names.
    configuration.remove_option("global", "config-file")
    if proxy and not configuration.has_option("global", "proxy"):
        configuration.set("global", "proxy", proxy)
    # ansible-test installs a dozen small environments; show only errors.
    if not configuration.has_section("install"):
        configuration.add_section("install")
    configuration.set("install", "quiet", "2")
    return configuration


def write_pip_configuration(home: Path) -> None:
    listing = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, stdout=subprocess.PIPE, text=True).stdout
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    target = home / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    # The address of an index may carry a password.
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        pip_configuration(listing, proxy).write(file)


def bootstrap_versions() -> set[str]:
    """The pip releases that the installed ansible-test bootstraps, read from its source."""
    package = importlib.util.find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        raise SystemExit(f"ansible-core is not installed for {sys.executable}")
    source = Path(package.submodule_search_locations[0]) / "_internal" / "python_requirements.py"
    versions = set(re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8")))
    if not versions:
        raise SystemExit(f"{source} names no pip release; tools/run_ansible_test.py needs an update")
    return versions


def reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False


def place_bootstrap(home: Path) -> None:
    cache = home / ".ansible" / "test" / "cache"
    missing = {version: cache / f"get_pip_{version.replace('.', '_')}.py" for version in bootstrap_versions()}
    missing = {version: path for version, path in missing.items() if not path.exists()}
    if not missing or reachable(GET_PIP_URL.format(version=max(missing))):
        return
    cache.mkdir(parents=True, exist_ok=True)
    for path in missing.values():
        path.write_text(GET_PIP_STAND_IN, encoding="utf-8")


def prepare_home(home: Path = HOME) -> None:
    home.mkdir(parents=True, exist_ok=True)
    write_pip_configuration(home)
    place_bootstrap(home)


def main() -> int:
    prepare_home()
    target = stage()
    environment = {**with_programs(), "HOME": str(HOME)}
    # ansible-test lists the files of the nearest git repository, and the one around .build ignores
    # them.
    subprocess.run(["git", "init", "--quiet", str(target)], check=True, env=environment)
    command = [str(Path(sys.executable).parent / "ansible-test"), *sys.argv[1:]]
    process = subprocess.Popen(
        command, cwd=target, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    assert process.stdout is not None
    skipped = False
    for line in process.stdout:
        print(line, end="", flush=True)
        skipped = skipped or "All targets skipped" in line
    status = process.wait()
    if skipped:
        print("ansible-test found nothing to test.")
    return status or int(skipped)


if __name__ == "__main__":
    sys.exit(main())
