# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in against the vendor's own description of the agent (Swagger 2.0), where that is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in.binding import default
from stand_in.carriers import CARRIERS, ENUMS
from stand_in.methods import METHODS, Method
from stand_in_client import Agent

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("ERPSYNC_VENDOR_API", REPOSITORY.parent / "shared" / "api"))
SWAGGER = FOLDER / "Swagger-v1-ErpSyncAgent.json"
PREFIX = "/api/v1/Agents/ErpSync/"

pytestmark = pytest.mark.skipif(not SWAGGER.is_file(), reason="the vendor API description is not there (ERPSYNC_VENDOR_API)")


@pytest.fixture(scope="module")
def swagger() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(SWAGGER.read_text(encoding="utf-8"))
    return described


def _resolved(swagger: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = swagger["definitions"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _operation(swagger: dict[str, Any], method: Method) -> dict[str, Any]:
    operation: dict[str, Any] = swagger["paths"][PREFIX + method.name]["post"]
    return operation


def _differences(swagger: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> list[str]:
    """How a value is not what the schema says."""
    schema = _resolved(swagger, schema)
    if value is None:
        return []
    kind = schema.get("type", "object")
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r}"]
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where}: no array"]
        found = [_differences(swagger, schema["items"], item, f"{where}[{place}]") for place, item in enumerate(value)]
        return [line for lines in found for line in lines]
    if kind == "object":
        return _object_differences(swagger, schema, value, where)
    expected = {"integer": int, "boolean": bool, "string": str}[kind]
    fits = isinstance(value, expected) and isinstance(value, bool) is (kind == "boolean")
    return [] if fits else [f"{where}: {value!r} is no {kind}"]


def _object_differences(swagger: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    if "additionalProperties" in schema:
        described = dict.fromkeys(value, schema["additionalProperties"])
    else:
        described = schema.get("properties", {})
        if set(described) != set(value):
            return [f"{where}: members differ: {sorted(set(described) ^ set(value))}"]
    found = [_differences(swagger, described[name], item, f"{where}.{name}") for name, item in value.items()]
    return [line for lines in found for line in lines]


def test_the_methods_are_the_vendors(swagger: dict[str, Any]) -> None:
    assert {path.removeprefix(PREFIX) for path in swagger["paths"]} == set(METHODS)


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: str(method.name))
def test_arguments(swagger: dict[str, Any], method: Method) -> None:
    parameters = {entry["name"]: entry for entry in _operation(swagger, method)["parameters"] if entry["in"] in ("query", "body")}
    assert ("$select" in parameters) is method.selectable
    parameters.pop("$select", None)
    if method.takes == "nothing":
        assert parameters == {}
        return
    if method.takes == "query":
        assert {name.lower() for name in parameters} == {name.lower() for name in method.arguments}
        return
    ((_name, parameter),) = parameters.items()
    assert parameter["in"] == "body"
    if method.takes == "entity":
        ((_argument, carrier),) = method.arguments.items()
        assert parameter["schema"]["$ref"].endswith("." + carrier)
        return
    properties = _resolved(swagger, parameter["schema"])["properties"]
    assert {name: _type_name(schema) for name, schema in properties.items()} == {
        name: "string" if type_name == "duration" else type_name for name, type_name in method.arguments.items()
    }


def _type_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition(".")[2])
    if schema["type"] == "array":
        return _type_name(schema["items"]) + "[]"
    if "enum" in schema:
        return next(name for name, values in ENUMS.items() if list(values) == schema["enum"])
    return "StringDictionary" if schema["type"] == "object" else str(schema["type"])


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_carriers(swagger: dict[str, Any], carrier: str) -> None:
    described = swagger["definitions"][f"SuperOffice.CRM.Services.{carrier}"]["properties"]
    own = {name: "string" if kind in ("duration", "date-time") else kind for name, kind in CARRIERS[carrier].items()}
    assert {name: _type_name(schema) for name, schema in described.items() if name not in ("TableRight", "FieldProperties")} == own


def _argument(type_name: str, name: str) -> Any:
    """A value with which the seed answers something."""
    special = {"ErpKey": "10001", "Interval": "00:10:00", "Url": "https://erp.example.com/Connector.svc", "ErpFieldId": 1001}
    if name in special:
        return special[name]
    if type_name == "integer":
        return 1
    if type_name in ENUMS:
        return "Contact" if type_name == "CrmActorType" else "Customer"
    if type_name.endswith("[]"):
        return []
    return {"StringDictionary": {}, "string": "x"}.get(type_name, default(type_name))


_SAVED = {"SaveConnection": "GetConnection", "SaveConnectionListMappings": "GetConnectionListMappings"}
_SAVED |= {"SaveActorTypeMapping": "GetActorTypeMapping", "SaveDefaultValueInfo": "GetDefaultValueInfo"}
_SAVED |= {"SaveErpSyncConnectorEntity": "GetErpSyncConnectorEntity"}


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: str(method.name))
def test_answers(swagger: dict[str, Any], agent: Agent, stand_in: StandIn, method: Method) -> None:
    stand_in.settings(undocumented_members=False, delete_connector_with_connections="allow")
    body: Any = {name: _argument(type_name, name) for name, type_name in method.arguments.items()}
    if method.name in ("ConnectActor", "TryConnectActor", "CreateActorLink"):
        body.update(ErpKey="10040", CrmRecordId=7)
    query = body if method.takes == "query" else {}
    if method.name in _SAVED:
        read = METHODS[_SAVED[method.name]]
        ask = {name: _argument(type_name, name) for name, type_name in read.arguments.items()}
        value = agent.call(read.name, None, **ask) if read.takes == "query" else agent.call(read.name, ask)
        body = value if method.takes == "entity" else {next(iter(method.arguments)): value}
    response = agent.post(method.name, body if method.takes in ("body", "entity") else None, **query)
    responses = _operation(swagger, method)["responses"]
    assert str(response.status_code) in responses, response.text
    assert (response.status_code == 204) is (method.returns == "void")
    if response.status_code == 200:
        value = response.json()
        assert value is not None
        assert _differences(swagger, responses["200"]["schema"], value, method.name) == []
