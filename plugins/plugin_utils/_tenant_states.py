# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the sign-in host for the states of many tenants, and keeps them for the next run."""

from __future__ import annotations

import datetime
import functools
import threading
import typing as t

from ..module_utils._client import errors
from ..module_utils._client.online import state
from ..module_utils._client.online.environments import Tenant
from ..module_utils._client.online.sign_in_host import Send
from ..module_utils._client.side_by_side import side_by_side
from ..module_utils._model.since import spelt

UNKNOWN = "Unknown"
# Where the host is not reached for one tenant, it is not for the others.
_OUT_OF_REACH = (errors.ConnectionRefused, errors.UnknownHost, errors.ConnectTimedOut, errors.ProxyFailed, errors.TlsFailed)
_SILENT = (errors.TimedOut, errors.ConnectionLost, errors.CutOff)
MOST_SILENCES = 10
"""After so many tenants in a row without an answer the others are not asked."""
_MOST_NAMES = 10
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Told(t.NamedTuple):
    """What is known of a tenant."""

    address: str | None = None
    state: str = UNKNOWN
    running: bool = False
    version: str | None = None
    valid_until: str | None = None
    """UTC, such as 2026-09-21T15:13:20Z."""
    message: str | None = None
    """Why it does not run, or is not known, and what to do."""
    asked: float | None = None
    """When the sign-in host was asked, in seconds since 1970. None where it told nothing."""
    until: float | None = None
    """Until when this holds, by this machine's clock. None where the host does not say."""

    def holds(self, now: float, seconds: float) -> bool:
        """Whether there is no need to ask again.

        :param seconds: for which it is kept at most; 0 for no limit.
        """
        if self.asked is None or not self.asked <= now:
            return False
        return (seconds == 0 or now < self.asked + seconds) and (self.until is None or now < self.until)


# The types of the members, which a file of a cache may have otherwise.
_TYPES: dict[str, tuple[type, ...]] = {
    "address": (str, type(None)),
    "state": (str,),
    "running": (bool,),
    "version": (str, type(None)),
    "valid_until": (str, type(None)),
    "message": (str, type(None)),
    "asked": (int, float),
    "until": (int, float, type(None)),
}


def kept(stored: t.Any, now: float, seconds: float) -> dict[str, Told]:
    """What a cache holds that still counts, by the tenants with their sign-in host."""
    found = {}
    for name, members in stored.items() if isinstance(stored, t.Mapping) else ():
        if isinstance(members, t.Mapping) and set(members) == set(_TYPES) and all(_fits(members[key], _TYPES[key]) for key in _TYPES):
            told = Told(**members)
            if told.holds(now, seconds):
                found[str(name)] = told
    return found


def _fits(value: t.Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (not isinstance(value, bool) or bool in types)


def to_keep(known: t.Mapping[str, Told]) -> dict[str, dict[str, t.Any]]:
    """What the next run may use: all that the sign-in host has told, and no failure."""
    return {name: told._asdict() for name, told in known.items() if told.asked is not None}


def ask(send: Send, tenants: t.Sequence[Tenant], at_once: int, now: t.Callable[[], float]) -> list[Told]:
    """What the sign-in host tells of each tenant, in their order.

    :param at_once: requests that may be under way at once.
    :param now: seconds since 1970.
    :raises errors.BadInput: for options with which nothing can be sent.
    """
    reach = _Reach()

    def one(tenant: Tenant) -> Told:
        reason = reach.lost()
        if reason is not None:
            return Told(message=reason)
        try:
            told = _told(state.see(send, tenant, now), now())
        except (errors.BadInput, errors.MissingLibrary):
            raise
        except errors.ErpSyncError as error:
            message = error.message.removeprefix(f"{error.method}: ")
            reach.failed(error, message)
            return Told(message=message)
        reach.answered()
        return told

    return side_by_side([functools.partial(one, tenant) for tenant in tenants], at_once)


class _Reach:
    """Whether the sign-in host is worth asking; for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silences = 0
        self._reason: str | None = None

    def lost(self) -> str | None:
        """Why it is not. None where it is."""
        with self._lock:
            return self._reason

    def answered(self) -> None:
        with self._lock:
            self._silences = 0

    def failed(self, error: errors.ErpSyncError, message: str) -> None:
        with self._lock:
            if isinstance(error, _OUT_OF_REACH):
                self._reason = message
            elif isinstance(error, _SILENT):
                self._silences += 1
                if self._silences >= MOST_SILENCES:
                    self._reason = message
            else:
                self._silences = 0


def _told(seen: state.SeenState, now: float) -> Told:
    return Told(
        address=seen.endpoint,
        state=seen.state,
        running=seen.running,
        version=seen.version,
        valid_until=None if seen.until is None else spelt(_EPOCH + datetime.timedelta(seconds=int(seen.until))),
        message=seen.problem,
        asked=now,
        until=None if seen.lasts is None else now + seen.lasts,
    )


def warnings(found: t.Iterable[tuple[str, str, Told]]) -> list[str]:
    """One warning for each reason why tenants are not known.

    :param found: the name of the host, the tenant, and what is known of it.
    """
    hosts: dict[str, list[tuple[str, str]]] = {}
    for name, tenant, told in found:
        if told.asked is None and told.message is not None:
            hosts.setdefault(told.message.replace(tenant, "{tenant}"), []).append((name, tenant))
    told_once = []
    for reason, members in hosts.items():
        if len(members) == 1:
            (name, tenant), *_none = members
            told_once.append(f"{name} is a host of state {UNKNOWN}: {reason.replace('{tenant}', tenant)}")
            continue
        names = ", ".join(name for name, _tenant in members[:_MOST_NAMES])
        more = f" and {len(members) - _MOST_NAMES} more" if len(members) > _MOST_NAMES else ""
        told_once.append(f"{len(members)} hosts are of state {UNKNOWN} ({names}{more}): {reason.replace('{tenant}', 'the tenant')}")
    return told_once
