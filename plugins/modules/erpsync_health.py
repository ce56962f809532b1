# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_health
short_description: Tell whether ERP Sync of a SuperOffice installation is well
version_added: 1.0.0
description:
  - Checks the sync engine, the active connections, their connectors and mappings, and the rights of
    the user, and returns what it finds, the worst first, each with what to do about it.
  - Changes nothing. The playbook C(superoffice.erpsync.health) runs it on many
    installations and prints what monitoring systems read.
  - What cannot be checked, because the server refuses it, is a finding of the severity V(unknown)
    and no failure. A check that the version of the web services lacks is a finding of the severity
    V(info).
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.info
  - superoffice.erpsync.connection
options:
  checks:
    description:
      - What to check. The default needs few requests, one for each active connection and a handful
        besides, and makes the server ask no connector. V(all) is everything.
      - V(access) is whether the server refuses anything of this to the user, and whether the
        licence of ERP Sync lasts for 30 more days.
      - V(engine) is whether the sync engine runs.
      - V(active) is whether the connections of O(expect_active) are active, or any at all.
      - V(last_sync) is whether each active connection was synchronised within O(max_age).
      - V(missing_fields) is whether the ERP side still has all mapped fields, V(mandatory_fields)
        whether all fields that it demands have a direction. Only actor types that are synchronised
        count. Where the server's archive of fields cannot be read, this takes one request for each
        actor type.
      - V(lists) is whether each item of the mapped ERP lists has a CRM item. It takes one request for
        each active connection, for which the server may ask its connector.
      - V(connector_test) is whether the connectors of the active connections answer. It takes one
        request for each connector, and waits for those that are silent.
      - V(connection_test) is whether the ERP system accepts each active connection. It takes one
        request for each connection, and waits for the ERP system.
      - V(log) is whether the sync log has as many entries as it should; see O(log_min), O(log_max)
        and O(log_rise). It takes one request, and one more for each 1,000 entries.
    type: list
    elements: str
    choices:
      - access
      - engine
      - active
      - last_sync
      - missing_fields
      - mandatory_fields
      - lists
      - connector_test
      - connection_test
      - log
      - all
    default:
      - access
      - engine
      - active
      - last_sync
      - missing_fields
      - mandatory_fields
  connections:
    description:
      - Limits the checks to the connections with these names. A name in several languages is found
        by any of them.
      - An id, as a number without quotes or under the key V(id), can stand for a name. A text of
        digits is a name. A name that no connection has is an error.
    type: list
    elements: raw
  max_age:
    description:
      - How long ago an active connection may have been synchronised, such as V(2h), V(90m) or V(1d).
    type: str
    default: 1d
  time_zone:
    description:
      - The time zone of SuperOffice's server, whose local time the server returns without it. Either
        the name of a zone that the machine knows on which the task runs, such as V(Europe/Oslo), or
        the distance from UTC in quotes, such as V(+01:00), or V(UTC).
      - Without it, every time zone is possible, unless it puts a synchronisation into the future or
        before its own entries in the sync log. A connection then counts as late only where it is late
        in all possible zones. Where it may be late, the finding has the severity V(unknown).
      - Without it, an age also has a tolerance of one hour where the server's clock may have been
        changed for summer time since the connection was synchronised, so that a change of the clock
        alone makes no connection late.
    type: str
  expect_active:
    description:
      - The names of connections that must be active, or ids as for O(connections). V(all) alone
        means all, those of O(connections) if it is set.
      - A name that no connection has is a finding.
    type: list
    elements: raw
  log_window:
    description:
      - The time whose entries in the sync log V(log) counts.
    type: str
    default: 1d
  log_min:
    description:
      - The least number of entries that O(log_window) should have.
    type: int
    default: 1
  log_max:
    description:
      - The largest number of entries that O(log_window) should have. Up to 5,000 entries are
        counted. Without it, any number is right.
    type: int
  log_rise:
    description:
      - How many times as many entries O(log_window) may have as an equal time before it. Fewer than 10
        entries before it count as 10.
    type: float
    default: 10
  fail_on:
    description:
      - The severity of a finding that fails the task. V(warning) means warnings and errors. The
        failed task returns all findings as well.
      - A server that cannot be reached, and a user who may not use ERP Sync at all, always fail the
        task.
    type: str
    choices:
      - never
      - error
      - warning
    default: error
seealso:
  - module: superoffice.erpsync.erpsync_info
  - module: superoffice.erpsync.erpsync_engine
  - ref: ansible_collections.superoffice.erpsync.docsite.guide_health
    description: Cron, systemd, Icinga and Prometheus.
"""

EXAMPLES = r"""
- name: Fail where ERP Sync is not well
  superoffice.erpsync.erpsync_health:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    max_age: 2h
    time_zone: Europe/Oslo

- name: Check everything, and go on whatever is found
  superoffice.erpsync.erpsync_health:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    checks: all
    expect_active:
      - Visma Norway
      - SAP Germany
    fail_on: never
  register: erpsync_health

- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ item.where.name }}: {{ item.what }} {{ item.todo }}"
  loop: "{{ erpsync_health.findings | selectattr('severity', 'in', ['error', 'warning']) }}"
  loop_control:
    label: "{{ item.check }}"

- name: Look at one connection only, without those that need its mappings
  superoffice.erpsync.erpsync_health:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connections: Visma Norway
    checks:
      - engine
      - last_sync
      - connector_test
    fail_on: warning
"""

RETURN = r"""
msg:
  description: The number of findings and the first ones in words.
  returned: always
  type: str
  sample: "1 error, 1 warning. engine: The sync engine is stopped."
status:
  description: The worst severity of the findings. V(info) does not count.
  returned: where the server answered
  type: str
  choices:
    - error
    - warning
    - unknown
    - ok
  sample: error
counts:
  description: The number of findings of each severity.
  returned: where the server answered
  type: dict
  contains:
    error:
      description: What stops synchronisations, or has stopped them.
      type: int
      returned: always
      sample: 1
    warning:
      description: What will lead to an error, or loses values.
      type: int
      returned: always
      sample: 1
    unknown:
      description: What could not be checked.
      type: int
      returned: always
      sample: 0
    info:
      description: What is worth to be known.
      type: int
      returned: always
      sample: 0
findings:
  description: The findings, the worst first.
  returned: where the server answered
  type: list
  elements: dict
  contains:
    severity:
      description: How bad it is.
      type: str
      returned: always
      choices:
        - error
        - warning
        - unknown
        - info
      sample: error
    check:
      description: The element of O(checks).
      type: str
      returned: always
      sample: last_sync
    what:
      description: What was found, in a sentence.
      type: str
      returned: always
      sample: The connection was last synchronised 3 days 2 hours ago; 1 day is allowed.
    where:
      description: The thing that it is about.
      type: dict
      returned: always
      contains:
        kind:
          description: Kind of thing, for example V(engine), V(connection), V(connector), V(user),
            V(licence) or V(log).
          type: str
          returned: always
          sample: connection
        name:
          description: Its name. V(null) where there is only one, or it is not known.
          type: str
          returned: always
          sample: Visma Norway
        id:
          description: Its id. V(null) where it has none, or it is not known.
          type: int
          returned: always
          sample: 3
    since:
      description: Since when, in UTC. V(null) where that is not known.
      type: str
      returned: always
      sample: "2026-03-02T13:15:00Z"
    todo:
      description: What to do about it. V(null) for nothing.
      type: str
      returned: always
      sample: >-
        See whether the engine runs and the connector answers, then synchronise with erpsync_sync_all
        and look at what it says.
checks:
  description: What was checked.
  returned: where the server answered
  type: list
  elements: str
  sample:
    - access
    - engine
    - active
    - last_sync
    - missing_fields
    - mandatory_fields
checked_at:
  description: When, in UTC, by the clock of the machine on which the task ran.
  returned: where the server answered
  type: str
  sample: "2026-03-05T15:15:00Z"
connections:
  description: The connections. V(null) where no check is about them, or they could not be read.
  returned: where the server answered
  type: list
  elements: dict
  contains:
    id:
      description: Id of the connection.
      type: int
      returned: always
      sample: 3
    name:
      description: Name of the connection, as in RV(findings[].where.name).
      type: str
      returned: always
      sample: Visma Norway
    active:
      description: Whether the connection takes part in synchronisations. Only these are checked.
      type: bool
      returned: always
      sample: true
    last_sync:
      description: When the connection was last synchronised, in UTC. V(null) for never, where it was
        not checked, and where the server's time zone is not known.
      type: str
      returned: always
      sample: "2026-03-02T13:15:00Z"
    last_sync_written:
      description: The same as the server writes it. V(null) for never, and where it was not checked.
      type: str
      returned: always
      sample: "2026-03-02T14:15:00"
    age_at_least:
      description: How many seconds ago that was, at least. V(null) where nothing is known.
      type: int
      returned: always
      sample: 266400
    age_at_most:
      description: How many seconds ago that was, at most. The same as RV(connections[].age_at_least)
        where the time zone is known. V(null) where nothing is known.
      type: int
      returned: always
      sample: 266400
log:
  description: The entries of the sync log. V(null) where they were not counted.
  returned: where the server answered
  type: dict
  contains:
    window_seconds:
      description: The value of O(log_window) in seconds.
      type: int
      returned: always
      sample: 86400
    entries:
      description: The entries in that time, at most 5,000.
      type: int
      returned: always
      sample: 17
    entries_before:
      description: The entries in as long a time before. V(null) where there are too many.
      type: int
      returned: always
      sample: 12
    is_cut:
      description: Whether there are more entries than were counted.
      type: bool
      returned: always
      sample: false
# Written by tools/write_option_docs.py. Samples alone are changed here.
engine:
  description: The sync engine. V(null) where it was not checked, or could not be read.
  returned: where the server answered
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
      sample: false
    status_message:
      description: The server's own message. V(null) where it has none.
      type: str
      returned: always
      sample: Automatic sync is turned off.
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
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(unhealthy), V(bad_input), V(forbidden),
        V(connection_refused), V(timeout), V(unauthorized).
      type: str
      returned: always
      sample: unhealthy
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
      sample: 403
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: GetEngineStatus
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.health import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
