# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_list_mapping
short_description: Map the items of one ERP list to the items of a list of SuperOffice
version_added: 0.1.0
description:
  - Declares for one list of one connection, such as payment terms, which item of the ERP system stands for which item of SuperOffice.
  - A list is there once a field that uses it is mapped to a field of SuperOffice with a list.
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
      - A connection that does not exist yet is taken for granted, with a warning, since an earlier task may create it.
        Its lists cannot be known, so what is declared is predicted as it stands, and compared with nothing.
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
      - The ERP actor type whose list is meant. It is needed where fields of several actor types use the list.
    type: str
    choices:
      - Customer
      - Supplier
      - Partner
      - Person
      - Project
  items:
    description:
      - Key or name of the ERP item, and for each the name of the item of SuperOffice, in any of its languages,
        or its id as a number without quotes or under the key V(id). V(null) or an empty text means none.
      - Keys that YAML takes for something else must stand in quotes, V("0030") or V("no").
    type: dict
  purge:
    description:
      - Whether to clear the items of this list that are not listed.
    type: bool
    default: false
  shared:
    description:
      - Whether several ERP items may stand for the same item of SuperOffice.
      - The administration screen marks that as a mistake, and some servers refuse it. Without this option it is refused
        before anything is saved, where it is not so already.
    type: bool
    default: false
notes:
  - Refused before anything is changed are lists and items that do not exist, or that several have the name of.
  - Some servers take changes to a connection only while it is not active. Where one refuses, the connection is deactivated,
    changed and activated again, whatever ends the task but SIGKILL, and a warning says so.
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

- name: Map the payment terms of SAP, whose keys look like numbers, and no others
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
  description: What changed, or would change in check mode, thing by thing, in the order
    in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, always V(list).
      type: str
      returned: always
      sample: list
    name:
      description: Its name. Connection and list.
      type: str
      returned: always
      sample: Visma Norway, TermList
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
        - items
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
      sample: list Visma Norway, TermList
    before:
      description: What is different, as it was, as a text. Empty for something that is
        created.
      type: str
      returned: always
      sample: "{\n    \"items\": {\n        \"a\": \"30 days\",\n        \"p\": null\n\
        \    }\n}\n"
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: list Visma Norway, TermList
    after:
      description: What is different, as it is now, or would be in check mode, as a text.
        Empty for something that is removed.
      type: str
      returned: always
      sample: "{\n    \"items\": {\n        \"a\": \"30 days\",\n        \"p\": \"Prepaid\"\
        \n    }\n}\n"
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
        items:
          a: 30 days
          p: null
    after:
      description: What is different, as it is now, or would be in check mode. Empty for
        something that is removed.
      type: dict
      returned: always
      sample:
        items:
          a: 30 days
          p: Prepaid
steps_done:
  description: What had been done before a failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - map the lists of connection "Visma Norway"
steps_not_done:
  description: What had not been done at a failure. A new run finishes it, of a refusal
    once its cause is mended.
  returned: failure after planning, but for an error of the input
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
      sample: SaveConnectionListMappings
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.list_mapping import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
