# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the event source's options, from the tables of its options.

Texts of the connection options that speak of tasks are others here. It fails where one of these is no longer there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, Option
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_options import OF_ALL, OF_EACH
from layout import ROOT

PLUGIN = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "erpsync.py"
BEGIN = "  # Options, written by tools/write_option_docs.py\n"
END = "  # End of the options\n"

_DESCRIPTIONS = {
    "name": [
        "Name of the installation, in events and in O(state_file). By default its O(tenant), or its O(url) without the scheme.",
        "Give the name that the host has in the inventory. Events have it in C(meta.hosts) then, so that actions run for this host.",
        "An installation among O(installations) is in C(meta.hosts) by its default name as well, so that actions never run for all hosts.",
    ],
    "interval": ["How long to wait after a look until the next one, for example V(30s), V(5m) or V(1h)."],
    "watch": ["The kinds of events that are wanted. What none of them needs is not read."],
    "on_start": [
        "What the first look tells. V(problems): V(first_seen), and then each thing that is not well, such as a stopped engine. "
        "V(first_seen): that alone. V(nothing): nothing.",
        "A source that finds the installation in its O(state_file) tells what has changed since then.",
    ],
    "checks": [
        "The checks of M(superoffice.erpsync.erpsync_health) whose findings are told with V(health_raised) and V(health_cleared).",
    ],
    "expect_active": ["As in M(superoffice.erpsync.erpsync_health), for the check V(active)."],
    "time_zone": [
        "The time zone of the server, such as V(Europe/Oslo). Without it, when a connection was synchronised is known less exactly, and "
        "C(hour) of an event is in UTC.",
    ],
    "stale_after": ["A connection is stale that is active, and has not been synchronised for longer than that while the engine runs."],
    "installations": [
        "The installations to watch, each with O(name), its connection options, and O(interval), O(watch), O(on_start), O(checks), "
        "O(expect_active), O(time_zone) and O(stale_after) of its own. What one of them does not give is taken from the options beside "
        "O(installations).",
        "Without it, the options name a single installation.",
    ],
    "state_file": [
        "File that remembers what the installations look like, written after each event. A source that is started again tells what has "
        "changed in the meantime, and nothing twice. Without it, each start is a first look.",
        "Each source needs a file of its own. Where the source is killed between an event and the file, it tells the event again, with the "
        "same C(id).",
    ],
    "feedback": [
        "Whether the engine says what it has taken, as ansible-rulebook does from version 1.3 on for a source with a C(name), started with "
        "C(--persistence-id). An event counts as told then when the engine has taken it.",
    ],
}
_INSTEAD = {
    "Required without O(tenant), unless a variable or an environment variable sets it.": (
        "Required without O(tenant), unless an environment variable sets it."
    ),
    "The task fails where the tenant does not run. Nothing is sent to it then.": "A tenant that does not run is told with V(unreachable).",
    (
        "Needs O(client_secret), and O(private_key) or O(private_key_path). Tasks of one run share the ticket that they get for it."
    ): "Needs O(client_secret), and O(private_key) or O(private_key_path).",
    (
        "Needs O(client_id), and O(client_secret) unless the application is a native one. Tasks of one run share the access token "
        "that they get for it."
    ): "Needs O(client_id), and O(client_secret) unless the application is a native one.",
    (
        "The results are the same. The task fails before anything is sent where the version of the SOAP services lacks something."
    ): "What the version of the SOAP services lacks, such as list mappings, is not told.",
    (
        "It holds for all tasks of a run together that call the same O(url) or O(tenant) and run inside Ansible's own process. A task "
        "that runs as an ordinary module is a process of its own and keeps the limit for itself."
    ): "It holds for each installation.",
}


def _described(option: Option) -> list[str]:
    texts = []
    for text in option.description:
        texts.append(_INSTEAD.get(text, text).replace("on the machine where the task runs", "on the machine where the source runs"))
    variables = " or ".join(f"E({variable})" for variable in option.environment_variables)
    return [*texts, f"Without it, the environment variable {variables} is used."]


def documented(argument: Mapping[str, object]) -> dict[str, object]:
    """What documentation says of an argument, besides its description."""
    return {key: argument[key] for key in ("type", "elements", "aliases", "default", "choices") if key in argument}


def options() -> dict[str, object]:
    """The options of the event source, as its documentation has them."""
    known = {text for option in CONNECTION_OPTIONS for text in option.description}
    gone = sorted(set(_INSTEAD) - known)
    if gone:
        raise SystemExit(f"{__file__}: no connection option has this text any more: {gone[0]}")
    found: dict[str, object] = {}
    for name, argument in {**OF_ALL, **OF_EACH}.items():
        found[name] = {"description": _DESCRIPTIONS[name], **documented(argument)}
    for option in CONNECTION_OPTIONS:
        found[option.name] = {"description": _described(option), **documented(option.as_argument())}
    return found


def plugin(dump: Callable[[object, int], str]) -> str:
    """The text of the event source with its options."""
    before, _begin, rest = PLUGIN.read_text(encoding="utf-8").partition(BEGIN)
    _options, _end, after = rest.partition(END)
    return before + BEGIN + dump(options(), 2) + END + after
