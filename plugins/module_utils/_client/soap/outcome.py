# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads a SOAP response: the response element, or the error for an exception or a fault."""

from __future__ import annotations

import typing as t
from xml.etree.ElementTree import Element

from .. import errors
from ..access import NO_RIGHT
from ..answers import ServerWords, check_address, failure, is_trouble, last, one_line, status_error
from ..exchange import Request, Response
from . import document, schema
from .document import Malformed, child, split, words

# Last parts of the types of exceptions that the server raises before it acts.
_NO_SESSION = ("SoSessionException", "SoInvalidPasswordException")
_REFUSALS = (
    *_NO_SESSION,
    *NO_RIGHT,
    "ArgumentException",
    "ArgumentNullException",
    "ArgumentOutOfRangeException",
    "SoInvalidArgumentException",
    "SoValidationException",
    "SoIllegalOperationException",
    "SoNotFoundException",
    "SoNotSupportedException",
    "NotSupportedException",
    "NotImplementedException",
)
_INSTALLATION = "a SuperOffice installation"
_UNKNOWN_OPERATION = ("ActionNotSupported",)
_UNKNOWN_SERVICE = ("DestinationUnreachable", "EndpointNotFound")
_BAD_SIGNATURE = ("InvalidSecurity", "FailedAuthentication", "InvalidSecurityToken")
# The server could not read the request.
_UNREADABLE = ("DeserializationFailed", "VersionMismatch", "MustUnderstand")


def read(request: Request, response: Response, expected: str, version: int) -> Element:
    """The response element of a response.

    :param expected: its local name.
    :raises errors.ErpSyncError: where there is none.
    """
    try:
        root = document.parse(response.body, _charset(response))
    except Malformed as error:
        root, reason = None, str(error)
    else:
        reason = ""
    is_envelope = root is not None and root.tag == f"{{{schema.ENVELOPE}}}Envelope"
    said = _exception(root) if is_envelope else None
    fault = _fault(root) if is_envelope else None
    good = 200 <= response.status < 300
    if good or response.status in (400, 500):
        if fault is not None:
            raise _fault_error(request, response, fault, version)
        if said is not None:
            raise exception_error(request, response, said)
    if not good:
        told = said or (fault.said if fault else ServerWords())
        raise status_error(
            request, response, told, f"Check {response.option} and services_version ({version}); the service may also be switched off."
        )
    if root is None or not is_envelope:
        raise _no_envelope(request, response, root, reason)
    return _response(request, response, root, expected, version)


def _charset(response: Response) -> str | None:
    for part in response.headers.get("content-type", "").split(";")[1:]:
        name, _equals, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None


def _response(request: Request, response: Response, root: Element, expected: str, version: int) -> Element:
    body = child(root, "Body")
    elements = [] if body is None else list(body)
    if len(elements) == 1:
        namespace, local = split(elements[0].tag)
        if namespace == schema.namespace(version) and local == expected:
            return elements[0]
        if local == expected:
            raise unexpected(
                request, response, f"the answer is not of Services{version}. Check services_version, and that {response.option} is right."
            )
    sentence = f"the server should answer with {expected} and did not. {check_address(response, _INSTALLATION)}."
    raise unexpected(request, response, sentence)


def _no_envelope(request: Request, response: Response, root: Element | None, reason: str) -> errors.ErpSyncError:
    if root is not None and root.tag.startswith(f"{{{schema.ENVELOPE_12}}}"):
        return unexpected(
            request, response, f"the server answered in SOAP 1.2; SuperOffice's services speak SOAP 1.1. Check {response.option}."
        )
    start = response.body[:2000].lstrip().lower()
    if (root is not None and split(root.tag)[1].lower() == "html") or b"<html" in start or b"<!doctype html" in start:
        sentence = f"the server answered with a web page instead of XML. {check_address(response)}, without a sign-in page in front of it."
    elif not start:
        sentence = "the server answered with nothing."
    elif root is not None:
        told = f"the server answered with XML that is no SOAP message. {check_address(response, _INSTALLATION)}."
        return unexpected(request, response, told)
    else:
        sentence = f"the server's answer cannot be read as XML; {one_line(reason)}."
    return failure(errors.NotXml, request, response, sentence)


def unexpected(request: Request, response: Response, sentence: str) -> errors.ErpSyncError:
    """The error for valid XML of another shape."""
    return failure(errors.UnexpectedAnswer, request, response, sentence, doubtful=True)


# Exceptions


def _exception(root: Element | None) -> ServerWords | None:
    """The exception in the headers ExceptionInfo and Succeeded. None for a success."""
    header = child(root, "Header")
    info, succeeded = child(header, "ExceptionInfo"), words(child(header, "Succeeded"))
    failed = succeeded is not None and succeeded.lower() in ("false", "0")
    said = ServerWords() if info is None or document.is_nil(info) else _words_of(info)
    return said if failed or said.code or said.message else None


def _words_of(info: Element) -> ServerWords:
    friendly, message = words(child(info, "FriendlyText")), words(child(info, "Message"))
    if friendly and message and message not in friendly:
        friendly = f"{friendly} {message}"
    text = friendly or message
    code = words(child(info, "ExceptionType"))
    return ServerWords(one_line(code) if code else None, one_line(text) if text else None)


def exception_error(request: Request, response: Response, said: ServerWords) -> errors.ErpSyncError:
    """The error for an exception of the server."""
    name = last(said.code)
    because = f" The server says: {said.message}" if said.message else ""
    if name in _NO_SESSION:
        sentence = (
            f"the server does not accept the credentials. Check the user name and password, or the ticket; it may have expired.{because}"
        )
        return failure(errors.Unauthorized, request, response, sentence, said, doubtful=False)
    if name in NO_RIGHT:
        sentence = (
            f"the user may not do this. The user needs rights to administer ERP Sync, and the installation a licence for it.{because}"
        )
        return failure(errors.Forbidden, request, response, sentence, said, doubtful=False)
    sentence = f"the server refused: {said.message or 'it gave no reason'}."
    return failure(errors.ErrorAnswer, request, response, sentence, said, doubtful=doubtful(name, response.status))


def doubtful(name: str, status: int) -> bool:
    """Whether the server may have acted before this exception, at least in part.

    In SOAP every fault has the status 500, so the type of the exception says more than the status.
    """
    return name not in _REFUSALS and (status >= 500 or is_trouble(name))


# Faults


class _Fault(t.NamedTuple):
    code: str
    said: ServerWords


def _fault(root: Element | None) -> _Fault | None:
    body = child(root, "Body")
    element = None if body is None else body.find(f"{{{schema.ENVELOPE}}}Fault")
    if element is None:
        return None
    code = (words(child(element, "faultcode")) or "").rpartition(":")[2]
    text = words(child(element, "faultstring"))
    # The framework's exception, or SuperOffice's description of it.
    detail = child(element, "detail")
    inside = detail[0] if detail is not None and len(detail) else None
    type_name = words(child(inside, "Type")) or words(child(inside, "ExceptionType"))
    text = text or words(child(inside, "Message"))
    return _Fault(code, ServerWords(one_line(type_name or code) or None, one_line(text) if text else None))


def _fault_error(request: Request, response: Response, fault: _Fault, version: int) -> errors.ErpSyncError:
    said = fault.said
    because = f" The server says: {said.message}" if said.message else ""
    # The framework nests its codes with dots.
    parts = fault.code.split(".")

    def met(codes: t.Sequence[str]) -> bool:
        return any(part in codes for part in parts)

    if met(_UNKNOWN_OPERATION):
        hint = "Newer servers have it, and REST" if version == schema.GROWING else "Check services_version"
        sentence = f"this server's Services{version} does not have the method. {hint}.{because}"
        return failure(errors.NotFound, request, response, sentence, said, doubtful=False)
    if met(_UNKNOWN_SERVICE):
        sentence = f"the server has no such service. Check {response.option} and services_version ({version}).{because}"
        return failure(errors.NotFound, request, response, sentence, said, doubtful=False)
    if met(_BAD_SIGNATURE):
        sentence = f"the server does not accept the credentials. Check the user name and password, or the ticket.{because}"
        return failure(errors.Unauthorized, request, response, sentence, said, doubtful=False)
    if met(_UNREADABLE):
        sentence = f"the server cannot read the request; services_version ({version}) may be another than it has.{because}"
        return failure(errors.ErrorAnswer, request, response, sentence, said, doubtful=False)
    return exception_error(request, response, said)
