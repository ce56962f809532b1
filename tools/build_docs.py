# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site in .build/docs/html, offline; a warning or a broken link is a failure.

antsibull-docs writes the pages of modules, roles and guides. Sphinx turns them and docs/site/rst
into HTML.
"""

from __future__ import annotations

import gc
import re
import shutil
import subprocess
import sys
from pathlib import Path

import built_links
import playbook_pages
import yaml
from layout import BUILD, COLLECTIONS, ROOT, with_programs
from sphinx.cmd.build import build_main

SITE = ROOT / "docs" / "site"
SECTIONS = ROOT / "docs" / "docsite" / "extra-docs.yml"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
WORK = BUILD / "docs"
# What pages of antsibull-docs are about, and what the page that lists them is called. The others follow as "x plugins".
LISTS = {"role": "Roles", "module": "Modules"}
_TITLE = re.compile(r"^superoffice\.erpsync\.(\S+) (\w+) -- (.*)$", re.MULTILINE)


def tree(pages: list[str], caption: str = "") -> str:
    """A hidden table of contents, which the side bar shows."""
    options = f"   :caption: {caption}\n" if caption else ""
    return f".. toctree::\n   :hidden:\n{options}\n" + "".join(f"   {page}\n" for page in pages) + "\n"


def own_variables(role: str) -> str:
    """Links to the variables of a role, without the connection options, which its page mixes with them."""
    links = [f":ansopt:`superoffice.erpsync.{role}#role:main:{name}`" for name in playbook_pages.options_of_role(role)]
    return "\n       Its own variables: " + ",\n       ".join(links) + "\n"


def list_pages(folder: Path) -> list[str]:
    """Write a page for each kind of antsibull-docs' pages, with what each of them is for; return their names."""
    kinds: dict[str, list[tuple[str, str, str]]] = {kind: [] for kind in LISTS}
    for page in sorted(folder.glob("*.rst")):
        found = _TITLE.search(page.read_text(encoding="utf-8"))
        if found is not None:
            kinds.setdefault(found[2], []).append((page.stem, found[1], found[3]))
    written = []
    for kind, pages in kinds.items():
        rows = "".join(
            f"   * - :doc:`{name} </{page}>`\n     - {told}\n{own_variables(name) if kind == 'role' else ''}" for page, name, told in pages
        )
        title = LISTS.get(kind, f"{kind.capitalize()} plugins")
        names = tree([f"{name} <{page}>" for page, name, _told in pages])
        listed = f".. list-table::\n   :widths: 35 65\n\n{rows}\n"
        written.append(f"all_{kind}")
        (folder / f"all_{kind}.rst").write_text(f"{title}\n{'=' * len(title)}\n\n{listed}{names}", encoding="utf-8")
    return written


def begin(folder: Path) -> None:
    """Put the start page and its companions beside the pages of antsibull-docs, with all that the side bar shows."""
    for page in (*(SITE / "rst").iterdir(), PICTURE):
        shutil.copy(page, folder / page.name)
    sections = yaml.safe_load(SECTIONS.read_text(encoding="utf-8"))["sections"]
    trees = [tree([f"docsite/{page}" for page in section["toctree"]], section["title"]) for section in sections]
    trees.append(tree([*list_pages(folder), "ansible"], "Roles, modules, plugins"))
    with (folder / "index.rst").open("a", encoding="utf-8") as index:
        index.write("\n" + "".join(trees))


def main() -> int:
    pages = WORK / "rst"
    shutil.rmtree(WORK, ignore_errors=True)
    pages.mkdir(parents=True)
    # antsibull-docs refuses to write into folders that others may write to.
    pages.chmod(0o755)

    programs = Path(sys.executable).parent
    # antsibull-docs writes a log into the home folder.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), **with_programs(), "HOME": str(WORK)}
    write = [programs / "antsibull-docs", "--config-file", SITE / "antsibull-docs.cfg", "collection", "--use-current"]
    write += ["--squash-hierarchy", "--fail-on-error", "--dest-dir", pages, "superoffice.erpsync"]
    status = subprocess.run([str(word) for word in write], env=environment, check=False).returncode
    if status:
        return status
    begin(pages)
    # Sphinx keeps what it has read; to look for garbage among it takes a third of the time.
    gc.disable()
    turn = ["-q", "-W", "--keep-going", "-b", "html", "-d", WORK / "doctrees", "-c", SITE, pages, WORK / "html"]
    status = build_main([str(word) for word in turn])
    broken = built_links.broken(WORK / "html")
    for line in broken:
        print(line)
    return status or bool(broken)


if __name__ == "__main__":
    sys.exit(main())
