# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks say word for word: of what they could not read, of what a server refuses or does otherwise, of what is not there yet."""

from __future__ import annotations

import pytest

from .installation import Installation, Json

# The task, switches of the server, what stands otherwise in fields of Visma Norway's customers, options, the message, and the warnings.
CASES: list[tuple[str, Json, list[tuple[str, Json]], Json, str | None, list[str]]] = [
    (
        "environment_info",
        {},
        [],
        {},
        None,
        [
            (
                'The connector of the connection "Dynamics Denmark" does not answer, so no configuration of its connections is in the '
                "document. GetConfigurationFields: the server answered with an error (500): The connector at "
                "http://old-nav.example.com/NavConnector.svc does not answer."
            ),
            ('The ERP system of the connection "SAP Germany" no longer has VKBUR (Customer); these fields are not in the document.'),
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
        ],
    ),
    (
        "environment_info",
        {"archive_available": False},
        [],
        {"connections": ["Visma Norway"]},
        None,
        [
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
            (
                'The order of the fields is not in the document, of "Visma Norway", Customer. archive ErpField: the server '
                "does not know this address (404). Check url; on an old version the method may not exist. The server says: "
                "No HTTP resource was found that matches the request URI "
                "'http://stand-in.invalid/SuperOffice/api/v1/archive/ErpField'. Let the user read the archive ErpField, then "
                "export again."
            ),
        ],
    ),
    (
        "environment_info",
        {"mdo_use_rank": False, "archive_available": False},
        [],
        {"connections": ["SAP Germany"]},
        None,
        [
            ('The ERP system of the connection "SAP Germany" no longer has VKBUR (Customer); these fields are not in the document.'),
        ],
    ),
    (
        "environment_info",
        {"mdo_use_rank": False},
        [],
        {"connections": ["Visma Norway"]},
        None,
        [
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
        ],
    ),
    (
        "environment_info",
        {"forbidden": ["GetActorTypeMapping"]},
        [],
        {"connections": ["Visma Norway"]},
        None,
        [
            (
                'The mappings of the connection "Visma Norway" could not be read and are not in the document. '
                "GetActorTypeMapping: the user may not do this (403). The user needs rights to administer ERP Sync, and the "
                "installation a licence for it. The server says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "environment_info",
        {"forbidden": ["GetConnectionListMappings"]},
        [],
        {"connections": ["Visma Norway"]},
        None,
        [
            (
                'The mappings of the connection "Visma Norway" could not be read and are not in the document. '
                "GetConnectionListMappings: the user may not do this (403). The user needs rights to administer ERP Sync, "
                "and the installation a licence for it. The server says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "environment_info",
        {},
        [("CREDITLIMIT", {"Rank": 3}), ("BALANCE", {"Rank": 3})],
        {"connections": ["Visma Norway"]},
        None,
        [
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
            (
                'The order of the fields is not in the document, of "Visma Norway", Customer. Some of the fields have no '
                "rank, or the same one. Rank them once in SuperOffice, then export again."
            ),
        ],
    ),
    (
        "environment_info",
        {},
        [("CREDITLIMIT", {"Rank": None})],
        {"connections": ["Visma Norway"]},
        None,
        [
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
            (
                'The order of the fields is not in the document, of "Visma Norway", Customer. Some of the fields have no '
                "rank, or the same one. Rank them once in SuperOffice, then export again."
            ),
        ],
    ),
    (
        "environment_info",
        {},
        [("STDTERMS", {"ListName": " L "})],
        {"connections": ["Visma Norway"]},
        None,
        [
            ('The ERP system of the connection "Visma Norway" no longer has TELEX (Customer); these fields are not in the document.'),
            'The list " L " of the connection "Visma Norway" is not in the document: its name begins with a blank.',
        ],
    ),
    (
        "environment_info",
        {},
        [],
        {"vault_prefix": "9x"},
        'vault_prefix is "9x"; use the first part of a variable\'s name: letters, digits, underscores.',
        [],
    ),
    (
        "environment_info",
        {},
        [],
        {"connections": ["Visma Norge"]},
        (
            'connections: there is no connection "Visma Norge". Did you mean "Visma Norway"? There are: Visma Norway, '
            "Visma Sweden, SAP Germany, Dynamics Denmark, SAP Austria."
        ),
        [],
    ),
    (
        "info",
        {},
        [],
        {"gather": ["all"]},
        None,
        [
            (
                'Connection "Dynamics Denmark" (id 4): configuration_fields cannot be read. GetConfigurationFields: the '
                "server answered with an error (500): The connector at http://old-nav.example.com/NavConnector.svc does not "
                "answer."
            ),
            (
                'Connection "Dynamics Denmark" (id 4): its connector does not say which configuration values are secret, so '
                "none is shown. GetConfigurationFields: the server answered with an error (500): The connector at "
                "http://old-nav.example.com/NavConnector.svc does not answer."
            ),
        ],
    ),
    (
        "info",
        {"archive_available": False},
        [],
        {"connections": ["Visma Norway"], "gather": ["all"]},
        None,
        [
            (
                'Connection "Visma Norway" (id 1): the order of its fields (rank) cannot be read. archive ErpField: the '
                "server does not know this address (404). Check url; on an old version the method may not exist. The server "
                "says: No HTTP resource was found that matches the request URI "
                "'http://stand-in.invalid/SuperOffice/api/v1/archive/ErpField'."
            ),
            (
                "history cannot be read. archive dynamic: the server does not know this address (404). Check url; on an old version "
                "the method may not exist. The server says: No HTTP resource was found that matches the request URI "
                "'http://stand-in.invalid/SuperOffice/api/v1/archive/dynamic'."
            ),
        ],
    ),
    (
        "info",
        {"forbidden": ["GetConfigurationFields"]},
        [],
        {"connections": ["Visma Norway"], "gather": ["all"]},
        None,
        [
            (
                'Connection "Visma Norway" (id 1): configuration_fields cannot be read. GetConfigurationFields: the user may '
                "not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it. The "
                "server says: The user does not have the right to do this."
            ),
            (
                'Connection "Visma Norway" (id 1): its connector does not say which configuration values are secret, so none '
                "is shown. GetConfigurationFields: the user may not do this (403). The user needs rights to administer ERP "
                "Sync, and the installation a licence for it. The server says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "info",
        {"forbidden": ["GetActorTypeMapping"]},
        [],
        {"connections": ["Visma Norway"], "gather": ["all"]},
        None,
        [
            (
                'Connection "Visma Norway" (id 1): field_mappings cannot be read. GetActorTypeMapping: the user may not do '
                "this (403). The user needs rights to administer ERP Sync, and the installation a licence for it. The server "
                "says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "info",
        {"forbidden": ["GetConnectionListMappings"]},
        [],
        {"connections": ["Visma Norway"], "gather": ["all"]},
        None,
        [
            (
                'Connection "Visma Norway" (id 1): list_mappings cannot be read. GetConnectionListMappings: the user may not '
                "do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it. The "
                "server says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "info",
        {"forbidden": ["GetDefaultValueInfo"]},
        [],
        {"connections": ["Visma Norway"], "gather": ["all"]},
        None,
        [
            (
                'Connection "Visma Norway" (id 1): field_mappings cannot be read. GetDefaultValueInfo: the user may not do '
                "this (403). The user needs rights to administer ERP Sync, and the installation a licence for it. The server "
                "says: The user does not have the right to do this."
            ),
        ],
    ),
    (
        "info",
        {"forbidden": ["GetEngineStatus"]},
        [],
        {"gather": ["all"]},
        (
            "GetEngineStatus: the user may not do this (403). The user needs rights to administer ERP Sync, and the "
            "installation a licence for it. The server says: The user does not have the right to do this."
        ),
        [],
    ),
    (
        "info",
        {},
        [],
        {"query": "["},
        "query is not a JMESPath expression: it ends too early at character 2:\n[\n ^",
        [],
    ),
    (
        "info",
        {},
        [],
        {"query": "engine."},
        'query is not a JMESPath expression: unexpected "" at character 8:\nengine.\n       ^',
        [],
    ),
    (
        "info",
        {},
        [],
        {"connections": ["Visma Norge"], "gather": ["connections"]},
        (
            'connections: there is no connection "Visma Norge". Did you mean "Visma Norway"? There are: Visma Norway, '
            "Visma Sweden, SAP Germany, Dynamics Denmark, SAP Austria."
        ),
        [],
    ),
    (
        "environment",
        {"forbidden": ["ValidateArchiveColumnConfig"]},
        [],
        {
            "document": {
                "connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}]
            }
        },
        None,
        [
            (
                'The mappings of connection "Visma Norway" are saved, but the columns cached for Contact could not be '
                "cleared: ValidateArchiveColumnConfig: the user may not do this (403). The user needs rights to administer "
                "ERP Sync, and the installation a licence for it. The server says: The user does not have the right to do "
                "this."
            ),
        ],
    ),
    (
        "environment",
        {"enforce_inactive_for_edit": True},
        [],
        {
            "document": {
                "connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}]
            }
        },
        None,
        [
            'connection "Visma Norway" was deactivated while it was changed, since the server takes changes only then.',
        ],
    ),
    (
        "environment",
        {"moves_take_effect": False},
        [],
        {"document": {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": ["BALANCE", "CREDITLIMIT"]}]}]}},
        ('MoveErpFieldItem: the server accepted the change, but did not take over the order of connection "Visma Norway", Customer.'),
        [],
    ),
    (
        "environment",
        {"mdo_use_rank": False, "archive_available": False},
        [],
        {"document": {"priority": ["SAP Germany", "Visma Norway"]}},
        None,
        [
            (
                "priority: the server's list of the connections may not be in the order of their priority, and no archive "
                "tells the priority. If it is not, each run saves the priority again and reports it as changed."
            ),
            (
                "priority: the server accepted the order of the connections, but does not show it. So each run saves it again "
                "and reports it as changed."
            ),
        ],
    ),
    (
        "environment",
        {},
        [("CREDITLIMIT", {"Rank": 3}), ("BALANCE", {"Rank": 3})],
        {"document": {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": ["BALANCE", "CREDITLIMIT"]}]}]}},
        None,
        [
            (
                'connections[0] ("Visma Norway").actors[0] (Customer).order: BALANCE, CREDITLIMIT have the same rank as '
                "another field. Only the run shows whether the server separates them when it moves one; if it does not, "
                "rank the fields once in SuperOffice."
            ),
        ],
    ),
    (
        "environment",
        {},
        [("BALANCE", {"Rank": None})],
        {"document": {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": ["BALANCE", "CREDITLIMIT"]}]}]}},
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).order: the order of the fields cannot be read, and so '
            "it cannot be changed. The archive ErpField has no rank of BALANCE. Rank the fields once in SuperOffice, or "
            "leave order out."
        ),
        [],
    ),
    (
        "engine",
        {"engine_delay": 1000},
        [],
        {"interval": "1h", "wait_timeout": 0},
        (
            "The server took the change, but after 0 seconds the engine is not yet as declared (interval 01:00:00). It "
            'last reported: running, interval 00:15:00, "Running". Raise wait_timeout, or look at the server\'s batch '
            "system."
        ),
        [],
    ),
    (
        "engine",
        {"engine_delay": 1000, "running_message": None},
        [],
        {"state": "stopped", "wait_timeout": 0},
        (
            "The server took the change, but after 0 seconds the engine is not yet as declared (stopped). It last "
            "reported: running, interval 00:15:00. Raise wait_timeout, or look at the server's batch system."
        ),
        [],
    ),
    (
        "environment",
        {"engine_delay": 1000},
        [],
        {"document": {"engine": {"state": "stopped", "interval": "2h"}}, "wait_timeout": 0},
        (
            "The server took the change, but after 0 seconds the engine is not yet as declared (stopped, interval "
            '02:00:00). It last reported: running, interval 00:15:00, "Running". Raise wait_timeout, or look at the '
            "server's batch system."
        ),
        [],
    ),
    (
        "environment",
        {"engine_delay": 1000},
        [],
        {"document": {"engine": {"state": "stopped", "interval": "2h"}}, "wait": False},
        None,
        [],
    ),
    (
        "connector",
        {},
        [],
        {"name": "Z", "connector_url": "https://nothing.example"},
        (
            'connector "Z": no connector answers at https://nothing.example (ErrorNotFound). Nothing was changed. Check '
            "the URL, or use test: false."
        ),
        [],
    ),
    (
        "connector",
        {},
        [],
        {"name": "Z", "connector_url": "https://nothing.example", "test": False},
        None,
        [],
    ),
    (
        "connector",
        {},
        [],
        {"name": "V\n", "state": "absent"},
        (
            'name is "V\\u000a", which has a line break in it. Correct it; if the name is right, use the id. A '
            "block of YAML (| or >) ends in a line break; with |- or >- it does not."
        ),
        [],
    ),
    (
        "field_mapping",
        {},
        [],
        {"connection": "Not there", "erp": "Customer", "fields": [{"erp": "CITY", "show": True}]},
        (
            'connection: there is no connection "Not there". There are: Visma Norway, Visma Sweden, SAP Germany, '
            "Dynamics Denmark, SAP Austria."
        ),
        [],
    ),
    (
        "field_mapping",
        {},
        [],
        {"connection": "Not there", "erp": "Customer", "fields": [{"erp": "CITY", "show": True}], "check": True},
        None,
        [
            'connection: there is no connection "Not there" yet; it is taken for granted that it will be there.',
        ],
    ),
    (
        "list_mapping",
        {},
        [],
        {"connection": "Not there", "list": "TermList", "items": {"a": "Cash"}, "check": True},
        None,
        [
            'connection: there is no connection "Not there" yet; it is taken for granted that it will be there.',
        ],
    ),
    (
        "priority",
        {},
        [],
        {"order": ["Not there", "Visma Norway"], "check": True},
        None,
        [
            'order[0]: there is no connection "Not there" yet; it is taken for granted that it will be there.',
        ],
    ),
    (
        "connection",
        {},
        [],
        {"name": "N", "connector": "Not there", "config": {"A": "1"}, "check": True},
        None,
        [
            'connection "N".connector: there is no connector "Not there" yet; it is taken for granted that it will be there.',
            (
                'connection "N": only the run itself shows whether these are right: config. What its connector asks for is '
                "known only once the connector is saved."
            ),
        ],
    ),
    (
        "engine",
        {"unlicensed": True},
        [],
        {"state": "running"},
        (
            "GetEngineStatus: the user may not do this (403). The user needs rights to administer ERP Sync, and the "
            "installation a licence for it. The server says: The licence module expander-services is missing."
        ),
        [],
    ),
    (
        "list_mapping",
        {"missing_methods": ["SaveConnectionListMappings"]},
        [],
        {"connection": "Visma Norway", "list": "TermList", "items": {"a": "Prepaid"}},
        (
            "SaveConnectionListMappings: the server does not know this address (404). Check url; on an old version the "
            "method may not exist. The server says: No HTTP resource was found that matches the request URI "
            "'http://stand-in.invalid/SuperOffice/api/v1/Agents/ErpSync/SaveConnectionListMappings'."
        ),
        [],
    ),
    (
        "environment",
        {"forbidden": ["SaveActorTypeMapping"], "refusal_status": 400},
        [],
        {
            "document": {
                "connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}]
            }
        },
        (
            "SaveActorTypeMapping: the server answered with an error (400): The user does not have the right to do this. "
            '"Visma Norway" had been deactivated for the change and is active again.'
        ),
        [],
    ),
    (
        "environment",
        {"forbidden": ["SaveConnection"]},
        [],
        {
            "document": {
                "connections": [
                    {"name": "Visma Norway", "description": "x", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}
                ]
            }
        },
        (
            "SaveConnection: the user may not do this (403). The user needs rights to administer ERP Sync, and the "
            "installation a licence for it. The server says: The user does not have the right to do this."
        ),
        [],
    ),
    (
        "environment",
        {"forbidden": ["SaveActorTypeMapping"]},
        [],
        {
            "document": {
                "connections": [
                    {"name": "Visma Norway", "description": "x", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}
                ]
            }
        },
        (
            "SaveActorTypeMapping: the user may not do this (403). The user needs rights to administer ERP Sync, and the "
            "installation a licence for it. The server says: The user does not have the right to do this. Done before: "
            'change connection "Visma Norway". Not done: map the fields of connection "Visma Norway", Customer, clear '
            'the cached columns of connection "Visma Norway". A new run finishes it once the cause is mended.'
        ),
        [],
    ),
]


@pytest.mark.parametrize("task, switches, fields, options, message, warnings", CASES, ids=[str(place) for place in range(len(CASES))])
def test_what_a_task_says(
    task: str, switches: Json, fields: list[tuple[str, Json]], options: Json, message: str | None, warnings: list[str]
) -> None:
    there = Installation(**switches)
    for key, members in fields:
        there.mapped("Visma Norway", "Customer", key).update(members)
    result = there.run(task, **options)
    assert (result.get("msg"), there.warnings) == (message, warnings)
    assert bool(result.get("failed")) is (message is not None)
