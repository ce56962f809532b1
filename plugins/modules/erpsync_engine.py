# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_engine
short_description: Start or stop the ERP Sync engine of SuperOffice, and set its interval
version_added: 0.1.0
description:
  - Brings the sync engine of a SuperOffice installation into its declared state, running or
    stopped, with an interval.
  - The server accepts a change before it takes effect, so the module waits until the server reports
    it.
  - Options that are not set change nothing.
  - The module compares with the state that the server reports now. It cannot see an earlier change
    that the server has accepted and that has not taken effect yet, for example where an earlier
    task did not wait.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.connection
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what changed, or would change in check mode, when in diff mode.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  state:
    description:
      - Whether the automatic synchronisation runs.
      - By default the engine stays as it is.
    type: str
    choices:
      - running
      - stopped
  interval:
    description:
      - Time between two synchronisations, in whole seconds.
      - Seconds (V(900)), units (V(15m), V(1h30m), V(1d)), hours, minutes and seconds (V(00:15:00),
        V(1.00:00:00) for a day), or ISO 8601 (V(PT15M)).
      - The task warns of an interval below a minute without a unit, such as V(15), which may be
        meant as minutes. It does not warn of V(15s).
      - By default the interval stays as it is.
    type: str
  wait:
    description:
      - Whether to wait until the server reports the engine as declared.
      - With V(false) the task ends when the server has accepted the change, and returns the
        declared state.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most. After that the task fails with the state that the server reported
        last.
    type: float
    default: 60
  wait_interval:
    description:
      - Seconds between two requests for the engine's status.
    type: float
    default: 1
seealso:
  - module: superoffice.erpsync.erpsync_sync_all
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Run the engine every quarter of an hour
  superoffice.erpsync.erpsync_engine:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    state: running
    interval: 15m

- name: Stop the engine for maintenance, and wait up to five minutes
  superoffice.erpsync.erpsync_engine:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    state: stopped
    wait_timeout: 300

- name: Change the interval only, with the connection written once
  module_defaults:
    group/superoffice.erpsync.all:
      url: https://crm.example.com/SuperOffice
      username: erp-admin
      password: "{{ vault_superoffice_password }}"
  block:
    - name: Synchronise once an hour
      superoffice.erpsync.erpsync_engine:
        interval: "01:00:00"
"""

RETURN = r"""
changed_fields:
  description: The changed options, V(state) and V(interval), or in check mode those that would
    change.
  returned: success
  type: list
  elements: str
  sample:
    - state
    - interval
changed_by:
  description:
    - The initials of the user who last changed, before this task, what differs. V(null) where
      nothing differs, and where the server does not tell.
    - SuperOffice stamps the engine and the priority of the connections together.
  returned: success
  type: str
  sample: KRN
changed_at:
  description: When that was, in UTC. V(null) where nothing differs, and where the server does not
    tell.
  returned: success
  type: str
  sample: "2026-11-03T14:02:00Z"
# Written by tools/write_option_docs.py. Samples alone are changed here.
engine:
  description: The engine after the task, or the predicted one in check mode.
  returned: success
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
      sample: true
    status_message:
      description: The server's own message. In check mode, and with O(wait=false), the
        message before the change.
      type: str
      returned: always
      sample: Running. Next synchronisation at 14:15.
    interval:
      description: Time between two synchronisations as C(hh:mm:ss), from a day on as
        C(d.hh:mm:ss). V(null) where the server does not return it.
      type: str
      returned: always
      sample: 00:15:00
    interval_seconds:
      description: The interval in seconds. V(null) where the server does not return it.
      type: int
      returned: always
      sample: 900
steps_done:
  description: The steps that were done before the failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - set the interval to 00:15:00
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
  type: list
  elements: str
  sample:
    - start the engine
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.engine import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
