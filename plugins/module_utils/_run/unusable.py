# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuses parameters on which Ansible's validation, or Python, would raise an exception.

Both shells refuse them before that validation, as bad input.
"""

from __future__ import annotations

import decimal
import math
import os
import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.validation import check_type_dict

from .._client.errors import BadInput
from .._wire.wording import hint, in_one_message, shown
from .spec import ArgumentSpec

# More than the largest float has. Python refuses to convert more than 4,300 to text.
_MOST_DIGITS = 300
_LIMIT: t.Final[int] = 10**_MOST_DIGITS
_NUMBERS = frozenset({"int", "float"})


def refuse_unusable(params: t.Mapping[str, t.Any], spec: ArgumentSpec) -> None:
    """Refuse numbers that are not finite or too long, other values for an option of type dict, and
    misspelled options.

    The task checks values in a document, or in another option without suboptions.

    :raises BadInput: naming the option and the place in it, without the value, which may be a
        secret.
    """
    slips = list(_slips(params, spec.options, ""))
    if slips:
        raise BadInput(in_one_message(slips))
    for name, value in params.items():
        option = spec.options.get(name, {})
        place = None if _is_free(option) else _too_long(value, name)
        if place is not None:
            raise BadInput(_no_number(place))
        if isinstance(value, float) and not math.isfinite(value):
            raise BadInput(f"{name} is {value}, which is no finite number. Give a number, or a text in quotes.")
        if option.get("type") == "dict" and "options" in option and not isinstance(value, (str, Mapping, type(None))):
            raise BadInput(f"{name} is {shown(value)}; it should be keys with values.")
        if option.get("type") == "dict" and "options" in option and isinstance(value, str):
            _refuse_no_keys(value, name)
        if _NUMBERS.intersection((option.get("type"), option.get("elements"))):
            for text in value if isinstance(value, (list, tuple)) else [value]:
                _refuse_text(text, name)
    for name, option in spec.options.items():
        if name not in params and option.get("type") in _NUMBERS and "fallback" in option:
            _fallback, variables = option["fallback"]
            for variable in variables:
                _refuse_text(os.environ.get(variable), f"{name}, from the environment variable {variable},")


def _slips(params: t.Mapping[str, t.Any], options: t.Mapping[str, t.Mapping[str, t.Any]], place: str) -> t.Iterator[str]:
    """A sentence for each unknown option that looks like a known one, at any depth.

    Ansible, which lists all, refuses any other.
    """
    known = {name for option, of_option in options.items() for name in (option, *of_option.get("aliases", ()))}
    for name, value in params.items():
        if not isinstance(name, str) or name.startswith("_"):
            continue
        if name not in known:
            near = hint(name, options)
            if near:
                yield f"{place}{name} is no option.{near}"
        elif "options" in options.get(name, {}):
            whole = {f"{place}{name}.": value} if isinstance(value, Mapping) else {}
            parts = {f"{place}{name}[{index}].": one for index, one in enumerate(value)} if isinstance(value, (list, tuple)) else whole
            for inside, one in parts.items():
                if isinstance(one, Mapping):
                    yield from _slips(one, options[name]["options"], inside)


def _refuse_no_keys(text: str, name: str) -> None:
    """Refuse a text from which Ansible makes no keys with values: it would not name the option."""
    try:
        check_type_dict(text)
    except TypeError:
        raise BadInput(f"{name} is a text; it should be keys with values.") from None


def _refuse_text(text: t.Any, place: str) -> None:
    """Refuse a text for a number that is not finite or too long."""
    if not isinstance(text, str):
        return
    try:
        number = decimal.Decimal(text.strip())
    except decimal.InvalidOperation:
        # Ansible reports it.
        return
    if not number.is_finite():
        raise BadInput(f"{place} is {number}, which is no finite number.")
    if number.adjusted() >= _MOST_DIGITS or len(text) > _MOST_DIGITS:
        raise BadInput(_no_number(place))


def _no_number(place: str) -> str:
    return f"{place} is a number of more than {_MOST_DIGITS} digits. Give a smaller one, or a text in quotes."


def _is_free(option: t.Mapping[str, t.Any]) -> bool:
    """Whether the task checks the values in an option, with better messages."""
    kinds = (option.get("type"), option.get("elements"))
    return "options" not in option and ("dict" in kinds or "raw" in kinds)


def _too_long(value: t.Any, place: str) -> str | None:
    """The place of a number that is too long. None without one."""
    if value is None or isinstance(value, str):
        return None
    if isinstance(value, int):
        return place if abs(value) >= _LIMIT else None
    if isinstance(value, Mapping):
        for key, item in value.items():
            # A key may itself be a number that is too long.
            found = _too_long(item, f"{place}.{key if isinstance(key, str) else shown(key)}")
            if found is not None:
                return found
    elif isinstance(value, (list, tuple, set, frozenset)):
        for index, item in enumerate(value):
            found = _too_long(item, f"{place}[{index}]")
            if found is not None:
                return found
    return None
