# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_connection
short_description: Manage the ERP connections of SuperOffice
version_added: 0.1.0
description:
  - Creates, changes, activates, deactivates or removes a connection. A connection links SuperOffice
    through a connector with one company of an ERP system.
  - Options that are not set change nothing. The configuration is checked against the connector's
    configuration fields before anything is sent.
  - M(superoffice.erpsync.erpsync_field_mapping) and M(superoffice.erpsync.erpsync_list_mapping)
    manage the synchronised fields.
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
      - A connector that does not exist yet is assumed to exist, with a warning, because an earlier
        task may create it. The configuration is not checked then.
options:
  name:
    description:
      - Name of the connection. A name in several languages is found by any of them, or by the
        stored text (V(US:"Visma Sweden";NO:"Visma Sverige")).
      - Together with O(id) it is the new name of the connection.
      - One of O(name) and O(id) is required. Use O(id) where several connections have the same
        name, or to rename the connection.
    type: str
  id:
    description:
      - Id of the connection.
    type: int
  connector:
    description:
      - Name of the connection's connector, or its id as a number without quotes or under the key
        V(id).
      - Required for a new connection. By default an existing connection keeps its connector.
      - A connection that moves to another connector keeps nothing of its old configuration. Like a
        new connection, it begins with the new connector's proposals and the values of O(config),
        whatever O(update_secrets) says. The difference shows the dropped values.
    type: raw
  description:
    description:
      - Description of the connection. An empty text clears it.
    type: str
  active:
    description:
      - Whether the connection takes part in the synchronisation.
      - The server activates only connections that it can synchronise. Where it refuses, the task
        fails with the server's reasons (RV(reasons)); what is saved by then stays saved.
      - By default an existing connection stays as it is, and a new one is not active.
    type: bool
  access:
    description:
      - Who may use the connection in SuperOffice.
      - User groups or users without O(access.everyone) end the access for everyone.
      - By default access stays as it is, and everyone may use a new connection.
    type: dict
    suboptions:
      everyone:
        description:
          - Whether everyone has access. It excludes groups and users.
        type: bool
      user_groups:
        description:
          - All user groups with access, by name or by id as a number without quotes or under the
            key V(id). An empty list removes all.
          - By default they stay as they are.
        type: list
        elements: raw
      users:
        description:
          - All users with access, by user name, full name, or id as a number without quotes or
            under the key V(id). An empty list removes all.
          - By default they stay as they are.
        type: list
        elements: raw
  config:
    description:
      - Configuration values by the key of the connector's configuration field.
        RV(superoffice.erpsync.erpsync_info#module:connections[].config_fields) shows the fields
        with their types.
      - A value is a text, a whole number for a field of type V(Integer), a number for V(Double),
        V(true) or V(false) for V(Checkbox), and a date such as V("2026-12-31") for V(Date). Put
        texts that YAML takes for something else in quotes, V("0010") or V("no"). A number in place
        of a text is refused.
      - Values are compared by meaning, whether a server shows them in SuperOffice's encoding,
        V([I:443]), or plain. They are written in the style of the stored value, or of the
        connector's proposal, or else encoded. A text that equals the stored one is always accepted.
      - Fields that are not given stay as they are. In a new connection they take the connector's
        proposal. V(null) clears a field that is not mandatory.
      - Unknown keys, missing mandatory values, values of the wrong type, values that are too long
        for the connector, and values longer than the 1023 characters that SuperOffice keeps are
        refused before anything is changed.
    type: dict
  state:
    description:
      - Whether the connection exists.
    type: str
    choices:
      - present
      - absent
    default: present
  test:
    description:
      - Whether the server tests a new or changed configuration with the ERP system before it is
        saved, also in check mode. Where the test fails, the task fails and nothing is changed.
      - A changed configuration is not tested where the server does not return all secrets and
        O(config) lacks some of them. A warning says so.
    type: bool
    default: true
notes:
  - Some servers accept changes to a connection only while it is not active. Where the server
    refuses, the connection is deactivated, changed and activated again, with a warning. It is
    activated again however the task ends, except by SIGKILL.
  - A warning names an inactive connection where O(active) is not set, because a killed run may have
    left it inactive.
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

- name: Let everyone use a connection, and change nothing else
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
  description: The connection after the task, or the predicted one in check mode. V(null) where it
    is absent.
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
      description: Name of its connector. V(null) where O(connector) is not set, because the
        connectors are not read then.
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
        - The configuration by key, secrets as asterisks. For a new connection the given values,
          otherwise all values. Empty where O(config) is not set.
      type: dict
      returned: always
      sample:
        Company: "3001"
        Password: "********"
        Port: "8443"
reasons:
  description: The server's reasons for not activating or deactivating a connection. The message
    contains them too.
  returned: failure to activate or deactivate
  type: list
  elements: str
  sample:
    - "Customer: the mandatory field NAME has no direction."
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: The changes, or in check mode the predicted ones, in the order in which
    they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, always V(connection).
      type: str
      returned: always
      sample: connection
    name:
      description: Name of the thing, before the change.
      type: str
      returned: always
      sample: Visma Norway
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
        - active
        - config
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
      sample: connection Visma Norway (changed on 2026-11-03 at 14:02 UTC by KRN)
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: |
        {
            "active": false,
            "config": {
                "Password": "********"
            }
        }
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Norway
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
      type: str
      returned: always
      sample: |
        {
            "active": true,
            "config": {
                "Password": "******** (another one)"
            }
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
        active: false
        config:
          Password: '********'
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
      sample:
        active: true
        config:
          Password: '******** (another one)'
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
    - change connection "Visma Norway"
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
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
      description: The kind of failure, for example V(bad_input), V(test_failed), V(not_switched),
        V(conflict), V(server_error), V(connection_refused), V(timeout), V(unauthorized).
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
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: ToggleErpConnectionActive
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.connection import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
