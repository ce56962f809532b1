# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python tests/mock_server --port N"""

from __future__ import annotations

import sys

OLDEST_PYTHON = (3, 11)
NEEDED = ("starlette", "uvicorn")


def _too_old() -> str:
    return "The stand-in needs Python {}.{} or newer, and this is {}.{}. Start it with another one: python3.11 {}".format(
        *OLDEST_PYTHON, *sys.version_info[:2], sys.argv[0]
    )


def _lacking(package: str | None) -> str:
    return (
        f"The stand-in needs the Python packages {' and '.join(NEEDED)}, and {package} is not there. Install them for this Python:\n\n"
        f"    {sys.executable} -m pip install {' '.join(NEEDED)}\n\n"
        "In a checkout of the repository, `make mock` installs all and starts it."
    )


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(_too_old())
    try:
        from stand_in.main import main
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in NEEDED:
            raise
        sys.exit(_lacking(problem.name))
    sys.exit(main())
