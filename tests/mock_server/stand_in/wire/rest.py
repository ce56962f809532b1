# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST services of the installation: from a call to an answer, without the network."""

from __future__ import annotations

import json
from typing import Any

from .. import binding
from ..agent.behaviour import carry_out
from ..encoding import Encoder, select
from ..errors import BindingError, Refusal
from ..methods import Method
from ..site import Site
from ..who import associate_of
from . import answers, metadata
from .answers import Answer, json_answer
from .archive import archive
from .authorisation import refuse
from .call import Call
from .mdo import mdo_list
from .spoiler import JsonSpoiler

_JSON_TYPES = ("application/json", "text/json", "application/json-patch+json", "application/merge-patch+json")
_NO_LANGUAGE = ("", "*", "x", "-")


class RestWire:
    """One call: its data for journal and faults, and its answer."""

    def __init__(self, site: Site, call: Call) -> None:
        self.call = call
        self.method = call.method
        self.writes = call.writes
        self.fault_name = call.method.name if call.method else None
        self.body: Any = call.body if call.form is None else dict(call.form)
        self.spoiler = JsonSpoiler(site.settings)

    def notes(self) -> dict[str, Any]:
        """Members of the journal's entry that name the transport."""
        return {"transport": "rest", "services_version": None, "operation": None, "header_parts": [], "problem": None}

    def answer(self, site: Site) -> Answer:
        return answer(site, self.call)


def answer(site: Site, call: Call) -> Answer:
    """Carry the call out and answer it."""
    try:
        return _answer(site, call)
    except BindingError as problem:
        return answers.binding_answer(problem)
    except Refusal as refusal:
        return answers.refusal_answer(site.settings, refusal)


def _answer(site: Site, call: Call) -> Answer:
    path = call.path.rstrip("/").lower()
    if not site.settings["rest_available"]:
        return answers.html_answer("404 - File or directory not found.", 404)
    if path == "/api":
        return metadata.api(site, call) if call.verb == "GET" else answers.wrong_verb(call.verb)
    if path != "/api/v1" and not path.startswith("/api/v1/"):
        return answers.no_resource(call.base_url + call.path)
    refused = refuse(call, site.sessions, site.settings)
    if refused is not None:
        return refused
    if call.agent_name is not None:
        return _agent(site, call)
    name = call.path.rstrip("/").rpartition("/")[2]
    if path == f"/api/v1/archive/{name.lower()}" and site.settings["archive_available"] and call.verb in ("GET", "POST"):
        return archive(site, call, name)
    if call.verb != "GET":
        return answers.wrong_verb(call.verb)
    return _plain(site, call, path, name)


def _plain(site: Site, call: Call, path: str, name: str) -> Answer:
    if path == "/api/v1":
        return metadata.version_1(site, call)
    if path == "/api/v1/user/currentprincipal":
        found = metadata.current_principal(site, call)
    elif path == "/api/v1/user/currenttoken":
        return json_answer(site.sessions.current_token(site.settings["token_lifetime"]))
    elif path == f"/api/v1/mdolist/{name.lower()}" and site.settings["mdo_available"]:
        found = json_answer(mdo_list(site, name, call.argument("additional") or "", (call.argument("flat") or "").lower() == "true"))
    else:
        return answers.no_resource(call.base_url + call.path)
    return json_answer(_encoder(site, call).plain(found.value))


def _agent(site: Site, call: Call) -> Answer:
    method = call.method
    if method is None:
        return answers.no_resource(call.base_url + call.path)
    if not metadata.existing(site, method.name):
        return _missing(site, call)
    if call.verb == "GET":
        return metadata.description(method)
    if call.verb != "POST":
        return answers.wrong_verb(call.verb)
    if call.body and method.takes in ("body", "entity") and not _is_json(call):
        kind = call.headers.get("content-type", "")
        return json_answer({"Message": f"The request entity's media type '{kind}' is not supported for this resource."}, 415)
    value = carry_out(site, method, _arguments(site, method, call), associate_of(site, call.credential))
    if method.returns == "void":
        return _void(site)
    encoded = _encoder(site, call).encode(value, method.returns)
    if method.selectable:
        encoded = select(encoded, (call.argument("$select") or "").split(",")) if _has_members(method) else encoded
    return json_answer(encoded, carried_out=True)


def _has_members(method: Method) -> bool:
    return method.returns.removesuffix("[]") not in ("boolean", "string", "StringDictionary")


def _is_json(call: Call) -> bool:
    return call.headers.get("content-type", "").partition(";")[0].strip().lower() in _JSON_TYPES


def _arguments(site: Site, method: Method, call: Call) -> dict[str, Any]:
    refuse_unknown = site.settings["unknown_members"] == "refuse"
    if method.takes == "nothing":
        return {}
    if method.takes == "query":
        return {name: _query_integer(call, name) for name in method.arguments}
    try:
        sent = json.loads(call.body.decode(), parse_constant=_no_constant) if call.body else None
    except (ValueError, RecursionError) as problem:
        raise BindingError(f"The body is not JSON: {problem}") from problem
    if sent is None:
        raise BindingError("The parameter 'request' is null.")
    if method.takes == "entity":
        ((name, type_name),) = method.arguments.items()
        return {name: binding.bind(sent, type_name, name, refuse_unknown)}
    return binding.bind_members(sent, method.arguments, "request", refuse_unknown)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _query_integer(call: Call, name: str) -> int:
    text = call.argument(name)
    try:
        number = int(text or "")
    except ValueError:
        raise BindingError(f"The parameter '{name}' is missing or not an integer.") from None
    if number not in binding.INT32:
        raise BindingError(f"The parameter '{name}' is too large or too small for an Int32.")
    return number


def _void(site: Site) -> Answer:
    how = site.settings["void_answer"]
    if how == "200_null":
        return json_answer(None, carried_out=True)
    if how == "204_null":
        return Answer(204, b"null", then_close=True, carried_out=True)
    return Answer(204, b"", None, carried_out=True)


def _encoder(site: Site, call: Call) -> Encoder:
    settings = site.settings
    language = call.headers.get("so-language", call.headers.get("accept-language", "")).split(",")[0].split(";")[0].strip()
    return Encoder(
        duration_format=settings["duration_format"],
        key_case=settings["key_case"],
        undocumented_members=settings["undocumented_members"],
        status_in_plugin_response=settings["status_in_plugin_response"] and settings["sync_outcome"] != "no_status",
        language=None if language in _NO_LANGUAGE else language,
    )


def _missing(site: Site, call: Call) -> Answer:
    """A method that older servers lack; their answer is not documented."""
    url = call.base_url + call.path
    how = site.settings["missing_method_answer"]
    if how == "404_html":
        return answers.html_answer("404 - File or directory not found.", 404)
    if how == "405":
        return answers.wrong_verb(call.verb)
    if how == "400":
        return json_answer({"Message": "The request is invalid.", "MessageDetail": f"No action was found for '{url}'."}, 400)
    if how == "501":
        return json_answer({"Message": "Not implemented."}, 501)
    if how == "500_not_supported":
        raise Refusal("SoNotSupportedException", "The method is not supported.", 500)
    return answers.no_resource(url)
