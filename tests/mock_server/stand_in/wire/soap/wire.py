# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SOAP services of the installation: {url}/Remote/ServicesNN/{ErpSync,SoPrincipal,MDO,Archive}.svc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ... import binding
from ...agent.behaviour import carry_out
from ...errors import BindingError, Refusal
from ...journal import HIDDEN
from ...methods import METHODS, Method
from ...site import Site
from ...who import associate_of
from ..answers import ERROR_SOURCE, Answer, empty_answer, html_answer
from ..call import Call
from ..mdo import mdo_list
from ..spoiler import Spoiler
from . import archive, kept, principal
from .envelope import (
    PARTS,
    SOAP_11,
    SOAP_12,
    Envelopes,
    Request,
    SoapFault,
    action_not_supported,
    does_not_fit,
    exception_fault,
    malformed,
    parse,
)
from .reading import SchemaProblem, read_members
from .schema import SERVICES, Operation, argument_element, schema_of
from .spoiler import XmlSpoiler
from .tree import MAX_BYTES, Unreadable, read
from .versions import VERSIONS
from .writing import Writer, writer_of

_ADDRESS = re.compile(r"/remote/services(?P<version>\d\d)/(?P<service>erpsync|soprincipal|mdo|archive)\.svc/?", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_ACTION = re.compile(r"action\s*=\s*\"([^\"]*)\"", re.IGNORECASE)
_MEDIA_TYPES = {SOAP_11: ("text/xml",), SOAP_12: ("text/xml", "application/soap+xml")}


def is_soap(path: str) -> bool:
    """Whether the path, relative to the installation, is below that of the SOAP services."""
    return path.lower().startswith("/remote/")


class SoapWire:
    """One call. The constructor reads the request; answer() carries it out, on any site."""

    def __init__(self, site: Site, call: Call) -> None:
        self.call = call
        self.settings = site.settings
        match = _ADDRESS.fullmatch(call.path)
        self.version: int | None = int(match["version"]) if match else None
        self.service = SERVICES[match["service"].lower()] if match else ""
        known = self.version if self.version in VERSIONS else VERSIONS[-1]
        edition = self.settings["services88_edition"]
        self.schema = schema_of(known, edition, self.settings["soap_undocumented_members"] == "shown")
        self.request: Request | None = None
        self.operation: Operation | None = None
        self.arguments: dict[str, Any] | None = None
        self.fault: SoapFault | None = None
        self.problem: str | None = None
        self._media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        if match is not None and call.verb == "POST" and self._refused_before_reading() is None:
            try:
                self._read()
            except SoapFault as fault:
                self.fault, self.problem = fault, fault.problem
            except SchemaProblem as problem:
                self.fault, self.problem = does_not_fit(str(problem)), str(problem)

    # For the journal and the faults

    @property
    def method(self) -> Method | None:
        """The called method of the agent."""
        return METHODS[self.operation.name] if self.operation and self.operation.service == "ErpSync" else None

    @property
    def writes(self) -> bool:
        return self.method is not None and self.method.writes

    @property
    def fault_name(self) -> str | None:
        return self.operation.name if self.operation else None

    @property
    def body(self) -> Any:
        """The arguments as JSON; of an unreadable body only the length."""
        if self.arguments is None:
            return f"({len(self.call.body)} bytes that could not be read)" if self.call.body else None
        if self.service != "SoPrincipal":
            return self.arguments
        shown = {name: None if value is None else HIDDEN for name, value in self.arguments.items()}
        username = self.arguments.get("UserName")
        return {**shown, "UserName": username} if username and not username.startswith("7T:") else shown

    def notes(self) -> dict[str, Any]:
        """Members of the journal's entry that only SOAP sets."""
        parts = list(self.request.parts) if self.request else []
        return {
            "transport": "soap",
            "services_version": self.version,
            "operation": f"{self.operation.service}.{self.operation.name}" if self.operation else None,
            "header_parts": parts,
            "problem": self.problem,
            "scheme": "Ticket" if "Credentials" in parts else None,
        }

    @property
    def spoiler(self) -> Spoiler:
        return XmlSpoiler(self._envelopes(), self.operation, self._exception)

    # Reading

    def _read(self) -> None:
        action = self._sent_action()
        prefix = f"{self.schema.namespace}/{self.service}/"
        offered = self.schema.operations(self.service)
        missing = {name.lower() for name in self.settings["missing_methods"]}
        if action is not None and action.startswith(prefix) and action[len(prefix) :].lower() not in missing:
            self.operation = offered.get(action[len(prefix) :])
        if self._media_type not in _MEDIA_TYPES[SOAP_12]:
            raise SoapFault(("", "Client"), "", f"The Content-Type must be text/xml, not {self._media_type or 'absent'}.", 415)
        if len(self.call.body) > MAX_BYTES:
            raise SoapFault(("", "Client"), "", f"The document is larger than {MAX_BYTES} bytes.", 413)
        charset = _CHARSET.search(self.call.headers.get("content-type", ""))
        try:
            root = read(self.call.body, charset[1] if charset else None)
        except Unreadable as problem:
            raise malformed(str(problem)) from None
        self.request = request = parse(root, self.schema, self.settings["printed_examples"])
        if self._media_type not in _MEDIA_TYPES[request.soap]:
            raise SoapFault(("", "Client"), "", "The Content-Type is not that of SOAP 1.1.", 415)
        if action is None and request.soap == SOAP_12:
            # The printed examples show no HTTP headers, so the content names the operation.
            name = request.content.name
            action = prefix + name
            self.operation = offered.get(name) if name.lower() not in missing else None
        if self.operation is None:
            raise action_not_supported(action or "")
        self._check_parts(request)
        content, expected = request.content, self.operation.name
        if (content.namespace, content.name) != (self.schema.namespace, expected):
            raise does_not_fit(f"The Body must contain {expected} in the namespace '{self.schema.namespace}'.")
        if content.attributes:
            raise does_not_fit(f"{expected}: the schema knows no attribute here.")
        self.arguments = read_members(content, self.operation.arguments, self.schema, expected)

    def _sent_action(self) -> str | None:
        header = self.call.headers.get("soapaction")
        if header is not None:
            return header.strip().strip('"')
        parameter = _ACTION.search(self.call.headers.get("content-type", ""))
        return parameter[1] if parameter else None

    def _check_parts(self, request: Request) -> None:
        """Missing credentials are answered as a missing session; any other missing part is a fault.
        """
        needed = ["ApplicationToken"] if self.service == "SoPrincipal" else list(PARTS)
        required = self.settings["required_header_parts"]
        there = {name for name, value in request.parts.items() if value is not None or name != "Credentials"}
        missing = [name for name in needed if name in required and name not in there]
        if missing:
            self.problem = f"soap:Header has no {', '.join(missing)} in the namespace '{self.schema.namespace}'."
            if missing != ["Credentials"]:
                raise does_not_fit(self.problem)
        elif request.stray:
            self.problem = f"{', '.join(request.stray)}: header part in a namespace that is not '{self.schema.namespace}'."

    # Answering

    def answer(self, site: Site) -> Answer:
        refused = self._refused_before_reading()
        if refused is not None:
            return refused
        if self.call.verb != "POST":
            return html_answer(f"{self.service} Service") if self.call.verb == "GET" else empty_answer(405)
        envelopes = self._envelopes()
        if self.fault is not None:
            return empty_answer(self.fault.status) if self.fault.status in (413, 415) else envelopes.fault(self.fault)
        if self.operation is None or self.arguments is None or self.request is None:
            raise RuntimeError("a call without a fault has been read")
        try:
            self._authorise(site, self.request)
            return envelopes.answer(self.operation, self._carry_out(site, self.operation, self.arguments))
        except BindingError as problem:
            return envelopes.fault(does_not_fit(problem.detail))
        except principal.NotAuthenticated as refusal:
            return self._not_authenticated(envelopes, self.operation, refusal)
        except Refusal as refusal:
            return self._refusal(envelopes, self.operation, refusal)

    def _refused_before_reading(self) -> Answer | None:
        """Refuse services and versions that do not exist."""
        if not self.settings["soap_available"]:
            how = self.settings["soap_off_answer"]
            if how == "fault":
                text = "Web service requests are not allowed."
                return Envelopes(Writer(self.schema)).fault(exception_fault("System.InvalidOperationException", text, True))
            return html_answer("Service Unavailable" if how == "503_html" else "404 - File or directory not found.", int(how[:3]))
        if self.version is None or str(self.version) not in self.settings["soap_services"] or self.version not in VERSIONS:
            return html_answer("404 - File or directory not found.", 404)
        if self.service == "Archive" and not (self.settings["archive_available"] and self.settings["soap_archive_available"]):
            return html_answer("404 - File or directory not found.", 404)
        return None

    def _authorise(self, site: Site, request: Request) -> None:
        required, application_token = self.settings["require_app_token"], request.parts.get("ApplicationToken")
        refused = required is not None and application_token != required
        if refused or not site.sessions.takes_application(application_token, "soap"):
            raise _NoSession("The application token is missing or not valid.")
        if self.service == "SoPrincipal":
            return
        ticket = (request.parts.get("Credentials") or {}).get("Ticket") or ""
        verdict = site.sessions.check_ticket(ticket, self.settings["ticket_lifetime"])
        if verdict != "good":
            raise _NoSession("The session has expired." if verdict == "expired" else "There is no valid session.")

    def _carry_out(self, site: Site, operation: Operation, sent: dict[str, Any]) -> dict[str, Any]:
        """{result element: value}"""
        if self.service == "SoPrincipal":
            return principal.OPERATIONS[operation.name](site, sent)
        if self.service == "MDO":
            return {"Response": _listed(site, sent)}
        if self.service == "Archive":
            return {"Response": archive.OPERATIONS[operation.name](site, sent)}
        method = METHODS[operation.name]
        by_argument = {name: argument_element(method.name, name) for name in method.arguments}
        arguments = binding.bind_members(
            {name: sent[element] for name, element in by_argument.items() if element in sent}, method.arguments, operation.name, True
        )
        if not self.schema.undocumented:
            kept.keep(site.state, method.name, arguments)
        ticket = (self.request.parts.get("Credentials") or {}).get("Ticket") or "" if self.request else ""
        value = carry_out(site, method, arguments, associate_of(site, ticket))
        return {} if method.returns == "void" else {"Response": value}

    def _refusal(self, envelopes: Envelopes, operation: Operation, refusal: Refusal) -> Answer:
        how = self.settings["soap_session_answer"]
        if isinstance(refusal, _NoSession) and how != "exception":
            return html_answer("Access denied", int(how))
        if self.settings["wrap_exceptions"]:
            return envelopes.answer(operation, {}, self._exception(refusal.error_type, refusal.message))
        return envelopes.fault(exception_fault(self._type_name(refusal.error_type), refusal.message, self.settings["fault_detail"]))

    def _not_authenticated(self, envelopes: Envelopes, operation: Operation, refusal: Refusal) -> Answer:
        how = self.settings["login_failure"]
        if how == "exception":
            return self._refusal(envelopes, operation, refusal)
        exception = self._exception(refusal.error_type, refusal.message) if how == "both" else None
        return envelopes.answer(operation, principal.not_authenticated(), exception)

    def _exception(self, error_type: str, message: str) -> Mapping[str, Any]:
        """A SoExceptionInfo; a setting gives the members with its text."""
        where = self.settings["exception_text"]
        return {
            "Message": message if where != "friendly" else None,
            "StackTrace": f"   at {ERROR_SOURCE}.ErpSyncAgent()",
            "FriendlyText": message if where != "message" else None,
            "ExceptionType": self._type_name(error_type),
            "Source": ERROR_SOURCE,
            "InnerException": None,
            "Parameters": None,
        }

    def _type_name(self, error_type: str) -> str:
        """The .NET name of a type, with or without its namespace."""
        if self.settings["exception_type"] == "short":
            return error_type
        return ("SuperOffice.Exceptions." if error_type.startswith("So") else "System.") + error_type

    def _envelopes(self) -> Envelopes:
        hidden = not self.settings["status_in_plugin_response"] or self.settings["sync_outcome"] == "no_status"
        without = frozenset({("PluginResponse", "Status")}) if hidden else frozenset()
        writer = writer_of(self.schema, self.settings["soap_nulls"], without)
        soap = self.request.soap if self.request else SOAP_11
        return Envelopes(writer, soap, self._media_type if soap == SOAP_12 else "text/xml")


class _NoSession(Refusal):
    """The ticket or the application token is invalid."""

    def __init__(self, message: str) -> None:
        super().__init__("SoSessionException", message, 401)


def _listed(site: Site, sent: dict[str, Any]) -> list[dict[str, Any]]:
    """MDO GetList. The stand-in keeps no history of users' choices."""
    if not site.settings["mdo_available"]:
        raise Refusal("SoNotSupportedException", "The lists are not available.")
    items = mdo_list(site, sent.get("Name") or "", sent.get("AdditionalInfo") or "", bool(sent.get("ForceFlatList")))
    return [] if sent.get("OnlyHistory") else items
