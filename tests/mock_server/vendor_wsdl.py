# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's WSDLs for tests, where they are at hand: their content, and a validator.

They are read in place and never become part of the repository.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("ERPSYNC_VENDOR_API", REPOSITORY.parent / "shared" / "api")) / "wsdl"
VERSIONS = (75, 86, 88)
SERVICES = ("ErpSync", "SoPrincipal", "MDO", "Archive")
IS_THERE = all((FOLDER / f"Services{version}-{service}.wsdl").is_file() for version in VERSIONS for service in SERVICES)
REASON = "the vendor API description is not there (ERPSYNC_VENDOR_API)"

_XS = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
QName = tuple[str, str]


def path(version: int, service: str) -> Path:
    return FOLDER / f"Services{version}-{service}.wsdl"


@dataclass
class Part:
    """An element in a sequence."""

    name: str
    type: QName | None
    nillable: bool
    optional: bool
    repeated: bool
    parts: list[Part] = field(default_factory=list)
    """Its own sequence, where its type has no name."""


@dataclass
class Description:
    """elements, types: {(namespace, name): their sequence}; a type's begins with that of its base.
    words: of enums and flags.
    """

    namespace: str
    elements: dict[QName, list[Part]]
    element_types: dict[QName, QName]
    types: dict[QName, list[Part]]
    words: dict[QName, list[str]]
    lists: set[QName]
    actions: dict[str, str]
    header_in: dict[str, list[str]]
    header_out: dict[str, list[str]]
    answers: dict[str, QName]


@cache
def read(version: int, service: str) -> Description:
    prefixes: dict[int, dict[str, str]] = {}
    open_prefixes: list[tuple[str, str]] = []
    root: ElementTree.Element | None = None
    for event, item in ElementTree.iterparse(path(version, service), events=("start-ns", "end-ns", "start")):
        if event == "start-ns":
            open_prefixes.append(item)
        elif event == "end-ns":
            open_prefixes.pop()
        else:
            root = item if root is None else root
            prefixes[id(item)] = dict(open_prefixes)
    assert root is not None
    return _Reader(root, prefixes).description()


class _Reader:
    def __init__(self, root: ElementTree.Element, prefixes: dict[int, dict[str, str]]) -> None:
        self.root = root
        self.prefixes = prefixes
        self.bases: dict[QName, QName] = {}

    def qname(self, element: ElementTree.Element, text: str) -> QName:
        prefix, _colon, name = text.rpartition(":")
        return self.prefixes[id(element)].get(prefix, ""), name

    def parts(self, holder: ElementTree.Element) -> list[Part]:
        sequence = next((found for found in holder.iter(f"{_XS}sequence")), None)
        found = []
        for element in sequence if sequence is not None else ():
            assert element.tag == f"{_XS}element", element.tag
            type_name = element.get("type")
            found.append(
                Part(
                    element.get("name", ""),
                    self.qname(element, type_name) if type_name else None,
                    element.get("nillable") == "true",
                    element.get("minOccurs") == "0",
                    element.get("maxOccurs") == "unbounded",
                    [] if type_name else self.parts(element),
                )
            )
        return found

    def description(self) -> Description:
        namespace = self.root.get("targetNamespace", "")
        described = Description(namespace, {}, {}, {}, {}, set(), {}, {}, {}, {})
        for schema in self.root.iter(f"{_XS}schema"):
            self._schema(schema, described)
        for derived, base in self.bases.items():
            described.types[derived] = described.types[base] + described.types[derived]
        messages = {
            message.get("name"): {part.get("name"): part.get("element", "") for part in message.findall(f"{_WSDL}part")}
            for message in self.root.findall(f"{_WSDL}message")
        }
        port = self.root.find(f"{_WSDL}portType")
        binding = self.root.find(f"{_WSDL}binding")
        assert port is not None and binding is not None
        for operation in port.findall(f"{_WSDL}operation"):
            output = operation.find(f"{_WSDL}output")
            assert output is not None
            message = messages[output.get("message", "").rpartition(":")[2]]
            described.answers[operation.get("name", "")] = (namespace, message["parameters"].rpartition(":")[2])
        for operation in binding.findall(f"{_WSDL}operation"):
            name = operation.get("name", "")
            action = operation.find(f"{_SOAP}operation")
            assert action is not None
            described.actions[name] = action.get("soapAction", "")
            for direction, table in (("input", described.header_in), ("output", described.header_out)):
                table[name] = [part.get("part", "") for part in operation.findall(f"{_WSDL}{direction}/{_SOAP}header")]
        return described

    def _schema(self, schema: ElementTree.Element, described: Description) -> None:
        namespace = schema.get("targetNamespace", "")
        for item in schema:
            name = (namespace, item.get("name", ""))
            if item.tag == f"{_XS}complexType":
                described.types[name] = self.parts(item)
                extension = next(item.iter(f"{_XS}extension"), None)
                if extension is not None:
                    self.bases[name] = self.qname(extension, extension.get("base", ""))
            elif item.tag == f"{_XS}element":
                type_name = item.get("type")
                if type_name:
                    described.element_types[name] = self.qname(item, type_name)
                else:
                    described.elements[name] = self.parts(item)
            elif item.tag == f"{_XS}simpleType":
                described.words[name] = [word.get("value", "") for word in item.iter(f"{_XS}enumeration")]
                if next(item.iter(f"{_XS}list"), None) is not None:
                    described.lists.add(name)


def lxml_etree() -> Any:
    """Import lxml, which comes with the SOAP toolkit and is needed only with it."""
    return importlib.import_module("lxml.etree")


@cache
def validator(version: int, service: str, folder: Path) -> Any:
    """An XML Schema validator (lxml) of the WSDL's schemas; folder: where the schemas are written.
    """
    etree = lxml_etree()
    schemas = etree.parse(str(path(version, service))).getroot().findall(f".//{_XS}schema")
    files = {schema.get("targetNamespace"): f"Services{version}-{service}-{number}.xsd" for number, schema in enumerate(schemas)}
    for schema in schemas:
        for imported in schema.findall(f"{_XS}import"):
            imported.set("schemaLocation", files[imported.get("namespace")])
        target = folder / files[schema.get("targetNamespace")]
        target.write_bytes(etree.tostring(schema))
    main = next(name for name in files if name and name.endswith(f"Services{version}"))
    return etree.XMLSchema(etree.parse(str(folder / files[main])))
