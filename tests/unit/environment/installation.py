# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in inside the test's own process: all of its behaviour and all of ours, the shell included, without the network between them.

A request takes a tenth of a millisecond and a shell one, so that a test can afford to break each of some thousand runs at each request.
"""

from __future__ import annotations

import base64
import json
import marshal
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import unquote

from ansible_collections.superoffice.erpsync.plugins.module_utils._apply import activation
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import read_from
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    IN_PROCESS_OVER_REST,
    Way,
    transport_options,
    without_what_lacks,
)
from pytest_stand_in import StandIn
from stand_in.methods import METHODS
from stand_in.sessions import Sessions
from stand_in.settings import Settings
from stand_in.site import Site
from stand_in.state import State
from stand_in.wire import rest
from stand_in.wire.answers import Answer
from stand_in.wire.call import Call
from stand_in.wire.soap.schema import argument_element
from stand_in.wire.soap.wire import SoapWire

Json = dict[str, Any]
Result = dict[str, Any]
_USER, _PASSWORD = "ADM", "stand-in-password"


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more."""


class Mistaken(Exception):
    """A mistake of ours in the middle of a request. Its text is nobody's business."""

    def __init__(self) -> None:
        super().__init__("Hemmelig-in-a-mistake")


class Unfit(BaseException):
    """A request that the schema of its version does not allow: a mistake of ours, which no task may turn into a result."""


class Sent(NamedTuple):
    """One request; ``name`` is the agent's method; otherwise verb and path, or over SOAP service and operation, with list or archive."""

    name: str
    writes: bool
    body: Any


def run_over_the_wire(stand_in: StandIn, task: str, *, way: Way, **options: Any) -> Result:
    """The result of a task that talks to a stand-in in another process."""
    connection = _connection(stand_in.url, stand_in.username, stand_in.password, way.version)
    return run_module(f"erpsync_{task}", {**connection, **options}, shell=way.shell, diff=True)


def _connection(url: str, username: str, password: str, version: int | None) -> Json:
    """The connection options. Requests go one after the other, so that they can be counted, unless it is said otherwise."""
    return {"url": url, "username": username, "password": password, "parallel_requests": 1, **transport_options(version)}


class Installation:
    """A stand-in with its state and settings, and what it was asked, which tasks reach in one way.

    ``trouble`` is asked before each request, with the number of the request since the last ``forget``, from 1: None lets it pass;
    "before" and "after" lose the connection before or after the server carried it out; so do, where they stand alone or
    are followed by " after", "end", the end of the process, "interrupt", a Ctrl-C, and "mistake", one of our own.

    Questions after who changed what stand in ``asked_who`` alone and have the number 0: what a run needs is counted without them.
    """

    def __init__(self, seed: str = "default", *, way: Way = IN_PROCESS_OVER_REST, **settings: Any) -> None:
        self.site = Site(Sessions(_USER, _PASSWORD), Settings({"engine_delay": 0, **settings}), seed)
        # The version is that of the SOAP services; None over REST.
        self.shell, self.version = way
        self.sent: list[Sent] = []
        self.asked_who: list[Sent] = []
        # Both, in order.
        self.everything: list[Sent] = []
        self.trouble: Callable[[int, Request], str | None] = lambda _number, _request: None
        # Called with each request before it arrives; requests that are sent side by side meet here.
        self.on_the_way: Callable[[Request], None] = lambda _request: None
        # Called after each request that was carried out.
        self.watch: Callable[[Installation], None] = lambda _installation: None
        # Chooses what is read both from archives and through the agent: the first of all that could be.
        self.choose: Callable[[Sequence[Any]], Any] = lambda choices: choices[0]
        # What the last task told besides its result.
        self.warnings: list[str] = []
        self.invocation: Json = {}
        self.one_at_a_time = threading.Lock()
        # Whether a mistake of our own is what a task is to fail with.
        self.may_be_mistaken = False
        self._sent_by_run = 0

    def run(self, task: str, *, check: bool = False, diff: bool = True, **options: Any) -> Result:
        """The result of a task, such as ``environment``. Options that are not given have their defaults.

        What the services of an old version lack, the document must not have: that it is refused is seen first, then the rest is run.
        """
        if "document" in options:
            spoken = without_what_lacks(options["document"], self.version)
            if spoken is not options["document"]:
                refused = self.carry_out(task, check=check, diff=diff, **options)
                # A document that is wrong in itself is told so first.
                if (refused.get("failure") or {}).get("kind") != "bad_input":
                    self.see_refused(refused)
                options["document"] = spoken
        return self.carry_out(task, check=check, diff=diff, **options)

    def see_refused(self, result: Result, words: str = "") -> None:
        """Fails unless the last task asked for what the version lacks, was refused in a sentence that says who has it, and sent nothing."""
        assert result.get("failed"), f"Services{self.version} cannot do this, but a task did: {result}"
        assert result["failure"]["kind"] == "not_in_version", result
        assert f"Services{self.version} does not have this method" in result["msg"] and words in result["msg"], result["msg"]
        assert result["msg"].endswith(" and REST. Nothing was sent."), result["msg"]
        assert self._sent_by_run == 0

    def carry_out(self, task: str, *, check: bool = False, diff: bool = True, **options: Any) -> Result:
        """The result of a task, whatever the version lacks."""
        self._sent_by_run = 0
        arguments = {**_connection("http://stand-in.invalid/SuperOffice", _USER, _PASSWORD, self.version), **options}
        # Nothing arrives late here.
        late = mock.patch.object(activation, "FOR_LATE_TOGGLE", 0.0)
        choosing = mock.patch.object(read_from, "choose", self.choose)
        with mock.patch.object(run, "Session", self._session), late, choosing:
            result = run_module(
                f"erpsync_{task}", arguments, shell=self.shell, check=check, diff=diff, may_be_mistaken=self.may_be_mistaken
            )
        self.warnings = result.pop("warnings", [])
        # Not in every release of ansible-core.
        self.invocation = result.pop("invocation", {})
        return result

    def _session(self, settings: Any, **_time: Any) -> Session:
        """Takes the place of the class Session where a run makes its own."""
        return _Wire(self, settings)

    def converge(self, document: Any, **options: Any) -> Result:
        """A converge that must succeed."""
        result = self.run("environment", document=document, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, document: Any, **options: Any) -> str:
        """The message of a converge that must be refused as bad input."""
        result = self.run("environment", document=document, **options)
        assert result.get("failed"), f"not refused, but {result}"
        assert result["failure"]["kind"] == "bad_input", result
        return str(result["msg"])

    def export(self, **options: Any) -> Json:
        """The document of the installation, with placeholders for the secrets."""
        result = self.run("environment_info", **options)
        assert not result.get("failed"), result["msg"]
        return json.loads(json.dumps(result["document"]))  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Start counting requests anew."""
        self.sent.clear()
        self.asked_who.clear()
        self.everything.clear()

    def note(self, sent: Sent, call: Call) -> int:
        """A request has come; returns its number."""
        self._sent_by_run += 1
        self.everything.append(sent)
        if "archive" in call.path.lower() and re.search(
            "updated_associate_id|updatedBy", (call.argument("$select") or "") + call.body.decode()
        ):
            self.asked_who.append(sent)
            return 0
        self.sent.append(sent)
        return len(self.sent)

    @property
    def writes(self) -> list[str]:
        """The writing methods that were called."""
        return [sent.name for sent in self.sent if sent.writes]

    @property
    def names(self) -> list[str]:
        """All that was asked, in order."""
        return [sent.name for sent in self.sent]

    def settings(self, **changes: Any) -> None:
        self.site.settings.change(changes)

    def state(self) -> Json:
        """A copy of the whole state."""
        return self.site.state.copied()

    def put(self, state: Json) -> None:
        """Another state; the caller's stays its own."""
        # Version 2 of its format makes two copies of what stands there twice. It knows no subclass of dict.
        self.site.state = State(marshal.loads(marshal.dumps(dict(state), 2)))

    def connection(self, name: str) -> Json:
        """The stored connection that has this name, in any of its languages."""
        [found] = [one for one in self.site.state.table("connections") if not one["Deleted"] and name in one["DisplayName"]]
        return found

    def mapped(self, name: str, actor: str, key: str) -> Json:
        """A stored field of a connection's actor type."""
        fields = self.site.state.fields_of(self.connection(name)["ErpConnectionId"], actor)
        return next(field for field in fields if field["ErpFieldKey"] == key)


class _Wire(Session):
    """Takes the place of the HTTP session: hands each request to the stand-in as it would have arrived."""

    def __init__(self, installation: Installation, settings: Any) -> None:
        self.settings = settings
        self._installation = installation
        self._is_dead = False

    def close(self) -> None:
        pass

    def send(self, request: Request, _destination: Destination | None = None) -> Response:
        self._installation.on_the_way(request)
        with self._installation.one_at_a_time:
            return self._send(request)

    def _send(self, request: Request) -> Response:
        there = self._installation
        if self._is_dead:
            raise Killed
        call = Call(
            verb=request.verb,
            path=unquote(request.path),
            base_url="http://stand-in.invalid/SuperOffice",
            query=[(str(name), str(value)) for name, value in request.query.items()],
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.body or b"",
        )
        # Which services there are is asked of all of them, whichever the options choose.
        sent, answering = self._arrived_over_soap(call) if request.path.startswith("/Remote/") else self._arrived(call)
        number = there.note(sent, call)
        assert sent.writes == request.writes, f"{sent.name}: is this a write?"
        what, _space, when = (there.trouble(number, request) or "").partition(" ")
        self._is_dead = what == "end"
        if what and what != "after" and when != "after":
            raise self._trouble(what, request)
        answer = answering()
        there.watch(there)
        if what:
            raise self._trouble(what, request)
        return Response(answer.status, {key.lower(): value for key, value in answer.headers}, answer.body, 1)

    def _arrived(self, call: Call) -> tuple[Sent, Callable[[], Answer]]:
        """A request over REST, and its answering."""
        call.headers["accept"] = "application/json"
        call.headers["authorization"] = "Basic " + base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
        name = call.method.name if call.method else f"{call.verb} {call.path}"
        if self._installation.version is not None and name != "GET /api":
            raise Unfit(f"{name} over REST")
        body = dict(call.form) if call.form is not None else json.loads(call.body) if call.body else None
        sent = Sent(name, call.writes, body)
        return sent, lambda: rest.answer(self._installation.site, call)

    def _arrived_over_soap(self, call: Call) -> tuple[Sent, Callable[[], Answer]]:
        """A request over SOAP, and its answering."""
        wire = SoapWire(self._installation.site, call)
        operation = call.headers["soapaction"].strip('"').rpartition("/")[2]
        body = wire.arguments or {}
        is_ours = wire.version == self._installation.version or operation == "GetSystemInfo"
        if not is_ours or (wire.problem is not None and wire.operation is not None):
            raise Unfit(f"{operation}, Services{wire.version}: {wire.problem}")
        if operation in METHODS:
            # Arguments as they are called over REST. A method that this server lacks has none.
            elements = {argument: argument_element(operation, argument) for argument in METHODS[operation].arguments}
            arguments = {name: body[element] for name, element in elements.items() if element in body}
            sent = Sent(operation, METHODS[operation].writes, arguments)
        else:
            named = next((f" {body[argument]}" for argument in ("Name", "ProviderName") if argument in body), "")
            sent = Sent(f"{wire.service}.{operation}{named}", False, None)
        return sent, lambda: wire.answer(self._installation.site)

    @staticmethod
    def _trouble(what: str, request: Request) -> BaseException:
        others: dict[str, type[BaseException]] = {"end": Killed, "interrupt": KeyboardInterrupt, "mistake": Mistaken}
        if what in others:
            return others[what]()
        # What the session raises once its tries are used up.
        return errors.ConnectionLost(
            f"{request.method}: the connection was lost.", method=request.method, attempts=1, uncertain=request.writes
        )
