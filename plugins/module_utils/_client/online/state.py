# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The state of a tenant: where its installation is, and whether it runs.

Source: "Tenant status" in the vendor's documentation.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from urllib.parse import urlsplit

from .. import certainty, errors
from ..answers import failure, one_line
from ..exchange import Request, Response
from ..json_answers import Json
from . import clock
from .environments import Tenant
from .sign_in_host import Send, members, unexpected

_NAMES = {
    0: "Unknown",
    1: "Provisioning",
    2: "Running",
    3: "Deleted",
    4: "Suspended",
    5: "OnlineMaintenance",
    6: "OfflineMaintenance",
    8: "ProvisioningFailed",
    10: "Deleting",
    11: "DeleteFailed",
    12: "MigrationPending",
}
_RUNNING = frozenset({"running", "onlinemaintenance"})
_CHECK = "Check tenant, and online_environment or login_url"
# What a state means, with what to do. The services do not answer in any of these.
_SENTENCES: dict[str, str] = {
    "unknown": f"is not known to the sign-in host. {_CHECK}",
    "provisioning": "is being set up. Wait until SuperOffice has done so",
    "provisioningfailed": "could not be set up. Ask SuperOffice",
    "suspended": "is suspended, and its web services do not answer. Ask SuperOffice, or whoever administers the tenant",
    "offlinemaintenance": "is in maintenance, and its web services do not answer. Try again later, or wait with wait_for_tenant",
    "migrationpending": "waits for its migration. Try again later, or wait with wait_for_tenant",
    "deleted": "is deleted. Check tenant",
    "deleting": "is being deleted. Check tenant",
    "deletefailed": "was to be deleted. Check tenant",
}
_OTHERWISE = "does not run. Try again later, or wait with wait_for_tenant"
# States that end without a person's doing.
_PASSING = frozenset({"offlinemaintenance", "migrationpending", "running", "onlinemaintenance"})
# SuperOffice's have some thirty characters.
_LONGEST_VERSION = 100
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d*)?(Z|[+-]\d\d:?\d\d)?")


class TenantState(t.NamedTuple):
    """Where a running tenant is."""

    endpoint: str
    """The address of the installation. SOAP services are below Remote/."""
    api: str
    """The address of the installation's REST API, without the /api at its end."""
    lasts: float | None
    """Seconds for which this holds. None where the host does not say."""


class SeenState(t.NamedTuple):
    """What the sign-in host tells of a tenant, whether it runs or not."""

    state: str
    """Its name, such as Running or Suspended."""
    running: bool
    """Whether its web services answer."""
    endpoint: str | None
    """The address of the installation. None where the host does not tell one."""
    version: str | None
    """The release of the installation. None where the host does not tell it."""
    until: float | None
    """ValidUntil in seconds since 1970, by the host's clock. None where the host does not say."""
    lasts: float | None
    """Seconds for which this holds; not above zero where ValidUntil is past. None as above."""
    problem: str | None
    """Why it does not run, and what to do."""


def see(send: Send, tenant: Tenant, now: t.Callable[[], float]) -> SeenState:
    """The state of a tenant that the sign-in host knows.

    :param now: seconds since 1970.
    :raises errors.ErpSyncError: for a tenant that is not known, and where there is no answer that
        can be used.
    """
    request, response, answer = _answer(send, tenant)
    problem = _not_running(request, response, answer, tenant)
    if isinstance(problem, errors.NotFound):
        raise problem
    told = _state(request, response, answer)
    endpoint: str | None
    try:
        endpoint = _addresses(request, response, answer, tenant)[0]
    except errors.ErpSyncError:
        # Nothing is sent to a tenant that does not run.
        if problem is None:
            raise
        endpoint = None
    version = answer.get("version")
    return SeenState(
        state=told or ("Running" if problem is None else "Unknown"),
        running=problem is None,
        endpoint=endpoint,
        version=one_line(version)[:_LONGEST_VERSION] or None if isinstance(version, str) else None,
        until=_until(answer),
        lasts=_left(response, answer, now()),
        problem=None if problem is None else problem.message.removeprefix(f"{request.method}: "),
    )


def ask(send: Send, tenant: Tenant, now: t.Callable[[], float]) -> TenantState:
    """The state of a tenant that runs.

    :param now: seconds since 1970.
    :raises errors.TenantNotRunningYet: for a tenant that will run again.
    :raises errors.TenantNotRunning: for a tenant that does not run.
    :raises errors.ErpSyncError: where there is no answer that can be used.
    """
    request, response, answer = _answer(send, tenant)
    problem = _not_running(request, response, answer, tenant)
    if problem is not None:
        raise problem
    return TenantState(*_addresses(request, response, answer, tenant), _lasts(response, answer, now()))


def _answer(send: Send, tenant: Tenant) -> tuple[Request, Response, dict[str, Json]]:
    """The request, the response, and the members of its JSON object by their names in lower case.

    :raises errors.ErpSyncError: for a tenant that is not known, and where there is no answer that
        can be used.
    """
    request = Request("GET", f"/api/state/{tenant.name}", f"the state of {tenant.name}", False)
    response = send(request)
    if response.status in (400, 404, 410):
        raise _not_known(request, response, tenant)
    if 200 <= response.status < 300 and response.body.strip() in (b"null", b""):
        raise _not_known(request, response, tenant)
    answer = members(request, response)
    _refuse_other_tenant(request, response, answer, tenant)
    return request, response, answer


def _not_known(request: Request, response: Response, tenant: Tenant) -> errors.ErpSyncError:
    sentence = f"{tenant.name} is not known to the sign-in host ({response.status}, {tenant.login_url}). {_CHECK}."
    return failure(errors.NotFound, request, response, sentence)


def _refuse_other_tenant(request: Request, response: Response, answer: t.Mapping[str, Json], tenant: Tenant) -> None:
    """Refuse the state of another tenant, which would get this one's credentials."""
    named = answer.get("contextidentifier")
    if named is None or (isinstance(named, str) and named.strip().casefold() == tenant.name.casefold()):
        return
    raise unexpected(request, response, "the sign-in host answers with the state of another tenant. Nothing was sent there.")


def _not_running(request: Request, response: Response, answer: t.Mapping[str, Json], tenant: Tenant) -> errors.ErpSyncError | None:
    """The error for a tenant that does not run. None for one that runs.

    :raises errors.ErpSyncError: where the answer cannot be used.
    """
    state, runs = _state(request, response, answer), answer.get("isrunning")
    if runs is not None and not isinstance(runs, bool):
        raise _unfit(request, response, "IsRunning is neither true nor false")
    known = (state or "").casefold()
    # A state that is not known here may be a new one.
    if known not in _SENTENCES and (runs or (runs is None and known in _RUNNING)):
        return None
    if runs is None and state is None:
        raise _unfit(request, response, "it has neither State nor IsRunning")
    told = f"State: {state}" if state is not None else "without a State"
    if known in _RUNNING or state is None:
        told += ", IsRunning: false"
    sentence = f"{tenant.name} {_SENTENCES.get(known, _OTHERWISE)} ({told}). Nothing was sent to it."
    if known in _PASSING:
        yet = failure(errors.TenantNotRunningYet, request, response, sentence)
        if isinstance(yet, errors.TenantNotRunningYet):
            yet.pause = certainty.seconds_to_wait(response.headers.get("retry-after"))
        return yet
    return failure(errors.NotFound if known == "unknown" else errors.TenantNotRunning, request, response, sentence)


def _state(request: Request, response: Response, answer: t.Mapping[str, Json]) -> str | None:
    """The name of the state, which may come as its number. None where the answer has none."""
    state = answer.get("state")
    if isinstance(state, str) and state.strip().isdecimal():
        state = int(state[:9])
    if isinstance(state, int) and not isinstance(state, bool):
        return _NAMES.get(state, str(state)[:20])
    if state is None:
        return None
    if not isinstance(state, str) or not re.fullmatch(r"\s*\w{1,40}\s*", state):
        raise _unfit(request, response, "State is neither a name nor a number")
    return state.strip()


def _addresses(request: Request, response: Response, answer: t.Mapping[str, Json], tenant: Tenant) -> tuple[str, str]:
    """The addresses of the installation and of its REST API, without the /api at its end."""
    found = {name: _address(request, response, name, answer.get(name.casefold()), tenant) for name in ("Endpoint", "Api")}
    endpoint, api = found["Endpoint"], found["Api"]
    if api is not None and api.casefold().endswith("/api"):
        api = api[: -len("/api")]
    elif api is not None:
        raise _unfit(request, response, "Api does not end with /api")
    first = endpoint or api
    if first is None:
        raise _unfit(request, response, "it has neither Endpoint nor Api")
    return first, api or first


def _address(request: Request, response: Response, name: str, value: Json, tenant: Tenant) -> str | None:
    """An address of the answer. Credentials go there, so that it must be beyond doubt."""
    if value is None:
        return None
    text = value.strip().rstrip("/") if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment or "@" in parts.netloc or "?" in text or "#" in text)
            and text.isascii()
            and text.isprintable()
            and not any(c.isspace() or c == "\\" for c in text)
        )
    except ValueError:
        usable = False
    if not usable:
        raise _unfit(request, response, f"{name} is not the address of an installation")
    if parts.scheme != "https" and tenant.login_url.startswith("https://"):
        raise _unfit(
            request, response, f"{name} begins with http://, and what is sent there could be read on the way. Nothing was sent there"
        )
    return text


def _unfit(request: Request, response: Response, reason: str) -> errors.ErpSyncError:
    return unexpected(request, response, f"the answer of the sign-in host cannot be used: {reason}.")


def _lasts(response: Response, answer: t.Mapping[str, Json], now: float) -> float | None:
    """Seconds until ValidUntil, by the host's clock. None for a moment that is past, or none."""
    left = _left(response, answer, now)
    return left if left is not None and left > 0 else None


def _left(response: Response, answer: t.Mapping[str, Json], now: float) -> float | None:
    """Seconds until ValidUntil, by the host's clock, below zero for a moment that is past. None for
    none.
    """
    until = _until(answer)
    there = clock.of_host(response)
    return None if until is None else until - (now if there is None else there)


def _until(answer: t.Mapping[str, Json]) -> float | None:
    """ValidUntil in seconds since 1970. None for what is no moment."""
    told = answer.get("validuntil")
    match = _MOMENT.fullmatch(told.strip()) if isinstance(told, str) else None
    if match is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(match[1]).replace(tzinfo=datetime.timezone.utc)
        if match[2] not in (None, "Z"):
            sign, digits = match[2][0], match[2][1:].replace(":", "")
            offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            moment += offset if sign == "-" else -offset
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None
