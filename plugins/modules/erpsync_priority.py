# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_priority
short_description: Order the ERP connections of SuperOffice by priority
version_added: 0.1.0
description:
  - Declares which connection wins where several have a value for the same field of the same record.
  - SuperOffice itself has a place in this order, on servers that show it.
  - The order is read from the archive C(dynamic). Where the archive cannot be read, it is read from
    the list of connections by rank. It is not always certain that a server lists them by rank.
    Where it is uncertain and the order is saved, a warning says so. On a server that does not list
    them by rank, each run saves the order and reports a change.
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
        task may create it.
options:
  order:
    description:
      - Connections in the order of their priority, the one that wins first, by name in any of its
        languages, or by id as a number without quotes or under the key V(id). V(0) is SuperOffice
        itself. Each is named once.
      - The listed connections exchange places. Other connections keep theirs, so that two can be
        swapped without naming the others.
    type: list
    elements: raw
    required: true
seealso:
  - module: superoffice.erpsync.erpsync_connection
  - module: superoffice.erpsync.erpsync_environment
"""

EXAMPLES = r"""
- name: Let SAP win over Visma
  superoffice.erpsync.erpsync_priority:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    order:
      - SAP Germany
      - Visma Norway
      - Visma Sweden
"""

RETURN = r"""
priority:
  description: Names of all connections in the order of priority after the task, or the predicted
    order in check mode.
  returned: success
  type: list
  elements: str
  sample:
    - SAP Germany
    - Visma Norway
    - Visma Sweden
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: The changes, or in check mode the predicted ones, in the order in which
    they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, always V(priority).
      type: str
      returned: always
      sample: priority
    name:
      description: Name of the thing. Empty, because there is only one order.
      type: str
      returned: always
      sample: ''
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
        - priority
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
      sample: priority (changed on 2026-11-03 at 14:02 UTC by KRN)
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: |
        {
            "priority": [
                "Visma Norway",
                "SAP Germany"
            ]
        }
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: priority
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
      type: str
      returned: always
      sample: |
        {
            "priority": [
                "SAP Germany",
                "Visma Norway"
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
        priority:
          - Visma Norway
          - SAP Germany
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
      sample:
        priority:
          - SAP Germany
          - Visma Norway
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
    - order the connections by priority
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(server_error), V(connection_refused),
        V(timeout), V(unauthorized).
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
      sample: SaveErpConnectionSyncPriorities
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.priority import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
