# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The environments of SuperOffice Online, their sign-in hosts, and tenants."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

DOMAIN = "superoffice.com"
# The hosts for signing in are never numbered. Those of tenants may be.
SIGN_IN_HOSTS = {
    "production": f"online.{DOMAIN}",
    "stage": f"qaonline.{DOMAIN}",
    "development": f"sod.{DOMAIN}",
}
ENVIRONMENTS = tuple(SIGN_IN_HOSTS)
_TENANT = re.compile(r"cust([0-9]{1,12})", re.IGNORECASE)


class Tenant(t.NamedTuple):
    """A customer of SuperOffice Online. The sign-in host knows the address of the installation."""

    name: str
    """Such as Cust12345."""
    login_url: str
    """The address of the sign-in host, without a trailing slash."""

    def __str__(self) -> str:
        return f"{self.login_url}/{self.name}"


def login_url(environment: str) -> str:
    """The address of the sign-in host of an environment."""
    return f"https://{SIGN_IN_HOSTS[environment]}"


def option_of(address: str) -> str:
    """The option that names a sign-in host, for messages."""
    return "online_environment" if address in map(login_url, ENVIRONMENTS) else "login_url"


def tenant_name(text: str) -> str | None:
    """The name of a tenant as SuperOffice writes it. None for a text of another form."""
    match = _TENANT.fullmatch(text)
    return f"Cust{match[1]}" if match else None


def is_online(url: str) -> bool:
    """Whether an address is one of SuperOffice Online."""
    host = _host(url)
    return host == DOMAIN or host.endswith(f".{DOMAIN}")


def sign_in_host_of(url: str, own: str | None = None) -> str | None:
    """The address of the sign-in host that an address begins with. None for any other host.

    :param own: the address of another sign-in host, from login_url.
    """
    if own is not None and (url == own or url.startswith(f"{own}/")):
        return own
    return next((login_url(environment) for environment, host in SIGN_IN_HOSTS.items() if _host(url) == host), None)


def tenant_of(url: str, own: str | None = None) -> Tenant | None:
    """The tenant of an address on a sign-in host, such as https://online.superoffice.com/Cust12345.

    Older pages print such addresses. None for any other one.

    :param url: without the path of a service.
    """
    sign_in_host = sign_in_host_of(url, own)
    name = None if sign_in_host is None else tenant_in(url)
    return None if sign_in_host is None or name is None else Tenant(name, sign_in_host)


def tenant_in(url: str) -> str | None:
    """The tenant whose name is the last part of an address."""
    return tenant_name(url.rpartition("/")[2])


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").lower()
