# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Values of fields: converts them between YAML and SuperOffice's encoding, and compares them.

SuperOffice encodes values independently of culture: ``[I:123]``, ``[F:12345.67]``,
``[D:12/31/2026]``, ``[DT:12/31/2026 23:59:59.0000000]``, booleans as ``[I:1]`` and ``[I:0]``; also
``[M:...]`` for money, ``[T:14:52]`` for a time and ``[B:...]``. Texts, passwords and keys of lists
are stored as they are. Default values come in this encoding; for configuration values this is not
documented. So both spellings are read, values are compared by meaning, and a new value takes the
style of the one it replaces.

Reading never fails: a text that does not fit its type stays as it is.

Source: the vendor's documentation of field values (CultureDataFormatter) and of connectors'
configuration fields.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from decimal import Decimal, InvalidOperation

from .._wire import members
from .declared import Scalar

# Of the API's FieldMetadataType. All other types are texts.
ENCODED_TYPES = frozenset({"Checkbox", "Integer", "Double", "Date"})

_BRACKETS = re.compile(r"\[(?P<kind>I|F|DT|D|M|T|B):(?P<value>[^\]]*)\]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
_ISO_DATE = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{_TIME})?")
_US_DATE = re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}})(?: {_TIME})?")
_TIME_ALONE = re.compile(_TIME)
_OF_DATES = ("D", "DT", "T")
_WORDS = (("true", "false"), ("yes", "no"), ("on", "off"))
_MOST_DIGITS = 18
# A .NET tick is a ten-millionth of a second.
_FRACTION_DIGITS = 7


class FieldValueError(ValueError):
    """A value that does not fit the type of its field; ``str()`` says what fits."""


def plain(stored: str | None, field_type: str | None) -> str:
    """A stored text without encoding: ``443``, ``1``, ``30.5``, ``2026-12-31``.

    An unreadable text stays as it is.
    """
    meaning = _meaning(stored or "", field_type)
    return (stored or "") if meaning is None else meaning


def decode(stored: str | None, field_type: str | None) -> Scalar:
    """A stored text in the words of a document; an unreadable text stays as it is."""
    if stored is None:
        return None
    meaning = _meaning(stored, field_type)
    if not meaning:
        return stored if meaning is None else ""
    if field_type == "Checkbox":
        return meaning == "1"
    if field_type == "Integer":
        # Other tools could not keep a longer number, so it stays a text.
        return int(meaning) if len(meaning) <= _MOST_DIGITS else meaning
    if field_type == "Double":
        number = float(meaning)
        # A number that a float cannot hold exactly stays a text, too.
        return number if Decimal(repr(number)) == Decimal(meaning) else meaning
    return meaning


def same(one: str | None, other: str | None, field_type: str | None) -> bool:
    """Whether two texts mean the same in any encoding. Null and blank are equal."""
    if (one or "") == (other or ""):
        return True
    meaning = _meaning(one or "", field_type)
    return meaning is not None and meaning == _meaning(other or "", field_type)


def means(declared: Scalar, stored: str | None, field_type: str | None) -> bool:
    """Whether a declared value equals the stored one. Identical texts always do."""
    if declared is None or isinstance(declared, str):
        return same(declared, stored, field_type)
    try:
        return same(_declared(declared, field_type), stored, field_type)
    except FieldValueError:
        return False


def encode(declared: Scalar, field_type: str | None, *models: str | None, date: str | None = None) -> str:
    """Encode a declared value.

    :param models: texts whose style the value takes, the first that has one: the stored value, the
        proposal of the connector.
    :param date: the brackets of a date without a time if no model has a style; ``D`` by default.
    :raises FieldValueError: if the value does not fit the type, or YAML may have changed it.
    """
    meaning = _declared(declared, field_type)
    if field_type not in ENCODED_TYPES or not meaning:
        return meaning
    style = next((style for style in (_Style.of(model, field_type) for model in models) if style is not None), None)
    if style is None:
        kind = {"Checkbox": "I", "Integer": "I", "Double": "F"}.get(field_type or "") or date or "D"
        style = _Style(kind)
    return style.write(meaning, field_type)


def _declared(value: Scalar, field_type: str | None) -> str:
    """The meaning of a declared value.

    :raises FieldValueError: if it does not fit the type.
    """
    if value is None:
        return ""
    if field_type == "Checkbox":
        return _declared_checkbox(value)
    if field_type == "Integer":
        return _declared_integer(value)
    if field_type == "Double":
        return _declared_double(value)
    if not isinstance(value, str):
        raise FieldValueError("it should be a text; put it in quotes, since YAML may have changed it already (0010 is 8, no is false)")
    return _declared_date(value) if field_type == "Date" else value


def _declared_checkbox(value: Scalar) -> str:
    meaning = ("1" if value else "0") if isinstance(value, bool) else _meaning(str(value), "Checkbox")
    if meaning is None:
        raise FieldValueError("it should be true or false")
    return meaning


def _declared_integer(value: Scalar) -> str:
    meaning = None
    if isinstance(value, str):
        meaning = None if _has_comma(value) else _meaning(value, "Integer")
    # A larger float may have lost digits.
    elif value is not None and not isinstance(value, bool) and abs(value) < (2**53 if isinstance(value, float) else 10**_MOST_DIGITS):
        meaning = _meaning(repr(value), "Integer")
    if meaning is None or len(meaning.lstrip("-")) > _MOST_DIGITS:
        raise FieldValueError(f"it should be a whole number of at most {_MOST_DIGITS} digits")
    return meaning


def _declared_double(value: Scalar) -> str:
    meaning = None
    if isinstance(value, str):
        meaning = None if _has_comma(value) else _meaning(value, "Double")
    elif value is not None and not isinstance(value, bool) and abs(value) < 10**300:
        meaning = _meaning(repr(value), "Double")
    if meaning is None:
        raise FieldValueError("it should be a number, with a point before the decimals")
    return meaning


def _has_comma(text: str) -> bool:
    """Whether a number outside SuperOffice's encoding has a comma, as the ambiguous 1,234 has."""
    return "," in text and not _BRACKETS.fullmatch(text.strip())


def _declared_date(value: str) -> str:
    meaning = _meaning(value, "Date")
    if meaning is None or len(meaning.partition(".")[2]) > _FRACTION_DIGITS:
        raise FieldValueError("it should be a date such as 2026-12-31, or with a time, 2026-12-31T23:59:59")
    return meaning


def _meaning(text: str, field_type: str | None) -> str | None:
    """The canonical spelling of a text in a field of this type; blank for no value.

    None if the text does not fit the type.
    """
    if field_type not in ENCODED_TYPES:
        return text
    inner, kind = _content(text), _kind(text)
    if inner == "":
        return ""
    if kind is not None and (kind in _OF_DATES) != (field_type == "Date"):
        return None
    if field_type == "Checkbox":
        return _checkbox(inner)
    if field_type == "Integer":
        return _whole(inner)
    if field_type == "Double":
        return _number(inner)
    return _date(inner)


def _content(text: str) -> str:
    """A text without brackets and surrounding blanks."""
    match = _BRACKETS.fullmatch(text.strip())
    return match["value"].strip() if match else text.strip()


def _kind(text: str) -> str | None:
    """The kind in the brackets of a text; None without brackets."""
    match = _BRACKETS.fullmatch(text.strip())
    return match["kind"] if match else None


def _checkbox(text: str) -> str | None:
    word = text.lower()
    for yes, no in _WORDS:
        if word in (yes, no):
            return "1" if word == yes else "0"
    number = _number(text)
    return number if number in ("0", "1") else None


def _whole(text: str) -> str | None:
    # 1,000 may be a thousand, and a field of whole numbers does not take 1e3.
    number = None if "e" in text.lower() or re.search(",000$", text) else _number(text)
    return number if number is not None and "." not in number else None


def _number(text: str) -> str | None:
    """All digits of a number without superfluous zeros. Rounding would make two numbers equal."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    # As far as a document takes numbers.
    if number and abs(number.adjusted()) >= 300:
        return None
    written = format(number, "f") if number else "0"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _date(text: str) -> str | None:
    """``2026-12-31``, with a time ``2026-12-31T23:59:59``, or a time alone ``14:52:00``.

    Midnight counts as no time.
    """
    match = _ISO_DATE.fullmatch(text) or _US_DATE.fullmatch(text)
    if match is None:
        match = _TIME_ALONE.fullmatch(text)
        return None if match is None else _time(match)
    time = _time(match) if match["hour"] is not None else "00:00:00"
    try:
        date = datetime.date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None
    return None if time is None else date if time == "00:00:00" else f"{date}T{time}"


def _time(match: re.Match[str]) -> str | None:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = (match["fraction"] or "").rstrip("0")
    return f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")


class _Style(t.NamedTuple):
    """The spelling of a value: its brackets, if any, and the form of the text in them."""

    kind: str | None
    comma: bool = False
    # The words for true and false.
    words: tuple[str, str] | None = None
    # For dates without brackets: slashes, what separates the time, whether a time is required.
    slashes: bool = False
    before_time: str = "T"
    timed: bool = False

    @classmethod
    def of(cls, model: str | None, field_type: str | None) -> _Style | None:
        """The style of a text; None if it has none, or does not fit the type."""
        if not model or _meaning(model, field_type) is None:
            return None
        text, kind = _content(model), _kind(model)
        if kind is None and not text:
            return None
        if kind is not None and (kind in _OF_DATES) != (field_type == "Date"):
            return None
        return cls(
            kind=kind,
            comma="," in text and field_type == "Double",
            words=_words_like(text) if field_type == "Checkbox" else None,
            slashes="/" in text,
            before_time=" " if " " in text else "T",
            timed=":" in text,
        )

    def write(self, meaning: str, field_type: str | None) -> str:
        if field_type == "Date":
            return self._date(meaning)
        text, kind = meaning, self.kind
        if self.words is not None:
            text = self.words[0] if meaning == "1" else self.words[1]
        if field_type == "Double":
            kind = "F" if kind == "I" and "." in text else kind
            text = text.replace(".", ",") if self.comma else text
        return text if kind is None else f"[{kind}:{text}]"

    def _date(self, meaning: str) -> str:
        date, time = ("", meaning) if "-" not in meaning else (meaning.partition("T")[0], meaning.partition("T")[2])
        seconds, _point, fraction = time.partition(".")
        if self.kind is not None:
            if not date:
                return f"[T:{time[:-3] if time.endswith(':00') else time}]"
            us = _us_date(date)
            if self.kind == "D" and not time:
                return f"[D:{us}]"
            return f"[DT:{us} {seconds or '00:00:00'}.{fraction.ljust(_FRACTION_DIGITS, '0')}]"
        if not date:
            return time
        shown = _us_date(date) if self.slashes else date
        if not time and not self.timed:
            return shown
        return f"{shown}{' ' if self.slashes else self.before_time}{time or '00:00:00'}"


def _us_date(date: str) -> str:
    # strftime would write the year 1 with one digit.
    year, month, day = date.split("-")
    return f"{month}/{day}/{year}"


def _words_like(text: str) -> tuple[str, str] | None:
    """The words for true and false in the spelling of a text; None if it is no such word."""
    for pair in _WORDS:
        if text.lower() in pair:
            change = str.upper if text.isupper() else str.capitalize if text[:1].isupper() else str.lower
            return change(pair[0]), change(pair[1])
    return None


def all_plain(values: t.Mapping[str, str | None], fields: t.Iterable[members.Carrier]) -> dict[str, str | None]:
    """Configuration values without encoding; unreadable ones stay as they are."""
    kinds = {members.text(field, "FieldKey"): members.text(field, "FieldType") for field in fields}
    return {key: None if value is None else plain(value, kinds.get(key)) for key, value in values.items()}
