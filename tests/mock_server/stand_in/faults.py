# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: which call gets which. wire/faulty.py gives their form on the network."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """options: {name: (default, explanation)}; when: the default for "before" or "after" the method
    is carried out.
    """

    explanation: str
    options: dict[str, tuple[Any, str]] = field(default_factory=dict)
    when: str = "before"


KINDS: dict[str, Kind] = {
    "refused": Kind(
        "The listening socket is closed and every connection dropped: at once (when: now), or after the matching call was answered.",
        {"seconds": (1, "how long nothing listens")},
        "after",
    ),
    "reset": Kind("The connection is reset (RST) without an answer."),
    "closed": Kind("The connection is closed (FIN) without an answer."),
    "slow": Kind("The answer comes late.", {"seconds": (1, "how late")}),
    "together": Kind("The answers wait until so many of these calls are under way.", {"requests": (2, "how many")}),
    "never": Kind("No answer; the connection stays open."),
    "drip": Kind("The body comes byte by byte.", {"seconds": (0.05, "between two bytes")}, "after"),
    "cut_off": Kind(
        "The body ends in the middle and the connection is closed.",
        {"framing": ("length", "length: Content-Length promises more; chunked: the last chunk is missing")},
        "after",
    ),
    "html": Kind("200 with an HTML page."),
    "invalid_json": Kind("200 with a body that ends in its middle: not JSON, over SOAP not XML."),
    "wrong_type": Kind("200 with valid JSON, or XML, that is something else.", {"value": ("unexpected", "what to send")}),
    "huge": Kind("200 with a very large document.", {"bytes": (50_000_000, "size of the body")}),
    "deep": Kind("200 with deeply nested arrays or elements.", {"depth": (100_000, "levels")}),
    "status": Kind(
        "Another status.",
        {
            "status": (500, "the HTTP status"),
            "retry_after": (None, "the header Retry-After, as it is to be sent: seconds or an HTTP-date"),
            "retry_after_date": (None, "the header Retry-After as an HTTP-date this many seconds from now"),
            "body": ("json", "json (the documented error object; over SOAP a soap:Fault), html or empty"),
            "error_type": (None, "ErrorType in the error object, type of the exception over SOAP"),
            "message": (None, "text of the error"),
        },
    ),
    "error_object": Kind(
        "200 with an error.",
        {
            "shape": (
                "agent",
                "agent ({Error: true, ...}; over SOAP the header part ExceptionInfo) or model_binding ({Message, MessageDetail}; "
                "over SOAP a soap:Fault)",
            ),
            "error_type": ("ArgumentException", "ErrorType"),
            "message": ("Something is wrong with the arguments.", "text"),
        },
    ),
    "redirect": Kind(
        "A redirection.", {"status": (302, "301, 302, 303, 307 or 308"), "location": (None, "where to; default: a login page")}
    ),
    "gzip_broken": Kind("Content-Encoding gzip with damaged content.", when="after"),
    "surrogate": Kind(
        "The answer with lone surrogates in its texts.", {"raw": (False, "as bytes that are not UTF-8 instead of escaped")}, "after"
    ),
    "bom": Kind("The answer behind a byte order mark.", when="after"),
    "wrong_encoding": Kind("The answer with a byte in it that is not UTF-8.", when="after"),
    "wrong_namespace": Kind("The answer with other namespaces than the vendor's; over REST there are none.", when="after"),
    "entities": Kind(
        "200 with an XML document whose entities stand for very long texts.", {"depth": (9, "levels, each ten times as long")}
    ),
}

_ALWAYS = {"method", "calls", "kind", "when", "tenant"}


@dataclass
class Fault:
    """method: an agent method, "*", or "VERB /path" below the installation; calls: which of the
    matching calls, from 1, or "all"; tenant: whose calls, null is everybody's.
    """

    method: str
    calls: str | list[int]
    kind: str
    when: str
    options: dict[str, Any]
    tenant: str | None = None
    counted: Counter[str] = field(default_factory=Counter)
    # Calls that wait for each other.
    waiting: list[asyncio.Event] = field(default_factory=list)

    def meets(self, verb: str, path: str, agent_method: str | None, tenant: str | None = None) -> bool:
        """Count the call; return whether the fault is due in it."""
        if self.tenant is not None and self.tenant != tenant:
            return False
        asked = f"{verb} {path.rstrip('/')}".lower()
        name = agent_method if agent_method and verb == "POST" else asked
        if self.method != "*" and self.method.lower().rstrip("/") not in (asked, name.lower()):
            return False
        self.counted[name] += 1
        return self.calls == "all" or self.counted[name] in self.calls

    def described(self) -> dict[str, Any]:
        whose = {} if self.tenant is None else {"tenant": self.tenant}
        which = {"method": self.method, **whose, "calls": self.calls}
        return {**which, "kind": self.kind, "when": self.when, **self.options, "counted": dict(self.counted)}


def parse(sent: Any) -> Fault:
    """A fault from its JSON description; ValueError says what is wrong with it."""
    if not isinstance(sent, dict):
        raise ValueError("a fault is an object")
    kind = KINDS.get(str(sent.get("kind")))
    if kind is None:
        raise ValueError(f"kind must be one of: {', '.join(KINDS)}")
    unknown = set(sent) - _ALWAYS - set(kind.options)
    if unknown:
        raise ValueError(f"{sent['kind']} has no option {', '.join(sorted(unknown))}")
    calls = sent.get("calls", "all")
    if calls != "all" and not (isinstance(calls, list) and calls and all(_is_count(number) for number in calls)):
        raise ValueError('calls must be "all" or a list of numbers from 1')
    when = sent.get("when", "now" if sent["kind"] == "refused" and "method" not in sent else kind.when)
    if when not in (("now", "after") if sent["kind"] == "refused" else ("before", "after")):
        raise ValueError(f"when cannot be {when!r} here")
    options = {name: sent.get(name, default) for name, (default, _explanation) in kind.options.items()}
    for name in ("seconds", "bytes", "depth", "status", "retry_after_date", "requests"):
        value = options.get(name, 0)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise ValueError(f"{name} must be a number")
    return Fault(str(sent.get("method", "*")), calls, str(sent["kind"]), when, options, sent.get("tenant"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


class Faults:
    """The waiting faults; the first one due happens."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def clear(self) -> None:
        """What waits for other calls goes on."""
        for fault in self.waiting:
            for event in fault.waiting:
                event.set()
        self.waiting.clear()

    def due(self, verb: str, path: str, agent_method: str | None, tenant: str | None = None) -> Fault | None:
        """The fault of a call. Every fault counts the call, also those that do not happen."""
        met = [fault for fault in self.waiting if fault.meets(verb, path, agent_method, tenant)]
        return met[0] if met else None
