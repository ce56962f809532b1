# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the event source: what a rulebook says, checked, and the installations that it
means.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import event_kinds, last_sync
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.events import Source
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import (
    CONNECTION_NAMES,
    SECRET_NAMES,
    connection_spec,
    is_blank,
    without_blanks,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.unusable import refuse_unusable
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.watch import OPTIONS, health_rules
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import duration
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import hint, shown
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import PREFIX, with_variables

# Of each installation, besides its connection options.
OF_EACH: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "interval": {"type": "str", "default": "1m"},
    "watch": {"type": "list", "elements": "str", "choices": list(event_kinds.KINDS), "default": list(event_kinds.KINDS)},
    "on_start": {"type": "str", "choices": list(event_kinds.ON_START), "default": event_kinds.ON_START[0]},
    **OPTIONS,
}
OF_ALL: dict[str, dict[str, t.Any]] = {
    "installations": {"type": "list", "elements": "dict"},
    "state_file": {"type": "path"},
    "feedback": {"type": "bool", "default": False},
}
# What the engine adds.
_OF_ENGINE = frozenset(("eda_feedback_queue",))


class Installation(t.NamedTuple):
    """An installation to watch."""

    source: Source
    # Whether events name the host, so that actions run for it alone. Of several installations each
    # is named: without a host, actions run for all.
    names_host: bool
    params: dict[str, t.Any]
    rules: event_kinds.Rules
    interval: int
    secrets: frozenset[str]


class Options(t.NamedTuple):
    """The options of the source."""

    installations: tuple[Installation, ...]
    state_file: str | None
    feedback: bool


def parsed(args: t.Mapping[str, t.Any]) -> Options:
    """The options that a rulebook gives.

    :raises BadInput: for options that cannot be used, in a sentence without secrets.
    """
    given = {name: value for name, value in args.items() if name not in _OF_ENGINE}
    try:
        return _parsed(given)
    except BadInput as error:
        raise BadInput(Masking(_secrets(given)).text(error.message)) from None


def _parsed(given: t.Mapping[str, t.Any]) -> Options:
    _refuse_unknown(given, "", (*OF_ALL, *OF_EACH))
    given = _without_blanks(given)
    of_all, _secret = _validated({name: given[name] for name in OF_ALL if name in given}, ArgumentSpec(OF_ALL), "")
    common = {name: value for name, value in given.items() if name not in OF_ALL}
    listed = of_all["installations"]
    if listed is not None and not listed:
        raise BadInput("installations is empty; name at least one installation, or leave it out and give its options at the top.")
    found = [_installation(common, {}, "")] if listed is None else []
    for index, own in enumerate(listed or ()):
        place = f"installations[{index}]"
        _refuse_unknown(own, f"{place}.", tuple(OF_EACH))
        found.append(_installation(common, _without_blanks(own), f"{place}: "))
    names = [one.source.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"Two of the installations are called {shown(twice)}. Give each a name of its own.")
    return Options(tuple(found), of_all["state_file"] or None, of_all["feedback"])


def _installation(common: t.Mapping[str, t.Any], own: t.Mapping[str, t.Any], place: str) -> Installation:
    """An installation with its own options, which are completed by the common ones."""
    others = {name: value for name, value in common.items() if name not in CONNECTION_NAMES}
    connecting = {f"{PREFIX}{name}": value for name, value in common.items() if name in CONNECTION_NAMES}
    raw = without_blanks({**others, **with_variables(own, connecting, lambda value: value)})
    spec = ArgumentSpec(OF_EACH).merge(connection_spec())
    params, secrets = _validated(raw, spec, place)
    run = Run(params)
    try:
        settings = run.check_connection_options()
        interval = _seconds(params["interval"], "interval")
        stale_after = _seconds(params["stale_after"], "stale_after")
        rules = health_rules(params, run)
    except BadInput as error:
        raise BadInput(f"{place}{error.message}") from None
    if not params["watch"]:
        raise BadInput(f"{place}watch is empty; name at least one of {', '.join(event_kinds.KINDS)}.")
    address = settings.url if settings.tenant is None else settings.tenant.name
    name = " ".join((params["name"] or "").split())
    source = Source(name or address.partition("://")[2] or address, address, rules.zone or last_sync.UTC)
    kinds = event_kinds.Rules(frozenset(params["watch"]), stale_after, params["on_start"], frozenset(params["checks"]))
    return Installation(source, bool(name or place), params, kinds, interval, frozenset((*secrets, *_secrets(common), *_secrets(own))))


def _without_blanks(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options without blank ones of the source itself: a rulebook cannot leave out an option
    whose variable is blank.
    """
    return {name: value for name, value in given.items() if name in CONNECTION_NAMES or not is_blank(value)}


def _seconds(value: t.Any, option: str) -> int:
    try:
        return duration.parse_declared(value)
    except duration.DurationError as error:
        raise BadInput(f"{option}: {error}") from None


def _refuse_unknown(given: t.Mapping[str, t.Any], place: str, names: t.Collection[str]) -> None:
    for name in given:
        if name not in names and name not in CONNECTION_NAMES:
            raise BadInput(f"{place}{shown(name)} is no option of this event source.{hint(str(name), (*names, *CONNECTION_NAMES))}")


def _validated(raw: dict[str, t.Any], spec: ArgumentSpec, place: str) -> tuple[dict[str, t.Any], set[str]]:
    """The parameters in their types, with defaults, and the secrets in them."""
    refuse_unusable(raw, spec)
    checked = ArgumentSpecValidator(**spec.as_kwargs()).validate(raw)
    if checked.error_messages:
        raise BadInput(f"{place}{checked.errors.msg}")
    return {**raw, **checked.validated_parameters}, set(checked._no_log_values)


def _secrets(given: t.Mapping[str, t.Any]) -> set[str]:
    """The secrets in options, also in invalid ones."""
    found = {str(given[name]) for name in given if name in SECRET_NAMES and given[name]}
    listed = given.get("installations")
    for own in listed if isinstance(listed, list) else ():
        if isinstance(own, t.Mapping):
            found |= _secrets(own)
    return found
