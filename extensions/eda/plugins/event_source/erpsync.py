# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync
short_description: Tell what changes in the ERP synchronisation of SuperOffice installations
version_added: 0.1.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Looks at one or more installations again and again, and tells what differs from the last look.
    It changes nothing.
  - A server that cannot be reached ends nothing. That is told once, and it is asked again later and
    later, every 15 minutes in the end.
options:
  # Options, written by tools/write_option_docs.py
  # End of the options
notes:
  - Secrets stand neither in events, nor in logs, nor in O(state_file).
  - An event stands under C(event.erpsync). It has always C(kind), C(installation), C(address),
    C(key), C(msg), C(at), C(hour), C(id), C(before), C(after), C(connection), C(connection_id),
    C(changed_by) and C(changed_at), some of which may be null. The guide to events describes them.
requirements:
  - ansible-core
  - requests
  - jmespath
  - cryptography, to sign in as a system user
"""

EXAMPLES = r"""
- name: Watch an installation that the credential in the environment names
  hosts: all
  sources:
    - superoffice.erpsync.erpsync:
        name: crm-north
        state_file: /var/lib/erpsync/events.json
  rules:
    - name: Tell that the engine was stopped
      condition: event.erpsync.kind == "engine_stopped"
      action:
        print_event:
          pretty: true

- name: Watch several installations
  hosts: all
  sources:
    - superoffice.erpsync.erpsync:
        username: erp-admin
        password: "{{ ERPSYNC_PASSWORD }}"
        interval: 5m
        stale_after: 2h
        watch: [connection_stale, unreachable, recovered]
        installations:
          - name: crm-north
            url: https://crm-north.example.com/SuperOffice
          - name: crm-south
            url: https://crm-south.example.com/SuperOffice
            stale_after: 8h
  rules:
    - name: Tell what is wrong, once in an hour for each connection
      condition: event.erpsync.kind in ["connection_stale", "unreachable"]
      throttle:
        once_within: 1 hour
        group_by_attributes:
          - event.erpsync.key
      action:
        debug:
          msg: "{{ event.erpsync.msg }}"
"""

import asyncio
import sys
import typing as t
from pathlib import Path

# The engine runs this file without a package, and does not find collections. Behind all other folders, so
# that it takes nothing from what is there.
_FOLDER = str(Path(__file__).absolute().parents[7])
if _FOLDER not in sys.path:
    sys.path.append(_FOLDER)

from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_source import watch


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Watch, until the engine cancels it."""
    await watch(queue, args)
