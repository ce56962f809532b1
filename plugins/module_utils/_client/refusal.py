# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What an answer over REST means that is no success. A task that meets none does without this.

Source: "Agents web API" in the vendor's documentation (an object instead of an error status).
"""

from __future__ import annotations

import json

from . import errors
from .answers import ServerWords, failure, one_line, status_error
from .rest import Json, decoded
from .session import Request, Response


def not_successful(request: Request, response: Response) -> errors.ErpSyncError:
    """The error for a status that is no success."""
    try:
        said = server_words(json.loads(decoded(response.body[:65536])))
    except (ValueError, RecursionError):
        said = ServerWords()
    return status_error(request, response, said)


def refused(request: Request, response: Response, answer: Json) -> errors.ErpSyncError:
    """The error for an error object with a good status."""
    said = server_words(answer)
    return failure(errors.ErrorAnswer, request, response, f"the server refused: {said.message or 'it gave no reason'}.", said)


def not_json(request: Request, response: Response) -> errors.ErpSyncError:
    """The error for a body that is not JSON."""
    start = response.body.lstrip()[:1]
    if start == b"<":
        sentence = (
            "the server answered with a web page instead of JSON. "
            "Check that url is the address of the installation, without a sign-in page in front of it."
        )
    elif not start:
        sentence = "the server answered with nothing."
    else:
        sentence = "the server's answer is not valid JSON."
    return failure(errors.NotJson, request, response, sentence)


def server_words(answer: Json) -> ServerWords:
    """What an error object says, whichever of the documented forms it has; empty for anything else."""
    if not isinstance(answer, dict):
        return ServerWords()
    by_name = {str(key).casefold(): value for key, value in answer.items()}

    def first(*names: str) -> str | None:
        return next((by_name[name] for name in names if isinstance(by_name.get(name), str) and by_name[name].strip()), None)

    message = first("errormessage", "message", "exceptionmessage")
    detail = first("messagedetail")
    if message and detail and detail != message:
        message = f"{message.rstrip()} {detail}"
    return ServerWords(first("errortype", "exceptiontype"), one_line(message) if message else None)
