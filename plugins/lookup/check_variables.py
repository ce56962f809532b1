# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: check_variables
short_description: Tells what is wrong with the variables of a host that declare its environment
version_added: 0.1.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Warns of variables whose names look like those of this collection, but which nothing takes, with the one that was probably meant.
  - Warns where two groups of the host declare C(erpsync_environment), or a connection in the same variable, and neither is part of
    the other. Ansible takes the whole of one of them, and nothing of the other.
  - Returns what makes a declared environment unusable, and does not fail itself. Older releases of Ansible wrap lines of their own
    around the error of a lookup.
  - This is a variable of this collection, or one that is named in it, that is encrypted and that no vault password opens;
    C(erpsync_environment) where it is a text that is neither JSON nor YAML; and a template in C(erpsync_environment),
    or in the variable of a connection, that uses something undefined or is written wrongly. Templates that run a lookup plugin are
    not tried.
options:
  document:
    description:
      - Whether it is about the variables that declare the environment. With V(false) it is about those with connection options,
        C(erpsync_url) and so on, for what reads no declared environment.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Stop where the declared environment cannot be used
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ query('superoffice.erpsync.check_variables') }}"
"""

RETURN = r"""
_raw:
  description: What is wrong, with the variable and what to do, but without its value. Empty where nothing is.
  type: list
  elements: str
  sample:
    - >-
      erpsync_environment.connections[0].config.Password uses the variable vault_visma_password, which is undefined.
      Define it, for example in a vault.
"""

import typing as t

from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..plugin_utils import _inventory
from ..plugin_utils._variables import (
    DOCUMENT,
    DOCUMENT_CONNECTION,
    broken_template,
    connecting,
    declaring,
    look_alikes,
    no_yaml,
    ours,
    sealed,
    sealed_message,
)

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)  # type: ignore[no-untyped-call]
        known: t.Mapping[str, t.Any] = variables or {}
        if self.get_option("document"):  # type: ignore[no-untyped-call]
            for remark in self._remarks(known):
                display.warning(remark)
            problem = self._problem(ours(known), declaring(known), known)
        else:
            problem = self._problem(connecting(known), connecting(known), known)
        return [] if problem is None else [problem]

    def _problem(self, opened: list[str], templated: list[str], known: t.Mapping[str, t.Any]) -> str | None:
        """What is wrong; where one thing hides the next, the first.

        :param opened: names of variables that vault passwords must open.
        :param templated: names of variables whose templates must have values.
        """
        closed = sealed(opened, known)
        if closed is not None:
            return sealed_message(closed)
        unreadable = no_yaml(known[DOCUMENT]) if DOCUMENT in templated else None
        if unreadable is not None:
            return (
                f"The variable {DOCUMENT} is a text that is neither JSON nor YAML ({unreadable}). Give keys with values: some of engine, "
                "connectors, connections and priority."
            )
        return broken_template(templated, known, self._templar.template) if self._templar else None

    def _remarks(self, known: t.Mapping[str, t.Any]) -> list[str]:
        """What is declared in vain."""
        remarks = [f"Nothing takes the variable {name}. Did you mean {meant}?" for name, meant in look_alikes(known)]
        for variable in declaring(known):
            remarks.extend(self._rivalry(variable, known))
        return remarks

    def _rivalry(self, variable: str, known: t.Mapping[str, t.Any]) -> list[str]:
        try:
            found = _inventory.rivals(variable, known, self._loader)
        except Exception as error:
            # A warning is not worth a failure, of parts of Ansible that may change.
            display.vvv(f"superoffice.erpsync: which groups declare {variable} cannot be seen ({type(error).__name__})")
            return []
        if found is None:
            return []
        others = " and ".join(found.losers)
        return [
            f"The groups {others} and {found.winner} declare {variable} for the same host. Ansible takes that of {found.winner} as a "
            f"whole and nothing of {others}. Declare it in one of them; connections can have variables of their own, "
            f"{DOCUMENT_CONNECTION}NAME."
        ]
