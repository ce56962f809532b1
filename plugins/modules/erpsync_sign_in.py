# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of this name does it all.

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_sign_in
short_description: Sign in to SuperOffice Online in a browser, and keep the first token
version_added: 1.0.0
description:
  - Shows an address at once. A person opens it in a browser, signs in and approves the application.
    The answer comes back to this machine, or the person pastes it.
  - Writes the refresh token and, where an administrator signs in for an application that has a
    system user, the system user token into a file of variables that is encrypted with
    ansible-vault. Other tasks take their connection options from this file, for example in
    C(host_vars/NAME/).
  - The browser proves by PKCE and a state that the answer belongs to this sign-in. The C(id_token) is
    verified by signature, issuer, audience and tenant.
  - The playbook C(superoffice.erpsync.sign_in) runs this module.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
requirements:
  - requests
  - cryptography
attributes:
  action_group:
    description: Use C(group/superoffice.erpsync.all) in C(module_defaults) to write the connection
      options once.
    support: none
    details:
      - It takes only those connection options that belong to signing in.
    membership: []
  platform:
    description: Target operating systems and families.
    support: full
    platforms: posix
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
    details:
      - The options, the vault password and O(path) are checked. No address is shown and no port
        opened.
  diff_mode:
    description: Returns what changed, or would change in check mode, when in diff mode.
    support: none
    details:
      - All that changes is secret.
  idempotent:
    description: A second run with the same options changes nothing.
    support: none
    details:
      - Each run signs in and replaces the file.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
options:
  tenant:
    description:
      - Tenant of SuperOffice Online to sign in to, for example V(Cust12345). Another tenant's answer is
        refused.
      - Required, unless the variable C(erpsync_tenant) or the environment variable
        E(SUPEROFFICE_TENANT) sets it.
    type: str
    aliases:
      - context_identifier
  online_environment:
    description:
      - Environment of SuperOffice Online that O(tenant) belongs to. Without it and O(login_url) it is
        V(production).
      - Without it, the variable C(erpsync_online_environment) or the environment variable
        E(SUPEROFFICE_ONLINE_ENVIRONMENT) is used.
    type: str
    choices:
      - production
      - stage
      - development
  login_url:
    description:
      - Address of another host for signing in than those of O(online_environment), for example
        V(http://127.0.0.1:8088) for the stand-in.
      - Without it, the variable C(erpsync_login_url) or the environment variable
        E(SUPEROFFICE_LOGIN_URL) is used.
    type: str
  client_id:
    description:
      - The client ID (application ID) of your application at SuperOffice Online.
      - Required, unless the variable C(erpsync_client_id) or the environment variable
        E(SUPEROFFICE_CLIENT_ID) sets it.
    type: str
  client_secret:
    description:
      - The client secret (application token) of your application. A native application has none.
      - It is not written into the file.
      - Without it, the variable C(erpsync_client_secret) or C(erpsync_app_token) or the environment
        variable E(SUPEROFFICE_CLIENT_SECRET) or E(SUPEROFFICE_APP_TOKEN) is used.
    type: str
    aliases:
      - app_token
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the host for signing in.
      - Without it, the variable C(erpsync_validate_certs) or the environment variable
        E(SUPEROFFICE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM format.
      - Without it, the variable C(erpsync_ca_path) or the environment variable
        E(SUPEROFFICE_CA_PATH) is used.
    type: path
  proxy:
    description:
      - Address of an HTTP proxy to the host for signing in. The browser has its own settings.
      - Without it, the variable C(erpsync_proxy) or the environment variable E(SUPEROFFICE_PROXY) is
        used.
    type: str
  timeout:
    description:
      - Seconds that one request to the host for signing in may take. O(answer_timeout) is the time for
        the person.
      - Without it, the variable C(erpsync_timeout) or the environment variable E(SUPEROFFICE_TIMEOUT)
        is used.
    type: float
    default: 30
  retries:
    description:
      - How often a failed request is repeated at most. The exchange of the code is repeated only
        where the server certainly did not act on it.
      - Without it, the variable C(erpsync_retries) or the environment variable E(SUPEROFFICE_RETRIES)
        is used.
    type: int
    default: 3
  path:
    description:
      - The file to write, readable for its owner only. Missing folders are created.
      - A file that is there is replaced only where this module wrote it for the same tenant and
        application. A token in it that this sign-in does not give stays.
      - Without it, C(superoffice_TENANT.yml) in the folder in which Ansible was started.
    type: path
  vault_id:
    description:
      - Which vault password of the run encrypts the file, where there are several. C(default) is that
        of C(--ask-vault-pass) and C(--vault-password-file).
      - Without it, the one that C(ANSIBLE_VAULT_ENCRYPT_IDENTITY) names.
    type: str
  sign_in_as:
    description:
      - As whom tasks will sign in with the file. V(person) makes C(erpsync_refresh_token) of it,
        V(system_user) C(erpsync_system_user_token). The other token is kept in the file under a name
        that no task reads, with C(erpsync_sign_in_) in front, because two ways to sign in are an error.
      - Without it V(system_user) where C(erpsync_private_key) or C(erpsync_private_key_path), or
        their environment variables, are set, and V(person) elsewhere.
    type: str
    choices:
      - person
      - system_user
  paste:
    description:
      - Whether the person pastes the address to which the browser is sent in the end. Nothing listens
        then, so that the browser may be on another machine. It needs a terminal.
    type: bool
    default: false
  redirect_host:
    description:
      - Host of the redirect URI, C(http://HOST:PORT/PATH), as it is registered for the application.
    type: str
    choices:
      - 127.0.0.1
      - "::1"
    default: 127.0.0.1
  redirect_port:
    description:
      - Port of the redirect URI. V(0) takes any free port, where SuperOffice accepts any.
    type: int
    default: 8765
  redirect_path:
    description:
      - Path of the redirect URI.
    type: str
    default: callback
  answer_timeout:
    description:
      - Seconds to wait for the person at most.
    type: float
    default: 600
notes:
  - It runs on the controller only, whatever the connection of the host is. It has to be started by
    the person who signs in, in a terminal on the machine with the browser, or with O(paste). A job of
    AWX or of another controller has neither.
  - A blank option, variable or environment variable counts as not given.
seealso:
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Sign in, with the answer of a browser on this machine
  superoffice.erpsync.erpsync_sign_in:
    tenant: Cust12345
    client_id: 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
    path: host_vars/crm-oslo/superoffice_online.yml

- name: Check whether it could be done
  superoffice.erpsync.erpsync_sign_in:
    tenant: Cust12345
    client_id: 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
    client_secret: "{{ vault_client_secret }}"
    sign_in_as: system_user
    paste: true
  check_mode: true
"""

RETURN = r"""
msg:
  description: One sentence about what was written, or in check mode what would be. It has no secret.
  returned: always
  type: str
  sample: >-
    Wrote erpsync_tenant, erpsync_client_id, erpsync_refresh_token into
    /srv/inventory/host_vars/crm-oslo/superoffice_online.yml, encrypted for the vault id default.
path:
  description: The file.
  returned: success
  type: str
  sample: /srv/inventory/host_vars/crm-oslo/superoffice_online.yml
tenant:
  description: The tenant.
  returned: success
  type: str
  sample: Cust12345
variables:
  description: The names of the variables in the file. Empty in check mode.
  returned: success
  type: list
  elements: str
  sample:
    - erpsync_tenant
    - erpsync_client_id
    - erpsync_refresh_token
# Written by tools/write_option_docs.py. Samples alone are changed here.
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(wait_timeout), V(unauthorized),
        V(sign_in_failed), V(connection_refused), V(timeout).
      type: str
      returned: always
      sample: wait_timeout
    code:
      description: The server's own error code or type of exception. V(null) where it
        gives none.
      type: str
      returned: always
      sample: access_denied
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
      sample: 400
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: signing in (browser)
    attempts:
      description: Number of attempts.
      type: int
      returned: always
      sample: 1
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
      sample: 4c7e0f1a
    uncertain:
      description: Whether a writing request may have been carried out. V(false) only
        where it certainly was not.
      type: bool
      returned: always
      sample: false
"""
