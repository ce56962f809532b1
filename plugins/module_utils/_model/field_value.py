# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Values of fields: from YAML to the wire and back.

Default values travel in SuperOffice's culture-neutral encoding: texts and keys of lists as they are, other types in
brackets, ``[I:123]``, ``[F:12345.67]``, ``[D:12/31/2026]``, ``[DT:12/31/2026 23:59:59.0000000]``, yes and no as
``[I:1]`` and ``[I:0]``. Configuration values travel as plain texts, yes and no as ``1`` and ``0``.

Source: the vendor's documentation of field values (CultureDataFormatter) and of connectors' configuration fields.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from decimal import Decimal, InvalidOperation

from .declared import Scalar

_BRACKETS = re.compile(r"\[(?P<kind>I|F|D|DT|B):(?P<value>[^\]]*)\]", re.ASCII)
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


class FieldValueError(ValueError):
    """A value that does not fit the type of its field; ``str()`` says what would."""


def encode_default(value: Scalar, field_type: str | None) -> str:
    """A default value as it travels.

    :param value: what YAML gives; a text may already be in the encoded form.
    :param field_type: one of the API's FieldMetadataType.
    :raises FieldValueError: for a value that does not fit.
    """
    plain = _plain(value, field_type)
    if plain == "":
        return ""
    if field_type == "Checkbox":
        return f"[I:{plain}]"
    if field_type == "Integer":
        return f"[I:{plain}]"
    if field_type == "Double":
        return f"[F:{plain}]"
    if field_type == "Date":
        return _encoded_date(plain)
    return plain


def same_default(stored: str | None, encoded: str, field_type: str | None) -> bool:
    """Whether a stored default value means the same as an encoded one, however it is spelled."""
    if (stored or "") == encoded:
        return True
    if not stored or not encoded:
        return False
    try:
        return _plain(stored, field_type) == _plain(encoded, field_type)
    except FieldValueError:
        return False


def decode_default(stored: str | None, field_type: str | None) -> Scalar:
    """A stored default value as a document shows it; what cannot be read stays as it is."""
    if not stored:
        return "" if stored is not None else None
    try:
        plain = _plain(stored, field_type)
    except FieldValueError:
        return stored
    if field_type == "Checkbox":
        return plain == "1"
    if field_type == "Integer":
        return int(plain)
    if field_type == "Double":
        number = float(plain)
        # A number that a float cannot hold exactly stays a text, so that nothing is lost.
        return number if Decimal(repr(number)) == Decimal(plain) else plain
    return plain


def encode_config(value: Scalar, field_type: str | None) -> str | None:
    """A configuration value as it travels; None stays None.

    :raises FieldValueError: for a value that does not fit the type, or that YAML may have changed on its way.
    """
    return None if value is None else _plain(value, field_type)


def same_config(stored: str | None, encoded: str | None, field_type: str | None) -> bool:
    """Whether a stored configuration value means the same as an encoded one."""
    if (stored or "") == (encoded or ""):
        return True
    if not stored or not encoded or field_type not in ("Checkbox", "Integer", "Double"):
        return False
    try:
        return _plain(stored, field_type) == _plain(encoded, field_type)
    except FieldValueError:
        return False


def _plain(value: Scalar, field_type: str | None) -> str:
    """The one spelling of a value of this type, without brackets."""
    inner: t.Any = value
    if isinstance(value, str) and field_type in ("Checkbox", "Integer", "Double", "Date"):
        match = _BRACKETS.fullmatch(value.strip())
        inner = match["value"].strip() if match else value.strip()
        if inner == "":
            return ""
    if value is None:
        return ""
    if field_type == "Checkbox":
        return _checkbox(inner)
    if field_type == "Integer":
        return _integer(inner)
    if field_type == "Double":
        return _double(inner)
    if isinstance(inner, bool) or not isinstance(inner, str):
        raise FieldValueError("it should be a text; put it in quotes, since YAML may have changed it already (0010 is 8, no is false)")
    return _iso_date(inner) if field_type == "Date" else inner


def _checkbox(value: t.Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    word = str(value).casefold()
    if word in _TRUE:
        return "1"
    if word in _FALSE:
        return "0"
    raise FieldValueError("it should be true or false")


def _integer(value: t.Any) -> str:
    if isinstance(value, bool):
        raise FieldValueError("it should be a whole number")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and abs(value) >= 10**18:
        raise FieldValueError("it should be a whole number of at most 18 digits")
    text = str(value)
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text, re.ASCII):
        raise FieldValueError("it should be a whole number")
    return str(int(text))


def _double(value: t.Any) -> str:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) >= 10**300):
        raise FieldValueError("it should be a number")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise FieldValueError("it should be a number, with a point before the decimals")
    text = format(number.normalize(), "f")
    return "0" if text in ("-0", "0") else text


def _iso_date(text: str) -> str:
    """``2026-12-31`` or ``2026-12-31T23:59:59`` from that, from a blank between, or from the encoded form."""
    cleaned = re.sub(r"\.0+$", "", text.strip())
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.datetime.strptime(cleaned, form).date().isoformat()
        except ValueError:
            pass
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S"):
        try:
            return datetime.datetime.strptime(cleaned, form).isoformat()
        except ValueError:
            pass
    raise FieldValueError("it should be a date such as 2026-12-31, or with a time, 2026-12-31T23:59:59")


def _encoded_date(plain: str) -> str:
    if "T" not in plain:
        return datetime.date.fromisoformat(plain).strftime("[D:%m/%d/%Y]")
    return datetime.datetime.fromisoformat(plain).strftime("[DT:%m/%d/%Y %H:%M:%S.0000000]")
