# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One kept-alive HTTP session for a run: TLS, proxy, time limits, rate, and repeats that never repeat a write.

What is repeated is decided by :mod:`certainty`. Between tries the pause doubles, with a random part so that a fleet does not
knock in step; ``Retry-After`` overrides it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import socket
import threading
import time
import traceback
import typing as t
import warnings
import weakref
from types import MappingProxyType
from urllib.parse import quote, urlencode

from . import certainty, connections, errors
from .settings import Settings, fault_of_proxy, without_userinfo

try:
    import requests
    import requests.adapters
    import requests.utils
    import urllib3
    import urllib3.exceptions

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

# Larger than any honest answer (10,000 fields with metadata are about 10 MB), small enough for a small machine.
LARGEST_ANSWER = 64 * 1024 * 1024
# Longer than this a server's Retry-After is not waited for; a deployment pipeline is told instead.
LONGEST_PAUSE = 120.0
FIRST_PAUSE = 0.5
_CHUNK = 65536
# Not documented by the vendor; what proxies and application gateways commonly send.
_CORRELATION_HEADERS = ("X-Correlation-Id", "X-Request-Id", "Request-Id")


class Request(t.NamedTuple):
    """One HTTP request. ``method`` is what messages call it: the agent's method, or verb and path."""

    verb: str
    path: str
    """Behind the installation's address, with a leading slash."""
    method: str
    writes: bool
    query: t.Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    timeout: float | None = None
    """Seconds, where the session's own limit does not fit."""
    headers: t.Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})
    """The headers that belong to a body."""


class Proxy(t.NamedTuple):
    """The proxy on the way, as messages name it."""

    address: str
    """Host and port. The option is a secret as a whole, and would be masked where a message repeats it."""
    source: str
    """The option or environment variable that gives it."""
    signed: bool
    """Whether a user name and password for the proxy are in it."""

    def __str__(self) -> str:
        return f"the proxy {self.address} (given by {self.source})"


class Response(t.NamedTuple):
    """A whole answer, whatever its status. Header names are in lower case."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes
    attempts: int
    proxy: Proxy | None = None

    @property
    def correlation(self) -> str | None:
        """The server's own id for this request, where it gives one."""
        return next((self.headers[name.lower()] for name in _CORRELATION_HEADERS if name.lower() in self.headers), None)


class Pace(t.Protocol):
    """When requests may start, where there is a rate to be kept."""

    def turn(self, installation: str, now: float, interval: float) -> float:
        """The moment when the next request to an installation may start; the one after it waits an interval longer."""


class _OwnPace:
    """The pace of one session alone."""

    def __init__(self) -> None:
        self._next = 0.0

    def turn(self, installation: str, now: float, interval: float) -> float:
        start = max(now, self._next)
        self._next = start + interval
        return start


class Session:
    """Sends requests to one installation over kept-alive connections. Close it, or use it as a context."""

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        jitter: t.Callable[[], float] = random.random,
        pace: Pace | None = None,
    ) -> None:
        """
        :param pace: one that other tasks keep too; None where the session keeps the rate for itself.
        :raises errors.MissingLibrary: when requests is not installed.
        """
        if REQUESTS_IMPORT_ERROR is not None:
            raise errors.MissingLibrary("requests", REQUESTS_IMPORT_ERROR)
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._turns: Pace = pace or _OwnPace()
        self._lock = threading.Lock()
        self._closed = False
        self._warnings = contextlib.ExitStack()
        if settings.verify is False:
            # Asked for with validate_certs: false; the person knows. Filters belong to the whole process, so they are
            # changed and put back once, not with each of several requests that are under way at the same time.
            self._warnings.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
        self._adapter = _adapter(settings)
        self._common = _common(settings)
        self._surroundings: dict[str, t.Any] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept-alive connections. A thread that is still at work here sends nothing more."""
        self._closed = True
        self._adapter.close()
        self._warnings.close()

    def send(self, request: Request) -> Response:
        """The answer to a request, after as many tries as are allowed and safe.

        :raises errors.ErpSyncError: where there is no whole answer; an answer with any status is returned.
        """
        attempts = 0
        while True:
            attempts += 1
            more = attempts <= self._settings.retries
            try:
                response = self._send_once(request, attempts)
            except errors.ErpSyncError as error:
                if not more or error.uncertain or not error.passing:
                    raise
                self._sleep(self._pause(attempts, None))
                continue
            if not more or response.status not in certainty.PASSING:
                return response
            retry_after = response.headers.get("retry-after")
            if request.writes and certainty.may_have_acted(response.status, retry_after):
                return response
            told = certainty.seconds_to_wait(retry_after)
            pause = self._pause(attempts, told)
            if pause > LONGEST_PAUSE:
                return response
            self._sleep(pause)

    def _pause(self, attempts: int, told: float | None) -> float:
        if told is not None:
            return told
        return float(min(30.0, FIRST_PAUSE * 2 ** (attempts - 1)) * (0.5 + self._jitter() / 2))

    def _keep_rate(self) -> None:
        if self._settings.rate_limit is None:
            return
        with self._lock:
            now = self._clock()
            start = self._turns.turn(self._settings.url, now, 1.0 / self._settings.rate_limit)
        if start > now:
            self._sleep(start - now)

    def _send_once(self, request: Request, attempts: int) -> Response:
        self._keep_rate()
        if self._closed:
            raise errors.ErpSyncError(f"{request.method}: the run has ended.", method=request.method, attempts=attempts)
        limit = request.timeout or self._settings.timeout
        way, proxy = self._proxies_and_authorities(), self._proxy
        connections.progress.phase = connections.REACHING
        answer: requests.Response | None = None
        try:
            answer = self._adapter.send(self._prepared(request), timeout=t.cast(t.Any, urllib3.util.Timeout(total=limit)), **way)
            connections.progress.phase = connections.ANSWERED
            body = _read(answer)
        except Exception as error:
            raise self._failed(error, request, attempts, limit) from None
        finally:
            if answer is not None:
                answer.close()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, body, attempts, proxy)

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        """The request as it travels. What the session gives to all of them is worked out once: requests would take half its time for it."""
        prepared = self._common.copy()
        prepared.method = request.verb
        # Blanks as %20, as the vendor prints them; requests would write a plus sign, which not every server reads as a blank.
        prepared.prepare_url(self._settings.url + request.path, urlencode(request.query, quote_via=quote))
        if request.body is not None:
            prepared.headers.update(request.headers)
        prepared.prepare_body(request.body, None)
        return prepared

    def _proxies_and_authorities(self) -> dict[str, t.Any]:
        """What requests finds in options and environment, found once: for one address it is always the same, and finding it is slow."""
        with self._lock:
            if self._surroundings is None:
                proxy = self._settings.proxy
                # Before the environment's proxies, which requests would otherwise prefer to the session's.
                proxies = {"http": proxy, "https": proxy} if proxy else {}
                found = _neutral().merge_environment_settings(self._settings.url, proxies, True, self._settings.verify, None)
                self._surroundings = {**{name: found[name] for name in ("proxies", "stream", "verify")}, "cert": self._settings.client_cert}
            return self._surroundings

    @functools.cached_property
    def _proxy(self) -> Proxy | None:
        """The proxy on the way.

        :raises errors.BadInput: where the environment names a proxy that is none.
        """
        return _proxy(self._settings, self._proxies_and_authorities()["proxies"])

    def _failed(self, error: Exception, request: Request, attempts: int, limit: float) -> errors.ErpSyncError:
        from .failures import failed

        host = self._settings.url.partition("://")[2].partition("/")[0]
        return failed(error, request, host, attempts, limit, phase=connections.progress.phase, proxy=self._proxy)


class OverSize(Exception):
    """More than any honest answer."""


class Short(Exception):
    """Less than was announced."""


@functools.cache
def _neutral() -> requests.Session:
    """A session that says nothing of its own, and never sends: it knows what requests makes of the environment.

    Sending through one would follow redirects, keep cookies, for which SuperOffice wants a cross-site token as well, and look into the
    user's netrc. Each of our requests signs itself.
    """
    return requests.Session()


def _common(settings: Settings) -> requests.PreparedRequest:
    """What all requests have in common; verb, address and body come with each of them."""
    common = requests.PreparedRequest()
    common.prepare_headers(
        {
            "User-Agent": "superoffice.erpsync (Ansible collection)",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            **settings.headers,
        }
    )
    common.prepare_cookies({})
    return common


def _adapter(settings: Settings) -> requests.adapters.HTTPAdapter:
    """What keeps the connections."""
    adapter = _adapter_class()(max_retries=0)
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    # A long synchronisation leaves its connection silent for minutes; keep-alive probes keep firewalls from forgetting it.
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 8)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    adapter.init_poolmanager(4, settings.parallel_requests, block=False, socket_options=options)
    connections.use_noting_connections(adapter.poolmanager)
    return adapter


def _proxy(settings: Settings, proxies: t.Mapping[str, str]) -> Proxy | None:
    """The proxy that requests chooses for the installation, checked; None where there is none on the way.

    :raises errors.BadInput: where the environment names a proxy that is none.
    """
    chosen = requests.utils.select_proxy(settings.url, t.cast(t.Any, proxies))
    if not chosen:
        return None
    source = "proxy" if settings.proxy else _variable(settings.url.partition(":")[0], chosen)
    # requests takes an address without a scheme for one of HTTP.
    address = chosen if "://" in chosen else f"http://{chosen}"
    wrong = fault_of_proxy(address, "http", "https", "socks4", "socks4a", "socks5", "socks5h")
    if wrong:
        raise errors.BadInput(
            f"{source} is not the address of a proxy ({without_userinfo(chosen)}): {wrong}. Use the form http://proxy.example.com:3128, "
            "or name the installation's host in NO_PROXY."
        )
    userinfo, _at, host = address.partition("://")[2].rpartition("@")
    return Proxy(host.rstrip("/"), source, bool(userinfo))


def _variable(scheme: str, chosen: str) -> str:
    """Which environment variable gives this proxy."""
    names = [name for each in (scheme, "all") for name in (f"{each}_proxy", f"{each.upper()}_PROXY")]
    return next((name for name in names if os.environ.get(name) == chosen), "the system's settings")


@functools.cache
def _adapter_class() -> type[requests.adapters.HTTPAdapter]:
    """requests' adapter, with connections of our own, also through a proxy, which reads the certificates of authorities once."""

    preparing = threading.Lock()
    trusting: weakref.WeakSet[t.Any] = weakref.WeakSet()

    class Adapter(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
            # All requests of a session trust the same authorities, and several of them may be about to open a connection.
            with preparing:
                if conn in trusting:
                    return
                # requests looks at the address of the server; over TLS to a proxy the proxy is verified as well.
                super().cert_verify(conn, "https" if conn.scheme == "https" else url, verify, cert)  # type: ignore[no-untyped-call, unused-ignore]
                # A client certificate becomes part of what trusts, so that each connection needs its own; a proxy that is spoken to over
                # TLS is trusted by the names of the files.
                if verify and cert is None and conn.scheme == "https" and conn.proxy is None:
                    from .trust import trust

                    trust(conn)
                    trusting.add(conn)

        def proxy_manager_for(self, proxy: str, **proxy_kwargs: t.Any) -> t.Any:
            manager = super().proxy_manager_for(proxy, **proxy_kwargs)
            connections.use_noting_connections(manager)
            return manager

    return Adapter


def _read(answer: requests.Response) -> bytes:
    """The whole body, decompressed, within the size allowed."""
    received: list[bytes] = []
    size = 0
    for piece in answer.raw.stream(_CHUNK, decode_content=True):
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise OverSize
        received.append(piece)
    # urllib3 before 2 does not count for itself. Some answers have no body, whatever they announce.
    announced = "" if answer.status_code in (101, 204, 304) else answer.headers.get("Content-Length", "")
    if announced.isdecimal() and announced.isascii() and answer.raw.tell() < int(announced):
        raise Short
    return b"".join(received)
