# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `version_added` of all plugins, roles and options with what earlier releases had.

    python tools/version_added.py             says what is wrong, and what is gone, and exits with status 1 then
    python tools/version_added.py --write     writes the right version where a plugin, role or option has none or another
    python tools/version_added.py --record    keeps what is there as tools/released/VERSION.json, once a version is released

What no file of tools/released names is new in the version that galaxy.yml says. tools/write_option_docs.py asks this file as well, for
the options that it documents.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from layout import ROOT

RELEASED = Path("tools") / "released"
Json = dict[str, Any]
# By kind and name, the options, with those inside them: `document.engine.interval`.
Contents = dict[str, dict[str, list[str]]]
# What only the collection's own code loads has no documentation.
UNDOCUMENTED = ("action", "doc_fragments", "module_utils", "plugin_utils")


def order(version: str) -> tuple[int, ...]:
    """What versions are compared by."""
    return tuple(int(number) for number in version.split("."))


def coming(root: Path = ROOT) -> str:
    """The version that galaxy.yml says."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"])


@cache
def releases(root: Path = ROOT) -> dict[str, Contents]:
    """What each release had, the oldest first."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (root / RELEASED).glob("*.json")}
    return {version: found[version] for version in sorted(found, key=order)}


def since(kind: str, name: str, *option: str, root: Path = ROOT) -> str:
    """The version in which this plugin, role or playbook came, or this option of it under any of its names."""
    for version, had in releases(root).items():
        options = had.get(kind, {}).get(name)
        if options is not None and (not option or set(option) & set(options)):
            return version
    return coming(root)


def _constants(path: Path) -> dict[str, str]:
    """The texts that a file of Python gives names to, also in its classes."""
    return {
        target.id: node.value.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@cache
def _fragment(root: Path, name: str) -> Json:
    """The options of a documentation fragment of ours."""
    file, _dot, part = name.removeprefix("superoffice.erpsync.").partition(".")
    text = _constants(root / "plugins" / "doc_fragments" / f"{file}.py")[part.upper() or "DOCUMENTATION"]
    options: Json = yaml.safe_load(text).get("options") or {}
    return options


def documented(root: Path = ROOT) -> Iterator[tuple[str, str, Path, Json]]:
    """Kind, name, file and documentation of each plugin, with the options of its fragments, and of each role."""
    folders = [path for path in (root / "plugins").iterdir() if path.is_dir() and path.name not in UNDOCUMENTED]
    folders += (root / "extensions" / "eda" / "plugins").glob("*")
    for folder in sorted(folders):
        for path in sorted(folder.glob("[a-z]*.py")):
            told = yaml.safe_load(_constants(path)["DOCUMENTATION"])
            extended = [name for name in told.get("extends_documentation_fragment", ()) if name.startswith("superoffice.erpsync.")]
            options = {key: option for name in extended for key, option in _fragment(root, name).items()}
            yield folder.name.removesuffix("s"), path.stem, path, {**told, "options": {**options, **(told.get("options") or {})}}
    for path in sorted((root / "roles").glob("*/meta/argument_specs.yml")):
        for entry, told in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].items():
            role = path.parent.parent.name
            yield "role", role if entry == "main" else f"{role}.{entry}", path, told


def options_in(told: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Json]]:
    """Each option by its name, with the place of those inside another."""
    for name, option in (told.get("options") or told.get("suboptions") or {}).items():
        yield f"{prefix}{name}", option
        yield from options_in(option, f"{prefix}{name}.")


def names_of(place: str, entry: Mapping[str, Any]) -> list[str]:
    """All names of an option: the one that is documented first, then the others."""
    around = place[: len(place) - len(place.rpartition(".")[2])]
    return [place, *(around + alias for alias in entry.get("aliases") or ())]


def contents(root: Path = ROOT) -> Contents:
    """What the collection in this folder has."""
    found: Contents = {"playbook": {path.stem: [] for path in sorted((root / "playbooks").glob("*.yml"))}}
    for kind, name, _path, told in documented(root):
        found.setdefault(kind, {})[name] = sorted(option for place, entry in options_in(told) for option in names_of(place, entry))
    return found


def _version_of(told: Mapping[str, Any]) -> str | None:
    version = told.get("version_added")
    return None if version is None else str(version)


def wrong(root: Path = ROOT) -> Iterator[tuple[Path, str, str, str | None, str]]:
    """File, kind and name, option or None, and the version that should be told, of all that tells another or none.

    An option that came with its plugin needs no version, and one of a fragment may be older than the plugin.
    """
    for kind, name, path, told in documented(root):
        expected = since(kind, name, root=root)
        if _version_of(told) != expected:
            yield path, kind, name, None, expected
        for option, entry in options_in(told):
            itself = max(since(kind, name, *names_of(option, entry), root=root), expected, key=order)
            around = option.rpartition(".")[0]
            inherited = max(expected, since(kind, name, around, root=root), key=order) if around else expected
            if max(_version_of(entry) or inherited, inherited, key=order) != itself:
                yield path, kind, name, option, itself


def gone(root: Path = ROOT) -> list[str]:
    """What the last release had and is no longer there: a breaking change."""
    now = contents(root)
    _version, last = list(releases(root).items())[-1]
    missing = []
    for kind, names in last.items():
        for name, options in names.items():
            if name not in now.get(kind, {}):
                missing.append(f"{kind} {name}")
            else:
                missing += [f"{kind} {name}: {option}" for option in options if option not in now[kind][name]]
    return missing


def with_version(text: str, indent: int, version: str) -> str:
    """The text with this version for the plugin or role, whose keys stand behind so many spaces."""
    return re.sub(rf"(?m)^( {{{indent}}})version_added: .*$", rf"\g<1>version_added: {version}", text, count=1)


def with_option_version(text: str, option: str, indent: int, version: str) -> str | None:
    """The text with this version at the end of an option, which stands behind so many spaces; None where the option is elsewhere."""
    block = re.search(rf"(?m)^ {{{indent}}}{re.escape(option)}:\n(?: {{{indent + 1},}}.*\n|\n(?= {{{indent + 1}}}))*", text)
    if block is None:
        return None
    inside = re.sub(rf"(?m)^ {{{indent + 2}}}version_added: .*\n", "", block[0])
    return f"{text[: block.start()]}{inside}{' ' * (indent + 2)}version_added: {version}\n{text[block.end() :]}"


def write(root: Path = ROOT) -> list[str]:
    """Write the right versions; what has to be written by hand, because it is documented elsewhere."""
    left = []
    for path, kind, name, option, version in list(wrong(root)):
        text = path.read_text(encoding="utf-8")
        at = 4 if kind == "role" else 0
        new = with_version(text, at, version) if option is None else with_option_version(text, option, at + 2, version)
        if new is None or new == text:
            left.append(f"{path.relative_to(root)}: write by hand version_added {version} of {option or name}, where it is documented")
        else:
            path.write_text(new, encoding="utf-8")
    return left


def record(root: Path = ROOT) -> Path:
    """Keep what is there as what the version of galaxy.yml had."""
    path = root / RELEASED / f"{coming(root)}.json"
    path.write_text(json.dumps(contents(root), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def main() -> int:
    if sys.argv[1:] == ["--record"]:
        print(f"wrote {record().relative_to(ROOT)}")
        return 0
    if sys.argv[1:] == ["--write"]:
        left = write()
        print("\n".join(left) or "version_added is right everywhere")
        return 1 if left else 0
    if sys.argv[1:]:
        raise SystemExit(__doc__)
    found = [f"{path.relative_to(ROOT)}: {option or name} came in {version}" for path, _kind, name, option, version in wrong()]
    found += [f"{thing} was in the last release and is gone" for thing in gone()]
    print("\n".join(found) or "version_added is right everywhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
