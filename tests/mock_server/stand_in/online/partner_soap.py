# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PartnerSystemUserService.svc: the SOAP form of PartnerSystemUser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..journal import HIDDEN
from ..wire.answers import Answer, empty_answer, html_answer
from ..wire.call import Call
from ..wire.soap.envelope import SOAP_11, Envelopes, SoapFault, action_not_supported, does_not_fit, malformed
from ..wire.soap.schema import Schema
from ..wire.soap.spoiler import XmlSpoiler
from ..wire.soap.tree import Element, Unreadable, read
from ..wire.soap.writing import Writer, escape
from .partner import SHOWN, Outcome, exchange
from .side import Online

NAMESPACE = "http://www.superoffice.com/superid/partnersystemuser/0.1"
ACTION = f"{NAMESPACE}/IPartnerSystemUserService/Authenticate"
OPERATION = "PartnerSystemUserService.Authenticate"
_PARTS = ("ApplicationToken", "ContextIdentifier")
_MEMBERS = ("SignedSystemToken", "ReturnTokenType")


@dataclass
class Reading:
    """A request: the texts by name, the names of its header parts, and what does not fit."""

    sent: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    fault: SoapFault | None = None

    def notes(self) -> dict[str, Any]:
        """Members of the journal's entry that only SOAP sets."""
        problem = self.fault.problem if self.fault else None
        return {"transport": "soap", "operation": OPERATION, "header_parts": self.parts, "problem": problem}


def read_call(call: Call) -> Reading:
    """Read the envelope; no exception leaves this."""
    reading = Reading()
    try:
        _read(call, reading)
    except SoapFault as fault:
        reading.fault = fault
    except Unreadable as problem:
        reading.fault = malformed(str(problem))
    return reading


def _read(call: Call, reading: Reading) -> None:
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/xml":
        raise SoapFault(("", "Client"), "", "The Content-Type must be text/xml.", 415)
    root = read(call.body, None)
    if (root.namespace, root.name) != (SOAP_11, "Envelope"):
        raise malformed("The root of the document is no soap:Envelope of SOAP 1.1.")
    action = call.headers.get("soapaction", "").strip().strip('"')
    if action != ACTION:
        raise action_not_supported(action)
    for child in root.children:
        if child.name == "Header":
            reading.parts = [part.name for part in child.children if part.namespace == NAMESPACE and part.name in _PARTS]
            reading.sent.update(_texts(child, _PARTS))
    bodies = [child for child in root.children if child.name == "Body" and len(child.children) == 1]
    if not bodies or (bodies[0].children[0].namespace, bodies[0].children[0].name) != (NAMESPACE, "AuthenticationRequest"):
        raise does_not_fit(f"The Body must contain AuthenticationRequest in the namespace '{NAMESPACE}'.")
    reading.sent.update(_texts(bodies[0].children[0], _MEMBERS))
    missing = [name for name in (*_PARTS, *_MEMBERS) if name not in reading.sent]
    if missing:
        raise does_not_fit(f"{', '.join(missing)}: missing in the namespace '{NAMESPACE}'.")


def _texts(parent: Element, names: tuple[str, ...]) -> dict[str, str]:
    return {child.name: child.text for child in parent.children if child.namespace == NAMESPACE and child.name in names}


def answer(online: Online, call: Call) -> Answer:
    """Exchange over SOAP. A refusal is an answer with IsSuccessful false."""
    if call.verb == "GET":
        return html_answer("PartnerSystemUserService Service")
    reading = read_call(call)
    if reading.fault is not None:
        return empty_answer(415) if reading.fault.status == 415 else _envelopes().fault(reading.fault)
    return _written(exchange(online, reading.sent))


def shown(call: Call) -> dict[str, str]:
    """The request as the journal has it."""
    return {name: value if name in SHOWN else HIDDEN for name, value in read_call(call).sent.items()}


def whose(online: Online, call: Call) -> str | None:
    """The tenant that the request names."""
    return read_call(call).sent.get("ContextIdentifier")


def _written(outcome: Outcome) -> Answer:
    successful = "true" if outcome.token is not None else "false"
    texts = "".join(
        f"<{name}>{escape(value)}</{name}>" if value is not None else f"<{name}/>"
        for name, value in (("Token", outcome.token), ("ErrorMessage", outcome.message))
    )
    document = (
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><AuthenticationResponse xmlns="{NAMESPACE}">'
        f"<IsSuccessful>{successful}</IsSuccessful>{texts}</AuthenticationResponse></s:Body></s:Envelope>"
    )
    return Answer(200, document.encode(), "text/xml; charset=utf-8", carried_out=outcome.token is not None)


def spoiler() -> XmlSpoiler:
    """Makes the answers that faults put in place of this service's."""
    return XmlSpoiler(_envelopes(), None, lambda error_type, message: {})


def _envelopes() -> Envelopes:
    return Envelopes(Writer(Schema(88, "2026", False)))
