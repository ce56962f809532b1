# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by tools/write_option_docs.py from plugins/module_utils/_run/options.py. Change it there.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the SuperOffice installation, for example V(https://crm.example.com/SuperOffice), with or without a trailing
        V(/api). It is the same for both values of O(transport).
      - It is needed, here or as an environment variable.
      - Without it, the variable C(erpsync_url) or the environment variable E(SUPEROFFICE_URL) is used.
    type: str
  username:
    description:
      - User who may administer ERP Sync, for signing in with a password (HTTP Basic, over SOAP for a ticket). On-site installations
        only.
      - Needs O(password).
      - Without it, the variable C(erpsync_username) or the environment variable E(SUPEROFFICE_USERNAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - Without it, the variable C(erpsync_password) or the environment variable E(SUPEROFFICE_PASSWORD) is used.
    type: str
  ticket:
    description:
      - A SuperOffice ticket (V(7T:...)) to sign in with (SOTicket). SuperOffice Online also wants O(app_token).
      - Without it, the variable C(erpsync_ticket) or the environment variable E(SUPEROFFICE_TICKET) is used.
    type: str
  access_token:
    description:
      - An access token (V(8A:...)) to sign in with (Bearer).
      - Without it, the variable C(erpsync_access_token) or the environment variable E(SUPEROFFICE_ACCESS_TOKEN) is used.
    type: str
  app_token:
    description:
      - The application token (client secret) of your application at SuperOffice Online, sent as SO-AppToken beside O(ticket).
      - Without it, the variable C(erpsync_app_token) or the environment variable E(SUPEROFFICE_APP_TOKEN) is used.
    type: str
  transport:
    description:
      - 'Which of SuperOffice''s web services to use: V(rest), which installations from 8.1 on have, or V(soap), which those
        from 7.5 on have.'
      - The results are the same. What a version of the SOAP services does not have is refused before anything is sent.
      - Without it, the variable C(erpsync_transport) or the environment variable E(SUPEROFFICE_TRANSPORT) is used.
    type: str
    default: rest
    choices:
      - rest
      - soap
  services_version:
    description:
      - The version of the SOAP services to use, as in the path C(Remote/Services86/), V(86).
      - Needed with O(transport=soap), without a meaning otherwise.
      - Without it, the variable C(erpsync_services_version) or the environment variable E(SUPEROFFICE_SERVICES_VERSION) is
        used.
    type: int
    choices:
      - 75
      - 80
      - 81
      - 82
      - 83
      - 84
      - 85
      - 86
      - 87
      - 88
  validate_certs:
    description:
      - Whether to verify the server's TLS certificate. Prefer O(ca_path) to switching this off.
      - Without it, the variable C(erpsync_validate_certs) or the environment variable E(SUPEROFFICE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM format, on the machine where the task runs.
      - Without it those that requests comes with are trusted, or those that E(REQUESTS_CA_BUNDLE) names.
      - Without it, the variable C(erpsync_ca_path) or the environment variable E(SUPEROFFICE_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File with a client certificate in PEM format, with its key in it or in O(client_key).
      - Without it, the variable C(erpsync_client_cert) or the environment variable E(SUPEROFFICE_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File with the unencrypted key of O(client_cert) in PEM format.
      - Without it, the variable C(erpsync_client_key) or the environment variable E(SUPEROFFICE_CLIENT_KEY) is used.
    type: path
  proxy:
    description:
      - Address of an HTTP proxy, for example V(http://proxy.example.com:3128). It may contain a user name and password, and
        is treated as a secret.
      - Without it the environment variables for proxies (E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY), E(NO_PROXY)) count.
      - Without it, the variable C(erpsync_proxy) or the environment variable E(SUPEROFFICE_PROXY) is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from connecting to the last byte of the answer.
      - Without it, the variable C(erpsync_timeout) or the environment variable E(SUPEROFFICE_TIMEOUT) is used.
    type: float
    default: 30
  retries:
    description:
      - How often a failed request is repeated at most, with growing pauses, or the pause that the server asks for (C(Retry-After)).
      - A request that writes is repeated only when it is certain that the server did not act on it.
      - Without it, the variable C(erpsync_retries) or the environment variable E(SUPEROFFICE_RETRIES) is used.
    type: int
    default: 3
  parallel_requests:
    description:
      - 'How many requests may be under way at the same time, where they do not depend on each other: reading, and saving
        what belongs to different connections. V(1) sends one after the other.'
      - Without it, the variable C(erpsync_parallel_requests) or the environment variable E(SUPEROFFICE_PARALLEL_REQUESTS)
        is used.
    type: int
    default: 6
  rate_limit:
    description:
      - Calls a second at most, V(0) for no limit.
      - It holds for all tasks of a run together that call one O(url) and run inside Ansible's own process; a task that runs
        as an ordinary module is a process of its own and keeps it for itself.
      - The default is V(10) for SuperOffice Online, that is where the host of O(url) ends with C(superoffice.com), and no
        limit elsewhere.
      - Without it, the variable C(erpsync_rate_limit) or the environment variable E(SUPEROFFICE_RATE_LIMIT) is used.
    type: float
requirements:
  - requests
notes:
  - 'Give one way to sign in: O(username) with O(password), O(ticket), or O(access_token). What the task gives wins over the
    environment.'
  - A connection option that the task does not give comes from the variable of the host with the prefix C(erpsync_), such
    as C(erpsync_url), in ad-hoc commands too. Where there is none, it comes from an environment variable, E(SUPEROFFICE_URL)
    and so on, on the machine where the task runs.
  - A connection option, variable or environment variable that is blank counts as not given.
"""
