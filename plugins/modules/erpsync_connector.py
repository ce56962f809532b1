# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_connector
short_description: Manage the ERP connectors of SuperOffice
version_added: 0.1.0
description:
  - Registers, changes or removes an ERP connector, the web service through which SuperOffice talks
    to ERP systems of one kind.
  - Options that are not set change nothing.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.converging
  - superoffice.erpsync.connection
options:
  name:
    description:
      - Name of the connector. A name in several languages is found by any of them, or by the stored
        text (V(US:"Finance";NO:"Regnskap")).
      - Together with O(id) it is the new name of the connector.
      - One of O(name) and O(id) is required. Use O(id) where several connectors have the same name,
        or to rename the connector.
    type: str
  id:
    description:
      - Id of the connector.
    type: int
  connector_url:
    description:
      - Address at which the connector answers, as the SuperOffice server sees it. O(url) is the
        address of SuperOffice itself.
      - Required for a new connector. By default the address of an existing one stays as it is.
      - A password in it (C(https://user:password@erp.example.com/Connector.svc)) is a secret. It is
        compared and saved as it is, and shown as C(********) wherever the address is shown.
    type: str
  state:
    description:
      - Whether the connector exists.
      - A connector that connections use cannot be removed. Remove the connections first.
    type: str
    choices:
      - present
      - absent
    default: present
  test:
    description:
      - Whether the server tests a new address before it is saved, also in check mode. Where no
        connector answers, the task fails and nothing is changed.
    type: bool
    default: true
seealso:
  - module: superoffice.erpsync.erpsync_connection
  - module: superoffice.erpsync.erpsync_environment
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Register the connector of Business Central
  superoffice.erpsync.erpsync_connector:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Business Central
    connector_url: https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral

- name: Save the new address of a connector that is not yet reachable
  superoffice.erpsync.erpsync_connector:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Business Central
    connector_url: https://bc.example.net/Connector.svc
    test: false

- name: Rename a connector
  superoffice.erpsync.erpsync_connector:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    id: 1
    name: Visma Business

- name: Remove a connector that is no longer used
  superoffice.erpsync.erpsync_connector:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    name: Business Central
    state: absent
"""

RETURN = r"""
connector:
  description: The connector after the task, or the predicted one in check mode. V(null) where it is
    absent.
  returned: success
  type: dict
  contains:
    id:
      description: Id of the connector. V(null) in check mode where it would be created.
      type: int
      returned: always
      sample: 4
    name:
      description: Name of the connector, in English where it has several languages.
      type: str
      returned: always
      sample: Business Central
    raw_name:
      description: The stored name, in all its languages.
      type: str
      returned: always
      sample: Business Central
    url:
      description: Address at which the connector answers. V(null) where the server does not return
        it.
      type: str
      returned: always
      sample: https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: The changes, or in check mode the predicted ones, in the order in which
    they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, always V(connector).
      type: str
      returned: always
      sample: connector
    name:
      description: Name of the thing, before the change.
      type: str
      returned: always
      sample: Business Central
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
        - url
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
      sample: connector Business Central (changed on 2026-11-03 at 14:02 UTC by KRN)
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: |
        {
            "name": "Business Central",
            "url": "https://old-nav.example.net/Connector.svc"
        }
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connector Business Central
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
      type: str
      returned: always
      sample: |
        {
            "name": "Business Central",
            "url": "https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral"
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
        name: Business Central
        url: https://old-nav.example.net/Connector.svc
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
      sample:
        name: Business Central
        url: https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral
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
    - change connector "Business Central"
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
  type: list
  elements: str
  sample:
    - remove connector "Old NAV"
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(test_failed), V(server_error),
        V(connection_refused), V(timeout), V(unauthorized), V(conflict).
      type: str
      returned: always
      sample: test_failed
    code:
      description: The server's own error code or type of exception. V(null) where it
        gives none.
      type: str
      returned: always
      sample: ConnectionError
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
      sample: 400
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: TestConnectorUrl
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.connector import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
