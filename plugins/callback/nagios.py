# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: nagios
type: stdout
short_description: Print the one line of a monitoring plugin, and nothing else
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - For the playbook C(superoffice.erpsync.health), from Nagios, Icinga and their like. Prints
    the line that the playbook publishes as C(erpsync_health.line) with C(set_stats).
  - Where the playbook did not get as far, prints a line with the state C(UNKNOWN) and the reason.
  - An exit status from 0 to 3 gives C(extensions/monitoring/check_erpsync), a plugin for these
    systems that is part of this collection.
"""

import typing as t

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Ansible's calls for each event of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "superoffice.erpsync.nagios"

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._reason = "the playbook ended without a result"

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            # ansible-core 2.19 renamed these attributes.
            found = getattr(result, "result", None) or result._result
            host = (getattr(result, "host", None) or result._host).get_name()
            self._reason = f"{host}: {found.get('msg') or 'a task failed'}"

    def v2_playbook_on_no_hosts_matched(self) -> None:
        self._reason = "no host matches"

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        published = (stats.custom.get("_run") or {}).get("erpsync_health") or {}
        # What is behind | would be read as numbers.
        reason = " ".join(self._reason.replace("|", "/").split())
        self._display.display(published.get("line") or f"ERPSYNC UNKNOWN - {reason}")
