# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Envelopes as a SOAP service writes them, and transports that meet them on a real socket."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import Identity
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap.transport import SoapTransport
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Exchange, Reply, ScriptedServer, answer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
VERSION = 86
TICKET = Identity(ticket="7T:given")
PASSWORD = Identity(username="sync", password="secret & <more>")


def tns(version: int = VERSION) -> str:
    return f"http://www.superoffice.net/ws/crm/NetServer/Services{version}"


def line(service: str = "ErpSync", version: int = VERSION) -> str:
    return f"POST /Remote/Services{version}/{service}.svc"


def envelope(body: str, header: str | None = None, version: int = VERSION) -> bytes:
    """An envelope; without a header of its own one that says that all is well."""
    if header is None:
        header = f'<ExceptionInfo i:nil="true" xmlns="{tns(version)}"/><Succeeded xmlns="{tns(version)}">true</Succeeded>'
    return (f'<s:Envelope xmlns:s="{SOAP}" xmlns:i="{XSI}"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>').encode()


def response(operation: str, inside: str = "", version: int = VERSION) -> bytes:
    return envelope(f'<{operation}Response xmlns="{tns(version)}" xmlns:a="{ARRAYS}">{inside}</{operation}Response>', version=version)


def xml(body: bytes | str, status: int = 200, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else body.encode()
    return answer(body=content, status=status, headers={"Content-Type": "text/xml; charset=utf-8", **headers})


def exception(kind: str | None = None, message: str | None = None, friendly: str | None = None, succeeded: str = "false") -> bytes:
    """An answer whose header tells of an exception."""
    members = (("Message", message), ("FriendlyText", friendly), ("ExceptionType", kind))
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members if value is not None)
    info = f'<ExceptionInfo xmlns="{tns()}">{inside}</ExceptionInfo>' if inside else ""
    return envelope(f'<GetEngineStatusResponse xmlns="{tns()}"/>', f'{info}<Succeeded xmlns="{tns()}">{succeeded}</Succeeded>')


def fault(code: str, text: str = "It failed.", detail: str = "") -> bytes:
    inside = f"<detail>{detail}</detail>" if detail else ""
    return envelope(f"<s:Fault><faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring>{inside}</s:Fault>", "")


def signed_in(ticket: str = "7T:new", version: int = VERSION) -> Reply:
    inside = (
        f"<Response><UserType>InternalAssociate</UserType></Response><Credentials><Ticket>{ticket}</Ticket></Credentials>"
        "<AuthenticationSucceeded>true</AuthenticationSucceeded>"
    )
    return xml(envelope(f'<AuthenticateResponse xmlns="{tns(version)}">{inside}</AuthenticateResponse>', version=version))


def settings(url: str, identity: Identity = TICKET, version: int = VERSION, **more: Any) -> Settings:
    return Settings(url, {}, transport="soap", services_version=version, identity=identity, **{"retries": 0, **more})


class Talk:
    """A transport and the server that answers it by a script; leaving it checks that the script was followed."""

    def __init__(
        self, script: Iterable[tuple[str, Reply] | Exchange], identity: Identity = TICKET, version: int = VERSION, **more: Any
    ) -> None:
        self.server = ScriptedServer(script)
        self._session = Session(settings(self.server.url, identity, version, **more))
        self.transport = SoapTransport(access.given(self._session), RunMemory())

    def __enter__(self) -> Talk:
        self.server.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._session.close()
        self.server.__exit__(*error)

    def call(self, method: str = "GetEngineStatus", writes: bool = False, **arguments: Any) -> Any:
        return self.transport.invoke(method, arguments, writes=writes)


def ask(reply: Reply, method: str = "GetEngineStatus", *, version: int = VERSION, writes: bool = False, **arguments: Any) -> Any:
    """What a method returns whose one call is answered like this."""
    with Talk([(line(version=version), reply)], version=version) as talk:
        return talk.call(method, writes, **arguments)


def sent(method: str, *, version: int = VERSION, identity: Identity = TICKET, **arguments: Any) -> str:
    """The body's element of the request that a call makes, without the namespaces that every one has."""
    with Talk([(line(version=version), xml(response(method, version=version)))], version=version, identity=identity) as talk:
        talk.call(method, **arguments)
    body = re.search(rb"<s:Body>(.*)</s:Body>", talk.server.received[0].body, re.DOTALL)
    assert body is not None
    return body[1].decode().replace(f' xmlns="{tns(version)}" xmlns:a="{ARRAYS}"', "", 1)
