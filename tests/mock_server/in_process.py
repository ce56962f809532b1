# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in without the network, for its own tests: an installation that is asked over REST and over SOAP."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from soap_client import ARRAYS, SOAP_11, XSI, namespace
from stand_in.sessions import Sessions
from stand_in.settings import Settings
from stand_in.site import Site
from stand_in.wire import rest
from stand_in.wire.answers import Answer
from stand_in.wire.call import Call
from stand_in.wire.soap.wire import SoapWire

Json = dict[str, Any]
NOW = "2026-11-26T08:00:00Z"


class Asked:
    """An installation whose clock stands."""

    def __init__(self, seed: str = "default", **settings: Any) -> None:
        self.site = Site(Sessions("ADM", "p"), Settings({"clock": NOW, "engine_delay": 0, **settings}), seed)
        self.credential = "Basic " + base64.b64encode(b"ADM:p").decode()

    def settings(self, **changes: Any) -> None:
        self.site.settings.change(changes)

    def become(self, user: str) -> None:
        """Sign in as another user."""
        self.credential = f"SOTicket {self.site.sessions.issue_ticket(user)}"

    def send(self, verb: str, path: str, body: bytes = b"", kind: str = "application/json", **query: Any) -> Answer:
        """A request over REST; names of the query are written with _ for $."""
        given = [("$" + name[1:] if name.startswith("_") else name, str(value)) for name, value in query.items()]
        headers = {"authorization": self.credential, "content-type": kind, "accept": "application/json"}
        return rest.answer(self.site, Call(verb, path, "http://x", query=given, headers=headers, body=body))

    def ask(self, archive: str, **query: Any) -> Json:
        """The answer of an archive, which must have rows in it."""
        answer = self.send("GET", f"/api/v1/archive/{archive}", **{"_output": "Logical", **query})
        assert answer.status == 200, answer.body
        told: Json = json.loads(answer.body)
        return told

    def rows(self, archive: str, columns: str, where: str = "", order: str = "", **query: Any) -> list[list[Any]]:
        """The values of the columns, row by row."""
        told = self.ask(archive, _select=columns, _filter=where, _orderBy=order, **query)
        return [list(row.values())[2:] for row in told["value"]]

    def refused(self, archive: str, **query: Any) -> tuple[int, str]:
        """Status and text of an archive's refusal."""
        answer = self.send("GET", f"/api/v1/archive/{archive}", **query)
        told = json.loads(answer.body)
        return answer.status, told["Message"]

    def post(self, archive: str, **query: Any) -> Answer:
        """An archive that is asked by a form."""
        form = urlencode([("$" + name[1:], str(value)) for name, value in query.items()]).encode()
        return self.send("POST", f"/api/v1/archive/{archive}", form, "application/x-www-form-urlencoded; charset=utf-8")

    def call(self, method: str, **arguments: Any) -> Any:
        """The value of a method of the agent, which must succeed."""
        entity = arguments.pop("Entity", None)
        query = arguments.pop("query", {})
        body = json.dumps(arguments if entity is None else entity).encode() if arguments or entity is not None else b""
        answer = self.send("POST", f"/api/v1/Agents/ErpSync/{method}", body, **query)
        assert answer.status in (200, 204), answer.body
        return json.loads(answer.body) if answer.body else None

    # SOAP

    def soap(self, version: int, operation: str, content: str) -> Answer:
        """An operation of Archive.svc; content: elements with the prefixes n and a."""
        header = f"<n:ApplicationToken/><n:Credentials><n:Ticket>{self.site.sessions.ticket}</n:Ticket></n:Credentials>"
        envelope = (
            f'<s:Envelope xmlns:s="{SOAP_11}" xmlns:i="{XSI}" xmlns:n="{namespace(version)}" xmlns:a="{ARRAYS}">'
            f"<s:Header>{header}</s:Header><s:Body><n:{operation}>{content}</n:{operation}></s:Body></s:Envelope>"
        )
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{namespace(version)}/Archive/{operation}"'}
        call = Call("POST", f"/Remote/Services{version}/Archive.svc", "http://x", headers=headers, body=envelope.encode())
        return SoapWire(self.site, call).answer(self.site)

    def listed(self, version: int, operation: str, content: str) -> list[tuple[str, str, list[str | None]]]:
        """(PrimaryKey, EntityName, [DisplayValue]) of each row."""
        root = _root(self.soap(version, operation, content))
        assert root.findtext("{*}Header/{*}Succeeded") == "true", ElementTree.tostring(root)
        return [
            (
                item.findtext("{*}PrimaryKey") or "",
                item.findtext("{*}EntityName") or "",
                [_text(value) for value in item.iterfind("{*}ColumnData/{*}ColumnDataKeyValuePair/{*}Value/{*}DisplayValue")],
            )
            for item in root.iterfind("{*}Body/*/{*}Response/{*}ArchiveListItem")
        ]

    def not_listed(self, version: int, operation: str, content: str) -> str:
        """The text of a refusal over SOAP."""
        return _root(self.soap(version, operation, content)).findtext("{*}Header/{*}ExceptionInfo/{*}Message") or ""


def _root(answer: Answer) -> ElementTree.Element:
    assert answer.status == 200, answer.body
    return ElementTree.fromstring(answer.body)


def _text(element: ElementTree.Element) -> str | None:
    return None if element.get(f"{{{XSI}}}nil") == "true" else element.text or ""


def texts(name: str, *values: str) -> str:
    """An element that is an array of texts."""
    return f"<n:{name}>{''.join(f'<a:string>{value}</a:string>' for value in values)}</n:{name}>"


def restriction(name: str, operator: str, *values: str, active: str = "true", more: str = "") -> str:
    """One ArchiveRestrictionInfo."""
    inner = f"<n:Name>{name}</n:Name><n:Operator>{operator}</n:Operator>{texts('Values', *values)}<n:IsActive>{active}</n:IsActive>{more}"
    return f"<n:ArchiveRestrictionInfo>{inner}</n:ArchiveRestrictionInfo>"
