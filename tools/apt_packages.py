# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs programs for tests with apt-get, where that surprises nobody: where apt-get is there, and root runs it, as in a container."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

# Who is offline learns it soon.
_SOON = [f"--option={option}" for option in ("Acquire::http::Timeout=10", "Acquire::https::Timeout=10", "Acquire::Retries=0")]
_STRICT = "--option=APT::Update::Error-Mode=any"


def why_not(packages: tuple[str, ...], what: str, is_there: Callable[[], bool]) -> str | None:
    """Why something is not there, after trying; None where it is.

    :param what: what is installed, for the message.
    """
    if is_there():
        return None
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    if os.geteuid() != 0:
        return f"only root can install it; as root, apt-get install {' '.join(packages)}"
    print(f"Installing {what}", flush=True)
    if not _apt_get("update", _STRICT):
        return "no package index answers"
    if not _apt_get("install", "--yes", "--no-install-recommends", *packages) or not is_there():
        return f"apt-get does not get {' and '.join(packages)}"
    return None


def _apt_get(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *_SOON, *arguments]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
