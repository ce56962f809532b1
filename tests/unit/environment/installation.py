# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in inside the test's own process: all of its behaviour and all of ours, without the network between them.

A request takes a tenth of a millisecond, so that a test can afford to break each of some thousand runs at each request.
"""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.superoffice.erpsync.plugins.module_utils import _run
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Request, Response, Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._options import CONNECTION_OPTIONS
from pytest_stand_in import StandIn
from stand_in.sessions import Sessions
from stand_in.settings import Settings
from stand_in.site import Site
from stand_in.state import State
from stand_in.wire import rest
from stand_in.wire.call import Call

Json = dict[str, Any]
Result = dict[str, Any]
_TASKS = "ansible_collections.superoffice.erpsync.plugins.module_utils._tasks."
_USER, _PASSWORD = "ADM", "stand-in-password"


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more."""


class Sent(NamedTuple):
    """One request; ``name`` is the agent's method, or verb and path."""

    name: str
    writes: bool
    body: Any


def task_and_params(task: str, url: str, username: str, password: str, options: Mapping[str, Any]) -> tuple[_run.Task, Json]:
    """A task and its parameters; options that are not given have their defaults, as Ansible would fill them in.

    Only requests go one after the other, so that they can be counted, unless it is said otherwise.
    """
    the_task: _run.Task = importlib.import_module(_TASKS + task).TASK
    unknown = set(options) - set(the_task.spec.options) - {"parallel_requests"}
    assert not unknown, f"{task} has no option {unknown}"
    params = {option.name: option.default for option in CONNECTION_OPTIONS}
    params.update(url=url, username=username, password=password, parallel_requests=1)
    params.update({name: option.get("default") for name, option in the_task.spec.options.items()})
    params.update(options)
    return the_task, params


def run_over_the_wire(stand_in: StandIn, task: str, **options: Any) -> Result:
    """The result of a task that talks to a stand-in in another process."""
    the_task, params = task_and_params(task, stand_in.url, stand_in.username, stand_in.password, options)
    return _run.perform(the_task, _run.Run(params, diff_mode=True, environ={}))


class Installation:
    """A stand-in with its state and settings, and what it was asked.

    ``trouble`` is asked before each request, with the number of the request since the last ``forget``, from 1: None lets it pass;
    "before" and "after" lose the connection before or after the server carried it out; "end" ends the process.
    """

    def __init__(self, seed: str = "default", **settings: Any) -> None:
        self.site = Site(Sessions(_USER, _PASSWORD), Settings({"engine_delay": 0, **settings}), seed)
        self.sent: list[Sent] = []
        self.trouble: Callable[[int, Request], str | None] = lambda _number, _request: None
        # Called after each request that was carried out.
        self.watch: Callable[[Installation], None] = lambda _installation: None
        self.warnings: list[str] = []

    def run(self, task: str, *, check: bool = False, diff: bool = True, **options: Any) -> Result:
        """The result of a task, such as ``environment``. Options that are not given have their defaults."""
        self.warnings = []
        the_task, params = task_and_params(task, "http://stand-in.invalid/SuperOffice", _USER, _PASSWORD, options)
        run = _run.Run(params, check_mode=check, diff_mode=diff, environ={}, sleep=lambda _seconds: None, warnings=self.warnings)
        run._session = _Wire(self)
        return _run.perform(the_task, run)

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
        return json.loads(self.site.state.dump())  # type: ignore[no-any-return]

    def put(self, state: Mapping[str, Any]) -> None:
        """Another state; the caller's stays its own."""
        self.site.state = State(json.loads(json.dumps(state)))

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

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def close(self) -> None:
        pass

    def send(self, request: Request) -> Response:
        there = self._installation
        call = Call(
            verb=request.verb,
            path=request.path,
            base_url="http://stand-in.invalid/SuperOffice",
            query=[(str(name), str(value)) for name, value in request.query.items()],
            headers={
                "authorization": "Basic " + base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode(),
                "content-type": "application/json",
            },
            body=request.body or b"",
        )
        name = call.method.name if call.method else f"{call.verb} {call.path}"
        there.sent.append(Sent(name, call.writes, json.loads(call.body) if call.body else None))
        assert call.writes == request.writes, f"{name}: is this a write?"
        trouble = there.trouble(len(there.sent), request)
        if trouble == "before":
            raise self._lost(request)
        if trouble == "end":
            raise Killed
        answer = rest.answer(there.site, call)
        there.watch(there)
        if trouble == "after":
            raise self._lost(request)
        if trouble == "end after":
            raise Killed
        return Response(answer.status, {key.lower(): value for key, value in answer.headers}, answer.body, 1)

    @staticmethod
    def _lost(request: Request) -> errors.ErpSyncError:
        """What the session raises once its tries are used up."""
        return errors.ConnectionLost(
            f"{request.method}: the connection was lost.", method=request.method, attempts=1, uncertain=request.writes
        )
