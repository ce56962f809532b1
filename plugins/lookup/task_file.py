# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: task_file
short_description: Return the path of a file of tasks, or why Ansible cannot load it
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Finds a file of tasks and checks that Ansible can load it, before work begins that must be
    completed. A file that Ansible cannot load ends a run at once, without the tasks under
    C(always).
  - Files that it includes or imports are not checked.
  - Returns the reason why a file cannot be loaded. It does not fail itself, because older releases
    of Ansible wrap lines of their own around the error of a lookup.
options:
  _terms:
    description:
      - The file. A relative path is searched in the folder of the playbook, in its folder C(tasks),
        and in the folder in which Ansible was started.
      - For the playbooks of this collection, only the folder in which Ansible was started is
        searched.
    type: list
    elements: path
    required: true
"""

EXAMPLES = r"""
- name: Fail early where the file cannot be loaded
  ansible.builtin.assert:
    that: work.problem is none
    fail_msg: "{{ work.problem | default('', true) }}"
  vars:
    work: "{{ lookup('superoffice.erpsync.task_file', 'upgrade.yml') }}"
"""

RETURN = r"""
_raw:
  description: The result for each file.
  type: list
  elements: dict
  contains:
    path:
      description: The absolute path of the file. Null where Ansible cannot load it.
      type: str
      sample: /srv/playbooks/tasks/upgrade.yml
    problem:
      description: The reason why Ansible cannot load it, without lines of the file. Null where it
        can.
      type: str
      sample: "There is no file of tasks upgrade.yml. Looked for: /srv/playbooks/upgrade.yml, /srv/playbooks/tasks/upgrade.yml."
"""

import os
import re
import typing as t

from ansible.errors import AnsibleError
from ansible.playbook.block import Block
from ansible.playbook.helpers import load_list_of_tasks
from ansible.playbook.play import Play
from ansible.plugins.lookup import LookupBase

# Tasks within a role of this collection may use its modules' short names.
_COLLECTIONS = ["superoffice.erpsync"]
_IMPORTS = re.compile(r"^(ansible\.(builtin|legacy)\.)?(import|include)(_tasks|_role)?$")
# Ansible's quotations of a file, which may hold secrets.
_QUOTED = re.compile(r"\s*(The error appears|The offending line|We were unable to read|Origin:).*", re.DOTALL)


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **_kwargs: t.Any) -> list[dict[str, str | None]]:
        return [self._checked(os.path.expanduser(str(term)), variables or {}) for term in terms]

    def _checked(self, name: str, variables: t.Mapping[str, t.Any]) -> dict[str, str | None]:
        places = self._places(name, variables)
        path = next(filter(os.path.isfile, places), None)
        if path is None:
            return {"path": None, "problem": f"There is no file of tasks {name}. Looked for: {', '.join(places)}."}
        try:
            self._load(path)
        except AnsibleError as error:
            told = _QUOTED.sub("", str(getattr(error, "_message", "")) or str(error)).strip()
            return {"path": None, "problem": f"{path} is no file of tasks that Ansible can carry out. {told or 'It is no YAML.'}"}
        return {"path": path, "problem": None}

    def _places(self, name: str, variables: t.Mapping[str, t.Any]) -> list[str]:
        folders = [os.getcwd()]
        playbook = str(variables.get("playbook_dir") or "")
        ours = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, "playbooks")
        if playbook and os.path.realpath(playbook) != os.path.realpath(ours):
            folders = [playbook, os.path.join(playbook, "tasks"), *folders]
        # join keeps an absolute path as it is.
        return list(dict.fromkeys(os.path.abspath(os.path.join(folder, name)) for folder in folders))

    def _load(self, path: str) -> None:
        if self._loader is None:
            raise AnsibleError("It cannot be read outside a play.")
        tasks = self._loader.load_from_file(path)
        if not isinstance(tasks, list) or not tasks:
            raise AnsibleError("It has to be a list with at least one task.")
        play = Play()
        block = Block(play=play)
        block.collections = _COLLECTIONS
        load_list_of_tasks(_without_imports(tasks), play=play, block=block, loader=self._loader)


def _without_imports(tasks: t.Any) -> t.Any:
    """Tasks without imports and includes, whose files are found only at run time."""
    if not isinstance(tasks, list):
        return tasks
    found = []
    for task in tasks:
        if isinstance(task, dict):
            if any(_IMPORTS.match(str(key)) for key in task):
                continue
            parts = {part: _without_imports(task[part]) for part in ("block", "rescue", "always") if part in task}
            task = {**task, **parts}
        found.append(task)
    return found
