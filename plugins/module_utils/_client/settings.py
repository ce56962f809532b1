# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The connection options, checked and normalised before anything is sent."""

from __future__ import annotations

import math
import os
import re
import typing as t
from urllib.parse import urlsplit, urlunsplit

from . import client_certificate
from .errors import BadInput
from .sign_in import Identity, check_for_soap, identity_of, signing_headers
from .versions import VERSIONS

TRANSPORTS = ("rest", "soap")
# Paths that people copy with the address of an installation: of REST, and of a SOAP service.
_SERVICE_PATH = re.compile(r"/api(/v1)?$|/remote(/services[0-9]+(/[a-z]+\.svc)?)?$", re.IGNORECASE)
# The address of another web service, usually a connector.
_OTHER_SERVICE = re.compile(r"\.svc(/|$)", re.IGNORECASE)
# Schemes of connectors that are no web services.
_CONNECTOR_SCHEMES = ("plugin", "app")
# The domain of SuperOffice Online, and the rate that the vendor asks its callers to keep.
ONLINE_DOMAIN = "superoffice.com"
ONLINE_RATE = 10.0
PARALLEL_REQUESTS = 6


class Settings(t.NamedTuple):
    """All settings of the client. ``repr()`` shows the address only."""

    url: str
    """The installation's address, without a trailing slash and the path of a service."""
    headers: t.Mapping[str, str]
    """The headers that sign each request: Authorization and, where given, SO-AppToken."""
    verify: bool | str = True
    """Whether to verify TLS certificates, or the path of the certificates to trust."""
    client_cert: tuple[str, str] | str | None = None
    proxy: str | None = None
    timeout: float = 30.0
    """Seconds for one request, from connecting to the last byte."""
    retries: int = 3
    """Repeats of a request at most."""
    rate_limit: float | None = None
    """Requests a second. None for no limit."""
    parallel_requests: int = PARALLEL_REQUESTS
    """Requests that may be under way at once."""
    transport: str = "rest"
    """rest or soap."""
    services_version: int = 0
    """The version of the SOAP services, one of :data:`versions.VERSIONS`; 0 over REST."""
    identity: Identity = Identity()
    """The user, for a transport that signs in otherwise than with headers."""

    def __repr__(self) -> str:
        return f"Settings({self.url!r})"


def from_params(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Settings:
    """The settings of connection options.

    :param params: the values of the options of :mod:`_run.options`, with those of the environment
        filled in.
    :param environ: the environment, whose way to sign in yields to the task's.
    :raises BadInput: naming the option, its value unless it is a secret, and what to do.
    """
    url = _base_url(params.get("url"))
    transport, version = _transport(params)
    identity = identity_of(params, environ or {})
    if transport == "soap":
        check_for_soap(identity, version)
    return Settings(
        url=url,
        # Over SOAP a ticket in the envelope signs requests.
        headers=signing_headers(identity) if transport == "rest" else {},
        transport=transport,
        services_version=version,
        identity=identity,
        verify=_verify(params),
        client_cert=_client_cert(params),
        proxy=_proxy(params.get("proxy")),
        timeout=_positive(params, "timeout", 30.0, "seconds"),
        retries=_retries(params),
        parallel_requests=_parallel(params),
        rate_limit=_rate(params, url),
    )


def without_userinfo(url: str) -> str:
    """The URL with stars in place of a user name and password, for messages."""
    scheme, separator, rest = url.partition("://")
    # The last @: a password may contain / or @ that should have been escaped.
    before, at, behind = (rest if separator else url).rpartition("@")
    if not at:
        return url
    return f"{scheme + separator if separator else ''}***@{behind}"


def _base_url(value: t.Any) -> str:
    url = str(value or "").strip()
    if not url:
        raise BadInput(
            "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as the option, as the "
            "variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment. "
            "The module_defaults of a play do not reach into the roles of this collection."
        )
    shown = "".join(c if c.isprintable() else "\ufffd" for c in without_userinfo(url))
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise BadInput(f"url contains a user name or password ({shown}). Take them out of the address and use username and password.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput(f"url is not an address: {shown}. Use the form https://crm.example.com/SuperOffice.") from None
    path = _SERVICE_PATH.sub("", parts.path.rstrip("/")).rstrip("/")
    if parts.scheme.lower() in _CONNECTOR_SCHEMES or _OTHER_SERVICE.search(path):
        raise BadInput(
            f"url is {shown}, which looks like the address of a connector. SuperOffice's credentials would go there; nothing was sent. "
            "Give the installation's own address, such as https://crm.example.com/SuperOffice; over SOAP it is what comes before "
            "/Remote/Services86/ErpSync.svc. A connector's address is connector_url in erpsync_connector, and url of an element of "
            "connectors in a document."
        )
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0 or any(c.isspace() or ord(c) < 32 for c in url):
        raise BadInput(f"url is not a web address: {shown}. Use the form https://crm.example.com/SuperOffice.")
    if parts.query or parts.fragment:
        raise BadInput(f"url has a part behind ? or # ({shown}), which the address of an installation has not. Leave it out.")
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def _transport(params: t.Mapping[str, t.Any]) -> tuple[str, int]:
    transport = params.get("transport") or "rest"
    if transport not in TRANSPORTS:
        raise BadInput(f"transport is {transport}; use {' or '.join(TRANSPORTS)}.")
    if transport == "rest":
        return "rest", 0
    version = params.get("services_version")
    if version is None:
        raise BadInput(
            "services_version is missing, which transport: soap needs. Give the number of the installation's web services, "
            "for example 75 for SuperOffice 7.5 or 86 for Services86, or set SUPEROFFICE_SERVICES_VERSION."
        )
    if version not in VERSIONS:
        known = ", ".join(map(str, VERSIONS))
        raise BadInput(f"services_version is {version}, which there is not. Use one of {known}.")
    return "soap", int(version)


def _verify(params: t.Mapping[str, t.Any]) -> bool | str:
    if params.get("validate_certs") is False:
        return False
    ca_path = params.get("ca_path")
    if not ca_path:
        return True
    return _readable("ca_path", ca_path, folder=True)


def _client_cert(params: t.Mapping[str, t.Any]) -> tuple[str, str] | str | None:
    cert, key = params.get("client_cert"), params.get("client_key")
    if key and not cert:
        raise BadInput("client_key is given without client_cert. Give the certificate that belongs to it.")
    if not cert:
        return None
    files = _readable("client_cert", cert), _readable("client_key", key) if key else None
    client_certificate.check(*files)
    return files[0] if files[1] is None else (files[0], files[1])


def _readable(option: str, path: str, folder: bool = False) -> str:
    path = os.path.expanduser(path)
    if not os.path.exists(path):
        raise BadInput(f"{option}: there is no file {path}. Check the path on the machine where the task runs.")
    if os.path.isdir(path) and not folder:
        raise BadInput(f"{option}: {path} is a folder; give the file.")
    if not os.access(path, os.R_OK):
        raise BadInput(f"{option}: the file {path} cannot be read by the user that runs the task.")
    return path


def _proxy(value: t.Any) -> str | None:
    proxy = str(value or "").strip()
    if not proxy:
        return None
    wrong = fault_of_proxy(proxy, "http", "https")
    if wrong:
        raise BadInput(
            f"proxy is not the address of an HTTP proxy ({without_userinfo(proxy)}): {wrong}. Use the form http://proxy.example.com:3128."
        )
    return proxy


def fault_of_proxy(address: str, *schemes: str) -> str:
    """What is wrong with the address of a proxy with one of these schemes.

    Empty for a valid one.
    """
    if any(c.isspace() or not c.isprintable() for c in address):
        return "there is a blank or a line break in it"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "its host or port is none"
    if parts.scheme not in schemes or "://" not in address:
        return f"it does not begin with {' or '.join(f'{scheme}://' for scheme in schemes[:2])}"
    return "it names no host" if not parts.hostname else "its port is none" if port == 0 else ""


def _positive(params: t.Mapping[str, t.Any], option: str, default: float, unit: str) -> float:
    value = params.get(option)
    if value is None:
        return default
    number = float(value)
    if not math.isfinite(number) or number <= 0:
        raise BadInput(f"{option} is {value}; use a number of {unit} above zero.")
    # The operating system's timers overflow above this.
    return min(number, 31536000.0)


def _rate(params: t.Mapping[str, t.Any], url: str) -> float | None:
    """Requests a second. None for no limit, which is the default outside SuperOffice Online."""
    value = params.get("rate_limit")
    if value is None:
        host = (urlsplit(url).hostname or "").rstrip(".")
        return ONLINE_RATE if host == ONLINE_DOMAIN or host.endswith(f".{ONLINE_DOMAIN}") else None
    return None if value == 0 else _positive(params, "rate_limit", 1.0, "calls a second")


def _parallel(params: t.Mapping[str, t.Any]) -> int:
    value = params.get("parallel_requests")
    if value is None:
        return PARALLEL_REQUESTS
    if not 1 <= value <= 32:
        raise BadInput(f"parallel_requests is {value}; use a number from 1 (one after the other) to 32.")
    return int(value)


def _retries(params: t.Mapping[str, t.Any]) -> int:
    value = params.get("retries")
    if value is None:
        return 3
    if not 0 <= value <= 100:
        raise BadInput(f"retries is {value}; use a number from 0 (never repeat) to 100.")
    return int(value)
