# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which failures stand in place of what was asked for, and which ones end the task, for each thing that a task can do without.

What a server refuses or lacks is a fact. That it cannot be reached, or accepts nobody, is none: then every other question fails as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.lookups import Lookups, Ranking
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Unread
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import sync_log
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.access import read_access
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.all_lists import read_all_lists
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.first_run import read_first_run
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.health import HealthReader
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.versions import read_versions

# What the server answered, one way or another.
ANSWERS: dict[str, type[errors.ErpSyncError]] = {
    "server_error": errors.ErrorAnswer,
    "forbidden": errors.Forbidden,
    "not_found": errors.NotFound,
    "not_in_version": errors.NotInVersion,
    "unexpected_answer": errors.UnexpectedAnswer,
}
OTHERS: dict[str, type[errors.ErpSyncError]] = {
    "not_json": errors.NotJson,
    "redirected": errors.Redirected,
    "timeout": errors.TimedOut,
    "too_large": errors.TooLarge,
    "unauthorized": errors.Unauthorized,
    "unavailable": errors.Unavailable,
    "unexpected_status": errors.UnexpectedStatus,
}
# What nothing can do without.
NEVER: dict[str, type[errors.ErpSyncError]] = {
    "connection_lost": errors.ConnectionLost,
    "connection_refused": errors.ConnectionRefused,
    "cut_off": errors.CutOff,
    "proxy": errors.ProxyFailed,
    "sign_in_failed": errors.SignInFailed,
    "tenant_not_running": errors.TenantNotRunning,
    "throttled": errors.Throttled,
    "tls": errors.TlsFailed,
    "unknown_host": errors.UnknownHost,
    "wrong_host": errors.WrongHost,
}
KINDS = {**ANSWERS, **OTHERS, **NEVER}
NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
NORWAY = Connection(1, 7, "Norway", "", True, False, None)


class Failing:
    """A transport all of whose answers are one failure."""

    def __init__(self, error: errors.ErpSyncError) -> None:
        self._error = error

    def fail(self, *_arguments: Any, **_more: Any) -> Any:
        raise self._error

    invoke = mdo_list = archive = principal = system = fail


class Part(NamedTuple):
    """Something that is read, what stands in its place where it cannot be, and of which failures besides answers."""

    read: Callable[[Any], Any]
    instead: Any
    others: tuple[str, ...] = ()


def health(transport: Any) -> HealthReader:
    archives = Archives(transport)
    return HealthReader(ReadingAgent(transport), Lookups(transport, archives), archives)


def ranking(transport: Any) -> Ranking:
    lookups = Lookups(transport, Archives(transport))
    lookups.list_items = lambda name, additional=None: [{"Id": 5}]  # type: ignore[method-assign]
    return lookups.ranking()


def first_run(transport: Any) -> set[bool]:
    return {bool(one["answered"]) for one in read_first_run(transport, Archives(transport))}


def access(transport: Any) -> tuple[Any, ...]:
    found = read_access(lambda: None, Lookups(transport, Archives(transport)), lambda _text: None)
    return tuple(found[name] for name in ("user", "tenant", "function_rights", "licences", "version"))


def lists_by_agent(transport: Any) -> Any:
    """Lists, from an agent that answers where archives do not."""
    return read_all_lists(cast(Any, Empty()), Archives(transport), [1], lambda choices: choices[0])


class Empty:
    """An agent in whose installation there are no lists."""

    def get_connection_list_mappings(self, _connection_id: int) -> None:
        return None


class Silent:
    """A server that tells its version, and nothing else."""

    def principal(self) -> None:
        return None

    def system(self) -> dict[str, str]:
        return {"NetServerVersion": "10.3"}


def agent_answers(transport: Any) -> Any:
    silent = cast(Any, Silent())
    return read_access(transport.fail, Lookups(silent, Archives(silent)), lambda _text: None)["erp_sync"]["answers"]


def is_unread(found: Any) -> bool:
    return isinstance(found, Unread)


ARCHIVE = ("not_json", "unavailable")
PARTS: dict[str, Part] = {
    "access": Part(access, (None,) * 5, ("not_json",)),
    "the agent": Part(agent_answers, False),
    "versions": Part(
        lambda transport: read_versions(transport.fail)["best"],
        None,
        ("not_json", "redirected", "unauthorized", "unavailable", "unexpected_status"),
    ),
    "first run": Part(first_run, {False}, ("not_json", "timeout", "too_large", "unavailable", "unexpected_status")),
    "engine": Part(lambda transport: is_unread(health(transport).engine()), True),
    "connections": Part(lambda transport: is_unread(health(transport).connections()), True),
    "connectors": Part(lambda transport: is_unread(health(transport).connectors()), True),
    "principal": Part(lambda transport: is_unread(health(transport).principal()), True, ("not_json",)),
    "last synchronisations": Part(lambda transport: is_unread(health(transport).last_syncs([NORWAY])[1]), True),
    "lists of a connection": Part(lambda transport: is_unread(health(transport).lists([NORWAY])[1]), True, ("timeout", "unavailable")),
    "test of a connection": Part(
        lambda transport: is_unread(health(transport).connection_tests([NORWAY])[1]), True, ("timeout", "unavailable")
    ),
    "numbers of log entries": Part(lambda transport: is_unread(health(transport).log_counts(NOW, 60)), True, ARCHIVE),
    "newest log entries": Part(lambda transport: health(transport).newest_logged(), {}, ARCHIVE),
    "saved order": Part(ranking, Ranking((5,), False), ARCHIVE),
    "fields": Part(lambda transport: Lookups(transport, Archives(transport)).field_archive(1).fields, {}, ARCHIVE),
    "mapped CRM fields": Part(lambda transport: Lookups(transport, Archives(transport)).mapped_crm_fields(), None, ARCHIVE),
    "newest entry": Part(lambda transport: sync_log.newest(Archives(transport)), None, (*ARCHIVE, "timeout")),
    "lists in archives": Part(lists_by_agent, ({1: {}}, False), ARCHIVE),
}


@pytest.mark.parametrize("part", PARTS)
def test_which_failures_stand_in_place_of_what_was_asked_for(part: str) -> None:
    read, instead, others = PARTS[part]
    tolerated = set()
    for name, kind in KINDS.items():
        error = kind("It failed.", method="M", http_status=400)
        assert error.kind == name
        try:
            found = read(Failing(error))
        except errors.ErpSyncError as raised:
            assert raised is error
        else:
            tolerated.add(name)
            assert found == instead, name
    assert tolerated == {*ANSWERS, *others}


@pytest.mark.parametrize("part", ["lists of a connection", "test of a connection"])
def test_a_server_to_which_no_connection_comes_about_is_no_silent_one(part: str) -> None:
    error = errors.ConnectTimedOut("It failed.", method="M")
    with pytest.raises(errors.ConnectTimedOut):
        PARTS[part].read(Failing(error))
