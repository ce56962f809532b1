# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: check_variables
short_description: Warn of variables of a host that have no effect
version_added: 0.1.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Warns of variables without effect whose names resemble those of this collection, with the name
    that was probably meant.
  - Warns where two groups of the host declare C(erpsync_environment), or a connection in the same
    variable, and neither is part of the other. Ansible takes one of them as a whole, and nothing of
    the other.
  - Fails where no vault password opens an encrypted variable of this collection, or one that it
    names.
  - Fails where C(erpsync_environment) is a text that is neither JSON nor YAML.
options: {}
"""

EXAMPLES = r"""
- name: Warn of variables without effect
  ansible.builtin.debug:
    msg: "{{ query('superoffice.erpsync.check_variables') }}"
"""

RETURN = r"""
_raw:
  description: The warnings.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..plugin_utils import _inventory
from ..plugin_utils._variables import DOCUMENT, DOCUMENT_CONNECTION, look_alikes, no_yaml, sealed, sealed_message

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        known: t.Mapping[str, t.Any] = variables or {}
        closed = sealed(known)
        if closed is not None:
            raise AnsibleLookupError(sealed_message(closed))
        unreadable = no_yaml(known.get(DOCUMENT))
        if unreadable is not None:
            raise AnsibleLookupError(
                f"The variable {DOCUMENT} is a text that is neither JSON nor YAML ({unreadable}). Give keys with values: some of engine, "
                "connectors, connections and priority."
            )
        remarks = [f"Nothing takes the variable {name}. Did you mean {meant}?" for name, meant in look_alikes(known)]
        for variable in sorted(known):
            if variable == DOCUMENT or variable.startswith(DOCUMENT_CONNECTION):
                remarks.extend(self._rivalry(variable, known))
        for remark in remarks:
            display.warning(remark)
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
