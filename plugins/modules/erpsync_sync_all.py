# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_sync_all
short_description: Synchronise all active ERP connections of SuperOffice now
version_added: 0.1.0
description:
  - Runs one synchronisation of all active connections, waits until it is done, and returns the
    changed records.
  - The task fails where the synchronisation does not succeed. Where it ends with a warning, the
    task shows the warning.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.connection
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
    details:
      - Nothing is synchronised. The task reports a change, because only the synchronisation itself
        shows which records it changes.
  diff_mode:
    description: Returns what changed, or would change in check mode, when in diff mode.
    support: none
    details:
      - RV(changes) lists the changed records. The task does not know their contents.
  idempotent:
    description: A second run with the same options changes nothing.
    support: none
    details:
      - Each run synchronises. It reports a change only when records changed, or when the server
        does not say.
options:
  force:
    description:
      - Whether to synchronise even while the engine is stopped.
    type: bool
    default: false
  sync_timeout:
    description:
      - Seconds that the synchronisation may take. O(timeout) does not apply to it.
      - After that the task fails; the server may continue the synchronisation.
    type: float
    default: 3600
  log:
    description:
      - Whether to return the changed fields as RV(log), with two requests more. Where the server
        does not tell them, it is V(null), and the task does not fail.
    type: bool
    default: true
    version_added: 1.0.0
seealso:
  - module: superoffice.erpsync.erpsync_engine
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Synchronise all active connections
  superoffice.erpsync.erpsync_sync_all:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"

- name: Synchronise while the engine is stopped, and register the changes
  superoffice.erpsync.erpsync_sync_all:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    force: true
    sync_timeout: 7200
  register: erpsync_run

- name: Show the new companies
  ansible.builtin.debug:
    msg: "{{ (erpsync_run.changes.added or []) | selectattr('table', 'equalto', 'contact') | map(attribute='record_id') | list }}"
  when: erpsync_run.changes is not none
"""

RETURN = r"""
# Written by tools/write_option_docs.py. Samples alone are changed here.
msg:
  description: One sentence about what happened, or in check mode what would happen.
  returned: always
  type: str
  sample: 'Records: 1 added, 3 updated, 0 deleted.'
status:
  description:
    - The server's status of the synchronisation. V(null) in check mode.
    - For servers without this status it is V(ok) or V(error).
  returned: when there was an answer, and in check mode
  type: str
  choices:
    - ok
    - ok_with_info
    - warning
    - error
  sample: ok
explanation:
  description: The server's explanation for users, in the user's language. V(null) where
    it gives none, and in check mode.
  returned: when there was an answer, and in check mode
  type: str
  sample: 4 records were synchronised.
technical_explanation:
  description: The server's explanation for technicians, in English. V(null) where it
    gives none, and in check mode.
  returned: when there was an answer, and in check mode
  type: str
  sample: 'Visma: 4 actors, 0 conflicts'
error_code:
  description: The connector's error code. V(null) where it gives none, and in check mode.
  returned: when there was an answer, and in check mode
  type: str
  sample: UNKNOWN_CONNECTION_ID
changes:
  description: The CRM records that were added, updated and deleted. V(null) where the
    server does not tell, and in check mode.
  returned: when there was an answer, and in check mode
  type: dict
  contains:
    added:
      description: New records. V(null) where the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        table:
          description: Table of the record, in lower case.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the record.
          type: int
          returned: always
          sample: 1042
      sample:
        - table: contact
          record_id: 1042
    updated:
      description: Changed records. V(null) where the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        table:
          description: Table of the record, in lower case.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the record.
          type: int
          returned: always
          sample: 1042
      sample:
        - table: person
          record_id: 318
    deleted:
      description: Deleted records. V(null) where the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        table:
          description: Table of the record, in lower case.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the record.
          type: int
          returned: always
          sample: 1042
      sample: []
log:
  description:
    - The fields that were changed while the synchronisation ran, also by another synchronisation
      at the same time, from SuperOffice's sync log. The server is not asked for values.
    - V(null) where the server does not tell, with O(log=false), and in check mode.
  returned: when there was an answer, and in check mode
  type: dict
  contains:
    entries:
      description: The changed fields, the newest first, 1,000 at most.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Id of the entry. A later entry has a greater one.
          type: int
          returned: always
          sample: 4711
        time:
          description: When the field was changed, in UTC. V(null) where the server does
            not tell.
          type: str
          returned: always
          sample: '2026-11-26T05:03:11Z'
        connection:
          description: Name of the connection. V(null) where the record is no longer linked.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) where the record is no longer linked.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type of the record. V(null) where the record is no longer
            linked.
          type: str
          returned: always
          sample: Customer
        table:
          description: Table of the CRM record, in lower case. V(null) where the record
            is no longer linked.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the CRM record. V(null) where it is no longer linked.
          type: int
          returned: always
          sample: 1042
        erp_key:
          description: Key of the ERP record. V(null) where it is no longer linked.
          type: str
          returned: always
          sample: '10001'
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: CREDITLIMIT
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: creditlimit
        direction:
          description: Which side was changed. V(null) where the server does not tell.
          type: str
          returned: always
          choices:
            - to_crm
            - to_erp
          sample: to_crm
    counts:
      description: How often each field of each connection was changed, the most often
        changed first.
      type: list
      elements: dict
      returned: always
      contains:
        connection:
          description: Name of the connection. V(null) for records that are no longer
            linked.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) for records that are no longer linked.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type. V(null) for records that are no longer linked.
          type: str
          returned: always
          sample: Customer
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: CREDITLIMIT
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: creditlimit
        to_crm:
          description: How often the CRM field was changed.
          type: int
          returned: always
          sample: 1
        to_erp:
          description: How often the ERP field was changed.
          type: int
          returned: always
          sample: 0
        number:
          description: How often it was changed on either side, or on one that the server
            does not tell.
          type: int
          returned: always
          sample: 1
    complete:
      description: Whether these are all. V(false) where there are 1,000 entries or more;
        the newest are told.
      type: bool
      returned: always
      sample: true
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(connection_refused),
        V(timeout), V(unauthorized), V(not_json), V(wait_timeout).
      type: str
      returned: always
      sample: wait_timeout
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
      sample: 503
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: ChangeEngineStatus
    attempts:
      description: Number of attempts.
      type: int
      returned: always
      sample: 4
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.sync_all import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
