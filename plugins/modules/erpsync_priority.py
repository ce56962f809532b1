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
  - The order is read from the archive C(dynamic), and over SOAP, or where that cannot be read, from the list of connections by rank.
    Whether a server lists them by rank cannot always be told. Where it cannot, and the order is saved, a warning says so; on a server that
    does not, it is saved anew, and reported as changed, in each run.
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
options:
  order:
    description:
      - Connections in the order of their priority, the one that wins first, by name in any of its languages,
        or by id as a number without quotes or under the key V(id). V(0) is SuperOffice itself. Each is named once.
      - They take each other's places. Connections that are not listed keep theirs, so that two can be swapped without naming the others.
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
  description: Names of all connections in the order of priority after the task, or as it would be in check mode.
  returned: success
  type: list
  elements: str
  sample:
    - SAP Germany
    - Visma Norway
    - Visma Sweden
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: What changed, or would change in check mode, thing by thing, in the order
    in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, always V(priority).
      type: str
      returned: always
      sample: priority
    name:
      description: Its name. Empty, since there is one order only.
      type: str
      returned: always
      sample: ''
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
        - priority
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
      sample: priority
    before:
      description: What is different, as it was, as a text. Empty for something that is
        created.
      type: str
      returned: always
      sample: "{\n    \"priority\": [\n        \"Visma Norway\",\n        \"SAP Germany\"\
        \n    ]\n}\n"
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: priority
    after:
      description: What is different, as it is now, or would be in check mode, as a text.
        Empty for something that is removed.
      type: str
      returned: always
      sample: "{\n    \"priority\": [\n        \"SAP Germany\",\n        \"Visma Norway\"\
        \n    ]\n}\n"
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
        priority:
          - Visma Norway
          - SAP Germany
    after:
      description: What is different, as it is now, or would be in check mode. Empty for
        something that is removed.
      type: dict
      returned: always
      sample:
        priority:
          - SAP Germany
          - Visma Norway
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
    - order the connections by priority
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: What kind of failure it is, for example V(bad_input), V(server_error),
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
      description: The method of the API that was called. V(null) where none was.
      type: str
      returned: always
      sample: SaveErpConnectionSyncPriorities
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.priority import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
