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
      - When to save the declared secrets of a connection that exists. Secret are the configuration fields that the connector
        calls passwords, and those of a type that is not known.
      - V(when_changed) compares them where the server gives the saved ones back. Where it shows a blank or a mask instead,
        or leaves them out, it asks the server to test the saved connection. If that works, the declared secrets count as unchanged.
        If it fails, the server is asked to test the declared configuration, and if that one works the secrets have changed and are saved.
        If neither works, as when the ERP system is down, nothing is known, and the secrets count as unchanged.
        What it cannot know is that another secret is declared while the saved one still works. Use V(always) once to replace it then.
      - V(always) compares nothing and saves the declared secrets in every run, so that each run is changed.
      - V(on_create) compares nothing and saves secrets with new connections only. It suits secrets that are changed elsewhere.
      - When anything else of a connection is saved, its declared secrets are saved with it where the server does not give them back,
        whatever is chosen here and without being named among the changes, since what stands in their place could overwrite them.
        For the same reason a task that would save a connection fails before anything is changed where the server shows a mask,
        or a blank in place of a mandatory secret, and that secret is not declared; where such a server shows an optional secret blank,
        which V(null) declares to have no value; and where the connector does not answer, so that nobody knows what is secret.
        Where nothing tells whether the server hides secrets, an optional one that is blank is saved as it came, with a warning.
    type: str
    choices:
      - when_changed
      - always
      - on_create
    default: when_changed
notes:
  - A text that is one template and nothing else, such as C({{ vault_erpsync_visma_norway_password }}), has not been resolved when it
    arrives, as with a document that is the result of another task. In a configuration or as a default value it counts as not declared, and
    a warning says where it stands. The task fails where the connection is new, or moves to another connector.
    To pass such a text as it is, put C({% raw %}) before and C({% endraw %}) behind it, in a text tagged C(!unsafe).
  - Masks, such as C(********), C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER) or C($encrypted$), are never saved. The task fails where a name, a
    description, an address, a configuration value or a default value with one in it would be.
  - Secrets are shown as C(********) in results and differences, and as C(******** (another one)) where they change.
    The option that holds them is kept out of logs as a whole.
    Keep them in Ansible Vault. When you loop over connections, give C(loop_control) a C(label), since Ansible
    shows the whole item of a loop otherwise.
"""
