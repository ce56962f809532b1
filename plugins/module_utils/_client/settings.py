# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The connection options, checked and normalised before anything is sent."""

from __future__ import annotations

import math
import re
import typing as t
from urllib.parse import urlsplit, urlunsplit

from .._wire.wording import without_userinfo
from . import client_certificate
from .errors import BadInput
from .online.environments import ENVIRONMENTS, Tenant, is_online, login_url, sign_in_host_of, tenant_in, tenant_name, tenant_of
from .option_names import EXCLUSIVE, by_task
from .sign_in import WAYS, Identity, check_for_soap, identity_of, readable, signing_headers
from .versions import VERSIONS

TRANSPORTS = ("rest", "soap")
# Paths that people copy with the address of an installation: of REST, and of a SOAP service.
_SERVICE_PATH = re.compile(r"/api(/v1)?$|/remote(/services[0-9]+(/[a-z]+\.svc)?)?$", re.IGNORECASE)
# The address of another web service, usually a connector.
_OTHER_SERVICE = re.compile(r"\.svc(/|$)", re.IGNORECASE)
# Schemes of connectors that are no web services.
_CONNECTOR_SCHEMES = ("plugin", "app")
# The rate that the vendor asks callers of SuperOffice Online to keep.
ONLINE_RATE = 10.0
PARALLEL_REQUESTS = 6


class Settings(t.NamedTuple):
    """All settings of the client. ``repr()`` shows the address only."""

    url: str
    """The installation's address, without a trailing slash and the path of a service. Empty for a
    tenant, whose address the sign-in host knows."""
    headers: t.Mapping[str, str]
    """The headers that sign each request where the options have all that they need: Authorization
    and, where given, SO-AppToken."""
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

    tenant: Tenant | None = None
    """The tenant of SuperOffice Online. None for an installation whose address is given."""
    wait_for_tenant: float = 0.0
    """Seconds to wait at most until a maintenance of the tenant has ended."""
    warnings: tuple[str, ...] = ()
    """Remarks about the options for the task's result."""

    def __repr__(self) -> str:
        return f"Settings({self.place!r})"

    @property
    def place(self) -> str:
        """The installation's name for what its tasks share."""
        return self.url if self.tenant is None else str(self.tenant)


def from_params(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Settings:
    """The settings of connection options.

    :param params: the values of the options of :mod:`_run.options`, with those of the environment
        filled in.
    :param environ: the environment, whose way to sign in yields to the task's.
    :raises BadInput: naming the option, its value unless it is a secret, and what to do.
    """
    params = _without_rivals(params, environ or {})
    url, tenant, warnings = _place(params)
    transport, version = _transport(params)
    identity = identity_of(params, environ or {})
    _check_for_place(identity, url, tenant)
    if transport == "soap":
        check_for_soap(identity, version)
    return Settings(
        url=url,
        # Over SOAP a ticket in the envelope signs requests.
        headers=signing_headers(identity) if transport == "rest" and not WAYS[identity.way].online else {},
        transport=transport,
        services_version=version,
        identity=identity,
        verify=_verify(params),
        client_cert=_client_cert(params),
        proxy=_proxy(params.get("proxy")),
        timeout=_positive(params, "timeout", 30.0, "seconds"),
        retries=_retries(params),
        parallel_requests=_parallel(params),
        rate_limit=_rate(params, online=tenant is not None or is_online(url)),
        tenant=tenant,
        wait_for_tenant=_wait(params),
        warnings=warnings,
    )


def of_sign_in_host(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> tuple[Tenant, Settings]:
    """The tenant, and the settings for unsigned requests to its sign-in host.

    :raises BadInput: as :func:`from_params`.
    """
    params = _without_rivals({**params, "url": None}, environ or {})
    if _is_blank(params.get("tenant")):
        raise BadInput(
            "tenant is missing. Give the tenant, for example Cust12345, as the option, as the variable erpsync_tenant of the host, or as "
            "SUPEROFFICE_TENANT in the environment."
        )
    _url, found, _warnings = _place(params)
    tenant = t.cast(Tenant, found)
    return tenant, _unsigned(tenant.login_url, params)


def of_many_tenants(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> tuple[str, Settings]:
    """The address of a sign-in host, and the settings for unsigned requests to it, side by side at
    its rate.

    :raises BadInput: as :func:`from_params`.
    """
    kept = _without_rivals(params, environ or {})
    address = _sign_in_host(kept)
    return address, _unsigned(address, kept)._replace(parallel_requests=_parallel(kept), rate_limit=_rate(kept, online=True))


def _unsigned(address: str, params: t.Mapping[str, t.Any]) -> Settings:
    return Settings(
        url=address,
        headers={},
        verify=_verify(params),
        proxy=_proxy(params.get("proxy")),
        timeout=_positive(params, "timeout", 30.0, "seconds"),
        retries=_retries(params),
    )


def _without_rivals(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> dict[str, t.Any]:
    """The options without those of the environment that the task's exclude.

    :raises BadInput: where the task, or the environment, gives both of two that exclude each other.
    """
    kept = dict(params)
    for pair in EXCLUSIVE:
        given = [option for option in pair if not _is_blank(params.get(option))]
        if len(given) < 2:
            continue
        task = by_task(params, environ, given)
        if len(task) == 1:
            kept[next(option for option in pair if option not in task)] = None
            continue
        remedy = _REMEDIES[pair[0]]
        raise BadInput(f"{pair[0]} and {pair[1]} are both given. {remedy} {_SURROUNDINGS}")
    return kept


_SURROUNDINGS: t.Final = "The environment variables SUPEROFFICE_... count too."
_REMEDIES = {
    "url": "Keep url for an installation with an address of its own, and tenant for SuperOffice Online, which tells the address itself.",
    "online_environment": "Keep online_environment for SuperOffice's own sign-in hosts; login_url stands in their place.",
    "private_key": "Keep one of them: the key itself, or the file that it is in.",
}


def _is_blank(value: t.Any) -> bool:
    return not str(value or "").strip()


def _place(params: t.Mapping[str, t.Any]) -> tuple[str, Tenant | None, tuple[str, ...]]:
    """Address, tenant, and warnings: either an address or a tenant."""
    own = _login_url(params.get("login_url"))
    address = _sign_in_host(params)
    if not _is_blank(params.get("tenant")):
        return "", Tenant(tenant_of_option(params["tenant"]), address), ()
    if _is_blank(params.get("url")):
        for option in ("login_url", "online_environment"):
            if not _is_blank(params.get(option)):
                raise BadInput(
                    f"{option} is given without tenant. Give the tenant, for example Cust12345, as the option, as the variable "
                    "erpsync_tenant of the host, or as SUPEROFFICE_TENANT in the environment."
                )
    url = _base_url(params.get("url"))
    sign_in_host = sign_in_host_of(url, own)
    if sign_in_host is None:
        return url, None, ()
    found = tenant_of(url, own)
    if found is None:
        raise BadInput(
            f"url is {url}, on the host for signing in, where no installation is. Give tenant, for example Cust12345, in place of url."
        )
    further = _FURTHER.get(sign_in_host, f" with login_url: {own}" if sign_in_host == own else "")
    warning = (
        f"url is {url}, an address on the host for signing in. The tenant {found.name} is asked for there; SuperOffice Online may have it "
        f"elsewhere. Write tenant: {found.name}{further} in place of url."
    )
    return "", found, (warning,)


# What to write beside the tenant, by the address of the sign-in host.
_FURTHER = {
    login_url(environment): "" if environment == "production" else f" with online_environment: {environment}"
    for environment in ENVIRONMENTS
}


def _sign_in_host(params: t.Mapping[str, t.Any]) -> str:
    """The address of the host for signing in."""
    own = _login_url(params.get("login_url"))
    environment = params.get("online_environment") or "production"
    if environment not in ENVIRONMENTS:
        raise BadInput(f"online_environment is {environment}; use {', '.join(ENVIRONMENTS[:-1])} or {ENVIRONMENTS[-1]}, or login_url.")
    return own or login_url(environment)


def tenant_of_option(value: t.Any, option: str = "tenant") -> str:
    """The name of a tenant as SuperOffice writes it.

    :param option: its name in messages.
    :raises BadInput: for a value of another form.
    """
    text = str(value).strip()
    name = tenant_name(text)
    if name is None:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in without_userinfo(text[:100]))
        hint = f" Write Cust{text}." if text.isascii() and text.isdigit() else " An address is given as url." if "/" in text else ""
        raise BadInput(f"{option} is {shown}, which is no tenant of SuperOffice Online. Use the form Cust12345.{hint}")
    return name


def _login_url(value: t.Any) -> str | None:
    return None if _is_blank(value) else _web_address("login_url", str(value).strip().rstrip("/"), "https://online.superoffice.com")


def _check_for_place(identity: Identity, url: str, tenant: Tenant | None) -> None:
    """Refuse a way to sign in that does not work where the installation is.

    :raises BadInput: with what to write instead.
    """
    online = tenant is not None or is_online(url)
    where = tenant.name if tenant is not None else url
    if online and WAYS[identity.way].online is False:
        raise BadInput(
            f"username and password are given, which SuperOffice Online ({where}) does not take. Use client_secret, system_user_token and "
            f"private_key for a system user; or client_id and refresh_token; or access_token; or ticket with client_secret. {_SURROUNDINGS}"
        )
    if online and identity.ticket is not None and identity.client_secret is None:
        raise BadInput(
            f"ticket is given without client_secret, which SuperOffice Online ({where}) wants beside it. Give both, or set "
            "SUPEROFFICE_CLIENT_SECRET."
        )
    if tenant is None and WAYS[identity.way].online:
        decided = WAYS[identity.way].deciding[0]
        name = (tenant_in(url) if online else None) or "Cust12345"
        raise BadInput(
            f"{decided} is given with url ({url}). It is for SuperOffice Online, whose host for signing in knows the address: write "
            f"tenant: {name} in place of url."
            + ("" if online else " An installation of your own takes username and password, ticket or access_token.")
            + f" {_SURROUNDINGS}"
        )


def _base_url(value: t.Any) -> str:
    url = str(value or "").strip()
    if not url:
        raise BadInput(
            "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as the option, as the "
            "variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment; for SuperOffice Online give tenant instead, for "
            "example Cust12345. The module_defaults of a play do not reach into the roles of this collection."
        )
    return _web_address("url", url, "https://crm.example.com/SuperOffice")


def _web_address(option: str, url: str, example: str) -> str:
    """The address of a host, with a path but without that of a service.

    :raises BadInput: naming the option, and the address without a password.
    """
    shown = "".join(c if c.isprintable() else "\ufffd" for c in without_userinfo(url))
    if "@" in url.partition("://")[2].partition("/")[0]:
        remedy = "use username and password" if option == "url" else "give them as options"
        raise BadInput(f"{option} contains a user name or password ({shown}). Take them out of the address and {remedy}.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput(f"{option} is not an address: {shown}. Use the form {example}.") from None
    path = _SERVICE_PATH.sub("", parts.path.rstrip("/")).rstrip("/")
    if parts.scheme.lower() in _CONNECTOR_SCHEMES or _OTHER_SERVICE.search(path):
        raise BadInput(
            f"{option} is {shown}, which looks like the address of a connector. SuperOffice's credentials would go there; nothing was "
            "sent. Give the installation's own address, such as https://crm.example.com/SuperOffice; over SOAP it is what comes before "
            "/Remote/Services86/ErpSync.svc. A connector's address is connector_url in erpsync_connector, and url of an element of "
            "connectors in a document."
        )
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0 or any(c.isspace() or ord(c) < 32 for c in url):
        raise BadInput(f"{option} is not a web address: {shown}. Use the form {example}.")
    if parts.query or parts.fragment:
        whose = "an installation" if option == "url" else "a host for signing in"
        raise BadInput(f"{option} has a part behind ? or # ({shown}), which does not belong to the address of {whose}. Leave it out.")
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
        raise BadInput(f"services_version is {version}, which does not exist. Use one of {known}.")
    return "soap", int(version)


def _verify(params: t.Mapping[str, t.Any]) -> bool | str:
    if params.get("validate_certs") is False:
        return False
    ca_path = params.get("ca_path")
    if not ca_path:
        return True
    return readable("ca_path", ca_path, folder=True)


def _client_cert(params: t.Mapping[str, t.Any]) -> tuple[str, str] | str | None:
    cert, key = params.get("client_cert"), params.get("client_key")
    if key and not cert:
        raise BadInput("client_key is given without client_cert. Give the certificate that belongs to it.")
    if not cert:
        return None
    files = readable("client_cert", cert), readable("client_key", key) if key else None
    client_certificate.check(*files)
    return files[0] if files[1] is None else (files[0], files[1])


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


def _wait(params: t.Mapping[str, t.Any]) -> float:
    value = float(params.get("wait_for_tenant") or 0)
    if not math.isfinite(value) or value < 0:
        raise BadInput(f"wait_for_tenant is {params['wait_for_tenant']}; use a number of seconds, 0 or more.")
    return _positive(params, "wait_for_tenant", 0.0, "seconds") if value else 0.0


def _rate(params: t.Mapping[str, t.Any], online: bool) -> float | None:
    """Requests a second. None for no limit, which is the default outside SuperOffice Online."""
    value = params.get("rate_limit")
    if value is None:
        return ONLINE_RATE if online else None
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
