# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The table of connection options, for argument specs, documentation and environment variables.

C(tools/write_option_docs.py) writes the documentation fragment, the roles' argument specs, and the
module_defaults of roles and playbooks from this table; a test fails where they differ.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._client import option_names
from .._client.online.environments import ENVIRONMENTS
from .._client.settings import TRANSPORTS
from .._client.versions import VERSIONS
from .spec import ArgumentSpec


def set_in_environment(*variables: str) -> str:
    """The value of the first of these environment variables that has one.

    A blank one counts as unset, because AWX sets one for each field of a credential.

    :raises AnsibleFallbackNotFound: where all are unset or blank.
    """
    for variable in variables:
        value = os.environ.get(variable, "")
        if not is_blank(value):
            return value
    raise AnsibleFallbackNotFound


def is_blank(value: t.Any) -> bool:
    """Whether a value is null or a blank text, as a survey gives for an unanswered question."""
    return value is None or (isinstance(value, str) and not value.strip())


class Option(t.NamedTuple):
    """A connection option. ``description`` is Ansible markup, one paragraph in each element."""

    name: str
    type: str
    description: tuple[str, ...]
    default: t.Any = None
    secret: bool = False
    example: str | None = None
    choices: tuple[t.Any, ...] = ()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""
        return option_names.ALIASES.get(self.name, ())

    @property
    def environment_variables(self) -> tuple[str, ...]:
        """The environment variables for an option that is not given, by its name and its
        aliases.
        """
        return option_names.environment_variables(self.name)

    def as_argument(self) -> dict[str, t.Any]:
        """The entry of an argument spec."""
        argument: dict[str, t.Any] = {
            "type": self.type,
            # Set for every option; otherwise Ansible guesses from names such as client_key.
            "no_log": self.secret,
            "fallback": (set_in_environment, list(self.environment_variables)),
        }
        if self.aliases:
            argument["aliases"] = list(self.aliases)
        if self.default is not None:
            argument["default"] = self.default
        if self.choices:
            argument["choices"] = list(self.choices)
        return argument


CONNECTION_OPTIONS: tuple[Option, ...] = (
    Option(
        "url",
        "str",
        (
            "Address of the SuperOffice installation, for example V(https://crm.example.com/SuperOffice), with or without "
            "a trailing V(/api). It is the same for both values of O(transport).",
            "Required without O(tenant), unless a variable or an environment variable sets it.",
        ),
        example="https://crm.example.com/SuperOffice",
    ),
    Option(
        "tenant",
        "str",
        (
            "Tenant of SuperOffice Online, for example V(Cust12345), in place of O(url). The host for signing in is asked for its address, "
            "once in a run, and again where the tenant has moved.",
            "The task fails where the tenant does not run. Nothing is sent to it then.",
        ),
        example="Cust12345",
    ),
    Option(
        "online_environment",
        "str",
        (
            "Environment of SuperOffice Online that O(tenant) belongs to: V(production) for C(online.superoffice.com), V(stage) for "
            "C(qaonline.superoffice.com), V(development) for C(sod.superoffice.com). Without it and O(login_url) it is V(production).",
        ),
        choices=ENVIRONMENTS,
    ),
    Option(
        "login_url",
        "str",
        (
            "Address of another host for signing in than those of O(online_environment), for example V(http://127.0.0.1:8088) for the "
            "stand-in. It has the same paths below it.",
        ),
    ),
    Option(
        "wait_for_tenant",
        "float",
        ("Seconds to wait at most for the end of a maintenance that makes O(tenant) unavailable.",),
        default=0,
    ),
    Option(
        "username",
        "str",
        (
            "User who may administer ERP Sync, for signing in with a password (HTTP Basic, over SOAP for a ticket). "
            "On-site installations only.",
            "Needs O(password).",
        ),
    ),
    Option("password", "str", ("Password of O(username).",), secret=True),
    Option(
        "ticket",
        "str",
        ("A SuperOffice ticket (V(7T:...)) to sign in with (SOTicket). SuperOffice Online also requires O(client_secret).",),
        secret=True,
    ),
    Option("access_token", "str", ("An access token (V(8A:...)) to sign in with (Bearer).",), secret=True),
    Option(
        "client_id",
        "str",
        ("The client ID (application ID) of your application at SuperOffice Online. Needed with O(refresh_token).",),
    ),
    Option(
        "client_secret",
        "str",
        (
            "The client secret (application token) of your application at SuperOffice Online. It is sent as SO-AppToken beside a ticket, "
            "and to the host for signing in.",
            "A system user needs it, and O(refresh_token) of an application that is not a native one.",
        ),
        secret=True,
    ),
    Option(
        "system_user_token",
        "str",
        (
            "The token of the system user of your application in O(tenant), to sign in as this user.",
            "Needs O(client_secret), and O(private_key) or O(private_key_path). Tasks of one run share the ticket that they get for it.",
        ),
        secret=True,
    ),
    Option(
        "private_key",
        "str",
        (
            "The private key of your application, in PEM format or as RSA XML of .NET, for a system user. Line breaks may be written as "
            "a backslash and the letter n.",
        ),
        secret=True,
    ),
    Option("private_key_path", "path", ("File with the private key of your application, in place of O(private_key).",)),
    Option(
        "refresh_token",
        "str",
        (
            "A refresh token of your application for a person in O(tenant), to sign in as this person.",
            "Needs O(client_id), and O(client_secret) unless the application is a native one. Tasks of one run share the access token "
            "that they get for it.",
        ),
        secret=True,
    ),
    Option(
        "transport",
        "str",
        (
            "The web services to use: V(rest) for installations from 8.1 on, or V(soap) for installations from 7.5 on.",
            "The results are the same. The task fails before anything is sent where the version of the SOAP services lacks something.",
        ),
        default="rest",
        choices=TRANSPORTS,
    ),
    Option(
        "services_version",
        "int",
        (
            "The version of the SOAP services to use, for example V(86) for the path C(Remote/Services86/).",
            "Required with O(transport=soap), ignored otherwise.",
        ),
        choices=VERSIONS,
    ),
    Option(
        "validate_certs",
        "bool",
        ("Whether to verify the server's TLS certificate. Prefer O(ca_path) to turning this off.",),
        default=True,
    ),
    Option(
        "ca_path",
        "path",
        (
            "File or folder with the certificates of the authorities to trust, in PEM format, on the machine where the task runs.",
            "By default the authorities of requests are trusted, or those that E(REQUESTS_CA_BUNDLE) names.",
        ),
    ),
    Option("client_cert", "path", ("File with a client certificate in PEM format, with its key in it or in O(client_key).",)),
    Option("client_key", "path", ("File with the unencrypted key of O(client_cert) in PEM format.",)),
    Option(
        "proxy",
        "str",
        (
            "Address of an HTTP proxy, for example V(http://proxy.example.com:3128). "
            "It may contain a user name and password, and is treated as a secret.",
            "By default the environment variables for proxies (E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY), E(NO_PROXY)) are used.",
        ),
        secret=True,
    ),
    Option(
        "timeout",
        "float",
        ("Seconds that one request may take, from connecting to the last byte of the answer.",),
        default=30,
    ),
    Option(
        "retries",
        "int",
        (
            "How often a failed request is repeated at most, with growing pauses, or the pause that the server asks for (C(Retry-After)).",
            "A writing request is repeated only where the server certainly did not act on it.",
        ),
        default=3,
    ),
    Option(
        "parallel_requests",
        "int",
        (
            "How many independent requests may be under way at the same time: reading, and saving what belongs to different connections. "
            "V(1) sends them one after the other.",
        ),
        default=6,
    ),
    Option(
        "rate_limit",
        "float",
        (
            "Calls a second at most, V(0) for no limit.",
            "It holds for all tasks of a run together that call the same O(url) or O(tenant) and run inside Ansible's own process. A task "
            "that runs as an ordinary module is a process of its own and keeps the limit for itself.",
            "The default is V(10) for SuperOffice Online, with O(tenant) or where the host of O(url) ends with C(superoffice.com), and no "
            "limit elsewhere.",
        ),
    ),
)

CONNECTION_NAMES = frozenset(name for option in CONNECTION_OPTIONS for name in option_names.spellings(option.name))
SECRET_NAMES = frozenset(name for option in CONNECTION_OPTIONS if option.secret for name in option_names.spellings(option.name))


def without_blanks(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters without blank connection options, so that fallbacks apply to these."""
    return {name: value for name, value in params.items() if name not in CONNECTION_NAMES or not is_blank(value)}


def connection_spec(names: t.Container[str] = CONNECTION_NAMES) -> ArgumentSpec:
    """The argument spec of the connection options, or of those with these names."""
    return ArgumentSpec(options={option.name: option.as_argument() for option in CONNECTION_OPTIONS if option.name in names})
