# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: failure_reason
short_description: Say why a task failed
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Returns the message of a failed task.
  - Where Ansible could not decrypt a variable, or a template in a variable of this collection is
    wrong or uses something undefined, the message names the variable and says what to do.
options:
  _terms:
    description:
      - The results of failed tasks.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Run the engine, and show the reason of a failure
  block:
    - name: Bring the engine into its declared state
      superoffice.erpsync.erpsync_engine:
        state: running
  rescue:
    - name: Show the reason
      ansible.builtin.debug:
        msg: "{{ lookup('superoffice.erpsync.failure_reason', ansible_failed_result) }}"
"""

RETURN = r"""
_raw:
  description: The message of each result. Empty where it has none.
  type: list
  elements: str
"""

import typing as t

from ansible.plugins.lookup import LookupBase

from ..plugin_utils._variables import broken_template, ours, sealed, sealed_message

# Words in Ansible's messages about templates without a value.
_OF_TEMPLATES = ("undefined", "not defined", "has no attribute", "templat")


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        return [self._reason(str(result.get("msg") or ""), variables or {}) for result in terms]

    def _reason(self, told: str, variables: t.Mapping[str, t.Any]) -> str:
        if "decrypt" in told or "vault" in told:
            closed = sealed(ours(variables), variables)
            if closed is not None:
                return sealed_message(closed)
        if self._templar and any(word in told for word in _OF_TEMPLATES):
            return broken_template(ours(variables), variables, self._templar.template) or told
        return told
