# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads who is signed in, where, with which rights, and whether the ErpSync agent answers.

Nothing is sent but questions: 3 requests. An agent that refuses is a fact here; credentials that
the server does not accept are a failure.
"""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.lookups import Lookups
from .._client import errors
from .._model.principal import licences_as_result, rights_as_result, user_as_result
from .._wire import members

Facts = dict[str, t.Any]
Warn = t.Callable[[str], None]

# What a server, or a version of its services, may answer in place of a fact.
_TROUBLE: tuple[type[errors.ErpSyncError], ...] = (*errors.APPLICATION_ERRORS, errors.NotJson)


def read_access(ask_agent: t.Callable[[], object], lookups: Lookups, warn: Warn) -> Facts:
    """The fact ``access``.

    :param ask_agent: calls a method of the ErpSync agent.
    :raises errors.ErpSyncError: where nobody is signed in, the server cannot be reached, or the
        address is not that of an installation.
    """
    # First, because it renews a ticket that has expired.
    refused = _refusal(ask_agent)
    warnings: list[str] = []
    found = {**_principal(lookups, warnings.append), "version": _version(lookups, warnings.append)}
    if isinstance(refused, errors.NotFound) and not any(fact is not None for fact in found.values()):
        # Nothing at this address is SuperOffice.
        raise refused
    for text in warnings:
        warn(text)
    agent = (True, None, None) if refused is None else (False, refused.message, refused.failure())
    return {**found, "erp_sync": dict(zip(("answers", "msg", "failure"), agent))}


def require_agent(ask_agent: t.Callable[[], object]) -> None:
    """Ask the agent, which may refuse, where nothing but archives was asked.

    :raises errors.ErpSyncError: where there is none, nobody is signed in, or the server cannot be
        reached.
    """
    refused = _refusal(ask_agent)
    if isinstance(refused, errors.NotFound):
        raise refused


def _refusal(ask: t.Callable[[], object]) -> errors.ErpSyncError | None:
    """How the agent refuses; None where it answers."""
    try:
        ask()
    except errors.APPLICATION_ERRORS as error:
        return error
    return None


def _principal(lookups: Lookups, warn: Warn) -> Facts:
    try:
        principal = lookups.principal()
        with shapes.reading("User/currentPrincipal"):
            if principal is not None:
                return {
                    "user": user_as_result(principal),
                    "tenant": members.text(principal, "DatabaseContextIdentifier") or None,
                    "function_rights": rights_as_result(principal),
                    "licences": licences_as_result(principal),
                }
        why = "Over SOAP this server does not tell whose a ticket is. REST tells it."
    except _TROUBLE as error:
        why = error.message
    warn(f"access: who is signed in, and with which rights and licences, cannot be read. {why}")
    return {"user": None, "tenant": None, "function_rights": None, "licences": None}


def _version(lookups: Lookups, warn: Warn) -> str | None:
    try:
        system = lookups.system()
        with shapes.reading("GET /api"):
            return members.text(system, "NetServerVersion")
    except _TROUBLE as error:
        warn(f"access: the version of the server cannot be read. {error.message}")
        return None
