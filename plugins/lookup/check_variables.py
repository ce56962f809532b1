# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: check_variables
short_description: Check the variables of a host that declare its environment
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Warns of variables without effect whose names resemble those of this collection, with the name
    that was probably meant.
  - Warns where two groups of the host declare C(erpsync_environment), or a connection in the same
    variable, and neither is part of the other. Ansible takes one of them as a whole, and nothing of
    the other.
  - Returns the problems that make a declared environment unusable. It does not fail itself, because
    older releases of Ansible wrap lines of their own around the error of a lookup.
  - One problem is an encrypted variable of this collection, or one that it names, that no vault
    password opens.
  - Another is C(erpsync_environment) as a text that is neither JSON nor YAML.
  - A third is a template in C(erpsync_environment), or in the variable of a connection, that is
    wrong or uses something undefined. Templates that run a lookup plugin are not tried.
  - With names, it checks only the values of these variables, which playbooks and roles read
    themselves. A blank value counts as not given.
options:
  _terms:
    description:
      - Names of variables whose values to check, C(erpsync_drift_fails) for example.
    type: list
    elements: str
  document:
    description:
      - Whether to check the variables that declare the environment. With V(false) only those with
        connection options are checked, C(erpsync_url) and so on, for playbooks that read no
        declared environment.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Fail where the declared environment is unusable
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ query('superoffice.erpsync.check_variables') }}"

- name: Fail where a playbook could not use a variable
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ query('superoffice.erpsync.check_variables', 'erpsync_drift_fails', 'erpsync_report_name') }}"
"""

RETURN = r"""
_raw:
  description: The problems, each with the variable and what to do, without its value. Empty where
    there is none.
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

from ..plugin_utils import _inventory, _values
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
        if terms:
            return self._values(terms, known)
        if self.get_option("document"):  # type: ignore[no-untyped-call]
            for remark in self._remarks(known):
                display.warning(remark)
            problem = self._problem(ours(known), declaring(known), known)
        else:
            problem = self._problem(connecting(known), connecting(known), known)
        return [] if problem is None else [problem]

    def _values(self, names: t.Iterable[str], known: t.Mapping[str, t.Any]) -> list[str]:
        """The problems with the values of these variables."""
        given = {name: self._templar.template(known[name]) for name in names if self._templar and name in known}
        return [told for name, value in given.items() if (told := _values.problem(name, value)) is not None]

    def _problem(self, opened: list[str], templated: list[str], known: t.Mapping[str, t.Any]) -> str | None:
        """The first problem, or None.

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
        """Warnings about declarations without effect."""
        remarks = [f"Nothing takes the variable {name}. Did you mean {meant}?" for name, meant in look_alikes(known)]
        for variable in declaring(known):
            remarks.extend(self._rivalry(variable, known))
        return remarks

    def _rivalry(self, variable: str, known: t.Mapping[str, t.Any]) -> list[str]:
        try:
            found = _inventory.rivals(variable, known, self._loader)
        except Exception as error:
            # This uses private parts of Ansible; a warning must not fail the run when they change.
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
