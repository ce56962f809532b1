# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The table of connection options, for argument specs, documentation and environment variables.

C(tools/write_option_docs.py) writes the documentation fragment and the roles' argument specs from
this table; a test fails where they differ.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._client.settings import TRANSPORTS
from .._client.versions import VERSIONS
from .spec import ArgumentSpec


def set_in_environment(variable: str) -> str:
    """The value of an environment variable.

    A blank one counts as unset, because AWX sets one for each field of a credential.

    :raises AnsibleFallbackNotFound: where it is unset or blank.
    """
    value = os.environ.get(variable, "")
    if is_blank(value):
        raise AnsibleFallbackNotFound
    return value


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
    def environment_variable(self) -> str:
        """The environment variable for an option that is not given."""
        return f"SUPEROFFICE_{self.name.upper()}"

    def as_argument(self) -> dict[str, t.Any]:
        """The entry of an argument spec."""
        argument: dict[str, t.Any] = {
            "type": self.type,
            # Set for every option; otherwise Ansible guesses from names such as client_key.
            "no_log": self.secret,
            "fallback": (set_in_environment, [self.environment_variable]),
        }
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
            "Required, unless a variable or an environment variable sets it.",
        ),
        example="https://crm.example.com/SuperOffice",
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
        ("A SuperOffice ticket (V(7T:...)) to sign in with (SOTicket). SuperOffice Online also requires O(app_token).",),
        secret=True,
    ),
    Option("access_token", "str", ("An access token (V(8A:...)) to sign in with (Bearer).",), secret=True),
    Option(
        "app_token",
        "str",
        ("The application token (client secret) of your application at SuperOffice Online, sent as SO-AppToken beside O(ticket).",),
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
            "It holds for all tasks of a run together that call the same O(url) and run inside Ansible's own process. A task that runs as "
            "an ordinary module is a process of its own and keeps the limit for itself.",
            "The default is V(10) for SuperOffice Online, where the host of O(url) ends with C(superoffice.com), and no limit elsewhere.",
        ),
    ),
)

CONNECTION_NAMES = frozenset(option.name for option in CONNECTION_OPTIONS)


def without_blanks(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters without blank connection options, so that fallbacks apply to these."""
    return {name: value for name, value in params.items() if name not in CONNECTION_NAMES or not is_blank(value)}


def connection_spec() -> ArgumentSpec:
    """The argument spec of the connection options."""
    return ArgumentSpec(options={option.name: option.as_argument() for option in CONNECTION_OPTIONS})
