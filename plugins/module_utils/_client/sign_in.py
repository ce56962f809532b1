# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signing in: the one way that the options give, and the headers that sign REST requests.

:mod:`_client.soap.sign_in` fetches the tickets of SOAP.
"""

from __future__ import annotations

import base64
import typing as t

from .._wire.xml_characters import speakable
from .errors import BadInput
from .versions import TAKES_ACCESS_TOKEN

# The ways to sign in and their options, in the order in which messages list them.
CREDENTIAL_OPTIONS: dict[str, tuple[str, ...]] = {
    "username and password": ("username", "password"),
    "ticket": ("ticket",),
    "access_token": ("access_token",),
}


class Identity(t.NamedTuple):
    """The user and one way to sign in: user name and password, ticket, or access token.

    ``repr()`` hides all of it.
    """

    username: str | None = None
    password: str | None = None
    ticket: str | None = None
    access_token: str | None = None
    app_token: str | None = None

    def __repr__(self) -> str:
        return "Identity()"


class Tickets(t.Protocol):
    """Tickets that several tasks share."""

    def get(self, identity: t.Sequence[str]) -> str | None:
        """The ticket of an identity. None without one."""

    def put(self, identity: t.Sequence[str], ticket: str) -> None:
        """Store the ticket of an identity in place of its previous one."""


def identity_of(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Identity:
    """The identity that the options give.

    :param environ: the environment, whose way to sign in yields to the task's.
    :raises BadInput: without a way to sign in, with several, or with a value that cannot be sent.
    """
    way = _way(params, environ)
    app_token = _header_text("app_token", params["app_token"]) if params.get("app_token") else None
    if way != "username and password":
        # The other ways have the name of their option.
        return Identity(app_token=app_token, **{way: _header_text(way, params[way])})
    username, password = params.get("username"), params.get("password")
    if not username:
        raise BadInput("password is given without username. Give both, or set SUPEROFFICE_USERNAME.")
    if not password:
        raise BadInput("username is given without password. Give both, or set SUPEROFFICE_PASSWORD.")
    return Identity(username=username, password=password, app_token=app_token)


def _way(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str:
    given = {option for options in CREDENTIAL_OPTIONS.values() for option in options if params.get(option)}
    by_task = {option for option in given if environ.get(f"SUPEROFFICE_{option.upper()}") != params[option]}
    ways = _ways(by_task) or _ways(given)
    if len(ways) > 1:
        raise BadInput(
            f"More than one way to sign in is given: {', '.join(ways)}. "
            "Keep one of them; the environment variables SUPEROFFICE_... count too."
        )
    if not ways:
        raise BadInput(
            "No way to sign in is given. Use username and password, ticket, or access_token, as options or as environment variables "
            "(SUPEROFFICE_USERNAME and SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN)."
        )
    return ways[0]


def _ways(options: set[str]) -> list[str]:
    return [way for way, needed in CREDENTIAL_OPTIONS.items() if options.intersection(needed)]


def _header_text(option: str, value: str) -> str:
    text = value.strip()
    if not text.isascii() or not text.isprintable() or not text:
        raise BadInput(
            f"{option} contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from."
        )
    return text


def signing_headers(identity: Identity) -> dict[str, str]:
    """The headers that sign each REST request.

    :raises BadInput: for a user name or password that they cannot carry.
    """
    headers = {"Authorization": _authorization(identity)}
    if identity.app_token is not None:
        headers["SO-AppToken"] = identity.app_token
    return headers


def _authorization(identity: Identity) -> str:
    if identity.ticket is not None:
        return f"SOTicket {identity.ticket}"
    if identity.access_token is not None:
        return f"Bearer {identity.access_token}"
    if ":" in (identity.username or ""):
        raise BadInput(
            f"username contains a colon ({identity.username}), which Basic authentication cannot carry. Use the plain user name."
        )
    try:
        signature = f"{identity.username}:{identity.password}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise BadInput("username or password contains characters that no text has. Check where the values come from.") from None
    return "Basic " + base64.b64encode(signature).decode("ascii")


def check_for_soap(identity: Identity, version: int) -> None:
    """Refuse a way to sign in that SOAP or its version does not support.

    :raises BadInput: naming the option.
    """
    if identity.access_token is not None and version < TAKES_ACCESS_TOKEN:
        raise BadInput(
            f"Services{version} takes no access_token; Services{TAKES_ACCESS_TOKEN} and newer do, and REST. "
            "Use username and password, or ticket."
        )
    for option in ("username", "password"):
        value = getattr(identity, option)
        if value is not None and not speakable(value):
            raise BadInput(f"{option} contains a character that XML cannot carry. Check where the value comes from.")
