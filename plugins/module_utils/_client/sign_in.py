# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signing in: the one way that the options give, and the headers that sign REST requests.

:mod:`_client.soap.sign_in` fetches the tickets of SOAP, :mod:`_client.online.sign_in` those of
SuperOffice Online.
"""

from __future__ import annotations

import base64
import os
import re
import typing as t

from .._wire.xml_characters import speakable
from .errors import BadInput
from .option_names import by_task
from .versions import TAKES_ACCESS_TOKEN


class Way(t.NamedTuple):
    """A way to sign in."""

    deciding: tuple[str, ...]
    """Options of which one is enough to choose this way. Those of an application decide nothing:
    a fleet of tenants has them in common."""
    needed: tuple[tuple[str, ...], ...]
    """Groups of options; of each group one."""
    optional: tuple[str, ...] = ()
    online: bool | None = None
    """True for a way of SuperOffice Online only, False for one that fails there, None for both."""
    gives_ticket: bool = False
    """Whether it is a ticket, or gives one, which SOAP takes as it is."""

    @property
    def options(self) -> tuple[str, ...]:
        """All its options."""
        return (*(option for group in self.needed for option in group), *self.optional)


# In the order in which messages list them.
WAYS: dict[str, Way] = {
    "username and password": Way(("username", "password"), (("username",), ("password",)), ("client_secret",), online=False),
    "ticket": Way(("ticket",), (("ticket",),), ("client_secret",), gives_ticket=True),
    "access_token": Way(("access_token",), (("access_token",),), ("client_secret",)),
    "system user": Way(
        ("system_user_token",),
        (("client_secret",), ("system_user_token",), ("private_key", "private_key_path")),
        online=True,
        gives_ticket=True,
    ),
    "refresh_token": Way(("refresh_token",), (("client_id",), ("refresh_token",)), ("client_secret",), online=True),
}
_EVERY_WAY = (
    "username and password; ticket; access_token; for a system user of SuperOffice Online client_secret, system_user_token and private_key "
    "(or private_key_path); or client_id and refresh_token"
)


# A line of PEM, or a member of RSA XML. Shorter ones occur in other texts.
_KEY_PART = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


class Identity(t.NamedTuple):
    """The user and one way to sign in; the other ways' options are None. ``repr()`` hides all of
    it.
    """

    username: str | None = None
    password: str | None = None
    ticket: str | None = None
    access_token: str | None = None
    client_secret: str | None = None
    client_id: str | None = None
    system_user_token: str | None = None
    private_key: str | None = None
    private_key_path: str | None = None
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "Identity()"

    @property
    def way(self) -> str:
        """One of :data:`WAYS`."""
        chosen = (name for name, way in WAYS.items() if any(getattr(self, option) for option in way.deciding))
        return next(chosen, "username and password")

    @property
    def secrets(self) -> tuple[str, ...]:
        """All values that are secret, without the key."""
        hidden = (self.password, self.ticket, self.access_token, self.client_secret, self.system_user_token, self.refresh_token)
        return tuple(filter(None, hidden))


def key_parts(text: str) -> tuple[str, ...]:
    """The text of a private key, and its lines or members, each of which may be shown alone."""
    return (text, *dict.fromkeys(_KEY_PART.findall(text.replace("\\n", "\n")))) if text else ()


def is_key(text: str) -> bool:
    """Whether a text is a key, or a certificate, and no path."""
    return "-----BEGIN" in text or "<RSAKeyValue" in text


def identity_of(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Identity:
    """The identity that the options give.

    :param environ: the environment, whose way to sign in yields to the task's.
    :raises BadInput: without a way to sign in, with several, with half a way, or with a value that
        cannot be sent.
    """
    name = _way(params, environ)
    _refuse_half(name, params)
    found = {option: params[option] for option in WAYS[name].options if params.get(option)}
    if "private_key_path" in found:
        found["private_key_path"] = readable("private_key_path", found["private_key_path"])
    for option in ("ticket", "access_token"):
        if option in found:
            found[option] = _header_text(option, found[option])
    if "client_secret" in found:
        found["client_secret"] = _header_text("client_secret", found["client_secret"])
    for option in ("client_id", "system_user_token", "refresh_token"):
        if option in found:
            found[option] = _line(option, found[option])
    return Identity(**found)


def _way(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str:
    given = {option for way in WAYS.values() for option in way.options if params.get(option)}
    task = by_task(params, environ, given)
    # A way that the task gives only in part is completed from the environment.
    ways = _decided(task) or own_ways(task) or _decided(given) or own_ways(given)
    if len(ways) > 1:
        raise BadInput(
            f"More than one way to sign in is given: {', '.join(ways)}. "
            "Keep one of them; the environment variables SUPEROFFICE_... count too."
        )
    if not ways:
        alone = "client_secret alone signs nobody in. " if params.get("client_secret") else ""
        raise BadInput(
            f"No way to sign in is given. {alone}Use {_EVERY_WAY}; as options, as variables erpsync_..., or as environment variables "
            "(SUPEROFFICE_USERNAME and SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN and so on)."
        )
    return ways[0]


def _decided(options: set[str]) -> list[str]:
    return [name for name, way in WAYS.items() if options.intersection(way.deciding)]


def own_ways(options: t.Collection[str]) -> list[str]:
    """The ways that have one of the options for themselves, and not in common with another way."""
    found = []
    for name, way in WAYS.items():
        others = {option for other in WAYS.values() if other is not way for option in other.options}
        if set(options).intersection(way.options).difference(others):
            found.append(name)
    return found


def _refuse_half(name: str, params: t.Mapping[str, t.Any]) -> None:
    groups = WAYS[name].needed
    missing = [group for group in groups if not any(params.get(option) for option in group)]
    if not missing:
        return
    given = [option for group in groups for option in group if params.get(option)]
    lacking = " and ".join(" (or ".join(group) + ")" * (len(group) - 1) for group in missing)
    verb = "is" if len(given) == 1 else "are"
    if len(groups) == 2:
        remedy = "Give both"
    else:
        remedy = "A system user needs client_secret, system_user_token, and private_key or private_key_path. Give what is missing"
    variables = " and ".join(f"SUPEROFFICE_{group[0].upper()}" for group in missing)
    raise BadInput(f"{' and '.join(given)} {verb} given without {lacking}. {remedy}, or set {variables}.")


def _header_text(option: str, value: str) -> str:
    text = value.strip()
    if not text.isascii() or not text.isprintable() or not text:
        raise BadInput(
            f"{option} contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from."
        )
    return text


def _line(option: str, value: str) -> str:
    text = value.strip()
    if not text.isprintable() or not text:
        raise BadInput(f"{option} is blank, or contains a line break or control character. Check where the value comes from.")
    return text


def readable(option: str, path: str, folder: bool = False) -> str:
    """The path of a file that can be read.

    :param folder: whether it may be a folder.
    :raises BadInput: naming the option, the path, and what to do.
    """
    if is_key(path):
        remedy = "Give the key as private_key." if option == "private_key_path" else "Write it into a file, and give the file's path."
        raise BadInput(f"{option} is the content of a file, and not its path. {remedy}")
    path = os.path.expanduser(path)
    if not os.path.exists(path):
        raise BadInput(f"{option}: there is no file {path}. Check the path on the machine where the task runs.")
    if os.path.isdir(path) and not folder:
        raise BadInput(f"{option}: {path} is a folder; give the file.")
    if not os.access(path, os.R_OK):
        raise BadInput(f"{option}: the file {path} cannot be read by the user that runs the task.")
    return path


def with_ticket(ticket: str, client_secret: str | None) -> dict[str, str]:
    """The headers that sign a REST request with a ticket."""
    signature = {"Authorization": f"SOTicket {ticket}"}
    return signature if client_secret is None else {**signature, "SO-AppToken": client_secret}


def with_access_token(token: str) -> dict[str, str]:
    """The headers that sign a REST request with an access token."""
    return {"Authorization": f"Bearer {token}"}


def signing_headers(identity: Identity) -> dict[str, str]:
    """The headers that sign each REST request with what the options give.

    :raises BadInput: for a user name or password that they cannot carry.
    """
    if identity.ticket is not None:
        return with_ticket(identity.ticket, identity.client_secret)
    signature = _basic(identity) if identity.access_token is None else with_access_token(identity.access_token)
    return signature if identity.client_secret is None else {**signature, "SO-AppToken": identity.client_secret}


def _basic(identity: Identity) -> dict[str, str]:
    if ":" in (identity.username or ""):
        raise BadInput(
            f"username contains a colon ({identity.username}), which Basic authentication cannot carry. Use the plain user name."
        )
    try:
        signature = f"{identity.username}:{identity.password}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise BadInput("username or password contains characters that no text has. Check where the values come from.") from None
    return {"Authorization": "Basic " + base64.b64encode(signature).decode("ascii")}


def check_for_soap(identity: Identity, version: int) -> None:
    """Refuse a way to sign in that SOAP or its version does not support.

    :raises BadInput: naming the option.
    """
    if identity.refresh_token is not None and version < TAKES_ACCESS_TOKEN:
        raise BadInput(
            f"Services{version} takes no access tokens, and refresh_token gives nothing else; Services{TAKES_ACCESS_TOKEN} and newer do, "
            "and REST. Use one of these, or a system user."
        )
    if identity.access_token is not None and version < TAKES_ACCESS_TOKEN:
        raise BadInput(
            f"Services{version} takes no access_token; Services{TAKES_ACCESS_TOKEN} and newer do, and REST. "
            "Use username and password, or ticket."
        )
    for option in ("username", "password"):
        value = getattr(identity, option)
        if value is not None and not speakable(value):
            raise BadInput(f"{option} contains a character that XML cannot carry. Check where the value comes from.")
