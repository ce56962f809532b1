# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is signed in, with which rights and licences, and whether the ErpSync agent answers."""

from __future__ import annotations

from typing import Any

from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.access import read_access
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

PRINCIPAL = {
    "AssociateId": 7,
    "Associate": "ANNA",
    "FullName": "Anna Ask",
    "UserType": "InternalAssociate",
    "RoleName": 'US:"User level 0"',
    "RoleType": "Employee",
    "GroupId": 2,
    "DatabaseContextIdentifier": "Cust12345",
    "FunctionRights": ["B", "A"],
    "Licenses": [
        {"Name": "web", "Description": 'US:"Web"', "ExpiryDate": "2027-01-01T00:00:00"},
        {"ModuleName": "sync", "ModuleDescription": "Sync", "ExpiryDate": "0001-01-01T00:00:00"},
    ],
    "ProvidedCredentials": [{"DisplayName": "canary"}],
}
NOBODY = {"user": None, "tenant": None, "function_rights": None, "licences": None}
AGENT = {"answers": True, "msg": None, "failure": None}


def access(principal: Any, system: Any, agent: Exception | None = None) -> tuple[dict[str, Any], list[str]]:
    """The fact, and the warnings."""

    def ask() -> None:
        if agent is not None:
            raise agent

    warnings: list[str] = []
    with ScriptedTransport(("principal", {}, principal), ("system", {}, system)) as transport:
        return read_access(ask, transport.lookups, warnings.append), warnings


def test_everything_is_told() -> None:
    assert access(PRINCIPAL, {"NetServerVersion": "11.10"}) == (
        {
            "user": {
                "id": 7,
                "name": "ANNA",
                "full_name": "Anna Ask",
                "type": "InternalAssociate",
                "role": "User level 0",
                "role_type": "Employee",
                "user_group_id": 2,
            },
            "tenant": "Cust12345",
            "function_rights": ["A", "B"],
            "licences": [
                {"name": "sync", "description": "Sync", "expires": None},
                {"name": "web", "description": "Web", "expires": "2027-01-01T00:00:00"},
            ],
            "version": "11.10",
            "erp_sync": AGENT,
        },
        [],
    )


def test_what_a_server_does_not_tell_is_unknown() -> None:
    found, warnings = access({}, {})
    assert (found["tenant"], found["function_rights"], found["licences"], found["version"]) == (None, None, None, None)
    assert set(found["user"].values()) == {None} and warnings == []


def test_an_agent_that_refuses_is_told_with_its_failure() -> None:
    error = refusal(403, "SoSentryException", errors.Forbidden)
    found, warnings = access(PRINCIPAL, {}, error)
    assert found["erp_sync"] == {"answers": False, "msg": "It said 403.", "failure": error.failure()}
    assert warnings == []


def test_what_cannot_be_read_is_a_warning() -> None:
    assert access(None, refusal()) == (
        {**NOBODY, "version": None, "erp_sync": AGENT},
        [
            "access: who is signed in, and with which rights and licences, cannot be read. "
            "Over SOAP this server does not tell whose a ticket is. REST tells it.",
            "access: the version of the server cannot be read. It said 500.",
        ],
    )
    found, warnings = access(refusal(403, kind=errors.Forbidden), {})
    assert {name: found[name] for name in NOBODY} == NOBODY
    assert warnings == ["access: who is signed in, and with which rights and licences, cannot be read. It said 403."]
