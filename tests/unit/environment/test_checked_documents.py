# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check tells of a document, word for word: why it is refused, or what it warns of."""

from __future__ import annotations

import pytest

from .documents import DYNAMICS_URL
from .installation import Installation, Json

# Switches of the server, what stands otherwise in its state, the document, what is pruned, the message, and the warnings.
CASES: list[tuple[Json, list[tuple[str, int, Json]], Json, list[str], str | None, list[str]]] = [
    (
        {},
        [],
        {"connections": [{"id": 2, "name": "Visma Norway"}]},
        [],
        ('connections[0] (id 2): the connection "Visma Norway" with the id 1 has the name "Visma Norway" already. Choose another name.'),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"id": 2, "name": "visma norway"}]},
        [],
        (
            'connections[0] (id 2): the connection "Visma Norway" with the id 1 has the name "visma norway" already '
            "except for case, blanks, composition of letters and language. Choose another name."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"id": 2, "name": "X"}, {"name": "x", "connector": "Visma", "config": {"Company": "1", "Password": "p"}}]},
        [],
        (
            'connections[1] ("x"): "x" is the same name as "X" of connections[0] (id 2) except for case, blanks, '
            "composition of letters and language. Give each a name of its own."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "visma norway", "state": "absent"}]},
        [],
        (
            'connections[0] ("visma norway"): there is no connection "visma norway". The connection "Visma Norway" '
            "with the id 1 has the same name except for case, blanks, composition of letters and language. Write it "
            "like that, or use the id."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"id": 1, "name": "Oslo"}], "priority": ["Visma Norway"]},
        [],
        'priority[0]: the connection "Visma Norway" gets the name "Oslo" in the same document. Use the new name.',
        [],
    ),
    (
        {},
        [],
        {"connectors": [{"id": 2, "name": "Visma"}]},
        [],
        'connectors[0] (id 2): the connector "Visma" with the id 1 has the name "Visma" already. Choose another name.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "2"}]},
        [],
        (
            'connections[0] ("2") does not exist yet, and has no connector. Say through which connector it goes. A '
            "text is a name, but there is a connection with the id 2 (Visma Sweden). To refer to it, write the number "
            "without quotes, or id: 2."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "connector": "2"}]},
        [],
        (
            'connections[0] ("Visma Norway").connector: there is no connector "2". A text is a name, but there is a '
            "connector with the id 2 (SAP). To refer to it, write the number without quotes, or id: 2. There are: "
            "Visma, SAP, Dynamics."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "A\n"}]},
        [],
        (
            'connections[0].name is "A\\u000a", which has a line break in it. Correct it; if the name is right, use the'
            " id. A block of YAML (| or >) ends in a line break; with |- or >- it does not."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": " A"}]},
        [],
        (
            'connections[0].name is " A", which begins with a blank. Correct it; if the name is right, use the id.'
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "A\u200b"}]},
        [],
        (
            'connections[0].name is "A\\u200b", which ends with an invisible character. Correct it; if the name is '
            "right, use the id."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "A\x01B"}]},
        [],
        "connections[0].name contains control characters, which SuperOffice cannot keep.",
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma  Norway"}]},
        [],
        (
            'connections[0] ("Visma  Norway"): there is no connection "Visma  Norway". The connection "Visma Norway" '
            "with the id 1 has the same name except for case, blanks, composition of letters and language. Write it "
            "like that, or use the id."
        ),
        [],
    ),
    (
        {"password_echo": "masked"},
        [],
        {"connections": [{"name": "Visma Norway", "description": "x"}]},
        [],
        (
            'connections[0] ("Visma Norway").config: the server does not give back Password, and saving the connection '
            "could overwrite it. Declare it as well; it counts as unchanged as long as the saved connection works."
        ),
        [],
    ),
    (
        {"password_echo": "blank"},
        [],
        {"connections": [{"name": "Visma Norway", "description": "x"}]},
        [],
        (
            'connections[0] ("Visma Norway").config: the server does not give back Password, and saving the connection '
            "could overwrite it. Declare it as well; it counts as unchanged as long as the saved connection works."
        ),
        [],
    ),
    (
        {"password_echo": "absent"},
        [],
        {"connections": [{"name": "Visma Norway", "description": "x", "config": {"Company": "5"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config: the server does not give back Password, and saving the connection '
            "could overwrite it. Declare it as well; it counts as unchanged as long as the saved connection works."
        ),
        [],
    ),
    (
        {"password_echo": "blank"},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Company": "5", "Password": "p"}}]},
        [],
        None,
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Dynamics Denmark", "description": "x"}]},
        [],
        (
            'connections[0] ("Dynamics Denmark"): its connector does not answer, so the secrets in its configuration '
            "are unknown. The server may hide them, and saving description could overwrite them. Make the connector "
            "answer first, or leave description as it is. GetConfigurationFields: the server answered with an error "
            "(500): The connector at http://old-nav.example.com/NavConnector.svc does not answer."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Dynamics Denmark", "config": {"Tenant": "x"}, "description": "x"}]},
        [],
        (
            'connections[0] ("Dynamics Denmark").config cannot be checked, since its connector does not answer. '
            "GetConfigurationFields: the server answered with an error (500): The connector at "
            "http://old-nav.example.com/NavConnector.svc does not answer."
        ),
        [],
    ),
    (
        {},
        [],
        {"connectors": [{"name": "Dynamics", "url": DYNAMICS_URL}], "connections": [{"name": "Dynamics Denmark", "description": "x"}]},
        [],
        None,
        [
            (
                'connections[0] ("Dynamics Denmark"): its configuration may have hidden secrets that saving could '
                "overwrite. This is known only once its connector has the new URL."
            ),
            (
                'The connection "Dynamics Denmark" is inactive, and active is not declared. A run that was killed may have'
                " left it so. Declare active: true or active: false."
            ),
            (
                'connections[0] ("Dynamics Denmark"): only the run itself shows whether these are right: what its '
                "connector asks for and has at its new URL."
            ),
        ],
    ),
    (
        {},
        [],
        {
            "connectors": [{"name": "Visma", "url": "https://erp.example.com/Connector.svc/x", "test": False}],
            "connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]}],
        },
        [],
        None,
        [
            (
                'connections[0] ("Visma Norway"): only the run itself shows whether these are right: what its connector asks '
                "for and has at its new URL."
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Password": "{{ vault }}"}}]},
        [],
        None,
        [
            (
                'connections[0] ("Visma Norway").config.Password is a template that was never resolved, such as "{{ '
                'variable }}". This counts as not declared, and the server keeps its value. To save the text itself, put '
                "it between {% raw %} and {% endraw %}, in a text tagged !unsafe."
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Password": "{{ vault }}", "Company": "{{ c }}"}}]},
        [],
        None,
        [
            (
                'connections[0] ("Visma Norway").config.Password, connections[0] ("Visma Norway").config.Company are '
                'templates that were never resolved, such as "{{ variable }}". This counts as not declared, and the server'
                " keeps its value. To save the text itself, put it between {% raw %} and {% endraw %}, in a text tagged "
                "!unsafe."
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "{{ vault }}"}}]},
        [],
        (
            'connections[0] ("N").config.Password is a template that was never resolved, such as "{{ variable }}", and'
            " the connection is new, so it has no value to keep. Define the variable, and give the document as a "
            "variable of a file, a play or an inventory: results of tasks and lookups are not resolved. To save the "
            "text itself, put it between {% raw %} and {% endraw %}, in a text tagged !unsafe."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "connector": "SAP", "config": {"Password": "{{ vault }}"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config.Password is a template that was never resolved, such as "{{ '
            'variable }}", and the connection moves to another connector, so it has no value to keep. Define the '
            "variable, and give the document as a variable of a file, a play or an inventory: results of tasks and "
            "lookups are not resolved. To save the text itself, put it between {% raw %} and {% endraw %}, in a text "
            "tagged !unsafe."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": "{{ x }}"}}]}]}
            ]
        },
        [],
        None,
        [
            (
                'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (CITY).default.value is a template that '
                'was never resolved, such as "{{ variable }}". This counts as not declared, and the server keeps its '
                "value. To save the text itself, put it between {% raw %} and {% endraw %}, in a text tagged !unsafe."
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "description": "{{ x }}"}]},
        [],
        (
            'connections[0] ("Visma Norway").description is "{{ x }}", a template that was never resolved. Give the text '
            "itself, or the variable."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Password": "********"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config.Password is a mask, shown in place of a secret. Give the secret, '
            "or leave it out."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Company": "********"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config.Company holds a mask, such as ********, '
            "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. It comes from a result or"
            " a file in which secrets were masked. Give the text itself."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": "$encrypted$"}}]}]}
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (CITY).default.value holds a mask, such as'
            " ********, VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. It comes from "
            "a result or a file in which secrets were masked. Give the text itself."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "description": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}]},
        [],
        (
            'connections[0] ("Visma Norway").description holds a mask, such as ********, '
            "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. It comes from a result or"
            " a file in which secrets were masked. Give the text itself."
        ),
        [],
    ),
    (
        {},
        [],
        {"connectors": [{"name": "Z", "url": "https://x\n"}]},
        [],
        'connectors[0] ("Z").url is "https://x\\u000a", which has a line break in it. Write the address without.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Serial": "5"}}]},
        [],
        'connections[0] ("Visma Norway").config.Serial is read-only; the connector sets it. Leave it out.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Company": ""}}]},
        [],
        'connections[0] ("Visma Norway").config lacks what the connector demands: Company. Declare it.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Company": "12345678901"}}]},
        [],
        'connections[0] ("Visma Norway").config.Company has 11 characters; the connector takes 10.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Port": "abc"}}]},
        [],
        ('connections[0] ("Visma Norway").config.Port is a field of type Integer: it should be a whole number of at most 18 digits.'),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"UseTls": "perhaps"}}]},
        [],
        'connections[0] ("Visma Norway").config.UseTls is a field of type Checkbox: it should be true or false.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Timeout": "1,2,3"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config.Timeout is a field of type Double: it should be a number, with a '
            "point before the decimals."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"StartDate": "tomorrow"}}]},
        [],
        (
            'connections[0] ("Visma Norway").config.StartDate is a field of type Date: it should be a date such as '
            "2026-12-31, or with a time, 2026-12-31T23:59:59."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Ledger": "nothing"}}]},
        [],
        (
            'connections[0] ("Visma Norway"): the ERP system does not accept this configuration. Nothing was changed. '
            "Check the values of config, or use test: false."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": {"Help": "x"}}]},
        [],
        'connections[0] ("Visma Norway").config.Help is a label of the connector\'s form and takes no value. Leave it out.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "N", "connector": "Visma", "config": {"Company": "1"}}]},
        [],
        'connections[0] ("N").config lacks what the connector demands: Password. Declare it.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "N", "connector": "Visma", "config": {"Password": "p"}}]},
        [],
        'connections[0] ("N").config lacks what the connector demands: Company. Declare it.',
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "N",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "active": True,
                    "actors": [{"erp": "Customer", "enabled": True}],
                }
            ]
        },
        [],
        (
            'connections[0] ("N").active: the connection cannot be activated: the ERP system demands NAME of Customer, '
            'without a direction so far. Declare crm and direction of it in connections[0] ("N").actors[0] '
            '(Customer).fields, or enabled: false there. That is how the connection "Visma Norway" of the same connector '
            "has it; where this one will differ, declare refresh_fields: true for it."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "N",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "actors": [{"erp": "Customer", "fields": [{"erp": "NAMN", "show": True}]}],
                }
            ]
        },
        [],
        (
            'connections[0] ("N").actors[0] (Customer).fields[0] (NAMN): the ERP side has no field "NAMN". Did you mean '
            "NAME? If it is new there, use refresh_fields to read the connector's fields again. That is how the "
            'connection "Visma Norway" of the same connector has it; where this one will differ, declare refresh_fields: '
            "true for it."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "N",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "actors": [{"erp": "Partner", "enabled": True}],
                }
            ]
        },
        [],
        (
            'connections[0] ("N").actors[0] (Partner): the connection has no actor type Partner. That is how the '
            'connection "Visma Norway" of the same connector has it; where this one will differ, declare refresh_fields: '
            "true for it."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "p"}, "test": False}]},
        [],
        None,
        [
            ('connections[0] ("N"): only the run itself shows whether these are right: config, which test: false leaves untested.'),
        ],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "N",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "actors": [{"erp": "Customer", "fields": [{"erp": "TELEPHONE", "direction": "both"}]}],
                }
            ]
        },
        [],
        None,
        [
            (
                'connections[0] ("N"): only the run itself shows whether these are right: whether the server maps TELEPHONE '
                "of Customer by itself, which is declared with a direction and no crm."
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "SAP Austria", "active": True, "actors": [{"erp": "Customer", "enabled": True}]}]},
        [],
        (
            'connections[0] ("SAP Austria").active: the connection cannot be activated: the ERP system demands NAME1, '
            'KTOKD of Customer, without a direction so far. Declare crm and direction of it in connections[0] ("SAP '
            'Austria").actors[0] (Customer).fields, or enabled: false there.'
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "STREET", "direction": "both"}]}]}]},
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (STREET) has the direction both and no CRM '
            "field. Give the CRM field with crm."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "Visma Norway",
                    "actors": [{"erp": "Customer", "fields": [{"erp": "BALANCE", "crm": "creditlimit", "direction": "to_erp"}]}],
                }
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (BALANCE): the ERP side does not take values '
            "for this field (it is read-only). Use direction: to_crm, or show."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "TELEX", "crm": "fax", "direction": "both"}]}]}
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (TELEX): the ERP side no longer has this '
            "field. Take it out of the document, unmap it (crm: null, direction: none), or use refresh_fields if the "
            "connector has it again."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "Visma Sweden",
                    "id": 2,
                    "actors": [{"erp": "Customer", "fields": [{"erp": "NUMBER1", "crm": "number1", "direction": "to_crm"}]}],
                }
            ]
        },
        [],
        (
            "connections[0] (id 2).actors[0] (Customer).fields[0] (NUMBER1): another connection already brings this "
            "field to SuperOffice, so it cannot go one way to SuperOffice here. Use direction: both or to_erp, or take "
            "it out of the other connection first."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"id": 2, "actors": [{"erp": "Customer", "fields": [{"erp": "NUMBER1", "crm": "number1", "direction": "to_crm"}]}]}
            ]
        },
        [],
        (
            "connections[0] (id 2).actors[0] (Customer).fields[0] (NUMBER1): another connection already brings this "
            "field to SuperOffice, so it cannot go one way to SuperOffice here. Use direction: both or to_erp, or take "
            "it out of the other connection first."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "Visma Norway",
                    "actors": [{"erp": "Customer", "fields": [{"erp": "NAME", "crm": "name"}, {"erp": "ORGNUMBER", "crm": "name"}]}],
                }
            ]
        },
        [],
        None,
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "Visma Norway",
                    "actors": [{"erp": "Customer", "fields": [{"erp": "STDTERMS", "crm": None, "direction": "none"}]}],
                    "lists": [{"list": "TermList", "items": {"a": "Cash"}}],
                }
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").lists[0] ("TermList"): the list is there only while its field is mapped to '
            "a CRM field, and the document unmaps that. Declare the field with crm, or leave the list out."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Partner", "enabled": True}]}]},
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Partner): the connection has no actor type Partner. If its ERP '
            "system has it by now, use refresh_fields to read them again."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Person", "crm": "Contact"}]}]},
        [],
        'connections[0] ("Visma Norway").actors[0].crm is Contact, but the ERP actor type Person goes with Person.',
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CREDITLIMIT", "default": {"value": "x"}}]}]}
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (CREDITLIMIT).default.value: the field is of '
            "type Double: it should be a number, with a point before the decimals."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"mandatory": True}}]}]}
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (CITY).default makes the field mandatory '
            "without a value and without asking the user. Add value, or prompt: true."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": ["CITY", "Zzz"]}]}]},
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).order: the ERP side has no field "Zzz". If it is new '
            "there, use refresh_fields to read the connector's fields again."
        ),
        [],
    ),
    (
        {"archive_available": False},
        [],
        {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": ["CREDITLIMIT", "BALANCE"]}]}]},
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).order: the order of the fields cannot be read, and so '
            "it cannot be changed. archive ErpField: the server does not know this address (404). Check url; on an old "
            "version the method may not exist. The server says: No HTTP resource was found that matches the request URI "
            "'http://stand-in.invalid/SuperOffice/api/v1/archive/ErpField'. Let the user read the archive ErpField, or "
            "leave order out."
        ),
        [],
    ),
    (
        {},
        [("connections", 0, {"Active": False}), ("connections", 1, {"Active": False})],
        {"connections": [{"name": "Visma Norway"}, {"id": 2}]},
        [],
        None,
        [
            (
                'The connections "Visma Norway", "Visma Sweden" are inactive, and active is not declared. A run that was '
                "killed may have left them so. Declare active: true or active: false."
            ),
        ],
    ),
    (
        {},
        [],
        {"connectors": [{"name": "SAP", "state": "absent"}]},
        [],
        ('connectors: the connector "SAP" cannot be removed, since connections use it: SAP Germany, SAP Austria. Remove them first.'),
        [],
    ),
    (
        {},
        [],
        {"connectors": []},
        ["connectors"],
        ('connectors: the connector "Visma" cannot be removed, since connections use it: Visma Norway, Visma Sweden. Remove them first.'),
        [],
    ),
    (
        {},
        [],
        {"connectors": []},
        ["connections"],
        (
            "prune has connections, but the document has no section connections; everything would be removed. To remove "
            "all of them on purpose, write connections: []."
        ),
        [],
    ),
    (
        {},
        [],
        {"engine": {"state": "running"}},
        ["mappings"],
        "prune has mappings, but the document has no section connections.",
        [],
    ),
    (
        {"mdo_use_rank": False, "archive_available": False},
        [],
        {"priority": ["SAP Germany", "Visma Norway"]},
        [],
        None,
        [
            (
                "priority: the server's list of the connections may not be in the order of their priority, and no archive "
                "tells the priority. If it is not, each run saves the priority again and reports it as changed."
            ),
        ],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "Visma Norway",
                    "active": True,
                    "connector": "SAP",
                    "config": {"Client": "1", "User": "u", "Password": "p"},
                    "actors": [{"erp": "Customer", "fields": [{"erp": "NAME1", "crm": "name", "direction": "both"}]}],
                }
            ]
        },
        [],
        (
            'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (NAME1): the ERP side has no field "NAME1". '
            "Did you mean NAME? If it is new there, use refresh_fields to read the connector's fields again."
        ),
        [],
    ),
    (
        {},
        [],
        {
            "connections": [
                {
                    "name": "F",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "crm": "city", "direction": "to_crm"}]}],
                },
                {
                    "name": "S",
                    "connector": "Visma",
                    "config": {"Company": "1", "Password": "p"},
                    "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "crm": "city", "direction": "to_crm"}]}],
                },
            ]
        },
        [],
        (
            'connections[1] ("S").actors[0] (Customer).fields[0] (CITY): another connection already brings this field to '
            'SuperOffice, connections[0] ("F"), so it cannot go one way to SuperOffice here. Use direction: both or '
            "to_erp, or take it out of the other connection first."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "N", "connector": "Visma"}, {"name": "N", "connector": "Visma"}]},
        [],
        'connections[1] ("N") declares the same connection as connections[0] ("N"). Declare it once.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{}], "priority": 5},
        [],
        (
            "2 things cannot be used.\n1. connections[0]: name or id is required.\n2. priority is 5; it should be a "
            "list."
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "active": "perhaps"}]},
        [],
        'connections[0] ("Visma Norway").active is "perhaps"; use true or false.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "description": "x" * 255}]},
        [],
        (
            'connections[0] ("Visma Norway").description has 255 characters; SuperOffice keeps 254. It begins with '
            '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".'
        ),
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "access": {"everyone": True, "users": ["ADM"]}}]},
        [],
        'connections[0] ("Visma Norway").access has everyone: true together with groups or users. Use one or the other.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "access": {"users": ["ADM", 1]}}]},
        [],
        None,
        [
            (
                'connections[0] ("Visma Norway").access.users[1] (id 1) is the same user as connections[0] ("Visma '
                'Norway").access.users[0] ("ADM"). Name it once.'
            ),
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "config": [1]}]},
        [],
        'connections[0] ("Visma Norway").config is a list; it should be keys with values.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": "Visma Norway", "actors": {"erp": "Customer"}}]},
        [],
        'connections[0] ("Visma Norway").actors is keys with values; it should be a list.',
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": True}]},
        [],
        "connections[0].name is true, which is not a text. Put it in quotes.",
        [],
    ),
    (
        {},
        [],
        {"connections": [{"name": 1.5}]},
        [],
        "connections[0].name is 1.5, which is not a text. Put it in quotes.",
        [],
    ),
    # Of two connectors only the run shows whether both may bring a field to SuperOffice alone.
    (
        {},
        [],
        {
            "connections": [
                {"name": name, "actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "crm": "city", "direction": "to_crm"}]}]}
                for name in ("Visma Norway", "SAP Germany")
            ]
        },
        [],
        None,
        [
            'connections[1] ("SAP Germany"): only the run itself shows whether these are right: whether CITY of Customer may go one way to '
            'SuperOffice here, and in connections[0] ("Visma Norway") as well.'
        ],
    ),
    (
        {},
        [],
        {"connections": [{"name": ""}]},
        [],
        "connections[0].name is empty. Give a text, or leave name out.",
        [],
    ),
]


@pytest.mark.parametrize("switches, state, document, prune, message, warnings", CASES, ids=[str(place) for place in range(len(CASES))])
def test_what_a_check_tells(
    switches: Json, state: list[tuple[str, int, Json]], document: Json, prune: list[str], message: str | None, warnings: list[str]
) -> None:
    there = Installation(**switches)
    for table, place, members in state:
        there.site.state.table(table)[place].update(members)
    result = there.run("environment", document=document, prune=prune, check=True)
    assert (result.get("msg"), there.warnings, there.writes) == (message, warnings, [])
