# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads connection options from variables of hosts, and finds misspelt names of our variables."""

from __future__ import annotations

import difflib
import re
import typing as t

import ansible.template
import yaml
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.option_names import EXCLUSIVE, spellings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import WAYS, own_ways
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import at
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, is_blank
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import in_one_message

PREFIX = "erpsync_"
# False makes modules run as ordinary modules, for a host, a play or a task.
SWITCH = "erpsync_in_process"
DOCUMENT = "erpsync_environment"
DOCUMENT_CONNECTION = "erpsync_environment_connection_"
# Variables that roles and playbooks read beside the connection options.
_OTHERS = (
    DOCUMENT,
    "erpsync_environment_path",
    "erpsync_prune",
    "erpsync_update_secrets",
    "erpsync_unsupported",
    "erpsync_read_from",
    "erpsync_hosts",
    "erpsync_serial",
    "erpsync_report_path",
    "erpsync_report_name",
    "erpsync_drift_fails",
    "erpsync_health_fails",
    "erpsync_health_checks",
    "erpsync_health_connections",
    "erpsync_health_max_age",
    "erpsync_health_time_zone",
    "erpsync_health_expect_active",
    "erpsync_health_log_window",
    "erpsync_health_log_min",
    "erpsync_health_log_max",
    "erpsync_health_log_rise",
    "erpsync_prometheus_path",
    "erpsync_quiet",
    # Of the playbook sign_in, and the token in its file that no task reads.
    "erpsync_sign_in_path",
    "erpsync_sign_in_vault_id",
    "erpsync_sign_in_as",
    "erpsync_sign_in_paste",
    "erpsync_sign_in_redirect_host",
    "erpsync_sign_in_redirect_port",
    "erpsync_sign_in_redirect_path",
    "erpsync_sign_in_answer_timeout",
    "erpsync_sign_in_refresh_token",
    "erpsync_sign_in_system_user_token",
    SWITCH,
)
# Variables of connection options, by their names and aliases.
_CONNECTING = tuple(f"{PREFIX}{name}" for option in CONNECTION_OPTIONS for name in spellings(option.name))
KNOWN = (*_CONNECTING, *_OTHERS)
# Prefixes of variables that playbooks register and set.
_SET_BY_PLAYBOOKS = ("erpsync_report_", "erpsync_drift_", "erpsync_resync_", "erpsync_converge_", "erpsync_sync_", "erpsync_health_")
# The types of `!vault` values, from ansible-core 2.19 on and before.
_ENCRYPTED = ("EncryptedString", "AnsibleVaultEncryptedUnicode")
_WORD = re.compile(r"[A-Za-z_]\w*")
# hostvars and vars lead to the variables of other hosts, and to all of this one.
_ALL_VARIABLES = frozenset(["hostvars", "vars"])
# The functions that run a lookup plugin in a template.
_LOOKUPS = frozenset(["lookup", "query", "q"])
# Messages of Ansible and Jinja about an undefined variable, an undefined key, and a wrong template.
_UNDEFINED_VARIABLE = re.compile(r"'(\w+)' is undefined|Mandatory variable '(\w+)' +not defined")
_UNDEFINED_KEY = re.compile(r"has no attribute '(\w+)'")
_WRITTEN_WRONGLY = re.compile(r"(?:template error while templating string|Syntax error in template): (.{1,100}?)(?:\. String: |\n|$)")
# Names that are less alike are not ours.
_LIKENESS = 0.8
# Names of the user's own variables that are so alike are probably one name, misspelt.
_SLIP = 0.9


def with_variables(
    arguments: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    """A task's options, with missing connection options from the host's variables.

    Where the task gives a way to sign in, or a part of one, the variables complete this way only.

    :param variables: not templated.
    :param template: templates a value.
    """
    said = {name for name, value in arguments.items() if not is_blank(value)}
    given = {option.name for option in CONNECTION_OPTIONS if said.intersection(spellings(option.name))}
    passed_over = _passed_over(given)
    found = dict(arguments)
    for option in CONNECTION_OPTIONS:
        if option.name in given or option.name in passed_over:
            continue
        for name in spellings(option.name):
            if variables.get(f"{PREFIX}{name}") is None:
                continue
            value = template(variables[f"{PREFIX}{name}"])
            if not is_blank(value) and value != variables.get("omit"):
                found[option.name] = value
                break
    return found


def _passed_over(given: set[str]) -> set[str]:
    """The options that do not come from variables, because the task gives others in their place."""
    rivals = {rival for pair in EXCLUSIVE for option, rival in (pair, pair[::-1]) if option in given}
    chosen = own_ways(given)
    if not chosen:
        return rivals
    kept = {option for way in chosen for option in WAYS[way].options}
    return rivals | {option for way in WAYS.values() for option in way.options if option not in kept}


def ours(variables: t.Iterable[str]) -> list[str]:
    """The names of variables that users set for this collection, in order."""
    return sorted(name for name in variables if name.startswith(PREFIX) and not name.startswith(_SET_BY_PLAYBOOKS))


def declaring(variables: t.Iterable[str]) -> list[str]:
    """The names of variables that declare the document, or a connection of it, in order."""
    return sorted(name for name in variables if name == DOCUMENT or name.startswith(DOCUMENT_CONNECTION))


def connecting(variables: t.Container[str]) -> list[str]:
    """The names of variables that hold connection options, in order."""
    return sorted(name for name in _CONNECTING if name in variables)


def sealed(names: t.Iterable[str], variables: t.Mapping[str, t.Any]) -> str | None:
    """The first variable that no vault password opens, or None.

    :param names: of variables that exist; variables in their templates are checked too.
    :param variables: not templated.
    """
    waiting = list(names)
    seen = {*waiting, *_ALL_VARIABLES}
    while waiting:
        name = waiting.pop(0)
        for _place, part in _leaves(variables[name], name):
            if type(part).__name__ in _ENCRYPTED:
                try:
                    str(part)
                except Exception:
                    return name
            elif isinstance(part, str) and "{{" in part:
                named = [word for word in _WORD.findall(part) if word in variables and word not in seen]
                seen.update(named)
                waiting.extend(named)
    return None


def sealed_message(variable: str) -> str:
    """The message about a variable that no vault password opens."""
    return (
        f"The variable {variable} is encrypted, and no vault password that was given opens it. "
        "Start Ansible with --vault-password-file FILE or --ask-vault-pass."
    )


def no_yaml(value: t.Any) -> str | None:
    """Why a text is neither YAML nor JSON, or None. It quotes nothing: texts may hold secrets."""
    if not isinstance(value, str) or _is_evaluated(value):
        return None
    try:
        # As the filter from_yaml does, which would end in words about its own work.
        yaml.safe_load(str(value))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "it ends too early"
    except yaml.YAMLError:
        return "it has a character that must not be there"
    return None


def broken_template(names: t.Iterable[str], variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]) -> str | None:
    """The message about templates that are wrong or use something undefined, or None; each
    undefined variable once.

    Templates with a lookup plugin are not tried: they may be slow, or return their value only once.

    :param names: of variables that exist.
    :param variables: not templated.
    :param template: templates a value.
    """
    words = _Words(variables)
    found: dict[str, str] = {}
    for name in names:
        for place, part in _leaves(variables[name], name):
            if not _is_template(part) or _LOOKUPS & words.behind(part):
                continue
            try:
                template(part)
            except Exception as error:
                told = _template_message(place, error, variables)
                # Ansible itself reports other errors where the value is used.
                if told is not None:
                    missing = _UNDEFINED_VARIABLE.search(str(error))
                    found.setdefault(missing[0] if missing else told, told)
    return in_one_message(list(found.values())) if found else None


def _template_message(place: str, error: Exception, variables: t.Iterable[str]) -> str | None:
    """The message about a wrong template, without quoting it: it may hold secrets."""
    told = str(error)
    variable = _UNDEFINED_VARIABLE.search(told)
    if variable:
        name = variable[1] or variable[2]
        near = difflib.get_close_matches(name, list(variables), n=1, cutoff=_SLIP)
        hint = f"Did you mean {near[0]}?" if near else "Define it, for example in a vault."
        return f"{place} uses the variable {name}, which is undefined. {hint}"
    if isinstance(error, AnsibleUndefinedVariable):
        key = _UNDEFINED_KEY.search(told)
        what = f"the key {key[1]} of something that lacks it" if key else "something that is undefined"
        return f"{place} uses {what}. Define it, or correct the template."
    wrong = _WRITTEN_WRONGLY.search(told)
    return f"{place} has a template that cannot be read: {wrong[1]}. Correct it." if wrong else None


class _Words:
    """The words in templates, and in the templates of variables that they name, each read once."""

    def __init__(self, variables: t.Mapping[str, t.Any]) -> None:
        self._variables = variables
        self._found: dict[str, set[str]] = {}

    def behind(self, text: str) -> set[str]:
        found: set[str] = set()
        waiting = set(_WORD.findall(text))
        while waiting:
            found |= waiting
            named = [self._of(word) for word in waiting if word in self._variables and word not in _ALL_VARIABLES]
            waiting = set().union(*named) - found
        return found

    def _of(self, name: str) -> set[str]:
        if name not in self._found:
            texts = [part for _place, part in _leaves(self._variables[name], name) if _is_template(part)]
            self._found[name] = {word for text in texts for word in _WORD.findall(text)}
        return self._found[name]


def _is_evaluated(text: str) -> bool:
    """Whether Ansible evaluates the templates in a text. In the answer of a survey it does not."""
    is_trusted = getattr(ansible.template, "is_trusted_as_template", None)
    # Before ansible-core 2.19 all texts are evaluated but those that are marked.
    return "{{" in text and (is_trusted(text) if is_trusted is not None else not hasattr(text, "__UNSAFE__"))


def _is_template(value: t.Any) -> bool:
    return type(value).__name__ not in _ENCRYPTED and isinstance(value, str) and ("{{" in value or "{%" in value)


def _leaves(value: t.Any, place: str) -> t.Iterator[tuple[str, t.Any]]:
    """The values in a variable, at any depth, each with its place."""
    if isinstance(value, t.Mapping):
        for key, item in value.items():
            yield from _leaves(item, at(place, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{place}[{index}]")
    else:
        yield place, value


def look_alikes(names: t.Iterable[str]) -> list[tuple[str, str]]:
    """The names of variables without effect, each with the name that was probably meant."""
    found = []
    for name in sorted(names):
        meant = _meant(name)
        if meant is not None:
            found.append((name, meant))
    return found


def _meant(name: str) -> str | None:
    """The name of ours that was probably meant; None for a correct or foreign name."""
    if not name.startswith(("erp", "er_", "eps")) or name in KNOWN or name.startswith((DOCUMENT_CONNECTION, *_SET_BY_PLAYBOOKS)):
        return None
    words = name.split("_")
    if len(words) > 3 and _likeness("_".join(words[:3]), DOCUMENT_CONNECTION[:-1]) >= 0.9:
        return DOCUMENT_CONNECTION + "_".join(words[3:])
    likeness, meant = max((_likeness(name, known), known) for known in KNOWN)
    return meant if likeness >= _LIKENESS else None


def _likeness(name: str, known: str) -> float:
    """The similarity of two names, from 0 to 1, without the prefix that all names of ours share."""
    if name.startswith(PREFIX) and known.startswith(PREFIX):
        name, known = name[len(PREFIX) :], known[len(PREFIX) :]
    return difflib.SequenceMatcher(None, name, known).ratio()
