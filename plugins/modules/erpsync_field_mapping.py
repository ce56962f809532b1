# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_field_mapping
short_description: Map the fields of one ERP actor type to the fields of SuperOffice
version_added: 0.1.0
description:
  - Declares for one actor type of one connection which ERP field goes to which field of SuperOffice, in which direction,
    which are shown and searched, and with which default values actors are created in the ERP system.
  - What is not given is not changed. Fields that are not listed stay as they are, unless O(purge) says otherwise.
  - After a change the columns that the server has cached of its lists are cleared.
  - The links between single records of SuperOffice and of ERP systems are data, not environment. No module of this collection
    makes, changes or removes them.
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
      - A connection that does not exist yet is taken for granted, with a warning, since an earlier task may create it.
        Its fields cannot be known, so what is declared is predicted as it stands, and compared with nothing.
      - Fields that only O(refresh_fields) would find are compared with those of another connection of the same connector. Where none has
        them, a warning says that only the run itself shows whether they are right.
options:
  connection:
    description:
      - Name of the connection, in any of its languages, or its id as a number or under the key V(id).
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
      - The actor type of SuperOffice with which it goes, V(Contact) for customers, suppliers and partners, V(Person) for persons,
        V(Project) for projects. It is there to be read; another one is refused.
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
          - Key of the field of SuperOffice. An empty text means that it is mapped to none.
          - Its name does as well where a field of this actor type is mapped to it already; SuperOffice lists its fields nowhere else.
          - A key that no mapping of the installation names is warned of, with the most similar one, since the server takes any.
        type: str
      direction:
        description:
          - V(to_crm) takes values from the ERP system, V(to_erp) sends them there, V(both) does both, V(none) neither.
          - Each but V(none) needs a field of SuperOffice.
        type: str
        choices:
          - none
          - to_crm
          - to_erp
          - both
      show:
        description:
          - Whether SuperOffice shows the value as the ERP system has it. Seldom needed where the field is synchronised, and some
            servers may refuse both.
        type: bool
      search:
        description:
          - Whether the field can be searched.
        type: bool
      default:
        description:
          - What the field gets when an actor is created in the ERP system out of SuperOffice. What is not given in it stays as it is.
        type: dict
        suboptions:
          state:
            description:
              - V(absent) removes the value, and neither asks the user nor demands a value.
            type: str
            choices:
              - present
              - absent
            default: present
          value:
            description:
              - The value, as YAML has it. A number for a field of type V(Integer) or V(Double), V(true) or V(false) for a V(Checkbox),
                a date such as V("2026-12-31") for a V(Date), the key of an item for a V(List), and a text in quotes otherwise.
                SuperOffice's own encoding (V([F:25000.5])) is taken as well, and so is the very text that is stored, whatever it is.
              - Values are compared by what they mean, and written as the one in whose place they come. SuperOffice keeps 254 characters.
              - An empty text is a value too.
              - A template that was never resolved, such as C({{ variable }}), counts as not declared, with a warning, and a mask such as
                C(********) is refused. To pass such a template as it is, put C({% raw %}) before and C({% endraw %}) behind it.
            type: raw
          prompt:
            description:
              - Whether the user is asked for the value.
            type: bool
          mandatory:
            description:
              - Whether an actor cannot be created without it. It needs a value, or a user who is asked.
            type: bool
  order:
    description:
      - Keys of fields in the order in which SuperOffice shows them. They take each other's places; other fields keep theirs.
      - The present order is read from the archive C(ErpField). Where that cannot be read, or does not tell the place of a field, the task
        fails before anything is changed, since moving fields blindly would garble their order.
      - Fields are moved with the fewest requests that the server allows. Where it moves a field by one place at a time, these can be many
        for a large table.
    type: list
    elements: str
  purge:
    description:
      - Whether to unmap the fields that are not listed, and to remove their default values.
      - A mapped field that the ERP system demands is not unmapped while the actor type is enabled; the task fails before anything is
        changed.
    type: bool
    default: false
  refresh_fields:
    description:
      - Whether to let the server read the fields anew from the connector where a field is listed that it does not know,
        or that was missing when it last looked.
    type: bool
    default: false
notes:
  - Refused before anything is changed are fields that the ERP system does not have or no longer has, values sent to a read-only field,
    a second connection bringing the same field to SuperOffice one way, and default values that do not fit the type of the field.
  - Some servers take changes to a connection only while it is not active. Where one refuses, the connection is deactivated,
    changed and activated again, whatever ends the task but SIGKILL, and a warning says so.
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

- name: Keep only the names of persons, and nothing else
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
  description: What changed, or would change in check mode, thing by thing, in the order
    in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, always V(mapping).
      type: str
      returned: always
      sample: mapping
    name:
      description: Its name. Connection and actor type.
      type: str
      returned: always
      sample: Visma Norway, Customer
    action:
      description: What is done with it.
      type: str
      choices:
        - create
        - update
        - remove
      returned: always
      sample: update
    changed_fields:
      description: The keys of the options whose values change. Of something that is created
        or removed, all that it has.
      type: list
      elements: str
      returned: always
      sample:
        - fields
        - defaults
        - order
diff:
  description: The same changes with the values before and after, for Ansible to show
    them.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: mapping Visma Norway, Customer
    before:
      description: What is different, as it was, as a text. Empty for something that is
        created.
      type: str
      returned: always
      sample: "{\n    \"defaults\": {\n        \"CREDITLIMIT\": {\n            \"mandatory\"\
        : false,\n            \"prompt\": false,\n            \"value\": null\n      \
        \  }\n    },\n    \"fields\": {\n        \"EMAIL\": {\n            \"crm\": null,\n\
        \            \"direction\": \"none\",\n            \"search\": false,\n      \
        \      \"show\": false\n        }\n    },\n    \"order\": [\n        \"CREDITLIMIT\"\
        ,\n        \"BALANCE\"\n    ]\n}\n"
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: mapping Visma Norway, Customer
    after:
      description: What is different, as it is now, or would be in check mode, as a text.
        Empty for something that is removed.
      type: str
      returned: always
      sample: "{\n    \"defaults\": {\n        \"CREDITLIMIT\": {\n            \"mandatory\"\
        : true,\n            \"prompt\": true,\n            \"value\": 25000.0\n     \
        \   }\n    },\n    \"fields\": {\n        \"EMAIL\": {\n            \"crm\": \"\
        email\",\n            \"direction\": \"both\",\n            \"search\": false,\n\
        \            \"show\": false\n        }\n    },\n    \"order\": [\n        \"\
        BALANCE\",\n        \"CREDITLIMIT\"\n    ]\n}\n"
differences:
  description: The same again, for programs.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before:
      description: What is different, as it was. Empty for something that is created.
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
      description: What is different, as it is now, or would be in check mode. Empty for
        something that is removed.
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
steps_done:
  description: What had been done before a failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - map the fields of connection "Visma Norway", Customer
steps_not_done:
  description: What had not been done at a failure. A new run finishes it, of a refusal
    once its cause is mended.
  returned: failure after planning, but for an error of the input
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
      description: What kind of failure it is, for example V(bad_input), V(server_error),
        V(unexpected_answer), V(connection_refused), V(timeout), V(unauthorized).
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
      description: The method of the API that was called. V(null) where none was.
      type: str
      returned: always
      sample: SaveActorTypeMapping
    attempts:
      description: How often it was tried.
      type: int
      returned: always
      sample: 1
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
      sample: 4c7e0f1a
    uncertain:
      description: Whether a writing request may or may not have been carried out.
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
