# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The password in an address, ``http://user:password@host/path``: finds it, and shows the address
without it.

What is no password stays as it is: a user name alone, a port, and an ``@`` in the path.
"""

from __future__ import annotations

import base64
import re
import typing as t
from collections.abc import Mapping
from urllib.parse import unquote

from . import masks

_ADDRESS = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.:-]*://")
_END_OF_AUTHORITY = re.compile("[/?#]")
# An address within a text. Its password ends before the last @ that blanks, quotes and slashes do
# not part from it.
_IN_TEXT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#@:'\"<>\\]*:)[^\s/?#'\"<>]+(?=@)")
_HIGHEST_PORT = 65535
# Keys whose values are addresses, even without a scheme: of options, and of a document.
_KEYS = frozenset({"url", "connector_url", "login_url", "proxy"})


class _Userinfo(t.NamedTuple):
    """Where user name and password stand: the user from ``begin``, the password from ``colon`` + 1
    to ``end``.
    """

    begin: int
    colon: int
    end: int


def is_address(text: str) -> bool:
    """Whether a text begins as an address does, with a scheme and two slashes."""
    return _ADDRESS.match(text) is not None


def has_user(address: str) -> bool:
    """Whether there is a user name, or a password, in an address."""
    return _at(address)[1] >= 0


def has_password(address: str) -> bool:
    """Whether there is a password in an address."""
    return _userinfo(address) is not None


def without_password(address: str) -> str:
    """The address with a mask in place of the password."""
    found = _userinfo(address)
    return address if found is None else f"{address[: found.colon + 1]}{masks.PART}{address[found.end :]}"


def without_passwords(text: str) -> str:
    """A text with masks in place of the passwords in the addresses that occur in it."""
    return _IN_TEXT.sub(rf"\1{masks.PART}", text) if "://" in text and "@" in text else text


def secrets_of(address: str) -> set[str]:
    """The texts in which a password shows: as it is written and decoded, in its place, and in
    base64 behind its user, as it signs a request.

    A short one is recognised in its place only, since masking leaves short texts alone.
    """
    found = _userinfo(address)
    if found is None:
        return set()
    user, written = address[found.begin : found.colon], address[found.colon + 1 : found.end]
    forms = {(user, written), (unquote(user), unquote(written))}
    secrets = {password for _user, password in forms}
    if len(written) < masks.SHORTEST:
        secrets.add(f":{written}@")
    for one, password in forms:
        for encoding in ("utf-8", "latin-1"):
            pair = f"{one}:{password}".encode(encoding, "replace")
            secrets.add(base64.b64encode(pair).decode("ascii").rstrip("="))
    return secrets


def secrets_among(value: t.Any, key: t.Any = None) -> set[str]:
    """:func:`secrets_of` all addresses among values: of options, or of a document."""
    found: set[str] = set()
    _gather(value, key, found)
    return found


def _gather(value: t.Any, key: t.Any, found: set[str]) -> None:
    """Add the secrets among values to those that were found."""
    if isinstance(value, str):
        if "@" in value and (key in _KEYS or is_address(value)):
            found.update(secrets_of(value))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _gather(item, name, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _gather(item, None, found)


def _userinfo(address: str) -> _Userinfo | None:
    """Where the password stands; None without one."""
    begin, at = _at(address)
    colon = address.find(":", begin, at) if at >= 0 else -1
    return None if colon < 0 or colon + 1 == at else _Userinfo(begin, colon, at)


def _at(address: str) -> tuple[int, int]:
    """Where a user name would begin, and the @ behind it; -1 without one."""
    before, separator, _rest = address.partition("://")
    begin = len(before) + len(separator) if separator else 0
    ends = _END_OF_AUTHORITY.search(address, begin)
    end = ends.start() if ends else len(address)
    at = address.rfind("@", begin, end)
    if at < 0 and not _is_port(address[begin:end].rpartition("]")[2].partition(":")[2]):
        # A password with a sign that should have been escaped reaches to the last @.
        at = address.rfind("@", end)
    return begin, at


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and int(text[:6]) <= _HIGHEST_PORT)
