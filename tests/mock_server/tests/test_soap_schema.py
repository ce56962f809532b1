# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's own table of the SOAP services against the vendor's WSDLs, where those are at hand."""

from __future__ import annotations

import pytest
import vendor_wsdl
from stand_in.wire.soap import versions
from stand_in.wire.soap.envelope import PARTS
from stand_in.wire.soap.schema import DICTIONARIES, FLAGS, NOT_NILLABLE, Operation, Schema, enum_words
from vendor_wsdl import FOLDER, Description, Part, QName

pytestmark = pytest.mark.skipif(not vendor_wsdl.IS_THERE, reason=vendor_wsdl.REASON)
CURRENT = versions.EDITIONS[-1]
COLUMNS = {
    "Services75": (75, CURRENT),
    "Services84": (84, CURRENT),
    "Services85": (85, CURRENT),
    "Services86": (86, CURRENT),
    "Services87": (87, CURRENT),
    "Services88": (88, CURRENT),
    "php-8.7": (87, CURRENT),
    "php-8.8": (88, "2020"),
}


def _table() -> tuple[dict[str, str], dict[str, str]]:
    """({column: count}, {operation: its marks}) of the vendor's operations by version."""
    counts, marks = {}, {}
    for line in (FOLDER / "operations-by-version.txt").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) == 2 and words[1].endswith("-ErpSync.wsdl"):
            counts[words[1].removesuffix("-ErpSync.wsdl")] = words[0]
        elif len(words) == 1 + len(COLUMNS) and set(words[1:]) <= {"x", "."}:
            marks[words[0]] = "".join(words[1:])
    return counts, marks


@pytest.mark.parametrize("column", COLUMNS)
def test_operations_by_version(column: str) -> None:
    counts, marks = _table()
    assert len(marks) == 49
    place = list(COLUMNS).index(column)
    ours = set(versions.agent_operations(*COLUMNS[column]))
    assert ours == {name for name, row in marks.items() if row[place] == "x"}
    assert len(ours) == int(counts[column])


def test_the_edition_between() -> None:
    """Known by its number alone: 47 operations, TryConnectActor being the one that came."""
    old, middle = (set(versions.agent_operations(88, edition)) for edition in ("2020", "2021"))
    assert middle - old == {"TryConnectActor"} and not old - middle


@pytest.fixture(params=[(version, service) for version in vendor_wsdl.VERSIONS for service in vendor_wsdl.SERVICES], ids=str)
def pair(request: pytest.FixtureRequest) -> tuple[Description, dict[str, Operation], Schema, str]:
    version, service = request.param
    schema = Schema(version, CURRENT)
    return vendor_wsdl.read(version, service), schema.operations(service), schema, service


def _qualified(schema: Schema, type_name: str) -> QName:
    return schema.qualified(type_name)


def _compare(parts: list[Part], members: dict[str, str], schema: Schema, where: str) -> list[str]:
    """What differs between a sequence of the WSDL and ours."""
    if [part.name for part in parts] != list(members):
        return [f"{where}: {[part.name for part in parts]} is not {list(members)}"]
    differences = []
    for part, (name, type_name) in zip(parts, members.items(), strict=True):
        if part.type != _qualified(schema, type_name):
            differences.append(f"{where}.{name}: {part.type} is not {_qualified(schema, type_name)}")
        if part.nillable is (type_name in NOT_NILLABLE):
            differences.append(f"{where}.{name}: nillable is {part.nillable}")
        if not part.optional or part.repeated:
            differences.append(f"{where}.{name}: it must occur, or occurs more than once")
    return differences


def test_operations(pair: tuple[Description, dict[str, Operation], Schema, str]) -> None:
    vendor, ours, schema, service = pair
    if service in ("MDO", "Archive"):
        assert set(ours) <= set(vendor.actions)
    else:
        assert set(ours) == set(vendor.actions)
    for name, operation in ours.items():
        assert vendor.actions[name] == f"{schema.namespace}/{service}/{name}"
        assert vendor.answers[name] == (schema.namespace, operation.answer_element)
        assert vendor.header_in[name] == (["ApplicationToken"] if service == "SoPrincipal" else list(PARTS))
        assert vendor.header_out[name] == ["ExceptionInfo", "ExtraInfo", "Succeeded", "TimeZone"]
        assert _compare(vendor.elements[schema.namespace, name], dict(operation.arguments), schema, name) == []
        answer = vendor.elements[schema.namespace, operation.answer_element]
        assert _compare(answer, dict(operation.results), schema, operation.answer_element) == []


def _reached(schema: Schema, operations: dict[str, Operation]) -> set[str]:
    """Every type that the operations lead to."""
    waiting = [type_name for operation in operations.values() for type_name in (*operation.arguments.values(), *operation.results.values())]
    waiting += [*PARTS.values(), "SoExceptionInfo", "SoExtraInfo"]
    found: set[str] = set()
    while waiting:
        type_name = waiting.pop()
        if type_name in found:
            continue
        found.add(type_name)
        if type_name.endswith("[]"):
            waiting.append(type_name[:-2])
        elif type_name in DICTIONARIES:
            waiting.append(DICTIONARIES[type_name][1])
        else:
            waiting.extend((schema.members(type_name) or {}).values())
    return found


_NEVER_FILLED_IN = {"LicenseInfo"}


def test_types(pair: tuple[Description, dict[str, Operation], Schema, str]) -> None:
    vendor, operations, schema, service = pair
    for type_name in sorted(_reached(schema, operations) - _NEVER_FILLED_IN):
        name = _qualified(schema, type_name)
        words = enum_words(type_name)
        if service == "SoPrincipal" and type_name in ("SoTimeZone", "SoCredentials") and name not in vendor.types:
            continue
        if type_name.endswith("[]"):
            (item,) = vendor.types[name]
            assert (name[0] if item.type and "XMLSchema" in item.type[0] else schema.namespace, item.name) == schema.item(type_name[:-2])
            assert item.optional and item.repeated and item.type == _qualified(schema, type_name[:-2])
            assert item.nillable is (type_name[:-2] not in NOT_NILLABLE), type_name
        elif type_name in DICTIONARIES:
            (pair_part,) = vendor.types[name]
            pair_name, value_type = DICTIONARIES[type_name]
            assert (pair_part.name, pair_part.optional, pair_part.repeated) == (pair_name, True, True)
            described = [(part.name, part.type, part.nillable, part.optional) for part in pair_part.parts]
            key, value = _qualified(schema, "string"), _qualified(schema, value_type)
            assert described == [("Key", key, True, False), ("Value", value, True, False)]
        elif words is not None:
            assert tuple(vendor.words[name]) == words
        elif type_name in FLAGS:
            assert name in vendor.lists
            assert tuple(vendor.words[name]) == versions.flag_words(type_name, schema.version)
        else:
            members = schema.members(type_name)
            if members is not None:
                assert _compare(vendor.types[name], members, schema, type_name) == []
