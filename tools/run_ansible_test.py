# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on a staged copy, without containers and without the user's home folder.

    python tools/run_ansible_test.py [ARGUMENTS OF ansible-test...]

ansible-test keeps its virtual environments and its download cache in ~/.ansible, and passes only
HOME to pip. It gets a home of its own under .build/home with two things:

- the user's pip configuration, including settings from PIP_* environment variables and the proxy;
- a substitute for the get-pip.py that ansible-test downloads from https://ci-files.testing.ansible.com:
  where uv is there, one that installs with uv; otherwise, where that address cannot be reached, one
  that starts from the pip of the interpreter.
"""

from __future__ import annotations

import configparser
import importlib.util
import io
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from install import UV, list_pip_settings, pip_settings, uv_environment, uv_is_there
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


# In place of pip, where uv is there: it installs what ansible-test asks of pip, in a tenth of the time.
UV_AS_PIP = '''\
"""Installs with uv what ansible-test asks of pip."""

import os
import subprocess
import sys

command, *arguments = sys.argv[1:]
if command == "install":
    os.environ.update({variables!r})
    sys.exit(subprocess.call([{uv!r}, "pip", "install", "--quiet", "--python", sys.executable, *arguments]))
if command not in ("uninstall", "-V"):
    sys.exit("uv does not do what ansible-test asks of pip: " + command)
# What ansible-test wants to be rid of, pip itself, is not there.
'''

PLACE_UV_AS_PIP = '''\
"""Lets a virtual environment find the folder with the package `pip` that starts uv."""

import pathlib
import sysconfig

pathlib.Path(sysconfig.get_path("purelib"), "uv_as_pip.pth").write_text({folder!r} + "\\n", encoding="utf-8")
'''


def pip_configuration(settings: dict[str, dict[str, str]], proxy: str | None) -> configparser.RawConfigParser:
    """The pip configuration file with the settings. `proxy` is used when they have none."""
    configuration = configparser.RawConfigParser()
    configuration.read_dict(settings)
    # The settings already contain those of the file that this one names.
    configuration.remove_option("global", "config-file")
    if proxy and not configuration.has_option("global", "proxy"):
        configuration.set("global", "proxy", proxy)
    # ansible-test installs a dozen small environments; show only errors.
    if not configuration.has_section("install"):
        configuration.add_section("install")
    configuration.set("install", "quiet", "2")
    return configuration


def write_private(target: Path, text: str) -> None:
    """Write what others may not read: the address of an index may carry a password."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def write_pip_configuration(home: Path) -> None:
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    text = io.StringIO()
    pip_configuration(pip_settings(list_pip_settings(Path(sys.executable))), proxy).write(text)
    write_private(home / ".config" / "pip" / "pip.conf", text.getvalue())


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


def place_uv_as_pip(home: Path, scripts: Iterable[Path]) -> bool:
    """Whether uv is there and installs in place of pip."""
    variables = uv_environment(pip_settings(list_pip_settings(Path(sys.executable))))
    if variables is None or not uv_is_there():
        return False
    # ansible-test passes only HOME on.
    passed = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy") or name.startswith("UV_")}
    folder = home / "uv-as-pip"
    write_private(folder / "pip" / "__init__.py", "")
    write_private(folder / "pip" / "__main__.py", UV_AS_PIP.format(variables={**passed, **variables}, uv=str(UV)))
    for script in scripts:
        script.write_text(PLACE_UV_AS_PIP.format(folder=str(folder)), encoding="utf-8")
    return True


def place_bootstrap(home: Path) -> None:
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    scripts = {version: cache / f"get_pip_{version.replace('.', '_')}.py" for version in bootstrap_versions()}
    if place_uv_as_pip(home, scripts.values()):
        return
    missing = {version: path for version, path in scripts.items() if not path.exists()}
    if not missing or reachable(GET_PIP_URL.format(version=max(missing))):
        return
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
