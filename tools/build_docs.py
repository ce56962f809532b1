# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site in .build/docs/html, offline; a warning is a failure.

antsibull-docs writes the pages of modules, roles and guides. Sphinx turns them and docs/site/rst
into HTML.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from layout import BUILD, COLLECTIONS, ROOT, with_programs

SITE = ROOT / "docs" / "site"
WORK = BUILD / "docs"


def main() -> int:
    rst = WORK / "rst"
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(SITE / "rst", rst)
    # antsibull-docs refuses to write into folders that others may write to.
    rst.chmod(0o755)

    programs = Path(sys.executable).parent
    # antsibull-docs writes a log into the home folder.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), **with_programs(), "HOME": str(WORK)}
    pages = [programs / "antsibull-docs", "--config-file", SITE / "antsibull-docs.cfg", "collection", "--use-current", "--squash-hierarchy"]
    pages += ["--fail-on-error", "--dest-dir", rst, "superoffice.erpsync"]
    html = [programs / "sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-d", WORK / "doctrees", "-c", SITE, rst, WORK / "html"]
    for command in (pages, html):
        status = subprocess.run([str(word) for word in command], env=environment, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
