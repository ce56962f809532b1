# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action `stand_in` of playbooks in tests: one call of the stand-in's control API, without the start of a module.

Options: address, such as http://127.0.0.1:8099/_mock/reset, verb, and body where there is one. Its result has the answer.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Makes the call; another answer than success fails the task."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        arguments = self._task.args
        body = json.dumps(arguments["body"]).encode() if "body" in arguments else None
        request = urllib.request.Request(str(arguments["address"]), data=body, method=str(arguments["verb"]))
        # Whatever proxy a task is to meet, this is not meant for it.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=15) as answer:
            content = answer.read()
        return {"changed": False, "answer": json.loads(content) if content else None}
