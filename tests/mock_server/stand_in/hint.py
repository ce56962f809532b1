# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told beside the line of JSON: lines to paste, and how to end the stand-in."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_BUILD = Path(__file__).resolve().parents[3] / ".build"
_ON_SITE = ("url", "username", "password")


def hint(ready: Mapping[str, Any], build: Path = _BUILD) -> str:
    """The text for a terminal.

    ready: the line of JSON. build: the folder in which a checkout has Ansible and the collection; an installed collection has none.
    """
    lines = ["", "To use it, paste this into another terminal:", ""]
    if (build / "collections").is_dir():
        lines += [f"    . {shlex.quote(str(build / 'venv' / 'bin' / 'activate'))}"]
        lines += [_export("ANSIBLE_COLLECTIONS_PATH", str(build / "collections"))]
    if "online" in ready:
        # A terminal may still have those of an installation, which do not go with a tenant.
        lines += [f"    unset {' '.join(_variable(name) for name in _ON_SITE)}"]
    lines += [_export(_variable(name), value) for name, value in _options(ready).items()]
    lines += ["", "and try, for example:", "", "    ansible localhost -m superoffice.erpsync.erpsync_info -a gather=engine", ""]
    lines += ["Ctrl+C ends the stand-in, which forgets everything then."]
    return "\n".join(lines) + "\n"


def _options(ready: Mapping[str, Any]) -> dict[str, str]:
    """Connection options: those of the installation, or of the first tenant of SuperOffice Online, as a person."""
    if "online" not in ready:
        return {name: ready[name] for name in _ON_SITE}
    online = ready["online"]
    tenant, issued = next(iter(online["tenants"].items()))
    whose = {name: online[name] for name in ("client_id", "client_secret")}
    return {"tenant": tenant, "login_url": online["login_url"], **whose, "refresh_token": issued["refresh_token"]}


def _variable(option: str) -> str:
    return f"SUPEROFFICE_{option.upper()}"


def _export(name: str, value: str) -> str:
    return f"    export {name}={shlex.quote(value)}"
