# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Tells a refused ErpSync agent from a missing right and an expired ticket, at SuperOffice Online.

SuperOffice Online grants the agent to each application. How it answers an application without the
agent is not documented, and may look like any other refusal. So other services are asked, once in a
run, and only after a refusal.
"""

from __future__ import annotations

import re
import threading
import typing as t

from .._wire import members
from . import errors
from .access import NO_RIGHT, NO_SESSION
from .answers import last
from .online.environments import is_online, tenant_in
from .settings import Settings

PROBE = "GetEngineStatus"
"""A method without arguments that each version has."""

_NOT_SUPPORTED = ("SoNotSupportedException", "NotSupportedException")
_NO_LICENCE = "SoLicenseException"
# The function right of administrators.
_EVERY_RIGHT = "admin-all"
# Words of a server about the application itself.
_NAMES_THE_AGENT = re.compile(r"\bagents?\b|\brestricted\b", re.IGNORECASE)

REMEDY = (
    "SuperOffice Online grants the agent to each application. In SuperOffice's developer portal, the administrator of the application must "
    'have the ErpSync agent added to it, as the template "Standard ERP sync and quote app" has it.'
)


class _Finding(t.NamedTuple):
    """What other requests show. ``has_every_right`` is None where nobody tells."""

    is_signed_in: bool
    agent_answers: bool = False
    has_every_right: bool | None = None


class AgentRefusals:
    """Explains refusals of the agent's methods."""

    def __init__(
        self,
        settings: Settings,
        who: t.Callable[[], members.Carrier | None],
        other: t.Callable[[], object],
        probe: t.Callable[[], object],
    ) -> None:
        """
        :param who: the principal; None where the server does not tell.
        :param other: asks a service that is no agent.
        :param probe: calls :data:`PROBE`.
        """
        self._is_online = settings.tenant is not None or is_online(settings.url) or tenant_in(settings.url) is not None
        # It has the rights of the system, whoever approved the application.
        self._is_system_user = settings.identity.system_user_token is not None
        self._who = who
        self._other = other
        self._probe = probe
        self._lock = threading.Lock()
        self._asked = False
        self._finding: _Finding | None = None

    def explained(self, error: errors.ErpSyncError, method: str) -> errors.ErpSyncError:
        """The error for a failed call of an agent's method: another one where more can be told."""
        if not self._is_online or error.method != method or not _refuses(error):
            return error
        with self._lock:
            if not self._asked:
                self._finding, self._asked = self._find(method), True
        found = self._finding
        if found is None or found.agent_answers or last(error.code) == _NO_LICENCE:
            return error
        if not found.is_signed_in:
            return _expired(error) if isinstance(error, errors.Forbidden) and last(error.code) not in NO_RIGHT else error
        if found.has_every_right is False and last(error.code) in NO_RIGHT and not _NAMES_THE_AGENT.search(_said(error)):
            error.message += f" Or the application has no access to the ErpSync agent, which refuses everything. {REMEDY}"
            return error
        return _agent_refused(error)

    def _find(self, method: str) -> _Finding | None:
        """What other requests show; None where they fail for reasons of their own."""
        try:
            principal = self._who()
            if principal is None:
                self._other()
            every_right = self._is_system_user or (None if principal is None else _has_every_right(principal))
        except (errors.Unauthorized, errors.Forbidden):
            return _Finding(is_signed_in=False)
        except (errors.ErpSyncError, members.WireError):
            return None
        if method == PROBE:
            return _Finding(True, False, every_right)
        try:
            self._probe()
        except errors.ErpSyncError as error:
            return _Finding(True, False, every_right) if _refuses(error) else None
        return _Finding(True, True, every_right)


def _refuses(error: errors.ErpSyncError) -> bool:
    """Whether an answer may be that of an agent which the application does not have."""
    return isinstance(error, (errors.Unauthorized, errors.Forbidden)) or last(error.code) in (*NO_RIGHT, *NO_SESSION, *_NOT_SUPPORTED)


def _has_every_right(principal: members.Carrier) -> bool | None:
    """Whether a user has all function rights.

    :raises members.WireError: if a member has another type.
    """
    if members.text(principal, "UserType") == "SystemAssociate" or members.text(principal, "RoleType") == "System":
        return True
    if members.member(principal, "FunctionRights") is None:
        return None
    return _EVERY_RIGHT in (right.lower() for right in members.texts(principal, "FunctionRights"))


def _said(error: errors.ErpSyncError) -> str:
    """What the server said, as the message quotes it."""
    message = error.message.replace(errors.UNCERTAIN, "")
    for mark in (" The server says: ", "the server refused: ", f"({error.http_status}): "):
        if mark in message:
            return message.partition(mark)[2]
    return ""


def _like(kind: type[errors.ErpSyncError], error: errors.ErpSyncError, sentence: str) -> errors.ErpSyncError:
    """Another kind of error for the same answer. It is certain that the server never acted."""
    said = _said(error)
    return kind(
        f"{error.method}: {sentence}{' The server says: ' + said if said else ''}",
        code=error.code,
        http_status=error.http_status,
        method=error.method,
        attempts=error.attempts,
        correlation=error.correlation,
    )


def _agent_refused(error: errors.ErpSyncError) -> errors.ErpSyncError:
    sentence = f"the application has no access to the ErpSync agent, which refuses everything, while other services answer. {REMEDY}"
    return _like(errors.AgentRefused, error, sentence)


def _expired(error: errors.ErpSyncError) -> errors.ErpSyncError:
    sentence = f"the server does not accept the ticket or token ({error.http_status}), for other services either. It may have expired."
    return _like(errors.Unauthorized, error, sentence)
