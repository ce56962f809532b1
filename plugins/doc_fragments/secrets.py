# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What the tasks that take configurations of connections have in common."""

    DOCUMENTATION = r"""
options:
  update_secrets:
    description:
      - When to save the declared secrets of a connection that exists. Secret are the configuration fields that the connector calls
        passwords,
        and those of a type that is not known.
      - Where the server gives the saved secrets back they are compared as everything else, whatever is chosen here apart from
        V(on_create).
        Where it shows a blank or a mask instead, or leaves them out, they cannot be compared, and the following holds.
      - V(when_changed) asks the server to test the saved connection. If that works, the declared secrets count as unchanged.
        If it fails, the server is asked to test the declared configuration, and if that one works the secrets have changed and are saved.
        If neither works, as when the ERP system is down, nothing is known, and the secrets count as unchanged.
        What it cannot know is that a secret was replaced while the old one still works. Use V(always) once to replace it then.
      - V(always) saves the declared secrets in every run. A task with secrets that the server does not give back is never unchanged then.
      - V(on_create) compares no secrets of connections that exist. It suits secrets that are changed elsewhere.
      - Whenever anything else of a connection is saved, its declared secrets are saved with it where the server does not give them back,
        whatever is chosen here, since what stands in their place could overwrite them.
        For the same reason a task fails before anything is sent where the server shows a mask, or a blank in place of a mandatory secret,
        that is not declared.
    type: str
    choices:
      - when_changed
      - always
      - on_create
    default: when_changed
notes:
  - Secrets are shown as C(********) in results and differences, and as C(******** (another one)) where they change.
    The option that holds them is kept out of logs as a whole.
    Keep them in Ansible Vault. When you loop over connections, give C(loop_control) a C(label), since Ansible
    shows the whole item of a loop otherwise.
"""
