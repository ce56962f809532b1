# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain SOAP client for the stand-in's own tests: it sends any request and shows the answer."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

import requests
from pytest_stand_in import StandIn

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"


def namespace(version: int) -> str:
    return f"http://www.superoffice.net/ws/crm/NetServer/Services{version}"


@dataclass
class SoapAnswer:
    """path arguments: names of elements joined by /, without namespaces."""

    status: int
    content_type: str
    content: bytes

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.content)

    def all(self, path: str) -> list[ElementTree.Element]:
        return self.root.findall("/".join(f"{{*}}{name}" for name in path.split("/")))

    def text(self, path: str) -> str | None:
        """The text of the element; None where it is absent or nil."""
        found = self.all(path)
        return None if not found or found[0].get(f"{{{XSI}}}nil") == "true" else found[0].text or ""

    def names(self, path: str) -> list[str]:
        """The names of the element's children, in order."""
        return [child.tag.rpartition("}")[2] for child in self.all(path)[0]]

    @property
    def succeeded(self) -> bool:
        return self.text("Header/Succeeded") == "true"

    @property
    def message(self) -> str | None:
        return self.text("Header/ExceptionInfo/Message")

    @property
    def fault(self) -> str | None:
        """The fault's code, without its prefix."""
        code = self.text("Body/Fault/faultcode") or self.text("Body/Fault/Code/Subcode/Value")
        return code.rpartition(":")[2] if code else None


class SoapAgent:
    """One Services version of the stand-in, signed in with its ticket."""

    def __init__(self, stand_in: StandIn, version: int) -> None:
        self.stand_in = stand_in
        self.version = version
        self.namespace = namespace(version)
        self.session = requests.Session()
        self.session.trust_env = False
        self.ticket = stand_in.ticket

    def header(self, application_token: str | None = "token") -> str:
        token = "" if application_token is None else f"<n:ApplicationToken>{application_token}</n:ApplicationToken>"
        return f"{token}<n:Credentials><n:Ticket>{self.ticket}</n:Ticket></n:Credentials>"

    def envelope(self, content: str, header: str | None = None) -> str:
        """content and header use the prefixes n (the service's namespace), i (xsi) and a (arrays).
        """
        return (
            f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP_11}" xmlns:i="{XSI}" xmlns:n="{self.namespace}" '
            f'xmlns:a="{ARRAYS}"><s:Header>{self.header() if header is None else header}</s:Header><s:Body>{content}</s:Body></s:Envelope>'
        )

    def send(self, body: str | bytes, action: str | None, service: str = "ErpSync", **headers: str) -> SoapAnswer:
        """Send any bytes. Header names are written with _ for -."""
        sent = {"Content-Type": "text/xml; charset=utf-8", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if action is not None:
            sent["SOAPAction"] = f'"{action}"'
        url = f"{self.stand_in.url}/Remote/Services{self.version}/{service}.svc"
        content = body.encode() if isinstance(body, str) else body
        response = self.session.post(url, data=content, headers=sent, timeout=20, allow_redirects=False)
        return SoapAnswer(response.status_code, response.headers.get("Content-Type", ""), response.content)

    def post(self, operation: str, arguments: str = "", service: str = "ErpSync", header: str | None = None) -> SoapAnswer:
        """arguments: elements with the prefix n."""
        body = self.envelope(f"<n:{operation}>{arguments}</n:{operation}>", header)
        return self.send(body, f"{self.namespace}/{service}/{operation}", service)

    def call(self, operation: str, arguments: str = "", service: str = "ErpSync") -> SoapAnswer:
        """A call; it must succeed."""
        answer = self.post(operation, arguments, service)
        assert answer.status == 200 and answer.succeeded, answer.content.decode()
        return answer

    def sign_in(self, username: str, password: str) -> SoapAnswer:
        arguments = f"<n:UserName>{username}</n:UserName><n:Password>{password}</n:Password>"
        return self.post("AuthenticateUsernamePassword", arguments, "SoPrincipal", header="")
