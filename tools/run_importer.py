# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the collection's archive and checks it with galaxy-importer; a warning is a failure.

    python tools/run_importer.py PYTHON

PYTHON is an interpreter that has ansible-core and galaxy-importer. The archive is built from a staged copy, without what git ignores.
`make lint` has run ansible-lint itself, of the same release, in the same profile and with more rules, so that it is left out here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from layout import BUILD, with_programs
from stage import stage

WORK = BUILD / "importer"


def main() -> int:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    # Not resolved: the interpreter of a virtual environment is a link to another.
    python = Path(sys.argv[1]).absolute()
    shutil.rmtree(WORK, ignore_errors=True)
    source = stage(WORK / "ansible_collections" / "superoffice" / "erpsync")
    environment = {**with_programs(python), "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false"}

    galaxy = str(python.parent / "ansible-galaxy")
    subprocess.run([galaxy, "collection", "build", str(source), "--output-path", str(WORK), "--force"], check=True, env=environment)
    (archive,) = WORK.glob("superoffice-erpsync-*.tar.gz")

    examined = subprocess.run(
        [str(python), "-m", "galaxy_importer.main", str(archive)],
        cwd=WORK,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    print(examined.stdout, end="")
    complaints = [line for line in examined.stdout.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]
    if complaints:
        print(f"\ngalaxy-importer complained {len(complaints)} times:")
        print("\n".join(complaints))
    return 1 if complaints else examined.returncode


if __name__ == "__main__":
    sys.exit(main())
