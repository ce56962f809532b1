# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a virtual environment with pinned packages: with uv, and with pip where uv cannot do it.

    python tools/install.py VENV REQUIREMENTS

uv installs on all cores, in a fourth of the time. It comes from the package index, into .build/uv. It is given the settings of pip, which
it does not read itself. Where there is one that it does not know, and where it fails, pip installs.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from layout import BUILD, ROOT

UV = BUILD / "uv" / "bin" / "uv"
STAMP = BUILD / "uv" / ".stamp"
PINNED_UV = ROOT / "requirements" / "uv.txt"
DEVELOPMENT = BUILD / "venv" / "bin" / "python"

# pip's option: the environment variable with which uv is told the same.
UV_VARIABLES = {
    "cert": "SSL_CERT_FILE",
    "constraint": "UV_CONSTRAINT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}
# What makes no difference to uv.
OF_PIP_ALONE = {
    "break-system-packages",
    "cache-dir",
    "disable-pip-version-check",
    "no-input",
    "progress-bar",
    "quiet",
    "require-virtualenv",
}
OF_PIP_ALONE |= {"config-file", "root-user-action", "user", "verbose"}


def pip_settings(listing: str) -> dict[str, dict[str, str]]:
    """The settings of `pip config list` by section; those of PIP_* variables, which take precedence, in `global`.

    `listing` has lines such as `global.index-url='https://…'`.
    """
    found: dict[str, dict[str, str]] = {"global": {}}
    environment: dict[str, str] = {}
    for line in listing.splitlines():
        name, _equals, literal = line.partition("=")
        section, _dot, option = name.rpartition(".")
        if section == ":env:":
            environment[option] = str(ast.literal_eval(literal))
        elif section:
            found.setdefault(section, {})[option] = str(ast.literal_eval(literal))
    for options in found.values():
        for option in environment:
            options.pop(option, None)
    found["global"].update(environment)
    return found


def list_pip_settings(python: Path) -> str:
    """What `pip config list` says."""
    return subprocess.run([str(python), "-m", "pip", "config", "list"], check=True, stdout=subprocess.PIPE, text=True).stdout


def uv_environment(settings: Mapping[str, Mapping[str, str]]) -> dict[str, str] | None:
    """The environment variables that tell uv what pip's settings say; None where there is one that uv does not know."""
    wanted = {**settings.get("global", {}), **settings.get("install", {})}
    # As pip does: the best release of all indexes, not that of the first which has one. Only the interpreters that are there.
    variables = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    for option, value in wanted.items():
        if option in UV_VARIABLES:
            # pip separates by spaces or lines; uv by spaces, but for this one.
            variables[UV_VARIABLES[option]] = ("," if option == "find-links" else " ").join(value.split())
        elif option not in OF_PIP_ALONE:
            return None
    return variables


def uv_is_there() -> bool:
    """Whether uv is there in the release that is pinned."""
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == PINNED_UV.read_text(encoding="utf-8")


def fetch_uv(python: Path) -> bool:
    """Let pip fetch uv unless it is there; return whether it is."""
    if uv_is_there():
        return True
    print("Collecting uv", flush=True)
    target = ["--upgrade", "--target", str(STAMP.parent), "--only-binary", ":all:"]
    fetched = subprocess.run([str(python), "-m", "pip", "install", "-qq", *target, "-r", str(PINNED_UV)], check=False)
    if fetched.returncode or not UV.exists():
        return False
    STAMP.write_text(PINNED_UV.read_text(encoding="utf-8"), encoding="utf-8")
    return True


def main() -> int:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    folder, requirements = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    if folder.is_symlink():
        raise SystemExit(f"{folder} is a link, and others may use what it leads to: nothing was installed. Remove the link for an own one.")
    python = folder / "bin" / "python"
    # The environment of development is made first, and its pip serves the others.
    serving = DEVELOPMENT if uv_is_there() and DEVELOPMENT.exists() and DEVELOPMENT != python else python
    without = [] if serving == python else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", "--clear", *without, str(folder)], check=True)

    variables = uv_environment(pip_settings(list_pip_settings(serving)))
    if variables is not None and fetch_uv(serving):
        print("Installing with uv", flush=True)
        # Without compiled files every start of Ansible takes twice as long.
        command = [str(UV), "pip", "install", "--compile-bytecode", "--python", str(python), "--requirement", str(requirements)]
        if subprocess.run(command, env={**os.environ, **variables}, check=False).returncode == 0:
            return 0
        # Nor shall tools/run_ansible_test.py take it.
        STAMP.unlink()
    print("Installing with pip", flush=True)
    subprocess.run([str(python), "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    install = [str(python), "-m", "pip", "install", "--progress-bar", "off", "--requirement", str(requirements)]
    return subprocess.run(install, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
