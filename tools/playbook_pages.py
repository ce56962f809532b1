# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the pages of the playbooks, from docs/site/play_variables.yml and what plays, roles and modules say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rst
import yaml
from layout import ROOT

SOURCE = ROOT / "docs" / "site" / "play_variables.yml"
PLAYBOOKS = ROOT / "playbooks"
_BY = "docs/site/play_variables.yml"
_CONNECTION = f"The connection options stand in variables of the hosts: {rst.literal('erpsync_url')} and so on; see {{guide}}."

# Those of the roles' variables.
_PREFIXES = ("erpsync_", "environment_", "export_", "maintenance_", "sync_")

Json = dict[str, Any]


def names() -> list[str]:
    """The names of all playbooks."""
    return sorted(path.stem for path in PLAYBOOKS.glob("*.yml"))


def title(name: str) -> str:
    """What the play of a playbook is called."""
    plays = yaml.safe_load((PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    return str(next(play["name"] for play in plays if "hosts" in play))


def told() -> Json:
    """What is written about the playbooks, by their names."""
    source = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    if sorted(source["playbooks"]) != names():
        raise SystemExit(f"{_BY} and the folder playbooks disagree about {sorted(set(source['playbooks']) ^ set(names()))}")
    found: Json = {}
    for name, playbook in source["playbooks"].items():
        variables = {key: {**source["shared"].get(key, {}), **(value or {})} for key, value in playbook["variables"].items()}
        found[name] = {**playbook, "variables": variables}
    return found


def options_of_role(role: str) -> Json:
    """The variables of a role but for the connection options."""
    spec = (ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    before, _begin, rest = spec.partition("      # Connection options, written by")
    text = before + rest.partition("      # End of the connection options\n")[2]
    options: Json = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    return options


def _options_of_module(module: str) -> Json:
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    options: Json = yaml.safe_load(text.partition('DOCUMENTATION = r"""')[2].partition('"""')[0])["options"]
    return options


_TYPES = {
    "str": "text",
    # The text says what it takes.
    "raw": "",
    "int": "whole number",
    "float": "number",
    "bool": "boolean",
    "path": "file or folder",
    "list": "list",
    "dict": "keys with values",
}


def _entry(name: str, option: Mapping[str, Any], renamed: Mapping[str, str]) -> rst.Entry:
    """A row from the documentation of an option.

    :param renamed: the variables of the playbook by the options that they stand for.
    """

    def variable(words: str) -> str:
        option, equals, value = words.partition("=")
        # What the playbook does not name is a connection option, or has its prefix already.
        other = option if option.startswith(_PREFIXES) else f"erpsync_{option}"
        return rst.literal(f"{renamed.get(option, other)}{equals}{value}")

    described = option["description"]
    texts = [rst.from_ansible(text, variable) for text in ([described] if isinstance(described, str) else described)]
    if option.get("choices"):
        texts.append(f"One of {', '.join(rst.literal(choice) for choice in option['choices'])}.")
    return rst.Entry(name, _TYPES[option["type"]], texts, option.get("required", False), _default(option))


def _default(option: Mapping[str, Any]) -> str | None:
    value = option.get("default")
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    return ", ".join(rst.literal(str(each).lower() if isinstance(each, bool) else str(each)) for each in values)


def _own(name: str, variable: Json) -> rst.Entry:
    default, example = _default(variable), variable.get("example")
    shown = None if example is None else str(example).lower() if isinstance(example, bool) else str(example)
    return rst.Entry(name, variable["type"], [variable["text"]], default=default, example=shown)


def _variables(playbook: Json) -> list[rst.Entry]:
    """Those that the playbook reads itself, and that are no connection options."""
    of_module = _options_of_module(playbook["module"]) if "module" in playbook else {}
    variables: Mapping[str, Json] = playbook["variables"]
    options = {
        variable: given.get("option", variable.removeprefix(playbook.get("prefix", ""))) for variable, given in variables.items()
    }
    renamed = {option: variable for variable, option in options.items() if "text" not in variables[variable]}
    return [
        _own(variable, given) if "text" in given else _entry(variable, of_module[options[variable]], renamed)
        for variable, given in variables.items()
    ]


def _page(name: str, playbook: Json) -> tuple[Path, str]:
    runs = "\n".join(f"$ {command}" for command in playbook["commands"])
    parts = [f"**{title(name)}.**", *map(rst.wrapped, playbook["text"]), rst.block("console", runs)]
    parts += [rst.heading("Variables", "-"), rst.wrapped(_CONNECTION.format(guide=rst.guide("guide_connection")))]
    parts.append(rst.table(_variables(playbook), "Variable"))
    if "role" in playbook:
        role = playbook["role"]
        options = options_of_role(role)
        link = f":ansplugin:`superoffice.erpsync.{role}#role`"
        parts += [rst.heading("Variables of its role", "-"), rst.wrapped(f"The playbook runs the role {link}, whose variables count too.")]
        shown = [option for option in options if option not in playbook["variables"]]
        parts.append(rst.table([_entry(option, options[option], {}) for option in shown], "Variable"))
    if "module" in playbook:
        link = f":ansplugin:`superoffice.erpsync.{playbook['module']}#module`"
        parts.append(rst.wrapped(f"It runs the module {link}, which explains more."))
    if "stats" in playbook:
        says = f"The stats {rst.literal(playbook['stats'])}, for example for a workflow, say {playbook['passes']}."
        parts += [rst.heading("What it passes on", "-"), rst.wrapped(says)]
    links = "\n".join(f"- {rst.guide(guide)}" for guide in playbook["guides"])
    parts += [rst.heading("Guides", "-"), links]
    return rst.page(f"playbook_{name}", name, parts, _BY)


def pages() -> dict[Path, str]:
    """The page of each playbook, and one that lists them."""
    source = told()
    found = dict(_page(name, playbook) for name, playbook in source.items())
    rows = "\n".join(f"   * - {rst.guide(f'playbook_{name}')}\n     - {title(name)}" for name in source)
    listed = f".. list-table::\n   :header-rows: 1\n   :widths: 25 75\n\n   * - Playbook\n     - What it does\n{rows}"
    tree = ".. toctree::\n   :hidden:\n\n" + "\n".join(f"   playbook_{name}" for name in source)
    words = [
        "Run a playbook by its full name. It works on the group ``superoffice`` of the inventory, or on what ``erpsync_hosts`` names:",
        "A variable stands in the inventory, or behind ``-e``. A blank one counts as not given; numbers and booleans may be texts. "
        "The playbooks have no tags: with ``--tags`` they do nothing, and end well.",
    ]
    command = "$ ansible-playbook superoffice.erpsync.converge -i inventory -e erpsync_hosts=crm-oslo"
    parts = [rst.wrapped(words[0]), rst.block("console", command), rst.wrapped(words[1]), listed, tree]
    path, text = rst.page("playbooks", "Playbooks", parts, _BY)
    return {path: text, **found}
