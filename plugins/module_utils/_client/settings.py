# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Where to connect, as whom, and how patiently: the connection options, checked and normalised before anything is sent."""

from __future__ import annotations

import base64
import math
import os
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from .errors import BadInput

# The ways to sign in, each with the options that belong to it, in the order in which messages list them.
CREDENTIAL_OPTIONS: dict[str, tuple[str, ...]] = {
    "username and password": ("username", "password"),
    "ticket": ("ticket",),
    "access_token": ("access_token",),
}


@dataclass(frozen=True)
class Settings:
    """All that the client needs to know. Secrets are kept out of ``repr()``."""

    url: str
    """The installation's address without a trailing slash, ``/api`` or ``/api/v1``."""
    headers: t.Mapping[str, str] = field(repr=False)
    """The headers that sign each request: Authorization and, where given, SO-AppToken."""
    verify: bool | str = True
    """Whether to verify TLS certificates, or the path of the certificates to trust."""
    client_cert: tuple[str, str] | str | None = None
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    """Seconds for one request, from connecting to the last byte."""
    retries: int = 3
    """How often a request is repeated at most."""
    rate_limit: float | None = None
    """Requests a second, None for no limit."""


def from_params(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Settings:
    """The settings that these connection options say.

    :param params: the values of the options of :mod:`_options`, environment fallbacks already filled in.
    :param environ: the environment, to tell a credential that the task gives from one that the environment gives:
        the task's way of signing in wins over the environment's.
    :raises BadInput: naming the option, the value (never a secret one) and what to do.
    """
    return Settings(
        url=_base_url(params.get("url")),
        headers=_signing_headers(params, environ or {}),
        verify=_verify(params),
        client_cert=_client_cert(params),
        proxy=_proxy(params.get("proxy")),
        timeout=_positive(params, "timeout", 30.0, "seconds"),
        retries=_retries(params),
        rate_limit=None if params.get("rate_limit") in (None, 0, 0.0) else _positive(params, "rate_limit", 1.0, "calls a second"),
    )


def without_userinfo(url: str) -> str:
    """The URL with a user name and password in it replaced by stars, for messages."""
    scheme, separator, rest = url.partition("://")
    # Up to the last one: a password may hold / or @ that should have been escaped.
    before, at, behind = (rest if separator else url).rpartition("@")
    if not at:
        return url
    return f"{scheme + separator if separator else ''}***@{behind}"


def _base_url(value: t.Any) -> str:
    url = str(value or "").strip()
    if not url:
        raise BadInput(
            "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, or set SUPEROFFICE_URL."
        )
    shown = "".join(c if c.isprintable() else "\ufffd" for c in without_userinfo(url))
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise BadInput(f"url contains a user name or password ({shown}). Take them out of the address and use username and password.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput(f"url is not an address: {shown}. Use the form https://crm.example.com/SuperOffice.") from None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0 or any(c.isspace() or ord(c) < 32 for c in url):
        raise BadInput(f"url is not a web address: {shown}. Use the form https://crm.example.com/SuperOffice.")
    if parts.query or parts.fragment:
        raise BadInput(f"url has a part behind ? or # ({shown}), which the address of an installation has not. Leave it out.")
    path = parts.path.rstrip("/")
    for ending in ("/api/v1", "/api"):
        if path.lower().endswith(ending):
            path = path[: -len(ending)].rstrip("/")
            break
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def _signing_headers(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> dict[str, str]:
    given = {option for options in CREDENTIAL_OPTIONS.values() for option in options if params.get(option)}
    by_task = {option for option in given if environ.get(f"SUPEROFFICE_{option.upper()}") != params[option]}
    ways = _ways(by_task) or _ways(given)
    if len(ways) > 1:
        raise BadInput(
            f"More than one way to sign in is given: {', '.join(ways)}. "
            "Keep one of them; the environment variables SUPEROFFICE_... count too."
        )
    if not ways:
        raise BadInput(
            "No way to sign in is given. Use username and password, ticket, or access_token, as options or as environment variables "
            "(SUPEROFFICE_USERNAME and SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN)."
        )
    headers = {"Authorization": _authorization(ways[0], params)}
    if params.get("app_token"):
        headers["SO-AppToken"] = _header_text("app_token", params["app_token"])
    return headers


def _ways(options: set[str]) -> list[str]:
    return [way for way, needed in CREDENTIAL_OPTIONS.items() if options.intersection(needed)]


def _authorization(way: str, params: t.Mapping[str, t.Any]) -> str:
    if way == "ticket":
        return f"SOTicket {_header_text('ticket', params['ticket'])}"
    if way == "access_token":
        return f"Bearer {_header_text('access_token', params['access_token'])}"
    username, password = params.get("username"), params.get("password")
    if not username:
        raise BadInput("password is given without username. Give both, or set SUPEROFFICE_USERNAME.")
    if not password:
        raise BadInput("username is given without password. Give both, or set SUPEROFFICE_PASSWORD.")
    if ":" in username:
        raise BadInput(f"username contains a colon ({username}), which Basic authentication cannot carry. Use the plain user name.")
    try:
        signature = f"{username}:{password}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise BadInput("username or password contains characters that no text has. Check where the values come from.") from None
    return "Basic " + base64.b64encode(signature).decode("ascii")


def _header_text(option: str, value: str) -> str:
    text = value.strip()
    if not text.isascii() or not text.isprintable() or not text:
        raise BadInput(
            f"{option} contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from."
        )
    return text


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
    if not key:
        return _readable("client_cert", cert)
    return _readable("client_cert", cert), _readable("client_key", key)


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
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"proxy is not the address of an HTTP proxy: {without_userinfo(proxy)}. Use the form http://proxy.example.com:3128.")
    return proxy


def _positive(params: t.Mapping[str, t.Any], option: str, default: float, unit: str) -> float:
    value = params.get(option)
    if value is None:
        return default
    number = float(value)
    if not math.isfinite(number) or number <= 0:
        raise BadInput(f"{option} is {value}; use a number of {unit} above zero.")
    # Past this the operating system's timers overflow.
    return min(number, 31536000.0)


def _retries(params: t.Mapping[str, t.Any]) -> int:
    value = params.get("retries")
    if value is None:
        return 3
    if not 0 <= value <= 100:
        raise BadInput(f"retries is {value}; use a number from 0 (never repeat) to 100.")
    return int(value)
