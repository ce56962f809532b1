# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: quiet
type: stdout
short_description: Print a line for each host that failed, and nothing else
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - For unattended runs, for example from cron, which sends a mail where a program prints something.
  - Prints a line for each host that has failed in the end, with the reason. Ignored and rescued
    failures do not count.
  - Warnings of tasks are not shown. Ansible's own messages before a play go to the standard error
    as usual.
options:
  all_well:
    description: Whether to print a line where no host failed.
    type: bool
    default: false
    env:
      - name: ERPSYNC_QUIET_ALL_WELL
    ini:
      - section: callback_erpsync_quiet
        key: all_well
"""

import typing as t

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Ansible's calls for each event of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "superoffice.erpsync.quiet"

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        # By host. The last reason of a host counts.
        self._reasons: dict[str, str] = {}

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._note(result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._note(result)

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        self._note(result)

    def _note(self, result: t.Any) -> None:
        # ansible-core 2.19 renamed these attributes.
        found = getattr(result, "result", None) or result._result
        host = (getattr(result, "host", None) or result._host).get_name()
        task = getattr(result, "task", None) or result._task
        told = " ".join(str(found.get("msg") or "").split())
        if told == "One or more items failed" and host in self._reasons:
            return
        self._reasons[host] = told or f"the task {task.get_name()} failed"

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        hosts = sorted(stats.processed)
        summaries = {host: stats.summarize(host) for host in hosts}
        failed = [host for host in hosts if summaries[host]["failures"] or summaries[host]["unreachable"]]
        for host in failed:
            self._display.display(f"{host}: {self._reasons.get(host, 'failed')}")
        if not failed and self.get_option("all_well"):  # type: ignore[no-untyped-call]
            changed = sum(bool(summary["changed"]) for summary in summaries.values())
            self._display.display(f"All is well with {len(hosts)} {'host' if len(hosts) == 1 else 'hosts'}; {changed} changed.")
