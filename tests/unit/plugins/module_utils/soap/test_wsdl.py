# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema table, the requests and the decoder, held to the vendor's own WSDLs; a real SOAP toolkit, zeep, is the second opinion.

The WSDLs are no part of the project: who has them says where with ERPSYNC_VENDOR_API.
"""

from __future__ import annotations

import datetime
import functools
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import decode, document, encode, schema
from ansible_collections.superoffice.erpsync.tests.unit.support.agent_table import METHODS, vendor_file
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

XS = "{http://www.w3.org/2001/XMLSchema}"
# Those that the vendor's description holds in full.
VERSIONS = (75, 86, 88)
SERVICES = ("Archive", "ErpSync", "MDO", "SoPrincipal")
OPERATIONS = sorted(schema.OPERATIONS)


def wsdl(version: int, service: str) -> str:
    """The path of a WSDL, or a skipped test."""
    path = vendor_file(f"wsdl/Services{version}-{service}.wsdl")
    if not path.is_file():
        pytest.skip(f"{path.name} of the vendor's API description was not found (ERPSYNC_VENDOR_API says where it is)")
    return str(path)


# The table


class Description:
    """What a WSDL defines: elements and types of the service's own namespace."""

    def __init__(self, path: str, version: int) -> None:
        self.elements: dict[str, ElementTree.Element] = {}
        self.types: dict[str, ElementTree.Element] = {}
        self.root = ElementTree.parse(path).getroot()
        for part in self.root.iter(f"{XS}schema"):
            if part.get("targetNamespace") == schema.namespace(version):
                for definition in part:
                    name = definition.get("name")
                    if name:
                        (self.elements if definition.tag == f"{XS}element" else self.types)[name] = definition

    def members(self, holder: ElementTree.Element) -> list[tuple[str, str, bool]]:
        """Name, type and whether it can be nil of the elements in order, those of the base type first."""
        extension = next(holder.iter(f"{XS}extension"), None)
        base = [] if extension is None else self.members(self.types[str(extension.get("base")).partition(":")[2]])
        own = [
            (str(e.get("name")), str(e.get("type")).rpartition(":")[2], e.get("nillable") == "true")
            for e in holder.iter(f"{XS}element")
            if e is not holder
        ]
        return base + own


@functools.cache
def description(version: int, service: str) -> Description:
    return Description(wsdl(version, service), version)


def type_name(kind: schema.Type) -> str:
    """What the WSDL calls a type."""
    simple = {
        "number": "int",
        "flag": "boolean",
        "text": "string",
        "time": "dateTime",
        "duration": "duration",
        "map": "StringDictionary",
        "properties": "FieldPropertyDictionary",
        "columns": "ColumnDataDictionary",
    }
    if kind.kind == "list":
        return f"ArrayOf{decode.item_name(kind.item)}"
    return simple.get(kind.kind) or kind.of


def described(members: Any) -> list[tuple[str, str, bool]]:
    return [(name, type_name(kind), kind.nillable) for name, kind in members]


@each("version", VERSIONS)
@each("name", OPERATIONS)
def test_operations_are_those_of_the_wsdl(version: int, name: str) -> None:
    operation = schema.OPERATIONS[name]
    found = description(version, operation.service)
    assert operation.known_to(version) is (name in found.elements)
    if not operation.known_to(version):
        return
    assert found.members(found.elements[name]) == described((argument.name, argument.type) for argument in operation.arguments)
    if operation.service != "SoPrincipal":
        answer = [] if operation.returns is None else [("Response", operation.returns)]
        assert found.members(found.elements[f"{name}Response"]) == described(answer)


@each("version", VERSIONS)
@each("name", sorted(schema.CARRIERS))
def test_carriers_are_those_of_the_wsdl(version: int, name: str) -> None:
    known = [description(version, service) for service in SERVICES if name in description(version, service).types]
    # A carrier that a version lacks belongs to operations that it lacks.
    assert known or all(
        not operation.known_to(version) for operation in schema.OPERATIONS.values() if name in uses(operation)
    ), f"{name} is in no WSDL of Services{version}"
    for found in known:
        assert found.members(found.types[name]) == described(schema.members(name, version).items())


def uses(operation: schema.Operation) -> set[str]:
    """The carriers that an operation takes or answers with, at any depth."""
    waiting = [argument.type for argument in operation.arguments] + ([operation.returns] if operation.returns else [])
    found: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.kind == "list":
            waiting.append(kind.item)
        elif kind.kind == "carrier" and kind.of not in found:
            found.add(kind.of)
            waiting += [member.type for member in schema.CARRIERS[kind.of]]
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wsdl_has_no_operation_that_the_table_lacks(version: int) -> None:
    found = description(version, "ErpSync")
    bound = {element.get("name") for element in found.root.iter("{http://schemas.xmlsoap.org/wsdl/}operation")}
    agent = [operation for operation in schema.OPERATIONS.values() if operation.service == "ErpSync"]
    assert bound == {operation.name for operation in agent if operation.known_to(version)}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_actions_and_header_parts(version: int, service: str) -> None:
    soap = "{http://schemas.xmlsoap.org/wsdl/soap/}"
    for operation in description(version, service).root.iter("{http://schemas.xmlsoap.org/wsdl/}operation"):
        name = str(operation.get("name"))
        action = operation.find(f"{soap}operation")
        if action is None or name not in schema.OPERATIONS:
            continue
        assert action.get("soapAction") == f"{schema.namespace(version)}/{service}/{name}"
        parts = [part.get("part") for part in operation.findall(f"{{http://schemas.xmlsoap.org/wsdl/}}input/{soap}header")]
        content = encode.envelope(version, f"<{name}/>", "t", None, signed=service != "SoPrincipal")
        assert parts == [document.split(part.tag)[1] for part in document.parse(content)[0]]


def test_the_table_knows_every_method_of_the_agent() -> None:
    agent = {operation.name: operation for operation in schema.OPERATIONS.values() if operation.service == "ErpSync"}
    assert set(agent) == {method.name for method in METHODS}
    for method in METHODS:
        assert sorted(argument.name for argument in method.arguments) == sorted(a.name for a in agent[method.name].arguments)


# Requests and answers


def sample(kind: schema.Type, version: int, depth: int = 3, toolkits: bool = False) -> Any:
    """A value of a type with everything in it, as the layers above have it.

    :param toolkits: leave out what zeep does not see: the inherited members of the one carrier that holds itself.
    """
    simple: dict[str, Any] = {
        "number": 7,
        "flag": True,
        "text": ' <a> & "b"\u00e5 ',
        "time": "2026-01-02T03:04:05",
        "duration": "1.02:00:05",
        "flags": {"ETableRight": "Select, RestrictedUpdate", "EFieldRight": "Read, UIHintMandatory"}.get(kind.of),
        "map": {"U": "x", "P": ""},
        "name": NAMES.get(kind.of),
    }
    if kind.kind in simple:
        return simple[kind.kind]
    if kind.kind in ("properties", "columns"):
        return {"Name": sample(decode.PAIRS[kind.kind][1], version, depth, toolkits)}
    if kind.kind == "list":
        return [] if depth == 0 else [sample(kind.item, version, depth - 1, toolkits)] * 2
    unseen = ("TableRight", "FieldProperties") if toolkits and kind.of == "MDOListItem" else ()
    known = schema.members(kind.of, version).items()
    return {name: sample(inner, version, depth, toolkits) for name, inner in known if name not in unseen}


NAMES = {
    "CrmActorType": "Contact",
    "ErpActorType": "Customer",
    "FieldMetadataType": "Password",
    "FieldAccess": "Mandatory",
    "ErpSyncResponseCode": "ErrorConnectorHasConnections",
    "QuoteStatus": "OkWithInfo",
    "UserType": "SystemAssociate",
    "RoleType": "Employee",
    "LicenseType": "SiteLicense",
    "EjUserStatus": "StatusNormal",
    "OrderBySortType": "DESC",
    "InterRestrictionOperator": "And",
}


def for_toolkit(value: Any, kind: schema.Type, version: int) -> Any:
    """The same value as zeep wants it."""
    if kind.kind == "list":
        return {decode.item_name(kind.item): [for_toolkit(one, kind.item, version) for one in value]}
    if kind.kind in decode.PAIRS:
        name, inner = decode.PAIRS[kind.kind]
        return {name: [{"Key": key, "Value": for_toolkit(one, inner, version)} for key, one in value.items()]}
    if kind.kind == "carrier":
        known = schema.members(kind.of, version)
        return {name: for_toolkit(one, known[name], version) for name, one in value.items()}
    if kind.kind == "flags":
        return value.split(", ")
    if kind.kind == "time":
        return datetime.datetime.fromisoformat(value)
    if kind.kind == "duration":
        days, clock = value.split(".")
        hours, minutes, seconds = map(int, clock.split(":"))
        return datetime.timedelta(days=int(days), hours=hours, minutes=minutes, seconds=seconds)
    return value


@functools.cache
def toolkit(version: int, service: str) -> Any:
    zeep = pytest.importorskip("zeep", reason="the SOAP toolkit zeep is not installed")
    return zeep.Client(wsdl(version, service), transport=_Offline())


class _Offline:
    """Loads nothing but the file itself."""

    session = None

    def load(self, url: str) -> bytes:
        with open(url, "rb") as file:
            return file.read()


def tree(element: Any) -> Any:
    """An element as zeep and we must agree on it: names, text and order. Durations may be written in several ways."""
    text = (element.text or "") if not len(element) else ""
    if str(element.tag).endswith("}Interval"):
        text = str(document.words(element) and decode.Decoder(75).value(element, schema.Type("duration"), ""))
    return element.tag, text, [tree(child) for child in element]


CASES = [(version, name) for version in VERSIONS for name in OPERATIONS if schema.OPERATIONS[name].known_to(version)]


@each("version, name", CASES)
def test_requests_are_those_of_a_real_toolkit(version: int, name: str) -> None:
    operation = schema.OPERATIONS[name]
    client = toolkit(version, operation.service)
    arguments = {argument.name: sample(argument.type, version, toolkits=True) for argument in operation.arguments}
    translated = {argument.name: for_toolkit(arguments[argument.name], argument.type, version) for argument in operation.arguments}
    theirs = client.create_message(client.service, name, **translated)
    ours = document.parse(encode.envelope(version, encode.Encoder(version).operation(operation, arguments), "t", None))
    body = document.child(ours, "Body")
    assert body is not None
    [their_body] = [part for part in theirs if str(part.tag).endswith("}Body")]
    assert tree(body) == tree(their_body)


@each("version, name", [case for case in CASES if schema.OPERATIONS[case[1]].returns is not None])
def test_answers_of_a_real_toolkit_are_decoded(version: int, name: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    operation = schema.OPERATIONS[name]
    assert operation.returns is not None
    expected = sample(operation.returns, version, toolkits=True)
    element = toolkit(version, operation.service).get_element(f"{{{schema.namespace(version)}}}{name}Response")
    holder = etree.Element("holder")
    element.render(holder, element(Response=for_toolkit(expected, operation.returns, version)))
    [answer] = document.parse(etree.tostring(holder))
    assert decode.Decoder(version).value(answer[0], operation.returns, "it") == expected


@functools.cache
def validator(version: int, service: str) -> Any:
    """The WSDL's own XML schemas, as a validating parser knows them."""
    etree = pytest.importorskip("lxml.etree", reason="lxml, which zeep needs, is not installed")
    root = etree.parse(wsdl(version, service)).getroot()
    parts = {part.get("targetNamespace"): part for part in root.iter(f"{XS}schema")}
    prefix = "memory:"

    class Resolver(etree.Resolver):  # type: ignore[misc,name-defined]
        def resolve(self, url: str, _public: str, context: Any) -> Any:
            return self.resolve_string(etree.tostring(parts[url.removeprefix(prefix)]), context)

    for part in parts.values():
        for imported in part.iter(f"{XS}import"):
            imported.set("schemaLocation", prefix + imported.get("namespace"))
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Resolver())
    return etree.XMLSchema(etree.fromstring(etree.tostring(parts[schema.namespace(version)]), parser))


@each("version, name", CASES)
def test_requests_are_valid(version: int, name: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    operation = schema.OPERATIONS[name]
    check = validator(version, operation.service)
    full = {argument.name: sample(argument.type, version) for argument in operation.arguments}
    nothing = {argument.name: None for argument in operation.arguments}
    hollow: dict[str, Any] = {"carrier": {}, "map": {}, "list": []}
    empty = {argument.name: hollow.get(argument.type.kind, full[argument.name]) for argument in operation.arguments}
    for arguments in (full, nothing, empty, {}):
        inside = encode.Encoder(version).operation(operation, arguments)
        content = encode.envelope(version, inside, "t", "app", signed=operation.service != "SoPrincipal")
        header, body = etree.fromstring(content)
        for element in (*header, *body):
            check.assertValid(etree.fromstring(etree.tostring(element)))
