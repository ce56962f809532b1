# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the Online side: its ports, and what it adds to the program and its line of JSON."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Any

from ..faults import Faults
from ..journal import Journal
from ..settings import Settings
from ..wire.network import Server, listening_socket
from .control import CALLS, OnlineControl
from .side import SIGN_IN, Online
from .tenant_host import Hosts

_TENANT = re.compile(r"Cust\d+")


def tenant_names(text: str) -> list[str]:
    """The tenants of a list with commas; raises ValueError."""
    names = [name.strip() for name in text.split(",")]
    if not all(_TENANT.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise ValueError("different names such as Cust12345, with commas between them, are expected")
    return names


def open_hosts(host: str, sign_in: socket.socket, scheme: str, number: int) -> tuple[dict[str, str], list[socket.socket]]:
    """The URLs of the hosts by name, and the sockets of those that have tenants."""
    sockets = [listening_socket(host, 0) for _number in range(number)]
    shown = f"[{host}]" if ":" in host else host
    names = [SIGN_IN, *(f"{SIGN_IN}{count}" for count in range(1, number + 1))]
    urls = [f"{scheme}://{shown}:{bound.getsockname()[1]}" for bound in (sign_in, *sockets)]
    return dict(zip(names, urls, strict=True)), sockets


class OnlineProgram:
    """What the command line puts together."""

    def __init__(self, settings: Settings, hosts: dict[str, str], tenants: list[str], seed_name: str, public_key: str | None) -> None:
        """Raises ValueError for a public key that is none."""
        self.online = Online(settings, hosts, tenants, seed_name, public_key)
        self.control = OnlineControl(self.online)
        self.calls = CALLS
        self.sites = {name: tenant.site for name, tenant in self.online.tenants.items()}

    def hosts(self, faults: Faults, journal: Journal, server: Callable[[], Server]) -> Hosts:
        return Hosts(self.online, faults, journal, server)

    def ready(self) -> dict[str, Any]:
        """What the line of JSON says of the Online side."""
        online = self.online
        application, native = online.applications.values()
        return {
            "login_url": online.login_url,
            "hosts": online.hosts,
            "client_id": application.client_id,
            "client_secret": application.client_secret,
            "private_key": online.private_key,
            "native_client_id": native.client_id,
            "tenants": {
                tenant.name: {
                    "url": online.url_of(tenant),
                    "system_user_token": online.grants.consents[application.client_id, tenant.name].system_user_token,
                    "refresh_token": online.first_tokens[application.client_id, tenant.name],
                    "native_refresh_token": online.first_tokens[native.client_id, tenant.name],
                }
                for tenant in online.tenants.values()
            },
        }
