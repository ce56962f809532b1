# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile XML ends in a clear error, in little time and memory; whatever else comes ends in a value or in one of our errors."""

from __future__ import annotations

import string
import time
from collections.abc import Callable

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import decode, document, encode, outcome, schema
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.xml_characters import escaped, speakable
from ansible_collections.superoffice.erpsync.tests.unit.plugins.module_utils.soap.envelopes import ARRAYS, VERSION, XSI, response, tns
from hypothesis import given
from hypothesis import strategies as st

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><x>&l9;</x>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 50_000}</x>',
    "external entity": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><x/>',
    "external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
    "document type in upper case": '<!DOCTYPE X PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><x/>',
    "unknown entity": "<x>&nbsp;</x>",
    "deep": "<a>" * 1_000_000,
    "just too deep": "<a>" * (document.DEEPEST + 1) + "</a>" * (document.DEEPEST + 1),
    "unclosed": "<a><b>",
    "two roots": "<a/><b/>",
    "attribute twice": "<a b='1' b='2'/>",
    "unknown prefix": "<a:b/>",
    "null character": "<a>\x00</a>",
    "null reference": "<a>&#0;</a>",
    "surrogate reference": "<a>&#xD800;</a>",
    "utf-7": '<?xml version="1.0" encoding="utf-7"?><a/>',
    "codec that is no encoding": '<?xml version="1.0" encoding="base64"?><a/>',
    "text behind": "<a/>text",
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_at_once(name: str) -> None:
    # Of the processor: others may be busy.
    start = time.process_time()
    with pytest.raises(document.Malformed) as caught:
        document.parse(HOSTILE[name].encode())
    assert time.process_time() - start < 2
    assert str(caught.value).isprintable() and len(str(caught.value)) < 200


DOCTYPE = "it has a document type or entities, which a SOAP message must not have"


@pytest.mark.parametrize(
    ("content", "charset", "reason"),
    [
        (HOSTILE["external entity"].encode(), None, DOCTYPE),
        (HOSTILE["document type in upper case"].encode(), None, DOCTYPE),
        (HOSTILE["just too deep"].encode(), None, f"it nests more than {document.DEEPEST} levels deep"),
        (HOSTILE["utf-7"].encode(), None, "its encoding is utf-7 instead of UTF-8"),
        (b"<a/>", "koi8-r", "its encoding is koi8-r instead of UTF-8"),
        (b"<a/>", "x" * 41, f"its encoding is {'x' * 40} instead of UTF-8"),
        (b"<a/>", "a\x00b", "its encoding is a\ufffdb instead of UTF-8"),
        (b"<a>\n<b></a>", None, "it is not well-formed in line 2: mismatched tag"),
        (b"", None, "it is not well-formed in line 1: no element found"),
    ],
)
def test_why_a_document_cannot_be_read(content: bytes, charset: str | None, reason: str) -> None:
    with pytest.raises(document.Malformed) as caught:
        document.parse(content, charset)
    assert str(caught.value) == reason


def test_too_many_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_ELEMENTS", 1000)
    assert len(document.parse(b"<a>" + b"<b/>" * 999 + b"</a>")) == 999
    with pytest.raises(document.Malformed, match="^it has more than 1000 elements$"):
        document.parse(b"<a>" + b"<b/>" * 1000 + b"</a>")


def test_the_deepest_document_that_is_allowed() -> None:
    levels = document.DEEPEST
    assert len(list(document.parse(b"<a>" * levels + b"</a>" * levels).iter())) == levels


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xef\xbb\xbf", b"<a>\xe5</a>", b"\xfe\xff<a/>", b"\x00<\x00a", b"\x4c\x6f\xa7\x94"])
def test_broken_encodings(content: bytes) -> None:
    with pytest.raises(document.Malformed):
        document.parse(content)


def test_a_charset_that_is_none() -> None:
    with pytest.raises(document.Malformed, match="koi8-r instead of UTF-8"):
        document.parse(b"<a/>", "koi8-r")


def test_names_in_values_of_xsi_type_are_resolved() -> None:
    inside = '<b xmlns:p="urn:2" i:type="p:T"/><c i:type="p:T"/><d i:type="T"/>'
    root = document.parse(f'<a xmlns="urn:a" xmlns:i="{XSI}" xmlns:p="urn:1">{inside}</a>'.encode())
    assert [child.get(document.TYPE) for child in root] == ["{urn:2}T", "{urn:1}T", "{urn:a}T"]


def test_how_signs_are_escaped() -> None:
    assert escaped("&<>\"'\r\t\n\ud800\U0001f41f") == "&amp;&lt;&gt;&quot;'&#13;&#9;&#10;?\U0001f41f"


# Fuzz

REQUEST = Request("POST", "/", "Call", True)


def judge(content: bytes, operation: schema.Operation, status: int = 200, content_type: str = "text/xml") -> None:
    """A value, or one of our errors; never anything else."""
    answer = Response(status, {"content-type": content_type}, content, 1)
    try:
        element = outcome.read(REQUEST, answer, f"{operation.name}Response", VERSION)
        found = document.child(element, "Response")
        if found is not None and operation.returns is not None:
            decode.Decoder(VERSION).value(found, operation.returns, "the answer")
    except decode.UnexpectedShape as error:
        assert str(error).isprintable()
    except errors.ErpSyncError as error:
        assert error.message.isprintable() and len(error.message) < 1500
        error.message.encode("utf-8")


OPERATIONS = st.sampled_from([operation for operation in schema.OPERATIONS.values() if operation.service != "SoPrincipal"])
NAMES = sorted({member.name for members in schema.CARRIERS.values() for member in members} | set(schema.CARRIERS))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.binary(max_size=200), OPERATIONS, st.integers(100, 599))
def test_any_bytes(content: bytes, operation: schema.Operation, status: int) -> None:
    judge(content, operation, status)


@given(OPERATIONS, st.data())
def test_damaged_answers(operation: schema.Operation, data: st.DataObject) -> None:
    content = bytearray(response(operation.name, "<Response><ErpConnectionId>1</ErpConnectionId><ConfigFields/></Response>"))
    for _change in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
    judge(bytes(content), operation)


def _elements(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attributes = st.sampled_from(["", ' i:nil="true"', ' i:type="a:x"', ' xmlns="urn:x"', f' xmlns="{ARRAYS}"'])
    names = st.one_of(st.sampled_from(NAMES), st.sampled_from(["a:int", "a:string", "StringKeyValuePair", "Key", "Value", "Fault"]))
    return st.tuples(names, attributes, st.lists(children, max_size=4)).map(lambda e: f"<{e[0]}{e[1]}>{''.join(e[2])}</{e[0]}>")


TREES = st.recursive(TEXTS.map(escaped), _elements, max_leaves=20)


@given(OPERATIONS, st.lists(TREES, max_size=4), st.sampled_from([200, 500]))
def test_well_formed_answers_of_any_shape(operation: schema.Operation, inside: list[str], status: int) -> None:
    judge(response(operation.name, f"<Response>{''.join(inside)}</Response>"), operation, status)


@given(TREES, st.sampled_from(["ExceptionInfo", "Succeeded", "Fault"]), st.sampled_from([200, 400, 500]))
def test_headers_and_faults_of_any_shape(inside: str, name: str, status: int) -> None:
    whole = response("SyncAll").replace(b"true</Succeeded>", f"{inside}</Succeeded>".encode()).replace(b"Succeeded", name.encode())
    judge(whole, schema.OPERATIONS["SyncAll"], status)


# Round trips

_SIMPLE: dict[str, st.SearchStrategy[object]] = {
    "number": st.integers(-(2**31), 2**31 - 1),
    "flag": st.booleans(),
    "text": st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=10).filter(speakable)),
    "name": st.text(string.ascii_letters, min_size=1, max_size=10),
    "time": st.just("2026-01-02T03:04:05"),
    "duration": st.sampled_from(["00:15:00", "3.04:05:06", "00:00:00"]),
    "flags": st.lists(st.sampled_from(["Select", "Update"]), unique=True).map(", ".join),
    "map": st.one_of(st.none(), st.dictionaries(TEXTS, st.one_of(st.none(), TEXTS), max_size=3)),
}


def values(kind: schema.Type, depth: int = 3) -> st.SearchStrategy[object]:
    """Values of a type, as the layers above have them."""
    if kind.kind in _SIMPLE:
        return _SIMPLE[kind.kind]
    if depth == 0:
        return st.none()
    deeper: Callable[[schema.Type], st.SearchStrategy[object]] = lambda inner: values(inner, depth - 1)  # noqa: E731
    if kind.kind == "list":
        return st.one_of(st.none(), st.lists(deeper(kind.item), max_size=3))
    if kind.kind == "properties":
        return st.one_of(st.none(), st.dictionaries(TEXTS, deeper(schema.Type("carrier", "FieldProperty")), max_size=2))
    known = schema.members(kind.of, VERSION)
    members = st.fixed_dictionaries({}, optional={name: deeper(inner) for name, inner in known.items()})
    return st.one_of(st.none(), members)


ARGUMENTS = [
    (operation, argument)
    for operation in schema.OPERATIONS.values()
    for argument in operation.arguments
    if argument.type.kind in ("carrier", "list", "map")
]


@given(st.sampled_from(ARGUMENTS), st.data())
def test_what_is_sent_is_read_as_the_same(place: tuple[schema.Operation, schema.Member], data: st.DataObject) -> None:
    operation, argument = place
    value = data.draw(values(argument.type))
    body = encode.Encoder(VERSION).operation(operation, {argument.name: value})
    content = encode.envelope(VERSION, body, "t", None)
    element = document.child(document.child(document.parse(content), "Body"), operation.name)
    assert element is not None and element.tag == f"{{{tns()}}}{operation.name}"
    found = document.child(element, argument.name)
    assert found is not None
    assert decode.Decoder(VERSION).value(found, argument.type, "it") == value
