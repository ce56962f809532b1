# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what is generated from tables of the code.

    python tools/write_option_docs.py [--check]

--check writes nothing, and exits with status 1 where a file differs from its table.

It writes the documentation fragment, the roles' argument specs, the connection options that roles and
playbooks pass on, the table of versions, the modules' RETURN, the suboptions of the document and its
JSON Schemas, the reference of the document, the pages of the playbooks, the beginning of the guide on
speed, the controllers' credential types, and the options of the event source.

Needs the collection to be importable as ansible_collections.superoffice.erpsync.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import connection_defaults
import credential_types
import document_page
import document_shape
import event_source_docs
import playbook_pages
import returned_values
import speed_summary
import version_added
import version_table
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, Option
from layout import HEADER

ROOT = Path(__file__).resolve().parent.parent
FRAGMENT = ROOT / "plugins" / "doc_fragments" / "connection.py"
BEGIN = "      # Connection options, written by tools/write_option_docs.py"
END = "      # End of the connection options"
DOCUMENT = ROOT / "plugins" / "modules" / "erpsync_environment.py"
BEGIN_DOCUMENT = "    # Suboptions, written by tools/write_option_docs.py\n"
END_DOCUMENT = "    # End of the suboptions\n"

_BEGINNING = '''\
# Written by tools/write_option_docs.py from plugins/module_utils/_run/options.py. Change it there.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
'''
_NOTES = [
    "Give one way to sign in: O(username) with O(password); O(ticket); O(access_token); at SuperOffice Online also a system user "
    "(O(client_secret), O(system_user_token), and O(private_key) or O(private_key_path)), or O(client_id) with O(refresh_token). The "
    "task's options take precedence.",
    "A connection option that the task does not set comes from the variable of the host with the prefix C(erpsync_), such as "
    "C(erpsync_url), also in ad-hoc commands. Where there is none, it comes from an environment variable, such as E(SUPEROFFICE_URL), "
    "on the machine where the task runs.",
    "A blank connection option, variable or environment variable counts as not given.",
]
_REQUIREMENTS = ["requests", "cryptography, to sign in as a system user"]
# How a role's description names the type of a variable that also takes blank values and texts.
_TYPES = {"int": "A whole number.", "float": "A number.", "bool": "A boolean."}


class _Dumper(yaml.SafeDumper):
    """Indents lists as Ansible's documentation does, and keeps texts of several lines readable."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _dump(value: object, indent: int) -> str:
    # PyYAML ends a line with the word that passes the width; this keeps lines to about 100 columns.
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=84 - indent)
    return "".join(" " * indent + line if line.strip() else line for line in text.splitlines(keepends=True))


def _elsewhere(option: Option) -> str:
    variables = " or ".join(f"C(erpsync_{name})" for name in (option.name, *option.aliases))
    environment = " or ".join(f"E({variable})" for variable in option.environment_variables)
    return f"Without it, the variable {variables} or the environment variable {environment} is used."


def _came_later(kind: str, name: str, *option: str) -> dict[str, object]:
    """The version in which an option came, unless its plugin or role came with it."""
    version = version_added.since(kind, name, *option)
    return {} if version == version_added.since(kind, name) else {"version_added": version}


def fragment() -> str:
    """The text of the documentation fragment."""
    options = {}
    for option in CONNECTION_OPTIONS:
        entry: dict[str, object] = {
            "description": [*option.description, _elsewhere(option)],
            **event_source_docs.documented(option.as_argument()),
        }
        # All modules take them; this one was there from the beginning.
        entry |= _came_later("module", "erpsync_engine", option.name, *option.aliases)
        options[option.name] = entry
    header = "".join(f"# {line}\n" for line in HEADER) + "\n"
    return header + _BEGINNING + _dump({"options": options, "requirements": _REQUIREMENTS, "notes": _NOTES}, 0) + '"""\n'


def role_options(role: str) -> str:
    """The entries of a role's argument spec; its variables have the prefix erpsync_."""
    entries: dict[str, object] = {}
    for option in CONNECTION_OPTIONS:
        texts = [_for_roles(text) for text in option.description]
        entry: dict[str, object] = {"description": texts}
        if option.choices:
            texts.append(f"One of {', '.join(f'V({choice})' for choice in option.choices)}.")
        elif option.type in _TYPES:
            texts.append(_TYPES[option.type])
        # The module checks the value. A role must accept a blank value, which counts as not given.
        entry["type"] = "raw" if option.choices or option.type in _TYPES else option.type
        if option.default is not None:
            texts.append(f"The modules' default is V({_yaml_word(option)}).")
        if option.secret:
            entry["no_log"] = True
        entries[f"erpsync_{option.name}"] = {**entry, **_came_later("role", role, f"erpsync_{option.name}")}
        for alias in option.aliases:
            other = {"description": [f"Another name of O(erpsync_{option.name})."], "type": entry["type"]}
            other |= {"no_log": True} if option.secret else {}
            entries[f"erpsync_{alias}"] = {**other, **_came_later("role", role, f"erpsync_{alias}")}
    return f"{BEGIN}\n{_dump(entries, 6)}{END}\n"


def _yaml_word(option: Option) -> str:
    return yaml.safe_dump(option.default).splitlines()[0]


def _for_roles(text: str) -> str:
    """Rename options to the role's variables, which have a prefix."""
    return re.sub(r"O\(([a-z_]+)(=[^)]*)?\)", r"O(erpsync_\1\2)", text)


def module_with_suboptions(text: str) -> str:
    """The text of the module erpsync_environment with the suboptions of its document."""
    before, _begin, rest = text.partition(BEGIN_DOCUMENT)
    _table, _end, after = rest.partition(END_DOCUMENT)
    suboptions = document_shape.suboptions()
    for place, entry in version_added.options_in({"suboptions": suboptions}, "document."):
        entry |= _came_later("module", DOCUMENT.stem, place)
    return before + BEGIN_DOCUMENT + _dump({"suboptions": suboptions}, 4) + END_DOCUMENT + after


def expected() -> dict[Path, str]:
    """Every generated file, with the text that it should have."""
    files = {FRAGMENT: fragment()}
    for spec in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        text = spec.read_text(encoding="utf-8")
        if BEGIN in text:
            before, _begin, rest = text.partition(BEGIN)
            _table, _end, after = rest.partition(END + "\n")
            files[spec] = before + role_options(spec.parent.parent.name) + after
    files.update(connection_defaults.files())
    files[version_table.GUIDE] = version_table.guide()
    files[speed_summary.GUIDE] = speed_summary.guide()
    files.update(returned_values.modules(_dump))
    files[DOCUMENT] = module_with_suboptions(files.get(DOCUMENT) or DOCUMENT.read_text(encoding="utf-8"))
    files.update(document_shape.schemas())
    files.update(credential_types.files())
    files[event_source_docs.PLUGIN] = event_source_docs.plugin(_dump)
    files.update(playbook_pages.pages())
    files.update(document_page.page())
    return files


def main() -> int:
    check = "--check" in sys.argv[1:]
    status = 0
    for path, text in expected().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            print(f"{path.relative_to(ROOT)} differs from the tables in the code; run tools/write_option_docs.py")
            status = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
