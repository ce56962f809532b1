# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_list_mapping
short_description: Map the items of an ERP list to the items of a CRM list
version_added: 0.1.0
description:
  - Maps the items of one ERP list of one connection, such as payment terms, to the items of a CRM
    list.
  - A connection has a list when a field that uses it is mapped to a CRM field with a list.
  - Items that are not listed stay as they are, unless O(purge) says otherwise.
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
        task may create it. Its lists are not known, so the declaration is predicted without a
        comparison.
options:
  connection:
    description:
      - Name of the connection, in any of its languages, or its id as a number.
    type: raw
    required: true
  list:
    description:
      - Name of the ERP list.
    type: str
    required: true
  actor:
    description:
      - The ERP actor type whose field uses the list. Required where fields of several actor types
        use a list of this name.
    type: str
    choices:
      - Customer
      - Supplier
      - Partner
      - Person
      - Project
  items:
    description:
      - Key or name of the ERP item, and for each the name of the CRM item, in any of its languages,
        or its id as a number without quotes or under the key V(id). V(null) or an empty text maps
        it to nothing.
      - Put keys that YAML takes for something else in quotes, V("0030") or V("no").
    type: dict
  purge:
    description:
      - Whether to clear the items of this list that are not listed.
    type: bool
    default: false
  shared:
    description:
      - Whether several ERP items may be mapped to the same CRM item.
      - The administration screen marks that as a mistake, and some servers refuse it. With V(false)
        it is an error before anything is saved, unless the items are mapped so already.
    type: bool
    default: false
notes:
  - Lists and items that do not exist, or whose name is ambiguous, are refused before anything is
    changed.
  - Some servers accept changes to a connection only while it is not active. Where the server
    refuses, the connection is deactivated, changed and activated again, with a warning. It is
    activated again however the task ends, except by SIGKILL.
seealso:
  - module: superoffice.erpsync.erpsync_field_mapping
  - module: superoffice.erpsync.erpsync_environment
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Map the payment terms
  superoffice.erpsync.erpsync_list_mapping:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connection: Visma Norway
    list: TermList
    items:
      a: 30 days
      x: Cash
      p: Prepaid

- name: Map payment terms whose keys look like numbers, and clear the others
  superoffice.erpsync.erpsync_list_mapping:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connection: SAP Germany
    list: TermList
    actor: Customer
    items:
      "0001": Cash
      "0060": Net 60 days
    purge: true
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
      description: Kind of thing, always V(list).
      type: str
      returned: always
      sample: list
    name:
      description: Name of the thing, connection and list.
      type: str
      returned: always
      sample: Visma Norway, TermList
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
        - items
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
      sample: list Visma Norway, TermList (changed on 2026-11-03 at 14:02 UTC by KRN)
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: |
        {
            "items": {
                "a": "30 days",
                "p": null
            }
        }
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: list Visma Norway, TermList
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
      type: str
      returned: always
      sample: |
        {
            "items": {
                "a": "30 days",
                "p": "Prepaid"
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
        items:
          a: 30 days
          p: null
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
      sample:
        items:
          a: 30 days
          p: Prepaid
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
    - map the lists of connection "Visma Norway"
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
  type: list
  elements: str
  sample:
    - map the lists of connection "Visma Sweden"
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
      sample: SaveConnectionListMappings
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.list_mapping import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
