# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent: each of its methods sends what it should, takes what may come back, and refuses the rest."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.writing import WritingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import RestTransport
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import carriers
from ansible_collections.superoffice.erpsync.tests.unit.support.agent_table import (
    METHODS,
    OFFERED,
    READING_METHODS,
    WRITING_METHODS,
    Method,
    snake,
    vendor_file,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Received, Reply, ScriptedServer, answer, nothing

WRITES = {method.name for method in WRITING_METHODS}
by_name = pytest.mark.parametrize("method", OFFERED, ids=lambda method: method.name)


class Obliging(ScriptedServer):
    """Answers everything with the same."""

    reply = nothing()

    def _next(self, received: Received) -> Reply:
        self.received.append(received)
        return self.reply


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Obliging, RestTransport]]:
    server = Obliging()
    with server, Session(Settings(server.url, {}, retries=0)) as http:
        yield server, RestTransport(access.given(http))
        server.script.clear()


def call(shared: tuple[Obliging, RestTransport], method: Method, value: Any, *, check_mode: bool = False, **more: Any) -> Any:
    server, transport = shared
    server.received.clear()
    server.reply = answer(value)
    agent = WritingAgent(transport, check_mode=check_mode) if method.name in WRITES else ReadingAgent(transport)
    return getattr(agent, method.snake)(**{argument.snake: argument.sample for argument in method.arguments}, **more)


def public(kind: type) -> set[str]:
    return {name for name, _member in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_reading_and_writing_are_apart_and_complete() -> None:
    assert public(ReadingAgent) == {method.snake for method in READING_METHODS if method.offered}
    assert public(WritingAgent) == {method.snake for method in WRITING_METHODS if method.offered}


@by_name
def test_what_is_sent(method: Method, shared: tuple[Obliging, RestTransport]) -> None:
    call(shared, method, method.good)
    [received] = shared[0].received
    query = "&".join(f"{argument.name}={argument.sample}" for argument in method.arguments if argument.place == "query")
    assert received.line == f"POST /api/v1/Agents/ErpSync/{method.name}{'?' + query if query else ''}"
    in_object = {argument.name: argument.sample for argument in method.arguments if argument.place == "body"}
    whole = [argument.sample for argument in method.arguments if argument.place == "whole"]
    if in_object or whole:
        assert received.json == (whole[0] if whole else in_object)
    else:
        assert received.body == b""


@by_name
def test_a_good_answer_comes_back_whole(method: Method, shared: tuple[Obliging, RestTransport]) -> None:
    good = method.good
    expected = [item for item in good if item is not None] if method.returns.endswith("[]") else good
    assert call(shared, method, good) == expected


@by_name
def test_null(method: Method, shared: tuple[Obliging, RestTransport]) -> None:
    if method.returns in ("bool", "name"):
        with pytest.raises(errors.UnexpectedAnswer):
            call(shared, method, None)
    else:
        assert call(shared, method, None) == ([] if method.returns.endswith("[]") or method.returns == "texts" else None)


@by_name
def test_an_answer_of_another_shape_is_a_failure(method: Method, shared: tuple[Obliging, RestTransport]) -> None:
    for value in method.bad:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            call(shared, method, value)
        assert caught.value.method == method.name
        assert caught.value.message.startswith(f"{method.name}: ")
        # Whatever the server answered, a writing method may have been carried out.
        assert caught.value.uncertain is (method.name in WRITES)


def test_void_methods_take_whatever_comes() -> None:
    voids = [method for method in OFFERED if method.returns == "nothing"]
    assert len(voids) == 6
    for method in voids:
        with ScriptedServer(
            [
                (
                    f"POST /api/v1/Agents/ErpSync/{method.name}" + ("?ErpSyncConnectorEntityId=7" if "Connector" in method.name else ""),
                    nothing(),
                )
            ]
        ) as server:
            with Session(Settings(server.url, {})) as http:
                agent = WritingAgent(RestTransport(access.given(http)), check_mode=False)
                assert getattr(agent, method.snake)(**{argument.snake: argument.sample for argument in method.arguments}) is None


@pytest.mark.parametrize("method", [method for method in WRITING_METHODS if method.offered], ids=lambda method: method.name)
def test_check_mode_refuses_to_write_before_anything_is_sent(method: Method, shared: tuple[Obliging, RestTransport]) -> None:
    with pytest.raises(errors.WriteInCheckMode) as caught:
        call(shared, method, method.good, check_mode=True)
    assert shared[0].received == []
    assert caught.value.method == method.name


@by_name
def test_the_methods_say_to_the_client_whether_they_write(method: Method) -> None:
    class Recorder:
        def invoke(self, name: str, arguments: Any, *, writes: bool, timeout: float | None = None) -> Any:
            self.seen = (name, writes)
            return method.good

    recorder = Recorder()
    call((Obliging(), recorder), method, None)  # type: ignore[arg-type]
    assert recorder.seen == (method.name, method.name in WRITES)


def test_long_methods_take_a_time_limit(shared: tuple[Obliging, RestTransport]) -> None:
    class Recorder:
        def invoke(self, name: str, arguments: Any, *, writes: bool, timeout: float | None = None) -> Any:
            self.timeout = timeout

    for method in OFFERED:
        if method.returns == "PluginResponse":
            recorder = Recorder()
            call((shared[0], recorder), method, None, timeout=77.0)  # type: ignore[arg-type]
            assert recorder.timeout == 77.0


@by_name
def test_the_documentation_names_the_method_and_its_arguments(method: Method) -> None:
    kind = WritingAgent if method.name in WRITES else ReadingAgent
    last = " ".join((inspect.getdoc(getattr(kind, method.snake)) or "").rpartition("\n\n")[2].split())
    arguments = ", ".join(argument.name for argument in method.arguments) or "no arguments"
    assert last.startswith(f"{method.name}: {arguments} -> ")


# Against the vendor's own description


def vendor(name: str) -> Any:
    path = vendor_file(name)
    if not path.is_file():
        pytest.skip(f"the vendor's API description is not part of the project; {name} was not found (ERPSYNC_VENDOR_API says where it is)")
    return json.loads(path.read_text(encoding="utf-8-sig"))


_VENDOR_TYPES = {
    "int": {"integer"},
    "bool": {"boolean"},
    "text": {"string"},
    "texts": {"array of string"},
    "ints": {"array of integer"},
    "map": {"object"},
    "erp": {"string"},
    "crm": {"string"},
}


def test_the_vendor_describes_the_same_methods_and_arguments() -> None:
    description = vendor("Swagger-v1-ErpSyncAgent.json")
    definitions = description["definitions"]
    paths = {path.rpartition("/")[2].partition("?")[0]: operations["post"] for path, operations in description["paths"].items()}
    assert set(paths) == {method.name for method in METHODS}
    for method in METHODS:
        operation = paths[method.name]
        found: dict[tuple[str, str], str] = {}
        for parameter in operation["parameters"]:
            if parameter["in"] == "query" and not parameter["name"].startswith("$"):
                found[parameter["name"].lower(), "query"] = _type(parameter, definitions)
            elif parameter["in"] == "body":
                definition = _resolve(parameter["schema"], definitions)
                if method.name == "SaveErpSyncConnectorEntity":
                    found["erpsyncconnectorentity", "whole"] = "carrier"
                else:
                    found |= {
                        (name.lower(), "body"): _type(schema, definitions) for name, schema in definition.get("properties", {}).items()
                    }
        assert {(argument.name.lower(), argument.place) for argument in method.arguments} == set(found), method.name
        for argument in method.arguments:
            allowed = _VENDOR_TYPES.get(argument.type)
            if allowed is not None:
                assert found[argument.name.lower(), argument.place] in allowed, f"{method.name}: {argument.name}"
        success = [code for code in operation["responses"] if code.startswith("2")]
        assert success == ["204" if method.returns == "nothing" else "200"], method.name
        if method.returns != "nothing":
            assert _type(operation["responses"]["200"]["schema"], definitions) == _expected(method.returns), method.name


def _resolve(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    resolved: dict[str, Any] = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return resolved


def _short(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2].rpartition(".")[2]


def _type(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _short(schema)
    if schema.get("type") == "array":
        return f"array of {_type(schema['items'], definitions)}"
    return str(schema.get("type"))


def _expected(returns: str) -> str:
    if returns.endswith("[]"):
        return f"array of {returns[:-2]}"
    return {"bool": "boolean", "name": "string", "texts": "array of string", "texts by name": "object"}.get(returns, returns)


def test_the_vendor_describes_the_same_carriers() -> None:
    described = vendor("erpsync-agent.json")["carriers"]
    ours = {name: kind for name, kind in vars(carriers).items() if isinstance(kind, type) and hasattr(kind, "__total__")}
    # Two travel with methods that are not offered only.
    assert set(described) <= set(ours) | {"StringDictionary", "ErpSyncFieldValue", "ErpConnectionData"}
    for name, carrier in described.items():
        if name not in ours:
            continue
        # Members that all carriers have, and the description leaves out.
        own = {member.lower() for member in ours[name].__annotations__} - {"tableright", "fieldproperties"}
        assert own == {member.lower() for member in carrier}, name


def test_the_vendor_describes_the_same_enumerations() -> None:
    from typing import get_args

    for name, values in vendor("erpsync-agent.json")["enums"].items():
        if hasattr(carriers, name):
            names = values if isinstance(values, list) else list(values)
            assert set(get_args(getattr(carriers, name))) == {str(item["name"] if isinstance(item, dict) else item) for item in names}, name


def test_names_become_python_names() -> None:
    assert snake("GetErpSyncConnectorEntity") == "get_erp_sync_connector_entity"
