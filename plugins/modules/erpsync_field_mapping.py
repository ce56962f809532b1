# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_field_mapping
short_description: Map the fields of an ERP actor type to CRM fields
version_added: 0.1.0
description:
  - Declares the field mappings of one actor type of one connection. For each ERP field it declares
    the CRM field, the direction, whether it is shown and searched, and the default value for actors
    that SuperOffice creates in the ERP system.
  - Options that are not set change nothing. Fields that are not listed stay as they are, unless
    O(purge) says otherwise.
  - After a change the module clears the list columns that the server has cached.
  - The links between single records of SuperOffice and of ERP systems are data, not environment. No
    module of this collection makes, changes or removes them.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.converging
  - superoffice.erpsync.connection
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
    details:
      - A connection that does not exist yet is assumed to exist, with a warning, because an earlier
        task may create it. Its fields are not known, so the declaration is predicted without a
        comparison.
      - Fields that only O(refresh_fields) would find are compared with those of another connection
        of the same connector. Where none has them, a warning says that only the run itself shows
        whether they exist.
options:
  connection:
    description:
      - Name of the connection, in any of its languages, or its id as a number or under the key
        V(id).
    type: raw
    required: true
  erp:
    description:
      - The ERP actor type whose fields are mapped.
    type: str
    required: true
    choices:
      - Customer
      - Supplier
      - Partner
      - Person
      - Project
  crm:
    description:
      - The CRM actor type, V(Contact) for customers, suppliers and partners, V(Person) for persons,
        V(Project) for projects. It follows from O(erp) and serves readers only; another one is
        refused.
    type: str
    choices:
      - Contact
      - Person
      - Project
  enabled:
    description:
      - Whether this actor type is synchronised in this connection.
    type: bool
  fields:
    description:
      - The fields to map.
    type: list
    elements: dict
    suboptions:
      erp:
        description:
          - Key of the ERP field, or its name where only one has it.
        type: str
        required: true
      crm:
        description:
          - Key of the CRM field. An empty text maps it to nothing.
          - The name of the CRM field is accepted where a field of this actor type is mapped to it
            already; SuperOffice lists its fields nowhere else.
          - A warning names a key that no mapping of the installation names, with the most similar
            one, because the server accepts any key.
        type: str
      direction:
        description:
          - V(to_crm) takes values from the ERP system, V(to_erp) sends them there, V(both) does
            both, V(none) neither.
          - Every direction but V(none) needs a CRM field.
        type: str
        choices:
          - none
          - to_crm
          - to_erp
          - both
      show:
        description:
          - Whether SuperOffice shows the value of the ERP system. It is seldom needed for a
            synchronised field, and some servers may refuse both.
        type: bool
      search:
        description:
          - Whether the field can be searched.
        type: bool
      default:
        description:
          - The default value for actors that SuperOffice creates in the ERP system. Keys that are
            not set stay as they are.
        type: dict
        suboptions:
          state:
            description:
              - V(absent) removes the value; the user is not asked, and no value is required.
            type: str
            choices:
              - present
              - absent
            default: present
          value:
            description:
              - The value as YAML has it. A number for a field of type V(Integer) or V(Double),
                V(true) or V(false) for V(Checkbox), a date such as V("2026-12-31") for V(Date), the
                key of an item for V(List), otherwise a text in quotes. SuperOffice's own encoding
                (V([F:25000.5])) is accepted too, and so is any text that equals the stored one.
              - Values are compared by meaning, and written in the style of the stored value.
                SuperOffice keeps 254 characters.
              - An empty text is a value too.
              - An unresolved template, such as C({{ variable }}), counts as not declared, with a
                warning. A mask such as C(********) is refused. To pass such a template as it is,
                put C({% raw %}) before and C({% endraw %}) behind it.
            type: raw
          prompt:
            description:
              - Whether the user is asked for the value.
            type: bool
          mandatory:
            description:
              - Whether a value is required to create an actor. It needs O(fields[].default.value)
                or O(fields[].default.prompt).
            type: bool
  order:
    description:
      - Keys of fields in the order in which SuperOffice shows them. The listed fields exchange
        places; other fields keep theirs.
      - The present order is read from the archive C(ErpField). Where the archive cannot be read, or
        lacks the place of a field, the task fails before anything is changed, because moving fields
        from an unknown order would garble it.
      - Fields are moved with the fewest requests that the server allows. A server that moves a
        field by one place at a time needs many requests for a large table.
    type: list
    elements: str
  purge:
    description:
      - Whether to unmap the fields that are not listed, and to remove their default values.
      - A mapped field that the ERP system requires is not unmapped while the actor type is enabled;
        the task fails before anything is changed.
    type: bool
    default: false
  refresh_fields:
    description:
      - Whether the server reads the fields again from the connector where a listed field is unknown
        to it, or was missing when it last read them.
    type: bool
    default: false
notes:
  - These are refused before anything is changed. Fields that the ERP system does not have or no
    longer has. Values sent to a read-only field. A second connection that brings the same field to
    SuperOffice one way. Default values that do not fit the type of the field.
  - Some servers accept changes to a connection only while it is not active. Where the server
    refuses, the connection is deactivated, changed and activated again, with a warning. It is
    activated again however the task ends, except by SIGKILL.
seealso:
  - module: superoffice.erpsync.erpsync_list_mapping
  - module: superoffice.erpsync.erpsync_connection
  - module: superoffice.erpsync.erpsync_environment
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Map the customers of the Swedish company
  superoffice.erpsync.erpsync_field_mapping:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connection: Visma Sweden
    erp: Customer
    enabled: true
    fields:
      - erp: NAME
        crm: name
        direction: both
        search: true
      - erp: NUMBER1
        crm: number1
        direction: none
      - erp: EMAIL
        crm: email
        direction: both
      - erp: BALANCE
        show: true
      - erp: CREDITLIMIT
        show: true
        default:
          value: 25000
          prompt: true
          mandatory: true
      - erp: CREDITSTOP
        default:
          value: false
    order:
      - BALANCE
      - CREDITLIMIT

- name: Map only the names of persons
  superoffice.erpsync.erpsync_field_mapping:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connection: Visma Norway
    erp: Person
    purge: true
    fields:
      - erp: FIRSTNAME
        crm: firstname
        direction: to_crm
      - erp: LASTNAME
        crm: lastname
        direction: both

- name: Take a field out of the synchronisation, with its default value
  superoffice.erpsync.erpsync_field_mapping:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connection: Visma Norway
    erp: Customer
    fields:
      - erp: STDTERMS
        crm: ""
        direction: none
        default:
          state: absent
"""

RETURN = r"""
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: The changes, or in check mode the predicted ones, in the order in which
    they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, always V(mapping).
      type: str
      returned: always
      sample: mapping
    name:
      description: Name of the thing, connection and actor type.
      type: str
      returned: always
      sample: Visma Norway, Customer
    action:
      description: How it changes.
      type: str
      choices:
        - create
        - update
        - remove
      returned: always
      sample: update
    changed_fields:
      description: The keys of the options whose values change. For a created or removed
        thing, all of its keys.
      type: list
      elements: str
      returned: always
      sample:
        - fields
        - defaults
        - order
    changed_by:
      description:
        - The initials of the user who last changed, before this task, what differs. V(null)
          for a created thing, and where the server does not tell.
        - SuperOffice stamps a whole thing at a time, a connection for example, or a field
          with its default value and its place. Engine and priority are one thing.
      type: str
      returned: always
      sample: KRN
    changed_at:
      description: When that was, in UTC. V(null) for a created thing, and where the server
        does not tell.
      type: str
      returned: always
      sample: '2026-11-03T14:02:00Z'
diff:
  description: The same changes with the values before and after, in the form that Ansible
    shows.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Kind and name of the thing, and, where the server tells, who changed
        it last before this task, and when.
      type: str
      returned: always
      sample: mapping Visma Norway, Customer (changed on 2026-11-03 at 14:02 UTC by KRN)
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: |
        {
            "defaults": {
                "CREDITLIMIT": {
                    "mandatory": false,
                    "prompt": false,
                    "value": null
                }
            },
            "fields": {
                "EMAIL": {
                    "crm": null,
                    "direction": "none",
                    "search": false,
                    "show": false
                }
            },
            "order": [
                "CREDITLIMIT",
                "BALANCE"
            ]
        }
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: mapping Visma Norway, Customer
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
      type: str
      returned: always
      sample: |
        {
            "defaults": {
                "CREDITLIMIT": {
                    "mandatory": true,
                    "prompt": true,
                    "value": 25000.0
                }
            },
            "fields": {
                "EMAIL": {
                    "crm": "email",
                    "direction": "both",
                    "search": false,
                    "show": false
                }
            },
            "order": [
                "BALANCE",
                "CREDITLIMIT"
            ]
        }
differences:
  description: The same changes for programs.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before:
      description: The differing values before the change. Empty for a created thing.
      type: dict
      returned: always
      sample:
        fields:
          EMAIL:
            crm: null
            direction: none
            show: false
            search: false
        defaults:
          CREDITLIMIT:
            value: null
            prompt: false
            mandatory: false
        order:
          - CREDITLIMIT
          - BALANCE
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
      sample:
        fields:
          EMAIL:
            crm: email
            direction: both
            show: false
            search: false
        defaults:
          CREDITLIMIT:
            value: 25000.0
            prompt: true
            mandatory: true
        order:
          - BALANCE
          - CREDITLIMIT
    stamps:
      description: Who last changed which of the values before this task. Empty where
        the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        path:
          description: The keys that lead to the values, for example those of a field.
            Empty for all values.
          type: list
          elements: str
          returned: always
          sample:
            - fields
            - NAME
        changed_by:
          description: The initials of the user. V(null) where the server does not tell.
          type: str
          returned: always
          sample: KRN
        changed_at:
          description: The time, in UTC. V(null) where the server does not tell.
          type: str
          returned: always
          sample: '2026-11-03T14:02:00Z'
steps_done:
  description: The steps that were done before the failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - map the fields of connection "Visma Norway", Customer
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
  type: list
  elements: str
  sample:
    - set the default values of connection "Visma Norway", Customer
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(server_error), V(unexpected_answer),
        V(connection_refused), V(timeout), V(unauthorized).
      type: str
      returned: always
      sample: server_error
    code:
      description: The server's own error code or type of exception. V(null) where it
        gives none.
      type: str
      returned: always
      sample: ArgumentException
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
      sample: 400
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: SaveActorTypeMapping
    attempts:
      description: Number of attempts.
      type: int
      returned: always
      sample: 1
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
      sample: 4c7e0f1a
    uncertain:
      description: Whether a writing request may have been carried out. V(false) only
        where it certainly was not.
      type: bool
      returned: always
      sample: false
"""

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.module import run_module
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.field_mapping import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
