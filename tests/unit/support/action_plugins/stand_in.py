# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action `stand_in` of playbooks in tests: calls of the stand-in's control API, without the start of a module.

Options: address, such as http://127.0.0.1:8099/_mock/reset, verb, and body where there is one, or text, a large body as JSON, which Ansible
need not read; or calls, a list of them. Its result has the answer to the last one.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Makes the calls; another answer than success fails the task."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        content = b""
        for call in self._task.args.get("calls", [self._task.args]):
            body = json.dumps(call["body"]).encode() if "body" in call else str(call["text"]).encode() if "text" in call else None
            request = urllib.request.Request(str(call["address"]), data=body, method=str(call["verb"]))
            # Whatever proxy a task is to meet, this is not meant for it.
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=15) as answer:
                content = answer.read()
        return {"changed": False, "answer": json.loads(content) if content else None}
