# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections: everything that reaches into requests, urllib3 and http.client.

No other file knows these libraries. It uses of their internals:

* requests: ``HTTPAdapter.poolmanager``, ``cert_verify`` and ``proxy_manager_for``,
  ``utils.select_proxy``, ``PreparedRequest.prepare_*``
* urllib3: ``pool_classes_by_scheme``, ``ConnectionCls``, ``conn_kw``, ``ca_certs``,
  ``ca_cert_dir``, ``util.ssl_.create_urllib3_context``
* http.client: ``connect``, ``_tunnel``, ``send``, ``response_class``, ``HTTPResponse.begin``, and
  the text of a refused CONNECT

Tested with requests 2.28.2 and urllib3 1.26.20, requests 2.31.0 and urllib3 2.0.7, requests 2.34.2
and urllib3 2.8.0.

Its parts, in this order: the phases of an exchange, the time limit of a response, trust, the
adapter, proxies, the exceptions of the libraries, and :class:`Connections`, which puts them
together.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import http.client
import io
import os
import re
import socket
import ssl
import threading
import time
import traceback
import typing as t
import warnings
import weakref
from urllib.parse import quote, urlencode

from .._wire.wording import without_userinfo
from . import errors, exchange
from .exchange import Destination, Proxy, Request
from .settings import Settings, fault_of_proxy

try:
    import requests
    import requests.exceptions
    import requests.utils
    import urllib3
    import urllib3.exceptions
    from requests.adapters import HTTPAdapter
    from urllib3.util.ssl_ import create_urllib3_context

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[assignment, misc]

# Phases of an exchange
#
# An exception does not tell whether the request was sent: urllib3 raises the same ProxyError for an
# unreachable proxy and for a lost response, OpenSSL the same SSLError in the handshake and after
# it. So each phase is noted as it begins.

REACHING = 0
"""Connecting: name, connection, TLS with the proxy, CONNECT, TLS with the server."""
TUNNELLED = 1
"""The proxy has accepted CONNECT; TLS with the server follows."""
SENT = 2
"""The first byte of the request may have left."""
ANSWERED = 3
"""The head of the response is there."""


class _Progress(threading.local):
    """The phase of this thread's exchange. An exchange stays in one thread."""

    phase = REACHING


_progress = _Progress()


class _Noting:
    """Notes the phase; a mixin for the connections of urllib3."""

    _setting_up = False

    def connect(self) -> None:
        self._setting_up = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._setting_up = False

    def _tunnel(self) -> None:
        super()._tunnel()  # type: ignore[misc]
        _progress.phase = TUNNELLED

    def send(self, data: t.Any) -> None:
        # http.client would connect only after this.
        connection = t.cast(t.Any, self)
        if connection.sock is None and connection.auto_open:
            self.connect()
        # While connecting, CONNECT is sent.
        if not self._setting_up:
            _progress.phase = SENT
        super().send(data)  # type: ignore[misc]


def _use_noting_connections(manager: t.Any) -> None:
    """Make a pool manager of urllib3 open connections that note the phase."""
    manager.pool_classes_by_scheme = {scheme: _noting(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}


@functools.cache
def _noting(pool: t.Any) -> t.Any:
    if issubclass(pool.ConnectionCls, _Noting):
        return pool
    connection = type("NotingConnection", (_Noting, pool.ConnectionCls), {"response_class": _TimedResponse})
    return type("NotingPool", (pool,), {"ConnectionCls": connection})


# The time limit of a response
#
# The time limit of a socket starts again with each byte, so a server that trickles its response
# could hold it up for ever.


class _TimedResponse(http.client.HTTPResponse):
    """A response that raises TimeoutError once the socket's remaining time is up."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(sock, *args, **kwargs)
        limit = sock.gettimeout()
        if limit is not None:
            self.fp: t.Any = _Lines(_TimedStream(self.fp, sock, time.monotonic() + limit))

    def begin(self) -> None:
        """Read the headers, past interim responses such as 103. http.client skips only 100."""
        self._begin_once()
        while 102 <= self.status < 200:
            self.headers = t.cast(t.Any, None)
            self._begin_once()
        if self.status == 101:
            # What follows is not HTTP.
            self.will_close = True

    def _begin_once(self) -> None:
        """Refuse incomplete headers: http.client takes a closed connection for their end."""
        stream = self.fp
        super().begin()
        if isinstance(stream, _Lines) and not stream.last:
            raise http.client.IncompleteRead(b"")


class _Lines(io.BufferedReader):
    """Remembers the last line that was read; an empty one means that the connection was closed."""

    last = b""

    def readline(self, size: int | None = -1, /) -> bytes:
        self.last = super().readline(size)
        return self.last


class _TimedStream(io.RawIOBase):
    """The bytes of a socket, until a moment of the monotonic clock."""

    def __init__(self, stream: t.Any, sock: socket.socket, deadline: float) -> None:
        self._stream = stream
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return t.cast(int, self._stream.raw.readinto(buffer))

    def close(self) -> None:
        self._stream.close()
        super().close()


# Trust
#
# Reading the certificates of the usual authorities takes longer than a request. urllib3 reads them
# for each connection; here they are read once, and inside Ansible's own process once for all tasks.


def read_authorities() -> None:
    """Read the certificates that tasks trust by default, so that no task has to.

    Where they cannot be read, the first task that needs them says so.
    """
    # The file that SSLKEYLOGFILE names becomes part of a TLS context, and a task may name another
    # one.
    if REQUESTS_IMPORT_ERROR is not None or "SSLKEYLOGFILE" in os.environ:
        return
    path = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or requests.utils.DEFAULT_CA_BUNDLE_PATH
    with contextlib.suppress(OSError):
        # Neither: it could be a pipe, which blocks.
        if os.path.isdir(path):
            _context(None, path)
        elif os.path.isfile(path):
            _context(path, None)


def _trust(pool: t.Any) -> None:
    """Give the connections of a urllib3 pool the TLS context for the files that it names.

    :raises urllib3.exceptions.SSLError: where a file cannot be read, or has no certificates.
    """
    if not pool.ca_certs and not pool.ca_cert_dir:
        # requests 2.32 has a context of its own for the usual authorities.
        return
    try:
        pool.conn_kw["ssl_context"] = _context(pool.ca_certs, pool.ca_cert_dir)
    except OSError as error:
        raise urllib3.exceptions.SSLError(error) from error
    pool.ca_certs = pool.ca_cert_dir = None


def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """A TLS context that trusts the authorities of a file or a folder, reused until they change.

    :raises OSError: where they cannot be read.
    """
    found = os.stat(t.cast(str, file or folder))
    state = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    return _read_context(file, folder, state, os.environ.get("SSLKEYLOGFILE"))


@functools.lru_cache(maxsize=4)
def _read_context(file: str | None, folder: str | None, _state: tuple[int, ...], _key_log: str | None) -> ssl.SSLContext:
    context: ssl.SSLContext = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(file, folder)
    context.set_alpn_protocols(["http/1.1"])
    # urllib3 sets it again for each connection. A context must not change while another thread
    # connects with it.
    context.set_alpn_protocols = _already_set  # type: ignore[assignment, method-assign]
    return context


def _already_set(_protocols: t.Iterable[str]) -> None:
    pass


# The adapter


class _Adapter(HTTPAdapter):
    """requests' adapter with noting connections and shared TLS contexts."""

    _preparing = threading.Lock()
    _trusting: weakref.WeakSet[t.Any] = weakref.WeakSet()

    def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
        # Several threads may be about to connect; all requests of a session trust the same
        # authorities.
        with self._preparing:
            if conn in self._trusting:
                return
            # requests looks at the server's address, but a proxy that is reached over TLS is
            # verified as well.
            super().cert_verify(conn, "https" if conn.scheme == "https" else url, verify, cert)  # type: ignore[no-untyped-call, unused-ignore]
            # A client certificate becomes part of a context, so each connection needs its own.
            # urllib3 makes the context for a proxy that is reached over TLS from the names of the
            # files.
            if verify and cert is None and conn.scheme == "https" and conn.proxy is None:
                _trust(conn)
                self._trusting.add(conn)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: t.Any) -> t.Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        _use_noting_connections(manager)
        return manager


def _adapter(settings: Settings) -> _Adapter:
    adapter = _Adapter(max_retries=0)
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    # A long synchronisation is silent for minutes. Probes keep firewalls from dropping its
    # connection.
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 8)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    adapter.init_poolmanager(4, settings.parallel_requests, socket_options=options)
    _use_noting_connections(adapter.poolmanager)
    return adapter


# Proxies


def _proxy(settings: Settings, url: str, proxies: t.Mapping[str, str]) -> Proxy | None:
    """The proxy that requests chooses for an address. None without one.

    :raises errors.BadInput: where the environment names a proxy whose address is invalid.
    """
    chosen = requests.utils.select_proxy(url, t.cast(t.Any, proxies))
    if not chosen:
        return None
    source = "proxy" if settings.proxy else _variable(url.partition(":")[0], chosen)
    # requests assumes HTTP for an address without a scheme.
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
    """The environment variable that names this proxy."""
    names = [name for each in (scheme, "all") for name in (f"{each}_proxy", f"{each.upper()}_PROXY")]
    return next((name for name in names if os.environ.get(name) == chosen), "the system's settings")


# Exceptions of the libraries

_Kind = type[errors.ErpSyncError]
# http.client puts the status of a refused CONNECT into this text only.
_REFUSED_CONNECT = re.compile(r"Tunnel connection failed: ([1-9][0-9]{2})\b")


class Broken(Exception):
    """An exchange without a complete response.

    It has no text of a library, which may quote URLs and headers.
    """

    def __init__(
        self,
        kind: _Kind,
        phase: int,
        reason: str = "",
        *,
        connect_status: int | None = None,
        is_file: bool = False,
        is_socks: bool = False,
    ) -> None:
        """
        :param reason: the words of OpenSSL or of the operating system; may be empty.
        :param connect_status: the status with which a proxy refused CONNECT.
        :param is_file: whether a file of certificates is missing, so that nothing was tried.
        :param is_socks: whether PySocks is missing for a SOCKS proxy.
        """
        super().__init__(kind.kind)
        self.kind = kind
        self.phase = phase
        self.reason = reason
        self.connect_status = connect_status
        self.is_file = is_file
        self.is_socks = is_socks


class _Row(t.NamedTuple):
    """Exceptions, and their kind in each phase."""

    exceptions: tuple[type[BaseException], ...]
    reaching: _Kind
    sent: _Kind
    answered: _Kind


@functools.cache
def _table() -> tuple[_Row, ...]:
    """The first row counts that has the exception or one that it wraps.

    The order matters in two places: a NewConnectionError wraps the reason why there is no
    connection, and in urllib3 1.26 it is a timeout by inheritance.
    """
    theirs, http_ = urllib3.exceptions, requests.exceptions
    unexpected = errors.ErpSyncError
    return (
        _Row((socket.gaierror, theirs.LocationValueError, http_.InvalidURL), errors.UnknownHost, unexpected, unexpected),
        _Row((theirs.NewConnectionError, ConnectionRefusedError), errors.ConnectionRefused, errors.ConnectionLost, errors.CutOff),
        _Row((ssl.SSLEOFError, ssl.SSLZeroReturnError), errors.TlsBroken, errors.ConnectionLost, errors.CutOff),
        _Row((ssl.SSLError, theirs.SSLError, http_.SSLError), errors.TlsFailed, errors.TlsBroken, errors.TlsBroken),
        _Row((TimeoutError, socket.timeout, theirs.TimeoutError, http_.Timeout), errors.ConnectTimedOut, errors.TimedOut, errors.TimedOut),
        _Row((theirs.DecodeError, http_.ContentDecodingError), unexpected, errors.NotJson, errors.NotJson),
        _Row(
            (ConnectionError, http.client.HTTPException, theirs.ProtocolError, theirs.ProxyError, http_.ConnectionError),
            errors.TlsBroken, errors.ConnectionLost, errors.CutOff,
        ),
    )  # fmt: skip


@contextlib.contextmanager
def _broken_by_libraries() -> t.Iterator[None]:
    """Raise :class:`Broken` for every exception of a library."""
    try:
        yield
    except Broken:
        raise
    except Exception as error:
        phase = _progress.phase
        if _is_missing_file(error):
            reason = "a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE is not there"
            raise Broken(errors.TlsFailed, phase, reason, is_file=True) from None
        chain = list(_chain(error))
        status, is_socks = _status_of_connect(chain), isinstance(error, requests.exceptions.InvalidSchema)
        raise Broken(_kind(chain, phase), phase, _reason(chain), connect_status=status, is_socks=is_socks) from None


def _kind(chain: t.Sequence[BaseException], phase: int) -> _Kind:
    for row in _table():
        if any(isinstance(link, row.exceptions) for link in chain):
            return row.answered if phase >= ANSWERED else row.sent if phase >= SENT else row.reaching
    return errors.ErpSyncError


def _is_missing_file(error: Exception) -> bool:
    """Whether requests misses a file of certificates, for which it raises a bare OSError."""
    known = (requests.exceptions.RequestException, ConnectionError, TimeoutError, socket.timeout, socket.gaierror, ssl.SSLError)
    return isinstance(error, OSError) and error.errno is None and not isinstance(error, known)


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """An exception and all that it wraps: as cause, context, reason or argument."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        wrapped = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        waiting.extend(item for item in wrapped if isinstance(item, BaseException))


def _reason(chain: t.Sequence[BaseException]) -> str:
    """The reason in the words of OpenSSL or of the operating system."""
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return _tls_reason(link)
    return next((_os_reason(link) for link in chain if isinstance(link, OSError) and link.errno is not None and link.strerror), "")


def _os_reason(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "") and (error.strerror or "").lower()


def _tls_reason(error: ssl.SSLError) -> str:
    # Errors that a library raises itself lack the attributes that OpenSSL gives them.
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(getattr(error, "verify_message", ""))
    if isinstance(error, ssl.SSLEOFError):
        return "the other side ended it"
    return (getattr(error, "reason", None) or "").replace("_", " ").lower()


def _status_of_connect(chain: t.Sequence[BaseException]) -> int | None:
    found = (_REFUSED_CONNECT.match(str(link)) for link in chain if isinstance(link, OSError))
    return next((int(match[1]) for match in found if match), None)


# All together


class Connections:
    """Kept-alive connections to one installation, and to its sign-in host."""

    def __init__(self, settings: Settings) -> None:
        """
        :raises errors.MissingLibrary: without requests.
        """
        if REQUESTS_IMPORT_ERROR is not None:
            raise errors.MissingLibrary("requests", REQUESTS_IMPORT_ERROR)
        self._settings = settings
        self._lock = threading.Lock()
        self._warnings = contextlib.ExitStack()
        if settings.verify is False:
            # validate_certs: false asks for it. Filters belong to the whole process, so they are
            # changed once for all threads and restored at the end.
            self._warnings.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
        self._adapter = _adapter(settings)
        self._common = _common()
        # Proxies and authorities by scheme and host: requests is slow at looking them up.
        self._surroundings: dict[str, _Surroundings] = {}

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()
        self._warnings.close()

    def exchange(self, request: Request, limit: float, to: Destination) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the response to a request. Header names are in lower case.

        :param limit: seconds from connecting to the last byte.
        :raises Broken: where there is no complete response.
        :raises errors.BadInput: where the environment names a proxy whose address is invalid.
        """
        way = self._around(to.url).way
        _progress.phase = REACHING
        answer: requests.Response | None = None
        with _broken_by_libraries():
            try:
                timeout = t.cast(t.Any, urllib3.util.Timeout(total=limit))
                answer = self._adapter.send(self._prepared(request, to), timeout=timeout, **way)
                _progress.phase = ANSWERED
                body = _read(answer)
            finally:
                if answer is not None:
                    answer.close()
        return answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body

    def proxy(self, url: str) -> Proxy | None:
        """The proxy on the way to an address. None without one.

        :raises errors.BadInput: where the environment names a proxy whose address is invalid.
        """
        return self._around(url).proxy

    def _prepared(self, request: Request, to: Destination) -> requests.PreparedRequest:
        """The request as requests sends it.

        The common part is prepared once, because requests is slow at it.
        """
        prepared = self._common.copy()
        prepared.method = request.verb
        # Blanks become %20, as the vendor prints them. Not every server reads the plus sign that
        # requests writes.
        prepared.prepare_url(to.url + request.path, urlencode(request.query, quote_via=quote))
        prepared.headers.update(to.headers)
        if request.body is not None:
            prepared.headers.update(request.headers)
        prepared.prepare_body(request.body, None)
        return prepared

    def _around(self, url: str) -> _Surroundings:
        """Proxies and authorities of options and environment for an address."""
        # Of an address these depend on scheme, host and port only.
        place = "/".join(url.split("/", 3)[:3])
        with self._lock:
            found = self._surroundings.get(place)
            if found is None:
                proxy = self._settings.proxy
                # Given here, because requests would prefer the environment's proxies to the
                # session's.
                proxies = {"http": proxy, "https": proxy} if proxy else {}
                merged: dict[str, t.Any] = dict(_neutral().merge_environment_settings(url, proxies, True, self._settings.verify, None))
                way = {**{name: merged[name] for name in ("proxies", "stream", "verify")}, "cert": self._settings.client_cert}
                found = self._surroundings[place] = _Surroundings(way, _proxy(self._settings, url, way["proxies"]))
            return found


class _Surroundings(t.NamedTuple):
    """How an address is reached."""

    way: dict[str, t.Any]
    """Arguments of requests' adapter."""
    proxy: Proxy | None


@functools.cache
def _neutral() -> requests.Session:
    """A session of requests that reads the environment and never sends.

    Sending through it would follow redirects, read the user's netrc and keep cookies, for which
    SuperOffice also wants a cross-site token.
    """
    return requests.Session()


def _common() -> requests.PreparedRequest:
    """What all requests have in common: headers, without verb, address and body."""
    common = requests.PreparedRequest()
    common.prepare_headers(
        {
            "User-Agent": "superoffice.erpsync (Ansible collection)",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
    )
    return common


_CHUNK = 65536


def _read(answer: requests.Response) -> bytes:
    """The complete body, decompressed, of the allowed size.

    :raises Broken: where it is too large, or shorter than announced.
    """
    received: list[bytes] = []
    size = 0
    for piece in answer.raw.stream(_CHUNK, decode_content=True):
        size += len(piece)
        if size > exchange.LARGEST_ANSWER:
            raise Broken(errors.TooLarge, ANSWERED)
        received.append(piece)
    # urllib3 1.26 does not compare lengths. Responses of some statuses never have a body.
    announced = "" if answer.status_code in (101, 204, 304) else answer.headers.get("Content-Length", "")
    if announced.isdecimal() and answer.raw.tell() < int(announced):
        raise Broken(errors.CutOff, ANSWERED)
    return b"".join(received)
