# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One HTTP exchange: request, response, proxy, and the largest size of a response."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

# 10,000 fields with metadata are about 10 MB. A small machine has room for this.
LARGEST_ANSWER = 64 * 1024 * 1024
# The vendor documents none of them. Proxies and application gateways commonly send them.
_CORRELATION_HEADERS = ("x-correlation-id", "x-request-id", "request-id")
# A longer text may repeat what was sent, such as a signed text.
_LONGEST_ID = 128


class Request(t.NamedTuple):
    """One HTTP request.

    ``method`` is its name in messages: the agent's method, or the list or archive.
    """

    verb: str
    path: str
    """Appended to the address of the destination; begins with a slash."""
    method: str
    writes: bool
    query: t.Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    timeout: float | None = None
    """Seconds. None for the session's own limit."""
    headers: t.Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})
    """Headers that describe the body; sent with a body only."""


class Destination(t.NamedTuple):
    """Where a request goes. ``repr()`` hides the headers, which sign it."""

    url: str
    """The address that paths are appended to, without a trailing slash."""
    headers: t.Mapping[str, str] = MappingProxyType({})
    """The headers that sign the request."""
    option: str = "url"
    """The option to check where the address is wrong."""

    def __repr__(self) -> str:
        return f"Destination({self.url!r})"

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return self.url.partition("://")[2].partition("/")[0]


class Proxy(t.NamedTuple):
    """The proxy on the way, as messages name it."""

    address: str
    """Host and port only. Ansible would mask the option's whole value in a message."""
    source: str
    """The option or environment variable that names the proxy."""
    signed: bool
    """Whether its URL contains a user name and password."""

    def __str__(self) -> str:
        return f"the proxy {self.address} (given by {self.source})"


class Response(t.NamedTuple):
    """A complete response of any status. Header names are in lower case."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes
    attempts: int
    proxy: Proxy | None = None
    option: str = "url"
    """The option to check where the address is wrong."""

    @property
    def correlation(self) -> str | None:
        """The server's id for this request. None without one, and for what is no id."""
        found = next((self.headers[name] for name in _CORRELATION_HEADERS if name in self.headers), None)
        return found if found is not None and len(found) <= _LONGEST_ID and found.isprintable() else None
