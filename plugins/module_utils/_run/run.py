# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Runs a task: plain parameters in, a plain result out.

A shell checks the parameters against the task's argument spec, calls :func:`perform` and reports
the result. Failures are results, too; only what ends a process is raised.
"""

from __future__ import annotations

import os
import time
import typing as t

from .._agent import shapes
from .._agent.archives import Archives
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._agent.transport import Transport
from .._agent.writing import WritingAgent
from .._client import access, errors, settings
from .._client.once import RunMemory, SharedMemory
from .._client.rest import RestTransport
from .._client.session import Pace, Session
from .._client.sign_in import key_parts
from .._wire import address, members
from .mistake import mistake
from .spec import ArgumentSpec

if t.TYPE_CHECKING:
    from .._client.soap.transport import SoapTransport

Params = t.Mapping[str, t.Any]
Result = dict[str, t.Any]


class Task(t.NamedTuple):
    """What a module does: its name, its options besides the connection options, and a function."""

    name: str
    spec: ArgumentSpec
    run: t.Callable[[Params, Run], Result]
    # Options with secrets among other values. They have no no_log, because Ansible would mask each
    # value everywhere, a "1" in every number. The shells hide them when they show parameters, and
    # results are redacted by schema.
    secret_trees: tuple[str, ...] = ()
    # Results that users write into files or declare again. The shells fail where masking would
    # change them.
    data: tuple[str, ...] = ()


class Run:
    """What a task uses: agents, lookups, options.

    The session opens at the first request and closes with the run.
    """

    def __init__(
        self,
        params: Params,
        *,
        check_mode: bool = False,
        diff_mode: bool = False,
        environ: t.Mapping[str, str] | None = None,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        now: t.Callable[[], float] = time.time,
        shared: SharedMemory | None = None,
        pace: Pace | None = None,
        tell: t.Callable[[str], None] = lambda _text: None,
        is_wanted: t.Callable[[], bool] = lambda: True,
    ) -> None:
        """
        :param now: the time of this machine, in seconds since the epoch.
        :param shared: memory that tasks share. None where each task signs in, and asks where a
            tenant is.
        :param pace: shared with other tasks. None where each task keeps the rate alone.
        :param tell: shows a text at once, where an interruption prevents a result.
        :param is_wanted: whether somebody still waits for the result. Where nobody does, no further
            change begins.
        """
        self.params = params
        self.check_mode = check_mode
        self.diff_mode = diff_mode
        self.environ = os.environ if environ is None else environ
        self.sleep = sleep
        self.clock = clock
        self.now = now
        self.shared = shared
        self.pace = pace
        self.tell = tell
        self.is_wanted = is_wanted
        # The task's name.
        self.task = ""
        self.warnings: list[str] = []
        # Declared and saved secrets in configurations, once the connectors' fields are known, and
        # the passwords in URLs that were read.
        self.secrets: set[str] = set()
        self._settings: settings.Settings | None = None
        self._session: Session | None = None
        self._transport: Transport | None = None
        self._lookups: Lookups | None = None
        self._archives: Archives | None = None
        self._writing: WritingAgent | None = None
        # Outlives the transport, because the result is masked after the run has closed.
        self._issued: list[str] = []

    def check_connection_options(self) -> settings.Settings:
        """The settings of the connection options, checked on first use."""
        if self._settings is None:
            self._settings = settings.from_params(self.params, self.environ)
            self.warnings.extend(self._settings.warnings)
        return self._settings

    @property
    def session(self) -> Session:
        """The kept-alive session of this run."""
        if self._session is None:
            self._session = Session(self.check_connection_options(), sleep=self.sleep, clock=self.clock, pace=self.pace)
        return self._session

    @property
    def transport(self) -> Transport:
        """REST or SOAP; one for the whole run, because it may be signed in."""
        if self._transport is None:
            chosen = self.check_connection_options()
            if chosen.transport == "soap":
                self._transport = _soap_transport()(self._access, self._memory)
            else:
                self._transport = RestTransport(self._access)
        return self._transport

    @property
    def _memory(self) -> RunMemory:
        own = self.check_connection_options()
        circumstances = (own.wait_for_tenant, own.timeout, own.retries, own.proxy, own.verify, own.client_cert)
        return RunMemory(self.shared, issued=self._issued, clock=self.clock, circumstances=tuple(map(str, circumstances)))

    @property
    def _access(self) -> access.Access:
        """The way to the installation."""
        if self.check_connection_options().tenant is None:
            return access.given(self.session)
        return _to_tenant()(self.session, self._memory)

    def require(self, method: str, place: str = "") -> None:
        """Refuse a method that the chosen version of the web services does not have.

        :param method: an agent's method.
        :param place: the place in the task or document that needs it, for the message.
        :raises errors.NotInVersion: where the method does not exist.
        """
        self.require_all([(method, place)])

    def require_all(self, needed: t.Iterable[tuple[str, str]]) -> None:
        """Refuse all methods that the version of the web services does not have, in one message.

        :param needed: methods and places, as for :meth:`require`. A place is named once, with its
            first missing method.
        :raises errors.NotInVersion: where a method does not exist.
        """
        chosen = self.check_connection_options()
        if chosen.transport == "soap":
            _soap_transport().require_all(needed, chosen.services_version)

    def lacking(self, method: str) -> str | None:
        """Why the chosen version of the web services does not have a method, in one sentence.

        None where it has, or where only the server knows.
        """
        chosen = self.check_connection_options()
        return _soap_transport().lacking(method, chosen.services_version) if chosen.transport == "soap" else None

    def ask_system(self, version: int | None) -> t.Any:
        """What the server tells of itself, whichever transport the options choose. Nobody signs in
        for it.

        :param version: of the SOAP services; None for REST.
        :raises errors.ErpSyncError: where these do not answer.
        """
        way = access.unsigned(self._access)
        if version is None:
            return RestTransport(way).system()
        return _read_system_info()(way, version, self.check_connection_options().identity.client_secret)

    @property
    def at_once(self) -> int:
        """Requests that may be under way at once."""
        return self.check_connection_options().parallel_requests

    @property
    def reading(self) -> ReadingAgent:
        """The agent's reading methods."""
        return ReadingAgent(self.transport)

    @property
    def writing(self) -> WritingAgent:
        """The agent's writing methods. In check mode they raise WriteInCheckMode."""
        if self._writing is None:
            self._writing = WritingAgent(self.transport, check_mode=self.check_mode)
        return self._writing

    @property
    def wrote(self) -> bool:
        """Whether the server has acted, or may have acted, on a writing request of this run."""
        return self._writing is not None and self._writing.wrote

    @property
    def in_doubt(self) -> bool:
        """Whether a bug hides the outcome of a writing request."""
        return self._writing is not None and self._writing.in_doubt

    @property
    def lookups(self) -> Lookups:
        """Lists and archives, for the whole run: it remembers which of them the server has."""
        if self._lookups is None:
            self._lookups = Lookups(self.transport, self.archives)
        return self._lookups

    @property
    def archives(self) -> Archives:
        """The reader of archives, for the whole run: it remembers what their server takes."""
        if self._archives is None:
            self._archives = Archives(self.transport)
        return self._archives

    @property
    def credentials(self) -> list[str]:
        """All secrets of this run, for masking: a server may repeat them in its messages."""
        if self._settings is None:
            return []
        # The key of a fleet's application may be given to a host that signs in otherwise.
        key = key_parts(str(self.params.get("private_key") or ""))
        told = [*self._settings.identity.secrets, *key, *self._issued, *sorted(self.secrets)]
        headers = [value.rpartition(" ")[2] for value in self._settings.headers.values()]
        proxies = {self._settings.proxy or "", *(value for name, value in self.environ.items() if name.lower().endswith("_proxy"))}
        return [value for value in (*headers, *told, *sorted(set().union(*map(address.secrets_of, proxies)))) if value]

    def warn(self, text: str) -> None:
        """Add a warning to the result."""
        self.warnings.append(text)

    def close(self) -> None:
        """Close the session, if it is open."""
        if self._session is not None:
            self._session.close()
            self._session = self._transport = self._lookups = self._archives = None


def perform(task: Task, run: Run) -> Result:
    """Run a task.

    :returns: the task's result with ``changed``; for a failure, one with ``failed``, ``msg`` and
        ``failure``.
    """
    run.task = task.name
    try:
        run.check_connection_options()
        return {"changed": False, **task.run(run.params, run)}
    except errors.MissingLibrary as error:
        return {**failed(error), "missing_library": error.library, "exception": error.import_error}
    except errors.ErpSyncError as error:
        return failed(error)
    except members.WireError as error:
        # Plans read the members that they need when they need them.
        return failed(shapes.unusable(error, task.name), changed=run.wrote)
    except Exception as error:
        return failed(mistake(task.name, error, in_doubt=run.in_doubt), changed=run.wrote)
    finally:
        run.close()


def _soap_transport() -> type[SoapTransport]:
    """The SOAP transport, with its schema and sign-in.

    Only this function and the next ones import. An ordinary module compiles all that it imports at
    each start, and most installations use REST, with an address of their own.
    """
    from .._client.soap.transport import SoapTransport

    return SoapTransport


def _read_system_info() -> t.Callable[[access.Access, int, str | None], dict[str, t.Any]]:
    """What asks SOAP services, for tasks over REST as well."""
    from .._client.soap.system_info import read_system_info

    return read_system_info


def _to_tenant() -> t.Callable[[Session, RunMemory], access.Access]:
    """What finds the way to a tenant of SuperOffice Online, with all that signing in there
    needs.
    """
    from .._client.online.access import to_tenant

    return to_tenant


def failed(error: errors.ErpSyncError, **more: t.Any) -> Result:
    """The result of a failure."""
    return {"failed": True, "msg": error.message, "failure": error.failure(), **more, **error.details}
