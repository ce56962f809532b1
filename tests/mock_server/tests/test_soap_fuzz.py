# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever arrives at the SOAP services is answered: with a document that can be read, or an empty one, and never with a crash."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from soap_client import ARRAYS, SOAP_11, SOAP_12, XSI, namespace
from stand_in.sessions import Sessions
from stand_in.settings import Settings
from stand_in.site import Site
from stand_in.wire.call import Call
from stand_in.wire.soap.schema import DICTIONARIES, NOT_NILLABLE, Schema, enum_words
from stand_in.wire.soap.tree import Unreadable, read
from stand_in.wire.soap.versions import VERSIONS
from stand_in.wire.soap.wire import SoapWire

TEXTS = {
    "integer": ["0", "1", "2", "1001", "99", "-1"],
    "boolean": ["true", "false"],
    "string": ["", "x", "1", "NAME", "name", "Company", "https://erp.example.com/Connector.svc", "&amp;&#x20AC;"],
    "duration": ["PT1M", "P9999999999D", "-PT1S", "PT0.5S"],
    "ETableRight": ["", "Select Update"],
    "EFieldRight": ["Read"],
}


def _element(name: str, attribute: str, content: str) -> str:
    return f"<{name}{attribute}>{content}</{name}>"


def _value(schema: Schema, name: str, type_name: str) -> st.SearchStrategy[str]:
    """An element that fits the schema, or is nil."""
    values = st.deferred(lambda: _content(schema, type_name)).map(lambda content: _element(name, "", content))
    return values if type_name in NOT_NILLABLE else st.one_of(values, st.just(f'<{name} i:nil="true"/>'))


def _content(schema: Schema, type_name: str) -> st.SearchStrategy[str]:
    if type_name.endswith("[]"):
        namespace_, item = schema.item(type_name[:-2])
        if type_name == "MDOListItem[]":  # the items of lists may have items in turn
            return st.just("")
        return st.lists(_value(schema, f"{'a' if namespace_ == ARRAYS else 'n'}:{item}", type_name[:-2]), max_size=3).map("".join)
    if type_name in DICTIONARIES:
        pair, value_type = DICTIONARIES[type_name]
        entry = _value(schema, "n:Value", value_type).map(lambda value: _element(f"n:{pair}", "", f"<n:Key>Company</n:Key>{value}"))
        return st.lists(entry, max_size=1).map("".join)
    members = schema.members(type_name)
    if members is not None:
        return _sequence(schema, members)
    return st.sampled_from(TEXTS.get(type_name) or enum_words(type_name) or [""])


def _sequence(schema: Schema, members: Mapping[str, str]) -> st.SearchStrategy[str]:
    parts = [st.one_of(st.just(""), _value(schema, f"n:{name}", type_name)) for name, type_name in members.items()]
    return st.tuples(*parts).map("".join)


@st.composite
def _calls(draw: st.DrawFn) -> tuple[int, str, str]:
    """(version, operation, arguments that fit its schema)"""
    schema = Schema(draw(st.sampled_from(VERSIONS)), "2026")
    operations = schema.operations("ErpSync")
    operation = operations[draw(st.sampled_from(sorted(operations)))]
    return schema.version, operation.name, draw(_sequence(schema, operation.arguments))


def _answered(version: int, action: str, content: bytes, fits: bool = False) -> None:
    site = Site(Sessions("ADM", "password"), Settings())
    headers = {"content-type": "text/xml; charset=utf-8", "soapaction": action}
    content = content.replace(b"TICKET", site.sessions.ticket.encode())
    wire = SoapWire(site, Call("POST", f"/Remote/Services{version}/ErpSync.svc", "http://x", headers=headers, body=content))
    answer = wire.answer(site)
    null_item = b"an item is null" in answer.body
    assert answer.status == 200 if fits and not null_item else answer.status in (200, 400, 500)
    if answer.body:
        ElementTree.fromstring(answer.body)
    assert wire.problem is not None or answer.status == 200 or null_item


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "latin-1", "x"]))
def test_any_bytes(content: bytes, charset: str | None) -> None:
    try:
        read(content, charset)
    except Unreadable as problem:
        assert str(problem)


@settings(max_examples=250, deadline=None)
@given(_calls(), st.sampled_from([SOAP_11, SOAP_12]))
def test_any_arguments(call: tuple[int, str, str], soap: str) -> None:
    version, operation, arguments = call
    envelope = (
        f'<s:Envelope xmlns:s="{soap}" xmlns:n="{namespace(version)}" xmlns:a="{ARRAYS}" xmlns:i="{XSI}"><s:Header><n:Credentials>'
        f"<n:Ticket>TICKET</n:Ticket></n:Credentials></s:Header><s:Body>{_element('n:' + operation, '', arguments)}</s:Body></s:Envelope>"
    )
    _answered(version, f"{namespace(version)}/ErpSync/{operation}", envelope.encode(), fits=True)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_envelopes(data: st.DataObject) -> None:
    envelope = (
        f'<s:Envelope xmlns:s="{SOAP_11}" xmlns:n="{namespace(86)}"><s:Header><n:Credentials><n:Ticket>TICKET</n:Ticket></n:Credentials>'
        "</s:Header><s:Body><n:ChangeEngineStatus><n:Run>true</n:Run></n:ChangeEngineStatus></s:Body></s:Envelope>"
    ).encode()
    start = data.draw(st.integers(0, len(envelope)))
    end = data.draw(st.integers(start, min(len(envelope), start + 20)))
    damaged = envelope[:start] + data.draw(st.binary(max_size=10)) + envelope[end:]
    _answered(86, f"{namespace(86)}/ErpSync/ChangeEngineStatus", damaged)
