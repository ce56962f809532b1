# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options and notes of modules that save configurations of connections."""

    DOCUMENTATION = r"""
options:
  update_secrets:
    description:
      - When to save the declared secrets of an existing connection. Secret are the configuration
        fields of type password, and those of an unknown type.
      - V(when_changed) compares the secrets where the server returns the saved ones. Where it
        returns a blank or a mask, or omits them, the server tests the saved connection. If that
        works, the declared secrets count as unchanged. If it fails, the server tests the declared
        configuration. If that works, the secrets have changed and are saved. If both fail, for
        example because the ERP system is down, the secrets count as unchanged. The module cannot
        see that another secret is declared while the saved one still works. Use V(always) once to
        replace it then.
      - V(always) saves the declared secrets in every run without comparing, so that each run
        reports a change.
      - V(on_create) saves secrets of new connections only. It suits secrets that are changed
        elsewhere.
      - Saving anything else of a connection saves its declared secrets too where the server does
        not return them, because the text in their place could overwrite them. This holds for each
        choice, and the secrets are not named among the changes.
      - For the same reason the task fails before anything is changed in three cases. First, the
        server shows a mask, or a blank in place of a mandatory secret, and the secret is not
        declared. Second, such a server shows an optional secret as blank, and the secret is not
        declared; V(null) declares that it has no value. Third, the connector does not answer, so
        that it is unknown which fields are secret.
      - Where it is unknown whether the server hides secrets, an undeclared optional secret that is
        blank is saved as it came, with a warning.
    type: str
    choices:
      - when_changed
      - always
      - on_create
    default: when_changed
notes:
  - A text that consists of one template, such as C({{ vault_erpsync_visma_norway_password }}), is
    unresolved, for example in a document that another task returned. In a configuration or as a
    default value it counts as not declared, and a warning names its place. The task fails where the
    connection is new, or moves to another connector. To pass such a text as it is, put C({% raw %})
    before and C({% endraw %}) behind it, in a text tagged C(!unsafe).
  - Masks, such as C(********), C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER) or C($encrypted$), are never
    saved. The task fails where a name, a description, an address, a configuration value or a
    default value contains one.
  - Secrets are shown as C(********) in results and differences, and as C(******** (another one))
    where they change. The option that holds them is not logged at all.
  - The password in a URL, as in C(https://user:password@erp.example.com/Connector.svc), is a
    secret, too, in a configuration value and in the URL of a connector. It is compared and saved as
    it is, and shown as C(https://user:********@erp.example.com/Connector.svc).
  - Keep secrets in Ansible Vault. When you loop over connections, set C(label) in C(loop_control);
    otherwise Ansible shows the whole item.
"""
