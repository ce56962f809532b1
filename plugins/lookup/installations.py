# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: installations
short_description: Return the pattern for the hosts of a play, or fail where no host matches
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Returns a pattern for the keyword C(hosts) of a play. Ansible skips a play that no host matches,
    and the run succeeds. This lookup fails instead, and names the pattern and its variable.
  - A limit (C(--limit)) counts.
  - Fails too where C(erpsync_serial), which a play needs before it has hosts, is no size of batches.
  - Warns of variables of the play without effect whose names resemble those of this collection.
    Extra variables are among them.
options:
  _terms:
    description:
      - The pattern. A blank text or null counts as not given, because surveys send these for
        unanswered questions.
      - A list of hosts, such as an earlier job leaves, is joined to a pattern. An empty list names
        no host. Each of its items must match.
    type: list
    elements: raw
  default:
    description: The pattern to use where none is given.
    type: str
    default: superoffice
  variable:
    description: The variable of the pattern, for the message.
    type: str
    default: erpsync_hosts
notes:
  - C(ansible-playbook --syntax-check) works without hosts.
"""

EXAMPLES = r"""
- name: Keep the engines running
  hosts: "{{ lookup('superoffice.erpsync.installations', erpsync_hosts | default('')) }}"
  gather_facts: false
  tasks:
    - name: The engine runs
      superoffice.erpsync.erpsync_engine:
        state: running
"""

RETURN = r"""
_raw:
  description: The pattern.
  type: list
  elements: str
"""

import typing as t

from ansible import context
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.inventory.manager import InventoryManager
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._run.options import is_blank
from ..module_utils._wire.wording import nearest
from ..plugin_utils import _values
from ..plugin_utils._variables import look_alikes

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)  # type: ignore[no-untyped-call]
        known: t.Mapping[str, t.Any] = variables or {}
        for name, meant in look_alikes(known):
            display.warning(f"Nothing takes the variable {name}. Did you mean {meant}?")
        for name in _values.OF_PLAYS:
            told = _values.problem(name, self._templar.template(known.get(name))) if self._templar else None
            if told is not None:
                raise AnsibleLookupError(f"{told} Nothing was done.")
        listed = _words(item for term in terms if isinstance(term, (list, tuple)) for item in term)
        given = _words(item for term in terms for item in (term if isinstance(term, (list, tuple)) else [term]))
        patterns: list[str] = given or [self.get_option("default")]  # type: ignore[no-untyped-call]
        if context.CLIARGS.get("syntax"):
            return [",".join(patterns)]
        if not given and any(isinstance(term, (list, tuple)) for term in terms):
            # What an earlier job left may be empty. It must not stand for all installations then.
            variable = self.get_option("variable")  # type: ignore[no-untyped-call]
            raise AnsibleLookupError(f"The variable {variable} is an empty list: nothing was done. Leave it out for all installations.")
        groups: t.Mapping[str, t.Sequence[str]] = known.get("groups") or {}
        manager = InventoryManager(self._loader, parse=False)
        for group, hosts in groups.items():
            manager.add_group(group)
            for host in hosts:
                manager.add_host(host, group=group)
        # An installation that an earlier job named must not be left out without a word, but for
        # --limit.
        limit = known.get("ansible_limit")
        for pattern, limited in [(",".join(patterns), limit), *((one, None) for one in listed if not one.startswith(("!", "&")))]:
            if not _matches(manager, pattern, limited):
                raise AnsibleLookupError(self._nobody(pattern, bool(given), groups, limited))
        return [",".join(patterns)]

    def _nobody(self, pattern: str, given: bool, members: t.Mapping[str, t.Sequence[str]], limit: str | None) -> str:
        """The message that no host matches, with a hint.

        :param members: the hosts of all groups.
        """
        variable = self.get_option("variable")  # type: ignore[no-untyped-call]
        groups = [group for group in members if group not in ("all", "ungrouped")]
        hosts = [host for of_group in members.values() for host in of_group]
        near = None if pattern in groups or pattern in hosts else nearest(pattern, [*groups, *hosts])
        origin = "the value of the variable" if given else "which counts without the variable"
        limited = f" within --limit {_shortened(str(limit))}" if limit else ""
        if near:
            hint = f"Did you mean {near}?"
        elif given:
            hint = f"The inventory has the groups {_shortened(', '.join(groups))}." if groups else "The inventory has no group."
        else:
            hint = f"Put the installations into a group of this name, or give {variable} a group or host of the inventory."
        return f'No host matches "{_shortened(pattern)}", {origin} {variable}{limited}: nothing was done. {hint}'


def _words(items: t.Iterable[t.Any]) -> list[str]:
    """The items without blank ones."""
    return [str(item).strip() for item in items if not is_blank(item)]


def _matches(manager: InventoryManager, pattern: str, limit: str | None) -> bool:
    try:
        manager.subset(limit)
        return bool(manager.get_hosts(pattern=pattern))
    except AnsibleError:
        # HOST_PATTERN_MISMATCH can make Ansible fail where a pattern matches nothing.
        return False


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."
