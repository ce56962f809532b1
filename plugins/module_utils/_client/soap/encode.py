# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Encodes arguments and carriers as the XML of a request.

Members have the schema's order; those that the version lacks are left out.
"""

from __future__ import annotations

import typing as t
from xml.etree.ElementTree import Element

from ..._wire import duration, members
from ..._wire.xml_characters import escaped, has_control
from .. import errors
from ..exchange import Request
from . import schema
from .decode import PAIRS, PLAIN_ITEMS, Foreign, item_name
from .document import TYPE, split
from .schema import Operation, Type

Json = t.Any

_LARGEST = 2**31 - 1


def envelope(version: int, body: str, ticket: str | None, app_token: str | None, *, signed: bool = True) -> bytes:
    """A complete envelope. Header parts without a value are nil, as in the vendor's own clients.

    :param body: the result of :meth:`Encoder.operation`.
    :param signed: whether the operation takes Credentials and TimeZone; those that sign in do not.
    """
    space = f' xmlns="{schema.namespace(version)}"'
    nil = ' i:nil="true"/>'
    application = f"<ApplicationToken{space}" + (nil if not app_token else f">{escaped(app_token)}</ApplicationToken>")
    signature = f"<Credentials{space}><Ticket>{escaped(ticket or '')}</Ticket></Credentials><TimeZone{space}{nil}" if signed else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{schema.ENVELOPE}" xmlns:i="{schema.INSTANCE}">'
        f"<s:Header>{application}{signature}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def soap_request(operation: Operation, version: int, content: bytes, method: str, *, writes: bool, timeout: float | None = None) -> Request:
    """The HTTP request of an envelope.

    :param method: the request's name in messages.
    """
    return Request(
        "POST",
        f"/Remote/Services{version}/{operation.service}.svc",
        method,
        writes,
        body=content,
        timeout=timeout,
        headers={
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{schema.namespace(version)}/{operation.service}/{operation.name}"',
            "Accept": "text/xml",
        },
    )


class Encoder:
    """Encodes the arguments of operations for one version of the services."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._namespace = schema.namespace(version)

    def operation(self, operation: Operation, arguments: t.Mapping[str, Json]) -> str:
        """The element of an operation in the body.

        :raises errors.BadInput: for a value that the operation cannot take.
        """
        out = [f'<{operation.name} xmlns="{self._namespace}" xmlns:a="{schema.ARRAYS}">']
        for argument in operation.arguments:
            if argument.name in arguments:
                self._element(out, argument.name, arguments[argument.name], argument.type, f"{operation.name}: {argument.name}")
        out.append(f"</{operation.name}>")
        return "".join(out)

    def _element(self, out: list[str], tag: str, value: Json, kind: Type, where: str) -> None:
        if value is None:
            # A type without nil is left out.
            out.append(f'<{tag} i:nil="true"/>' if kind.nillable else "")
            return
        out.append(f"<{tag}>")
        if kind.kind == "carrier":
            self._carrier(out, _of(dict, value, where), kind.of, where)
        elif kind.kind == "list":
            self._list(out, _of(list, value, where), kind.item, where)
        elif kind.kind in PAIRS:
            pair, value_type = PAIRS[kind.kind]
            for key, one in _of(dict, value, where).items():
                out.append(f"<{pair}>")
                self._element(out, "Key", key, Type("text"), where)
                self._element(out, "Value", one, value_type, f"{where}.{key}")
                out.append(f"</{pair}>")
        else:
            out.append(_SCALARS[kind.kind](value, where))
        out.append(f"</{tag}>")

    def _list(self, out: list[str], values: list[Json], kind: Type, where: str) -> None:
        name = item_name(kind)
        tag = f"a:{name}" if kind.kind in PLAIN_ITEMS else name
        for index, value in enumerate(values):
            if value is None and not kind.nillable:
                raise _wrong(f"{where}[{index}]", "a value", value)
            self._element(out, tag, value, kind, f"{where}[{index}]")

    def _carrier(self, out: list[str], carrier: dict[str, Json], name: str, where: str) -> None:
        known = schema.members(name, self._version)
        folded = {member.casefold(): member for member in known}
        values: dict[str, Json] = {}
        # Foreign members keep their place: each after the member that it came after.
        behind: dict[str, list[Foreign]] = {}
        last = ""
        for key, value in carrier.items():
            member = key if key in known else folded.get(key.casefold())
            if isinstance(value, Foreign):
                behind.setdefault(last, []).append(value)
            elif member is not None:
                values[member] = value
                last = member
        for foreign in behind.get("", ()):
            write(out, foreign.element, self._namespace)
        for member, kind in known.items():
            if member in values:
                self._element(out, member, values[member], kind, f"{where}.{member}")
            for foreign in behind.get(member, ()):
                write(out, foreign.element, self._namespace)


def write(out: list[str], element: Element, around: str) -> None:
    """Write an element unchanged.

    :param around: the namespace of elements without a prefix at its place.
    """
    namespace, local = split(element.tag)
    declared = "" if namespace == around else f' xmlns="{escaped(namespace)}"'
    out.append(f"<{local}{declared}")
    for index, (key, value) in enumerate(element.attrib.items()):
        space, name = split(key)
        if key == TYPE:
            type_space, type_name = split(value)
            out.append(f' xmlns:t="{escaped(type_space)}" i:type="t:{escaped(type_name)}"' if type_space else f' i:type="{escaped(value)}"')
        elif space == "http://www.w3.org/XML/1998/namespace":
            out.append(f' xml:{name}="{escaped(value)}"')
        else:
            prefix = f"n{index}:" if space else ""
            out.append((f' xmlns:n{index}="{escaped(space)}"' if space else "") + f' {prefix}{name}="{escaped(value)}"')
    out.append(">" + escaped(element.text or ""))
    for child in element:
        write(out, child, namespace)
        out.append(escaped(child.tail or ""))
    out.append(f"</{local}>")


def _of(kind: type[t.Any], value: Json, where: str) -> t.Any:
    if isinstance(value, kind):
        return value
    raise _wrong(where, "an object" if kind is dict else "an array", value)


def _wrong(where: str, wanted: str, value: Json) -> errors.BadInput:
    return errors.BadInput(f"{where} should be {wanted} and is {members.type_name(value)}; nothing was sent.")


def _number(value: Json, where: str) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where, "a whole number", value)
    if not -_LARGEST - 1 <= value <= _LARGEST:
        raise errors.BadInput(f"{where} is {value}, which is more than SuperOffice can take; nothing was sent.")
    return str(value)


def _flag(value: Json, where: str) -> str:
    if not isinstance(value, bool):
        raise _wrong(where, "true or false", value)
    return "true" if value else "false"


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "a text", value)
    if has_control(value):
        raise errors.BadInput(f"{where} has a control character in it, which XML cannot carry; nothing was sent.")
    return escaped(value)


def _duration(value: Json, where: str) -> str:
    text = _text(value, where)
    try:
        seconds = duration.parse_reported(text)
    except duration.DurationError:
        raise _wrong(where, "a duration", value) from None
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if number]
    time = "T" + "".join(parts) if parts or not days else ""
    return f"{'-' if seconds < 0 else ''}P{f'{days}D' if days else ''}{time if time != 'T' else 'T0S'}"


def _flags(value: Json, where: str) -> str:
    return " ".join(_text(value, where).replace(",", " ").split())


_SCALARS: dict[str, t.Callable[[Json, str], str]] = {
    "number": _number,
    "flag": _flag,
    "duration": _duration,
    "text": _text,
    "time": _text,
    "name": _text,
    "flags": _flags,
}
