# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The checks of an installation's health: each takes what was read of one thing, and returns
findings.
"""

from __future__ import annotations

import datetime
import typing as t

from .._wire import members
from . import last_sync, names, secret_values
from .checks import DocumentError
from .connection import Connection
from .connector import Connector
from .engine import EngineStatus
from .find_by_name import Things
from .health import (
    ACCESS,
    ACTIVE,
    CONNECTION_TEST,
    CONNECTOR_TEST,
    ENGINE,
    ERROR,
    INFO,
    LAST_SYNC,
    LISTS,
    LOG,
    MANDATORY_FIELDS,
    MISSING_FIELDS,
    UNKNOWN,
    WARNING,
    Finding,
    Unread,
    Where,
    listed,
    unchecked,
)
from .last_sync import Age, in_words
from .list_mapping import lists_as_result
from .reference import Reference

# The licence without which ERP Sync stops, and how long before its end a finding says so.
LICENCE = "expander-services"
_BEFORE_THE_END = datetime.timedelta(days=30)
# A clock that is ahead by no more than this is no finding.
_CLOCKS = 300
# The answer of TestConnectorUrl where a connector answers.
_ANSWERS = "NoError"
# Fewer log entries than these never count as a rise.
_FEW = 10

ENGINE_ITSELF = Where("engine")
CONNECTIONS = Where("connections")
SYNC_LOG = Where("log")


def of(connection: Connection) -> Where:
    """The connection, as findings name it."""
    return Where("connection", connection.name, connection.id)


def engine(status: EngineStatus) -> list[Finding]:
    """Whether the engine runs."""
    if status.is_running:
        return []
    message = " ".join((status.status_message or "").split()).rstrip(".")
    said = f' The server says: "{message}".' if message else ""
    todo = "Start it with erpsync_engine and state=running, unless a maintenance is under way."
    return [Finding(ERROR, ENGINE, f"The sync engine is stopped.{said}", ENGINE_ITSELF, todo)]


def active(connections: t.Sequence[Connection], expected: t.Sequence[Reference] | None) -> list[Finding]:
    """Whether the connections that are expected to be active are.

    :param expected: None for all.
    """
    if expected is None:
        return [_inactive(connection) for connection in connections if not connection.active]
    things = Things("connection", connections)
    found: list[Finding] = []
    inactive: dict[int, Connection] = {}
    for ref in expected:
        try:
            meant = things.find_all(ref, "expect_active")
            if not meant:
                raise things.missing(ref, "expect_active")
        except DocumentError as error:
            found.append(Finding(ERROR, ACTIVE, str(error), Where("connection", ref.name, ref.id), "Create it, or correct expect_active."))
        else:
            inactive.update((connection.id, connection) for connection in meant if not connection.active)
    found.extend(map(_inactive, inactive.values()))
    if not found and connections and not any(connection.active for connection in connections):
        todo = "Activate a connection with erpsync_connection and active=true."
        found.append(Finding(WARNING, ACTIVE, "No connection is active, so nothing is synchronised.", CONNECTIONS, todo))
    return found


def _inactive(connection: Connection) -> Finding:
    todo = "Activate it with erpsync_connection and active=true, or take it out of expect_active."
    return Finding(ERROR, ACTIVE, "The connection is inactive, and is expected to be active.", of(connection), todo)


def synchronised(
    connection: Connection,
    moment: str | None,
    age: Age | None,
    *,
    max_age: int,
    ahead: int = 0,
) -> list[Finding]:
    """Whether a connection was synchronised lately.

    :param moment: when, as the server writes it; None for never.
    :param age: how long ago that was; None where the text is no time.
    :param ahead: how many seconds it lies in the future.
    """
    where = of(connection)
    if moment is None:
        todo = "Synchronise once with erpsync_sync_all, and look at what it says."
        return [Finding(WARNING, LAST_SYNC, "The connection has never been synchronised.", where, todo)]
    if age is None:
        return [Finding(UNKNOWN, LAST_SYNC, f'When it was last synchronised cannot be told: "{moment}" is no time.', where)]
    allowed = f"{in_words(max_age)} {'is' if max_age in (1, 60, 3600, 86400) else 'are'} allowed"
    if age.least > max_age:
        span = in_words(age.least) if age.is_exact else f"at least {in_words(age.least)}"
        todo = "See whether the engine runs and the connector answers, then synchronise with erpsync_sync_all and look at what it says."
        return [Finding(ERROR, LAST_SYNC, f"The connection was last synchronised {span} ago; {allowed}.", where, todo)]
    if age.most > max_age:
        what = (
            f"The connection was last synchronised {in_words(age.least)} to {in_words(age.most)} ago; {allowed}. "
            f"The server writes {moment} and does not say in which time zone."
        )
        return [Finding(UNKNOWN, LAST_SYNC, what, where, "Give the server's time zone with time_zone.")]
    if ahead > _CLOCKS:
        what = f"The connection was last synchronised {in_words(ahead)} in the future, at {moment}."
        return [Finding(INFO, LAST_SYNC, what, where, "Correct time_zone, or the clock of the server or of this machine.")]
    return []


def fields(connection: Connection, mappings: t.Sequence[members.Carrier], checks: t.Container[str]) -> list[Finding]:
    """Whether the ERP side has all mapped fields, and whether all mandatory ones have a direction.

    :param mappings: ErpSyncActorTypeMapping of actor types of the connection.
    :raises members.WireError: if a member has another type.
    """
    found = []
    for mapping in mappings:
        if not members.flag(mapping, "IsActive"):
            continue
        actor = members.text(mapping, "ActorTypeErp") or "An actor type without a name"
        missing, undirected = _wrong_fields(mapping)
        if missing and MISSING_FIELDS in checks:
            what = f"{actor}: the ERP side no longer has {_fields(missing)}, which {_are(missing)} mapped."
            todo = "Unmap what is gone with erpsync_field_mapping; where the connector has it again, use refresh_fields."
            found.append(Finding(WARNING, MISSING_FIELDS, what, of(connection), todo))
        if undirected and MANDATORY_FIELDS in checks:
            what = f"{actor}: {_fields(undirected)} {_are(undirected)} mandatory on the ERP side and {_have(undirected)} no direction."
            todo = "Give a direction with erpsync_field_mapping; until then the connection cannot be activated again."
            found.append(Finding(WARNING, MANDATORY_FIELDS, what, of(connection), todo))
    return found


def _wrong_fields(mapping: members.Carrier) -> tuple[list[str], list[str]]:
    """The keys of the mapped fields that the ERP side lacks, and of mandatory ones without a
    direction.
    """
    missing, undirected = [], []
    for field in members.carriers(mapping, "FieldMappings") or []:
        key = members.text(field, "ErpFieldKey") or ""
        directed = bool(members.flag(field, "SyncToCrm")) or bool(members.flag(field, "SyncToErp"))
        shown = bool(members.flag(field, "ShowInGui")) or bool(members.flag(field, "ShowInSearch"))
        if members.flag(field, "MissingInERP"):
            if directed or shown or members.text(field, "CrmFieldKey"):
                missing.append(key)
        elif members.text(field, "Access") == "Mandatory" and not directed:
            undirected.append(key)
    return missing, undirected


def _fields(keys: t.Sequence[str]) -> str:
    return f"the field{'' if len(keys) == 1 else 's'} {listed(keys)}"


def _are(keys: t.Sequence[str]) -> str:
    return "is" if len(keys) == 1 else "are"


def _have(keys: t.Sequence[str]) -> str:
    return "has" if len(keys) == 1 else "have"


def lists(connection: Connection, container: members.Carrier) -> list[Finding]:
    """Whether each item of the lists has a CRM item.

    :raises members.WireError: if a member has another type.
    """
    found = []
    for each in lists_as_result(container):
        items = each["mapped_items"]
        without = [item["erp"] or item["erp_name"] or "" for item in items if item["crm_id"] is None]
        if without:
            what = (
                f"{each['actor'] or 'An actor type without a name'}: {len(without)} of {len(items)} items of "
                f"{'the list ' + each['list'] if each['list'] else 'a list without a name'} {_have(without)} no CRM item: "
                f"{listed(without)}."
            )
            todo = "Choose CRM items with erpsync_list_mapping."
            found.append(Finding(WARNING, LISTS, what, of(connection), todo))
    return found


def connector(connection: Connection, there: Connector | None, answer: str | Unread | None) -> list[Finding]:
    """Whether the connector of a connection is there and answers.

    :param answer: of TestConnectorUrl; None where there is no URL to test.
    """
    if there is None:
        what = f"The connection's connector (id {connection.connector_id}) is deleted."
        return [Finding(ERROR, CONNECTOR_TEST, what, of(connection), "Give the connection another connector with erpsync_connection.")]
    where = Where("connector", there.name, there.id)
    if answer is None:
        return [Finding(UNKNOWN, CONNECTOR_TEST, "The server does not tell the connector's URL.", where)]
    if answer == _ANSWERS:
        return []
    if isinstance(answer, Unread) and not answer.is_answer:
        return [unchecked(CONNECTOR_TEST, where, answer)]
    url = secret_values.url(there.url) or ""
    reason = answer.reason.replace(there.url or url, url) if isinstance(answer, Unread) else f"The server says {answer}."
    todo = "See that the connector's service runs and that SuperOffice's server can reach its URL."
    return [Finding(ERROR, CONNECTOR_TEST, f"No connector answers at {url}. {reason}", where, todo)]


def connection_test(connection: Connection, answer: bool | Unread) -> list[Finding]:
    """Whether the ERP system accepts the connection."""
    if answer is True:
        return []
    if isinstance(answer, Unread) and not answer.is_answer:
        return [unchecked(CONNECTION_TEST, of(connection), answer)]
    reason = answer.reason if isinstance(answer, Unread) else "The server gives no reason."
    todo = "See whether the connector answers, and whether the configuration, for example a password, is still right."
    return [Finding(ERROR, CONNECTION_TEST, f"The test of the connection failed. {reason}", of(connection), todo)]


class LogRules(t.NamedTuple):
    """The numbers of log entries that become findings; None for never."""

    window: int
    least: int
    most: int | None
    rise: float | None


class LogCounts(t.NamedTuple):
    """The entries of the sync log in the window, and in as long a time before it.

    ``before`` is None where there are too many to count; ``is_cut`` says so of ``now``.
    """

    now: int
    before: int | None
    is_cut: bool = False


def log(counted: LogCounts, rules: LogRules) -> list[Finding]:
    """Whether the sync log has as many entries as it should."""
    window = in_words(rules.window)
    number = f"{'more than ' if counted.is_cut else ''}{counted.now}"
    entries = f"The sync log has {number} {'entry' if counted.now == 1 else 'entries'} within {window}"
    if counted.now < rules.least:
        todo = "See whether anything was to be synchronised, and what erpsync_sync_all says."
        return [Finding(WARNING, LOG, f"{entries}; at least {rules.least} {'is' if rules.least == 1 else 'are'} expected.", SYNC_LOG, todo)]
    todo = "Look at what changes so often: two connections, or a mapping in both directions, may overwrite each other."
    if rules.most is not None and counted.now > rules.most:
        return [Finding(WARNING, LOG, f"{entries}; at most {rules.most} {'is' if rules.most == 1 else 'are'} expected.", SYNC_LOG, todo)]
    if rules.rise is not None and counted.before is not None and counted.now > rules.rise * max(counted.before, _FEW):
        what = f"{entries}, and {counted.before} within the {window} before: more than {rules.rise:g} times as many."
        return [Finding(WARNING, LOG, what, SYNC_LOG, todo)]
    return []


def access(principal: members.Carrier | None | Unread, refused: t.Sequence[Unread], now: datetime.datetime) -> list[Finding]:
    """Whether the user may do what the checks need, and whether the licence lasts.

    :param principal: SoPrincipalCarrier; None where the server does not tell it.
    :param refused: what the server refused in this run.
    :raises members.WireError: if a member has another type.
    """
    known = principal if isinstance(principal, dict) else {}
    name = members.text(known, "Associate")
    user = Where("user", name, members.number(known, "AssociateId"))
    found = [
        Finding(
            ERROR,
            ACCESS,
            f"The server refuses {method}. {reason}",
            user,
            "Give the user the rights to administer ERP Sync, and the installation its licence.",
        )
        for method, reason in {unread.method: unread.reason for unread in refused}.items()
    ]
    if isinstance(principal, Unread):
        found.append(Finding(UNKNOWN, ACCESS, f"Who is signed in cannot be read. {principal.reason}", user))
    elif principal is None:
        what = "Over SOAP this server does not tell who is signed in, nor when the licence ends. REST tells it."
        found.append(Finding(INFO, ACCESS, what, user))
    return [*found, *_licence(known, now)]


def _licence(principal: members.Carrier, now: datetime.datetime) -> list[Finding]:
    """The end of the licence of ERP Sync, if it is near."""
    for licence in members.carriers(principal, "Licenses") or []:
        name = members.text(licence, "Name") or members.text(licence, "ModuleName") or ""
        ends = last_sync.parsed(members.text(licence, "ExpiryDate") or "")
        # The smallest dates mean never.
        if name.casefold() != LICENCE or ends is None or ends.year < 1900:
            continue
        ends = ends if ends.tzinfo is not None else ends.replace(tzinfo=last_sync.UTC)
        left = ends - now
        if left > _BEFORE_THE_END:
            continue
        described = names.readable(members.text(licence, "Description") or members.text(licence, "ModuleDescription"))
        told = f"The licence {name}{f' ({described})' if described else ''}, which ERP Sync needs,"
        severity, when = (ERROR, "ended") if left < datetime.timedelta() else (WARNING, "ends")
        return [Finding(severity, ACCESS, f"{told} {when} on {ends.date().isoformat()}.", Where("licence", name), "Renew the licence.")]
    return []
