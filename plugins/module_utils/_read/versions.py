# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads which web services an installation has: REST, and each version of the SOAP services.

1 request over REST, and 1 for each version. Nobody signs in, and it does not matter which services
the connection options choose.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._client import errors
from .._client.side_by_side import side_by_side
from .._client.versions import VERSIONS
from .._wire import members

Facts = dict[str, t.Any]
Ask = t.Callable[[t.Optional[int]], t.Any]

# What a server answers in place of services that it does not have. One that cannot be reached is a
# failure.
_NO_SERVICES: tuple[type[errors.ErpSyncError], ...] = (
    *errors.APPLICATION_ERRORS,
    errors.NotJson,
    errors.Redirected,
    errors.Unauthorized,
    errors.Unavailable,
    errors.UnexpectedStatus,
)


def read_versions(ask: Ask, *, at_once: int = 1) -> Facts:
    """The fact ``versions``.

    :param ask: asks a version of the SOAP services, or REST for None, what the server is.
    :raises errors.ErpSyncError: where the server cannot be reached.
    """
    work = [functools.partial(_rest, ask), *(functools.partial(_soap, ask, version) for version in VERSIONS)]
    rest, *soap = side_by_side(work, at_once)
    return {"rest": rest, "soap": soap, "best": _best(rest, soap)}


def _rest(ask: Ask) -> Facts:
    return _services(ask, None, {"version": "NetServerVersion", "services": "Services", "services_current": "ServicesCurrent"})


def _soap(ask: Ask, version: int) -> Facts:
    return {"services_version": version, **_services(ask, version, {"version": "NetServerVersion"})}


def _services(ask: Ask, version: int | None, wanted: t.Mapping[str, str]) -> Facts:
    """Whether services answer, and the wanted members of their answer by the names of the facts."""
    method = "GET /api" if version is None else "GetSystemInfo"
    try:
        told: members.Carrier = shapes.present(method, shapes.carrier(method, ask(version)))
        with shapes.reading(method):
            facts = {name: members.text(told, member) for name, member in wanted.items()}
    except _NO_SERVICES as error:
        return {"answers": False, **dict.fromkeys(wanted), "msg": error.message, "failure": error.failure()}
    return {"answers": True, **facts, "msg": None, "failure": None}


def _best(rest: Facts, soap: t.Sequence[Facts]) -> Facts | None:
    """The connection options for the services that can do most; None where none answers."""
    if rest["answers"]:
        return {"transport": "rest", "services_version": None}
    answering = [one["services_version"] for one in soap if one["answers"]]
    return {"transport": "soap", "services_version": max(answering)} if answering else None
