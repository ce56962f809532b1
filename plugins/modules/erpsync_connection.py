# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_connection
short_description: Manage the ERP connections of SuperOffice
version_added: 0.1.0
description:
  - Creates a connection, which links SuperOffice through a connector with one company of an ERP system, changes it,
    activates or deactivates it, or removes it.
  - What is not given is not changed. The configuration is checked against what the connector asks for before anything is sent.
  - Which fields are synchronised is managed by M(superoffice.erpsync.erpsync_field_mapping) and
    M(superoffice.erpsync.erpsync_list_mapping).
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.converging
  - superoffice.erpsync.secrets
  - superoffice.erpsync.connection
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
    details:
      - A connector that does not exist yet is taken for granted, with a warning, since an earlier task may create it.
        What it would ask for is not checked then.
options:
  name:
    description:
      - Name of the connection. A name in several languages is found by any of them, or by the stored text
        (V(US:"Visma Sweden";NO:"Visma Sverige")).
      - With O(id) it is the name that the connection shall have, otherwise the one it is found by.
      - One of O(name) and O(id) is needed; O(id) where several connections have the same name, or to give it another name.
    type: str
  id:
    description:
      - Id of the connection.
    type: int
  connector:
    description:
      - Name of the connector through which the connection goes, or its id as a number without quotes or under the key V(id).
      - A new connection needs it. Without it, that of one that exists stays as it is.
      - A connection that moves to another connector gets nothing of its old configuration. It begins with the values that the new connector
        proposes and those of O(config), like a new connection, whatever O(update_secrets) says. The difference shows what is dropped.
    type: raw
  description:
    description:
      - Description for people. An empty one clears it.
    type: str
  active:
    description:
      - Whether the connection takes part in the synchronisation.
      - The server activates only what could be synchronised. Where it refuses, the task fails with the server's reasons
        (RV(reasons)), and what was saved before stays.
      - Without it, the connection stays as it is, and a new one is not active.
    type: bool
  access:
    description:
      - Who may use the connection in SuperOffice.
      - Where user groups or users are given, and O(access.everyone) is not, not everyone may.
      - Without it, access stays as it is, and a new connection is for everyone.
    type: dict
    suboptions:
      everyone:
        description:
          - Whether everyone may. It does not go together with groups or users.
        type: bool
      user_groups:
        description:
          - All user groups that may, by name or by id as a number without quotes or under the key V(id). An empty list removes all.
          - Without it, they stay as they are.
        type: list
        elements: raw
      users:
        description:
          - All users that may, by user name, full name, or id as a number without quotes or under the key V(id). An empty list removes all.
          - Without it, they stay as they are.
        type: list
        elements: raw
  config:
    description:
      - Values of the configuration that the connector asks for, by the key of the field.
        RV(superoffice.erpsync.erpsync_info#module:connections[].config_fields) shows the fields with their types.
      - A value is a text, a whole number for a field of type V(Integer), a number for one of type V(Double),
        V(true) or V(false) for a V(Checkbox), and a date such as V("2026-12-31") for a V(Date).
        Texts that YAML takes for something else must stand in quotes, V("0010") or V("no"). A number in place of a text is refused.
      - Whether a server shows values in SuperOffice's encoding, V([I:443]), or plain, makes no difference. Values are compared by what they
        mean, and written as the stored one, as the one that the connector proposes, or else encoded. A text that equals the stored one is
        always taken.
      - Fields that are not given stay as they are. In a new connection they take the value that the connector proposes.
        V(null) clears a field that is not mandatory.
      - Unknown keys, missing mandatory values, values of the wrong type and values that are too long for the connector, or longer than
        the 1023 characters that SuperOffice keeps, are refused before anything is changed.
    type: dict
  state:
    description:
      - Whether the connection shall exist.
    type: str
    choices:
      - present
      - absent
    default: present
  test:
    description:
      - Whether to let the server test a new or changed configuration with the ERP system before it is saved, also in check mode.
        Where the test fails, the task fails and nothing is changed.
      - A changed configuration is not tested, with a warning, where the server does not give back all of its secrets and not all are
        given.
    type: bool
    default: true
notes:
  - Some servers take changes to a connection only while it is not active. Where one refuses, the connection is deactivated,
    changed and activated again, whatever ends the task but SIGKILL, and a warning says so.
  - A connection that is found inactive without O(active) being given is named in a warning, since a run that was killed may
    have left it so.
seealso:
  - module: superoffice.erpsync.erpsync_connector
  - module: superoffice.erpsync.erpsync_field_mapping
  - module: superoffice.erpsync.erpsync_list_mapping
  - module: superoffice.erpsync.erpsync_priority
  - module: superoffice.erpsync.erpsync_environment
"""

EXAMPLES = r"""
- name: Connect the Finnish company
  superoffice.erpsync.erpsync_connection:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Visma Finland
    connector: Visma
    description: Finnish company
    access:
      user_groups:
        - Sales
        - Finance
      users:
        - KNO
    config:
      Company: "3001"
      Password: "{{ vault_visma_password }}"
      Port: 8443
      UseTls: true

- name: Replace a password while the old one still works
  superoffice.erpsync.erpsync_connection:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Visma Norway
    config:
      Password: "{{ vault_visma_password }}"
    update_secrets: always

- name: Let everyone use a connection, and leave the rest of it alone
  superoffice.erpsync.erpsync_connection:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Visma Sweden
    access:
      everyone: true

- name: Take a connection out of the synchronisation
  superoffice.erpsync.erpsync_connection:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: SAP Germany
    active: false

- name: Remove a connection by its id
  superoffice.erpsync.erpsync_connection:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    id: 4
    state: absent
"""

RETURN = r"""
connection:
  description: The connection after the task, or as it would be in check mode. V(null) where it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the connection. V(null) in check mode where it would be created.
      type: int
      returned: always
      sample: 7
    name:
      description: Name of the connection, in English where it has several languages.
      type: str
      returned: always
      sample: Visma Finland
    connector:
      description: Name of its connector. V(null) where O(connector) is not given, since the connectors are not read then.
      type: str
      returned: always
      sample: Visma
    description:
      description: Its description, in English where it has several languages.
      type: str
      returned: always
      sample: Finnish company
    active:
      description: Whether it takes part in the synchronisation.
      type: bool
      returned: always
      sample: true
    config:
      description:
        - The configuration by key, secrets as stars. Of a new connection what was given, otherwise all of it.
          Empty where O(config) is not given.
      type: dict
      returned: always
      sample:
        Company: "3001"
        Password: "********"
        Port: "8443"
reasons:
  description: Why the server does not activate or deactivate a connection, in its own words. They are in the message as well.
  returned: failure to activate or deactivate
  type: list
  elements: str
  sample:
    - "Customer: the mandatory field NAME has no direction."
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: What changed, or would change in check mode, thing by thing, in the order
    in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, always V(connection).
      type: str
      returned: always
      sample: connection
    name:
      description: Its name. The one before the change.
      type: str
      returned: always
      sample: Visma Norway
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
        - active
        - config
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
      sample: connection Visma Norway
    before:
      description: What is different, as it was, as a text. Empty for something that is
        created.
      type: str
      returned: always
      sample: "{\n    \"active\": false,\n    \"config\": {\n        \"Password\": \"\
        ********\"\n    }\n}\n"
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Norway
    after:
      description: What is different, as it is now, or would be in check mode, as a text.
        Empty for something that is removed.
      type: str
      returned: always
      sample: "{\n    \"active\": true,\n    \"config\": {\n        \"Password\": \"********\
        \ (another one)\"\n    }\n}\n"
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
        active: false
        config:
          Password: '********'
    after:
      description: What is different, as it is now, or would be in check mode. Empty for
        something that is removed.
      type: dict
      returned: always
      sample:
        active: true
        config:
          Password: '******** (another one)'
steps_done:
  description: What had been done before a failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - change connection "Visma Norway"
steps_not_done:
  description: What had not been done at a failure. A new run finishes it, of a refusal
    once its cause is mended.
  returned: failure after planning, but for an error of the input
  type: list
  elements: str
  sample:
    - activate connection "Visma Norway"
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: What kind of failure it is, for example V(bad_input), V(test_failed),
        V(not_switched), V(conflict), V(server_error), V(connection_refused), V(timeout),
        V(unauthorized).
      type: str
      returned: always
      sample: not_switched
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
      sample: ToggleErpConnectionActive
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.connection import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
