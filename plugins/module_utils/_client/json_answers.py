# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the JSON of a response, and what an error object in it says."""

from __future__ import annotations

import codecs
import json
import math
import typing as t

from . import errors
from .answers import ServerWords, check_address, failure, one_line, without_surrogates
from .exchange import Request, Response

Json = t.Any


def decode(request: Request, response: Response, check: str | None = None) -> Json:
    """The JSON of a response. Lone surrogates, which cannot be encoded, become U+FFFD.

    :param check: the sentence that says what to check where a web page came instead. None for the
        address of the installation.
    :raises errors.NotJson: for a body that is not JSON.
    """
    try:
        text = _text(response.body)
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text and "\\ud" in text.lower():
            value = without_surrogates(value)
        return value
    except (ValueError, RecursionError):
        pass
    raise _not_json(request, response, check or f"{check_address(response)}, without a sign-in page in front of it.")


def of_unsuccessful(response: Response) -> Json:
    """The JSON of an unsuccessful response. None where it is not JSON."""
    try:
        return json.loads(_text(response.body[:65536]))
    except (ValueError, RecursionError):
        return None


def words_of(response: Response) -> ServerWords:
    """What the body of an unsuccessful response says. Empty where it is no error object."""
    return server_words(of_unsuccessful(response))


def _text(body: bytes) -> str:
    """The text of UTF-8 with or without a byte order mark."""
    return body.removeprefix(codecs.BOM_UTF8).decode("utf-8")


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    """A number with a fraction or an exponent. A larger one than Python keeps could not be sent
    back.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large")
    return number


def _not_json(request: Request, response: Response, check: str) -> errors.ErpSyncError:
    """The error for a body that is not JSON."""
    start = response.body.lstrip()[:1]
    if start == b"<":
        sentence = f"the server answered with a web page instead of JSON. {check}"
    elif not start:
        sentence = "the server answered with nothing."
    else:
        sentence = "the server's answer is not valid JSON."
    return failure(errors.NotJson, request, response, sentence)


def by_lower_case(answer: Json) -> dict[str, Json]:
    """The members of a JSON object, by their names in lower case. None of what is no object."""
    return {str(name).casefold(): value for name, value in answer.items()} if isinstance(answer, dict) else {}


def server_words(answer: Json) -> ServerWords:
    """What an error object says, in any of its documented forms. Empty for everything else."""
    by_name = by_lower_case(answer)

    def first(*names: str) -> str | None:
        return next((by_name[name] for name in names if isinstance(by_name.get(name), str) and by_name[name].strip()), None)

    message = first("errormessage", "message", "exceptionmessage")
    detail = first("messagedetail")
    if message and detail and detail != message:
        message = f"{message} {detail}"
    return ServerWords(first("errortype", "exceptiontype"), one_line(message) if message else None)
