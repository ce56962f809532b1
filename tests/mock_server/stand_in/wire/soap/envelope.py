# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Envelopes: reads requests, writes answers and faults.

Besides SOAP 1.1 they accept the form of the vendor's printed examples: the namespace of SOAP 1.2,
and header parts directly in the Envelope. The answer then has that namespace, and header parts in
their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..answers import Answer
from .reading import SchemaProblem, read_value
from .schema import ARRAYS, XSD, XSI, Operation, Schema
from .tree import Element
from .writing import Writer, escape

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
PARTS = {"ApplicationToken": "string", "Credentials": "SoCredentials", "TimeZone": "SoTimeZone"}
"""The header parts of a request, with their types."""

_DISPATCHER = "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"
_ADDRESSING = "http://schemas.microsoft.com/ws/2005/05/addressing/none"
_EXCEPTION_DETAIL = "http://schemas.datacontract.org/2004/07/System.ServiceModel"


class SoapFault(Exception):
    """A call that is answered with soap:Fault.

    code: (namespace or empty, name) of the fault code. text stands in the answer; problem stands in
    the journal, without any value.
    """

    def __init__(self, code: tuple[str, str], text: str, problem: str | None = None, status: int = 500, detail: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.problem = problem
        self.status = status
        self.detail = detail


def malformed(problem: str) -> SoapFault:
    """The document is not an envelope, or not XML."""
    return SoapFault(("", "Client"), problem, problem, 400)


def does_not_fit(problem: str) -> SoapFault:
    text = f"The formatter threw an exception while trying to deserialize the message: {problem}"
    return SoapFault((_DISPATCHER, "DeserializationFailed"), text, problem)


def action_not_supported(action: str) -> SoapFault:
    text = (
        f"The message with Action '{action}' cannot be processed at the receiver, due to a ContractFilter mismatch at the "
        "EndpointDispatcher."
    )
    return SoapFault((_ADDRESSING, "ActionNotSupported"), text, "There is no such SOAPAction in this service.")


def exception_fault(error_type: str, message: str, with_detail: bool) -> SoapFault:
    """An exception that is not wrapped into the header."""
    if not with_detail:
        hidden = "The server was unable to process the request due to an internal error."
        return SoapFault((_DISPATCHER, "InternalServiceFault"), hidden)
    detail = (
        f'<ExceptionDetail xmlns="{_EXCEPTION_DETAIL}"><HelpLink i:nil="true"/><InnerException i:nil="true"/>'
        f"<Message>{escape(message)}</Message><StackTrace/><Type>{escape(error_type)}</Type></ExceptionDetail>"
    )
    return SoapFault((_DISPATCHER, "InternalServiceFault"), message, detail=detail)


@dataclass
class Request:
    """soap: the namespace of the envelope. parts: the header parts that came, by name. content: the
    one element in the Body.
    """

    soap: str
    content: Element
    parts: dict[str, Any] = field(default_factory=dict)
    stray: list[str] = field(default_factory=list)
    """Names of header parts in a namespace that is not theirs."""


def parse(root: Element, schema: Schema, printed_examples: bool) -> Request:
    """Raises SoapFault for a document that is not an envelope."""
    if root.name != "Envelope" or root.namespace not in (SOAP_11, SOAP_12):
        raise malformed("The root of the document is no soap:Envelope.")
    printed = root.namespace == SOAP_12
    if printed and not printed_examples:
        text = "The namespace of the Envelope is that of SOAP 1.2; SOAP 1.1 is expected."
        raise SoapFault(("", "VersionMismatch"), text, text)
    header: list[Element] = []
    bodies: list[Element] = []
    for child in root.children:
        if child.namespace != root.namespace:
            if not printed:
                raise malformed(f"{child.name} stands in the Envelope itself; header parts belong into soap:Header.")
            header.append(child)
        elif child.name == "Header" and not bodies:
            header.extend(child.children)
        elif child.name == "Body" and not bodies:
            bodies.append(child)
        else:
            raise malformed(f"The Envelope has a {child.name} where none is expected.")
    if not bodies or len(bodies[0].children) != 1:
        raise malformed("The Envelope needs one soap:Body with one element in it.")
    if bodies[0].text.strip():
        raise malformed("The soap:Body has a text.")
    request = Request(root.namespace, bodies[0].children[0])
    for part in header:
        _take(part, request, schema)
    return request


def _take(part: Element, request: Request, schema: Schema) -> None:
    must_understand = part.attributes.get(f"{{{request.soap}}}mustUnderstand", "0").strip() in ("1", "true")
    known = part.name in PARTS and part.namespace == schema.namespace
    if not known:
        if must_understand:
            text = f"The header '{part.name}' is not understood by the receiver, which it has to be."
            raise SoapFault(("", "MustUnderstand"), text, text)
        if part.name in PARTS:
            request.stray.append(part.name)
        return
    if part.name in request.parts:
        raise does_not_fit(f"{part.name}: the header part is there twice.")
    own = {name: value for name, value in part.attributes.items() if not name.startswith(f"{{{request.soap}}}")}
    try:
        request.parts[part.name] = read_value(replace(part, attributes=own), PARTS[part.name], schema, part.name)
    except SchemaProblem as problem:
        raise does_not_fit(str(problem)) from None


@dataclass(frozen=True)
class Envelopes:
    """Writes the answers of one call. media_type: that of the request."""

    writer: Writer
    soap: str = SOAP_11
    media_type: str = "text/xml"

    def answer(self, operation: Operation, results: Mapping[str, Any], exception: Mapping[str, Any] | None = None) -> Answer:
        """The header parts, and the results in their element. exception: a SoExceptionInfo."""
        header = self._part("ExceptionInfo", "SoExceptionInfo", exception) + self._part("ExtraInfo", "SoExtraInfo", None)
        header += self._part("Succeeded", "boolean", exception is None) + self._part("TimeZone", "SoTimeZone", None)
        namespace = self.writer.schema.namespace
        content = "".join(self.writer.member(name, type_name, results.get(name)) for name, type_name in operation.results.items())
        name = operation.answer_element
        body = f'<{name} xmlns="{namespace}">{content}</{name}>' if content else f'<{name} xmlns="{namespace}"/>'
        return self._sent(200, f"<s:Header>{header}</s:Header>", body, carried_out=exception is None)

    def _part(self, name: str, type_name: str, value: Any) -> str:
        text = self.writer.member(name, type_name, value)
        return text.replace(f"<{name}", f'<{name} xmlns="{self.writer.schema.namespace}"', 1)

    def fault(self, fault: SoapFault) -> Answer:
        namespace, name = fault.code
        code = f"a:{name}" if namespace else f"s:{name}"
        declared = f' xmlns:a="{namespace}"' if namespace else ""
        text = f'xml:lang="en-US">{escape(fault.text)}'
        if self.soap == SOAP_12:
            value = f"<s:Value>s:Sender</s:Value><s:Subcode><s:Value{declared}>{code}</s:Value></s:Subcode>"
            detail = f"<s:Detail>{fault.detail}</s:Detail>" if fault.detail else ""
            content = f"<s:Code>{value}</s:Code><s:Reason><s:Text {text}</s:Text></s:Reason>{detail}"
        else:
            detail = f"<detail>{fault.detail}</detail>" if fault.detail else ""
            content = f"<faultcode{declared}>{code}</faultcode><faultstring {text}</faultstring>{detail}"
        return self._sent(fault.status, "", f"<s:Fault>{content}</s:Fault>")

    def _sent(self, status: int, header: str, body: str, carried_out: bool = False) -> Answer:
        text = (
            f'<s:Envelope xmlns:s="{self.soap}" xmlns:i="{XSI}" xmlns:x="{XSD}" xmlns:a="{ARRAYS}">'
            f"{header}<s:Body>{body}</s:Body></s:Envelope>"
        )
        return Answer(status, text.encode(), f"{self.media_type}; charset=utf-8", carried_out=carried_out)
