# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One run of a task: plain parameters in, a plain result out.

Whoever starts it, AnsibleModule or another shell, only has to check the parameters against the task's argument spec
and to hand over the result. All failures come back as results; nothing is raised but what stops a process.
"""

from __future__ import annotations

import os
import time
import typing as t
from urllib.parse import unquote

from .._client import errors, settings
from .._client.rest import RestTransport
from .._client.session import Session
from .spec import ArgumentSpec

# An ordinary module compiles what it imports at each start; what not every task needs is imported where it is needed.
if t.TYPE_CHECKING:
    from .._agent.lookups import Lookups
    from .._agent.reading import ReadingAgent
    from .._agent.transport import Transport
    from .._agent.writing import WritingAgent
    from .._client.session import Pace
    from .._client.soap.principal import Tickets

Params = t.Mapping[str, t.Any]
Result = dict[str, t.Any]


class Task(t.NamedTuple):
    """Something that a module does: its name, what it takes besides the connection options, and the doing."""

    name: str
    spec: ArgumentSpec
    run: t.Callable[[Params, Run], Result]
    # Options that hold secrets among other things. For Ansible they are no secrets: it would mask each of their values wherever it occurs,
    # a "1" in every number. The shells leave them out whole of what shows parameters, and results are redacted by schema.
    secret_trees: tuple[str, ...] = ()
    # Results that are written into files or declared again. The shells fail where masking would change them: a mask is no data.
    data: tuple[str, ...] = ()


class Run:
    """What a task may use while it runs. The session opens at the first request and closes with the run."""

    def __init__(
        self,
        params: Params,
        *,
        check_mode: bool = False,
        diff_mode: bool = False,
        environ: t.Mapping[str, str] | None = None,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        tickets: Tickets | None = None,
        pace: Pace | None = None,
        tell: t.Callable[[str], None] = lambda _text: None,
    ) -> None:
        """
        :param tickets: what other tasks were given that signed in; None where each task does it for itself.
        :param pace: when requests may start, for all tasks together; None where each task keeps its rate for itself.
        :param tell: shows a person something at once, where the run is interrupted and there will be no result.
        """
        self.params = params
        self.check_mode = check_mode
        self.diff_mode = diff_mode
        self.environ = os.environ if environ is None else environ
        self.sleep = sleep
        self.clock = clock
        self.tickets = tickets
        self.pace = pace
        self.tell = tell
        # The name of what is carried out.
        self.task = ""
        self.warnings: list[str] = []
        # Secrets in configurations, declared and saved ones, once the connectors have said which values these are.
        self.secrets: set[str] = set()
        self._settings: settings.Settings | None = None
        self._session: Session | None = None
        self._transport: Transport | None = None
        self._lookups: Lookups | None = None
        self._writing: WritingAgent | None = None
        # Outlives the transport: what a server says is shown after the run has closed.
        self._issued: list[str] = []

    def check_connection_options(self) -> settings.Settings:
        """The connection options, once; those that cannot work are refused before anything is sent."""
        if self._settings is None:
            self._settings = settings.from_params(self.params, self.environ)
        return self._settings

    @property
    def session(self) -> Session:
        """The kept-alive session of this run."""
        if self._session is None:
            self._session = Session(self.check_connection_options(), sleep=self.sleep, clock=self.clock, pace=self.pace)
        return self._session

    @property
    def transport(self) -> Transport:
        """How this run's calls travel; one for the whole run, since it may be signed in."""
        if self._transport is None:
            chosen = self.check_connection_options()
            if chosen.transport == "soap":
                from .._client.soap.transport import SoapTransport

                self._transport = SoapTransport(self.session, chosen, self._issued, self.tickets)
            else:
                self._transport = RestTransport(self.session)
        return self._transport

    def require(self, method: str, place: str = "") -> None:
        """Refuse, before anything is sent, what the chosen version of the web services cannot do.

        :param method: an agent's method, or ``archive`` and a name.
        :param place: what of the task or document asks for it, for the message.
        :raises errors.NotInVersion: where the method does not exist there.
        """
        self.require_all([(method, place)])

    def require_all(self, needed: t.Iterable[tuple[str, str]]) -> None:
        """Refuse all that the chosen version of the web services cannot do, in one message.

        :param needed: methods and places, as for :meth:`require`. A place is named once, with the first method that it lacks.
        :raises errors.NotInVersion: where a method does not exist there.
        """
        chosen = self.check_connection_options()
        if chosen.transport != "soap":
            return
        from .._client.soap import schema

        lacking: dict[str, str] = {}
        for method, place in needed:
            if schema.missing(method, chosen.services_version) is not None:
                lacking.setdefault(place, method)
        if lacking:
            raise schema.refusal_of_all(lacking, chosen.services_version)

    @property
    def at_once(self) -> int:
        """How many requests may be under way at once."""
        return self.check_connection_options().parallel_requests

    @property
    def reading(self) -> ReadingAgent:
        """The agent's methods that change nothing."""
        from .._agent.reading import ReadingAgent

        return ReadingAgent(self.transport)

    @property
    def writing(self) -> WritingAgent:
        """The agent's methods that change something; in check mode each of them refuses."""
        if self._writing is None:
            from .._agent.writing import WritingAgent

            self._writing = WritingAgent(self.transport, check_mode=self.check_mode)
        return self._writing

    @property
    def wrote(self) -> bool:
        """Whether the server has changed something for this run, or may have."""
        return self._writing is not None and self._writing.wrote

    @property
    def in_doubt(self) -> bool:
        """Whether a mistake of our own hides what became of a writing request."""
        return self._writing is not None and self._writing.in_doubt

    @property
    def lookups(self) -> Lookups:
        """The lists and archives beside the agent; one for the whole run, since it learns which of them there are."""
        if self._lookups is None:
            from .._agent.lookups import Lookups

            self._lookups = Lookups(self.transport)
        return self._lookups

    @property
    def credentials(self) -> list[str]:
        """What signs the requests, and the secrets in configurations: a server may repeat them in its words, where nobody would know them
        as passwords.
        """
        if self._settings is None:
            return []
        identity = self._settings.identity
        told = [identity.password, identity.ticket, identity.access_token, identity.app_token, *self._issued, *sorted(self.secrets)]
        headers = [value.rpartition(" ")[2] for value in self._settings.headers.values()]
        return [value for value in (*headers, *told, *_of_proxy(self._settings.proxy)) if value]

    def warn(self, text: str) -> None:
        """Show a person something that is no failure."""
        self.warnings.append(text)

    def close(self) -> None:
        """Close the session, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = self._transport = self._lookups = None


def perform(task: Task, run: Run) -> Result:
    """Carry a task out.

    :returns: the task's result with ``changed``; or, where it failed, a result with ``failed``, ``msg`` and ``failure``.
    """
    run.task = task.name
    try:
        run.check_connection_options()
        return {"changed": False, **task.run(run.params, run)}
    except errors.MissingLibrary as error:
        return {**failed(error), "missing_library": error.library, "exception": error.import_error}
    except errors.ErpSyncError as error:
        return failed(error)
    except Exception as error:
        from .mistake import mistake

        return failed(mistake(task.name, error, in_doubt=run.in_doubt), changed=run.wrote)
    finally:
        run.close()


def _of_proxy(proxy: str | None) -> tuple[str, ...]:
    """The password in a proxy's address, as it is written there and as it is meant."""
    before, at, _behind = (proxy or "").rpartition("@")
    written = before.partition("://")[2].partition(":")[2] if at else ""
    return (written, unquote(written)) if written else ()


def failed(error: errors.ErpSyncError, **more: t.Any) -> Result:
    """The result that stands for a failure."""
    return {"failed": True, "msg": error.message, "failure": error.failure(), **more, **error.details}
