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
      - Address of the SuperOffice installation, for example V(https://crm.example.com/SuperOffice),
        with or without a trailing V(/api). It is the same for both values of O(transport).
      - Required without O(tenant), unless a variable or an environment variable sets
        it.
      - Without it, the variable C(erpsync_url) or the environment variable E(SUPEROFFICE_URL)
        is used.
    type: str
  tenant:
    description:
      - Tenant of SuperOffice Online, for example V(Cust12345), in place of O(url). The
        host for signing in is asked for its address, once in a run, and again where the
        tenant has moved.
      - The task fails where the tenant does not run. Nothing is sent to it then.
      - Without it, the variable C(erpsync_tenant) or C(erpsync_context_identifier) or
        the environment variable E(SUPEROFFICE_TENANT) or E(SUPEROFFICE_CONTEXT_IDENTIFIER)
        is used.
    type: str
    aliases:
      - context_identifier
    version_added: 1.0.0
  online_environment:
    description:
      - 'Environment of SuperOffice Online that O(tenant) belongs to: V(production) for
        C(online.superoffice.com), V(stage) for C(qaonline.superoffice.com), V(development)
        for C(sod.superoffice.com). Without it and O(login_url) it is V(production).'
      - Without it, the variable C(erpsync_online_environment) or the environment variable
        E(SUPEROFFICE_ONLINE_ENVIRONMENT) is used.
    type: str
    choices:
      - production
      - stage
      - development
    version_added: 1.0.0
  login_url:
    description:
      - Address of another host for signing in than those of O(online_environment), for
        example V(http://127.0.0.1:8088) for the stand-in. It has the same paths below
        it.
      - Without it, the variable C(erpsync_login_url) or the environment variable E(SUPEROFFICE_LOGIN_URL)
        is used.
    type: str
    version_added: 1.0.0
  wait_for_tenant:
    description:
      - Seconds to wait at most for the end of a maintenance that makes O(tenant) unavailable.
      - Without it, the variable C(erpsync_wait_for_tenant) or the environment variable
        E(SUPEROFFICE_WAIT_FOR_TENANT) is used.
    type: float
    default: 0
    version_added: 1.0.0
  username:
    description:
      - User who may administer ERP Sync, for signing in with a password (HTTP Basic,
        over SOAP for a ticket). On-site installations only.
      - Needs O(password).
      - Without it, the variable C(erpsync_username) or the environment variable E(SUPEROFFICE_USERNAME)
        is used.
    type: str
  password:
    description:
      - Password of O(username).
      - Without it, the variable C(erpsync_password) or the environment variable E(SUPEROFFICE_PASSWORD)
        is used.
    type: str
  ticket:
    description:
      - A SuperOffice ticket (V(7T:...)) to sign in with (SOTicket). SuperOffice Online
        also requires O(client_secret).
      - Without it, the variable C(erpsync_ticket) or the environment variable E(SUPEROFFICE_TICKET)
        is used.
    type: str
  access_token:
    description:
      - An access token (V(8A:...)) to sign in with (Bearer).
      - Without it, the variable C(erpsync_access_token) or the environment variable E(SUPEROFFICE_ACCESS_TOKEN)
        is used.
    type: str
  client_id:
    description:
      - The client ID (application ID) of your application at SuperOffice Online. Needed
        with O(refresh_token).
      - Without it, the variable C(erpsync_client_id) or the environment variable E(SUPEROFFICE_CLIENT_ID)
        is used.
    type: str
    version_added: 1.0.0
  client_secret:
    description:
      - The client secret (application token) of your application at SuperOffice Online.
        It is sent as SO-AppToken beside a ticket, and to the host for signing in.
      - A system user needs it, and O(refresh_token) of an application that is not a native
        one.
      - Without it, the variable C(erpsync_client_secret) or C(erpsync_app_token) or the
        environment variable E(SUPEROFFICE_CLIENT_SECRET) or E(SUPEROFFICE_APP_TOKEN)
        is used.
    type: str
    aliases:
      - app_token
  system_user_token:
    description:
      - The token of the system user of your application in O(tenant), to sign in as this
        user.
      - Needs O(client_secret), and O(private_key) or O(private_key_path). Tasks of one
        run share the ticket that they get for it.
      - Without it, the variable C(erpsync_system_user_token) or the environment variable
        E(SUPEROFFICE_SYSTEM_USER_TOKEN) is used.
    type: str
    version_added: 1.0.0
  private_key:
    description:
      - The private key of your application, in PEM format or as RSA XML of .NET, for
        a system user. Line breaks may be written as a backslash and the letter n.
      - Without it, the variable C(erpsync_private_key) or the environment variable E(SUPEROFFICE_PRIVATE_KEY)
        is used.
    type: str
    version_added: 1.0.0
  private_key_path:
    description:
      - File with the private key of your application, in place of O(private_key).
      - Without it, the variable C(erpsync_private_key_path) or the environment variable
        E(SUPEROFFICE_PRIVATE_KEY_PATH) is used.
    type: path
    version_added: 1.0.0
  refresh_token:
    description:
      - A refresh token of your application for a person in O(tenant), to sign in as this
        person.
      - Needs O(client_id), and O(client_secret) unless the application is a native one.
        Tasks of one run share the access token that they get for it.
      - Without it, the variable C(erpsync_refresh_token) or the environment variable
        E(SUPEROFFICE_REFRESH_TOKEN) is used.
    type: str
    version_added: 1.0.0
  transport:
    description:
      - 'The web services to use: V(rest) for installations from 8.1 on, or V(soap) for
        installations from 7.5 on.'
      - The results are the same. The task fails before anything is sent where the version
        of the SOAP services lacks something.
      - Without it, the variable C(erpsync_transport) or the environment variable E(SUPEROFFICE_TRANSPORT)
        is used.
    type: str
    default: rest
    choices:
      - rest
      - soap
  services_version:
    description:
      - The version of the SOAP services to use, for example V(86) for the path C(Remote/Services86/).
      - Required with O(transport=soap), ignored otherwise.
      - Without it, the variable C(erpsync_services_version) or the environment variable
        E(SUPEROFFICE_SERVICES_VERSION) is used.
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
      - Whether to verify the server's TLS certificate. Prefer O(ca_path) to turning this
        off.
      - Without it, the variable C(erpsync_validate_certs) or the environment variable
        E(SUPEROFFICE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM format,
        on the machine where the task runs.
      - By default the authorities of requests are trusted, or those that E(REQUESTS_CA_BUNDLE)
        names.
      - Without it, the variable C(erpsync_ca_path) or the environment variable E(SUPEROFFICE_CA_PATH)
        is used.
    type: path
  client_cert:
    description:
      - File with a client certificate in PEM format, with its key in it or in O(client_key).
      - Without it, the variable C(erpsync_client_cert) or the environment variable E(SUPEROFFICE_CLIENT_CERT)
        is used.
    type: path
  client_key:
    description:
      - File with the unencrypted key of O(client_cert) in PEM format.
      - Without it, the variable C(erpsync_client_key) or the environment variable E(SUPEROFFICE_CLIENT_KEY)
        is used.
    type: path
  proxy:
    description:
      - Address of an HTTP proxy, for example V(http://proxy.example.com:3128). It may
        contain a user name and password, and is treated as a secret.
      - By default the environment variables for proxies (E(HTTPS_PROXY), E(HTTP_PROXY),
        E(ALL_PROXY), E(NO_PROXY)) are used.
      - Without it, the variable C(erpsync_proxy) or the environment variable E(SUPEROFFICE_PROXY)
        is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from connecting to the last byte of the answer.
      - Without it, the variable C(erpsync_timeout) or the environment variable E(SUPEROFFICE_TIMEOUT)
        is used.
    type: float
    default: 30
  retries:
    description:
      - How often a failed request is repeated at most, with growing pauses, or the pause
        that the server asks for (C(Retry-After)).
      - A writing request is repeated only where the server certainly did not act on it.
      - Without it, the variable C(erpsync_retries) or the environment variable E(SUPEROFFICE_RETRIES)
        is used.
    type: int
    default: 3
  parallel_requests:
    description:
      - 'How many independent requests may be under way at the same time: reading, and
        saving what belongs to different connections. V(1) sends them one after the other.'
      - Without it, the variable C(erpsync_parallel_requests) or the environment variable
        E(SUPEROFFICE_PARALLEL_REQUESTS) is used.
    type: int
    default: 6
  rate_limit:
    description:
      - Calls a second at most, V(0) for no limit.
      - It holds for all tasks of a run together that call the same O(url) or O(tenant)
        and run inside Ansible's own process. A task that runs as an ordinary module is
        a process of its own and keeps the limit for itself.
      - The default is V(10) for SuperOffice Online, with O(tenant) or where the host
        of O(url) ends with C(superoffice.com), and no limit elsewhere.
      - Without it, the variable C(erpsync_rate_limit) or the environment variable E(SUPEROFFICE_RATE_LIMIT)
        is used.
    type: float
requirements:
  - requests
  - cryptography, to sign in as a system user
notes:
  - 'Give one way to sign in: O(username) with O(password); O(ticket); O(access_token);
    at SuperOffice Online also a system user (O(client_secret), O(system_user_token),
    and O(private_key) or O(private_key_path)), or O(client_id) with O(refresh_token).
    The task''s options take precedence.'
  - A connection option that the task does not set comes from the variable of the host
    with the prefix C(erpsync_), such as C(erpsync_url), also in ad-hoc commands. Where
    there is none, it comes from an environment variable, such as E(SUPEROFFICE_URL),
    on the machine where the task runs.
  - A blank connection option, variable or environment variable counts as not given.
"""
