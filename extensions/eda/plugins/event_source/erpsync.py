# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync
short_description: Tell what changes in the ERP synchronisation of SuperOffice installations
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Looks at one or more installations again and again, and tells what differs from the last look.
    It changes nothing.
  - A server that cannot be reached ends nothing. That is told once, and it is asked again later and
    later, every 15 minutes in the end.
options:
  # Options, written by tools/write_option_docs.py
  installations:
    description:
      - The installations to watch, each with O(name), its connection options, and O(interval),
        O(watch), O(on_start), O(checks), O(expect_active), O(time_zone) and O(stale_after)
        of its own. What one of them does not give is taken from the options beside O(installations).
      - Without it, the options name a single installation.
    type: list
    elements: dict
  state_file:
    description:
      - File that remembers what the installations look like, written after each event.
        A source that is started again tells what has changed in the meantime, and nothing
        twice. Without it, each start is a first look.
      - Each source needs a file of its own. Where the source is killed between an event
        and the file, it tells the event again, with the same C(id).
    type: path
  feedback:
    description:
      - Whether the engine says what it has taken, as ansible-rulebook does from version
        1.3 on for a source with a C(name), started with C(--persistence-id). An event
        counts as told then when the engine has taken it.
    type: bool
    default: false
  name:
    description:
      - Name of the installation, in events and in O(state_file). By default its O(tenant),
        or its O(url) without the scheme.
      - Give the name that the host has in the inventory. Events have it in C(meta.hosts)
        then, so that actions run for this host.
      - An installation among O(installations) is in C(meta.hosts) by its default name
        as well, so that actions never run for all hosts.
    type: str
  interval:
    description:
      - How long to wait after a look until the next one, for example V(30s), V(5m) or
        V(1h).
    type: str
    default: 1m
  watch:
    description:
      - The kinds of events that are wanted. What none of them needs is not read.
    type: list
    elements: str
    default:
      - first_seen
      - unreachable
      - recovered
      - engine_stopped
      - engine_started
      - interval_changed
      - connection_added
      - connection_removed
      - connection_activated
      - connection_deactivated
      - connection_synchronised
      - connection_stale
      - mapping_changed
      - list_changed
      - priority_changed
      - health_raised
      - health_cleared
    choices:
      - first_seen
      - unreachable
      - recovered
      - engine_stopped
      - engine_started
      - interval_changed
      - connection_added
      - connection_removed
      - connection_activated
      - connection_deactivated
      - connection_synchronised
      - connection_stale
      - mapping_changed
      - list_changed
      - priority_changed
      - health_raised
      - health_cleared
  on_start:
    description:
      - 'What the first look tells. V(problems): V(first_seen), and then each thing that
        is not well, such as a stopped engine. V(first_seen): that alone. V(nothing):
        nothing.'
      - A source that finds the installation in its O(state_file) tells what has changed
        since then.
    type: str
    default: problems
    choices:
      - problems
      - first_seen
      - nothing
  checks:
    description:
      - The checks of M(superoffice.erpsync.erpsync_health) whose findings are told with
        V(health_raised) and V(health_cleared).
    type: list
    elements: str
    default:
      - access
      - active
      - missing_fields
      - mandatory_fields
    choices:
      - access
      - engine
      - active
      - last_sync
      - missing_fields
      - mandatory_fields
      - lists
      - connector_test
      - connection_test
      - log
  expect_active:
    description:
      - As in M(superoffice.erpsync.erpsync_health), for the check V(active).
    type: list
    elements: raw
  time_zone:
    description:
      - The time zone of the server, such as V(Europe/Oslo). Without it, when a connection
        was synchronised is known less exactly, and C(hour) of an event is in UTC.
    type: str
  stale_after:
    description:
      - A connection is stale that is active, and has not been synchronised for longer
        than that while the engine runs.
    type: str
    default: 1d
  url:
    description:
      - Address of the SuperOffice installation, for example V(https://crm.example.com/SuperOffice),
        with or without a trailing V(/api). It is the same for both values of O(transport).
      - Required without O(tenant), unless an environment variable sets it.
      - Without it, the environment variable E(SUPEROFFICE_URL) is used.
    type: str
  tenant:
    description:
      - Tenant of SuperOffice Online, for example V(Cust12345), in place of O(url). The
        host for signing in is asked for its address, once in a run, and again where the
        tenant has moved.
      - A tenant that does not run is told with V(unreachable).
      - Without it, the environment variable E(SUPEROFFICE_TENANT) or E(SUPEROFFICE_CONTEXT_IDENTIFIER)
        is used.
    type: str
    aliases:
      - context_identifier
  online_environment:
    description:
      - 'Environment of SuperOffice Online that O(tenant) belongs to: V(production) for
        C(online.superoffice.com), V(stage) for C(qaonline.superoffice.com), V(development)
        for C(sod.superoffice.com). Without it and O(login_url) it is V(production).'
      - Without it, the environment variable E(SUPEROFFICE_ONLINE_ENVIRONMENT) is used.
    type: str
    choices:
      - production
      - stage
      - development
  login_url:
    description:
      - Address of another host for signing in than those of O(online_environment), for
        example V(http://127.0.0.1:8088) for the stand-in. It has the same paths below
        it.
      - Without it, the environment variable E(SUPEROFFICE_LOGIN_URL) is used.
    type: str
  wait_for_tenant:
    description:
      - Seconds to wait at most for the end of a maintenance that makes O(tenant) unavailable.
      - Without it, the environment variable E(SUPEROFFICE_WAIT_FOR_TENANT) is used.
    type: float
    default: 0
  username:
    description:
      - User who may administer ERP Sync, for signing in with a password (HTTP Basic,
        over SOAP for a ticket). On-site installations only.
      - Needs O(password).
      - Without it, the environment variable E(SUPEROFFICE_USERNAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - Without it, the environment variable E(SUPEROFFICE_PASSWORD) is used.
    type: str
  ticket:
    description:
      - A SuperOffice ticket (V(7T:...)) to sign in with (SOTicket). SuperOffice Online
        also requires O(client_secret).
      - Without it, the environment variable E(SUPEROFFICE_TICKET) is used.
    type: str
  access_token:
    description:
      - An access token (V(8A:...)) to sign in with (Bearer).
      - Without it, the environment variable E(SUPEROFFICE_ACCESS_TOKEN) is used.
    type: str
  client_id:
    description:
      - The client ID (application ID) of your application at SuperOffice Online. Needed
        with O(refresh_token).
      - Without it, the environment variable E(SUPEROFFICE_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The client secret (application token) of your application at SuperOffice Online.
        It is sent as SO-AppToken beside a ticket, and to the host for signing in.
      - A system user needs it, and O(refresh_token) of an application that is not a native
        one.
      - Without it, the environment variable E(SUPEROFFICE_CLIENT_SECRET) or E(SUPEROFFICE_APP_TOKEN)
        is used.
    type: str
    aliases:
      - app_token
  system_user_token:
    description:
      - The token of the system user of your application in O(tenant), to sign in as this
        user.
      - Needs O(client_secret), and O(private_key) or O(private_key_path).
      - Without it, the environment variable E(SUPEROFFICE_SYSTEM_USER_TOKEN) is used.
    type: str
  private_key:
    description:
      - The private key of your application, in PEM format or as RSA XML of .NET, for
        a system user. Line breaks may be written as a backslash and the letter n.
      - Without it, the environment variable E(SUPEROFFICE_PRIVATE_KEY) is used.
    type: str
  private_key_path:
    description:
      - File with the private key of your application, in place of O(private_key).
      - Without it, the environment variable E(SUPEROFFICE_PRIVATE_KEY_PATH) is used.
    type: path
  refresh_token:
    description:
      - A refresh token of your application for a person in O(tenant), to sign in as this
        person.
      - Needs O(client_id), and O(client_secret) unless the application is a native one.
      - Without it, the environment variable E(SUPEROFFICE_REFRESH_TOKEN) is used.
    type: str
  transport:
    description:
      - 'The web services to use: V(rest) for installations from 8.1 on, or V(soap) for
        installations from 7.5 on.'
      - What the version of the SOAP services lacks, such as list mappings, is not told.
      - Without it, the environment variable E(SUPEROFFICE_TRANSPORT) is used.
    type: str
    default: rest
    choices:
      - rest
      - soap
  services_version:
    description:
      - The version of the SOAP services to use, for example V(86) for the path C(Remote/Services86/).
      - Required with O(transport=soap), ignored otherwise.
      - Without it, the environment variable E(SUPEROFFICE_SERVICES_VERSION) is used.
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
      - Without it, the environment variable E(SUPEROFFICE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM format,
        on the machine where the source runs.
      - By default the authorities of requests are trusted, or those that E(REQUESTS_CA_BUNDLE)
        names.
      - Without it, the environment variable E(SUPEROFFICE_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File with a client certificate in PEM format, with its key in it or in O(client_key).
      - Without it, the environment variable E(SUPEROFFICE_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File with the unencrypted key of O(client_cert) in PEM format.
      - Without it, the environment variable E(SUPEROFFICE_CLIENT_KEY) is used.
    type: path
  proxy:
    description:
      - Address of an HTTP proxy, for example V(http://proxy.example.com:3128). It may
        contain a user name and password, and is treated as a secret.
      - By default the environment variables for proxies (E(HTTPS_PROXY), E(HTTP_PROXY),
        E(ALL_PROXY), E(NO_PROXY)) are used.
      - Without it, the environment variable E(SUPEROFFICE_PROXY) is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from connecting to the last byte of the answer.
      - Without it, the environment variable E(SUPEROFFICE_TIMEOUT) is used.
    type: float
    default: 30
  retries:
    description:
      - How often a failed request is repeated at most, with growing pauses, or the pause
        that the server asks for (C(Retry-After)).
      - A writing request is repeated only where the server certainly did not act on it.
      - Without it, the environment variable E(SUPEROFFICE_RETRIES) is used.
    type: int
    default: 3
  parallel_requests:
    description:
      - 'How many independent requests may be under way at the same time: reading, and
        saving what belongs to different connections. V(1) sends them one after the other.'
      - Without it, the environment variable E(SUPEROFFICE_PARALLEL_REQUESTS) is used.
    type: int
    default: 6
  rate_limit:
    description:
      - Calls a second at most, V(0) for no limit.
      - It holds for each installation.
      - The default is V(10) for SuperOffice Online, with O(tenant) or where the host
        of O(url) ends with C(superoffice.com), and no limit elsewhere.
      - Without it, the environment variable E(SUPEROFFICE_RATE_LIMIT) is used.
    type: float
  # End of the options
notes:
  - Secrets stand neither in events, nor in logs, nor in O(state_file).
  - An event stands under C(event.erpsync). It has always C(kind), C(installation), C(address),
    C(key), C(msg), C(at), C(hour), C(id), C(before), C(after), C(connection), C(connection_id),
    C(changed_by) and C(changed_at), some of which may be null. The guide to events describes them.
requirements:
  - ansible-core
  - requests
  - cryptography, to sign in as a system user
"""

EXAMPLES = r"""
- name: Watch an installation that the credential in the environment names
  hosts: all
  sources:
    - superoffice.erpsync.erpsync:
        name: crm-north
        state_file: /var/lib/erpsync/events.json
  rules:
    - name: Tell that the engine was stopped
      condition: event.erpsync.kind == "engine_stopped"
      action:
        print_event:
          pretty: true

- name: Watch several installations
  hosts: all
  sources:
    - superoffice.erpsync.erpsync:
        username: erp-admin
        password: "{{ ERPSYNC_PASSWORD }}"
        interval: 5m
        stale_after: 2h
        watch: [connection_stale, unreachable, recovered]
        installations:
          - name: crm-north
            url: https://crm-north.example.com/SuperOffice
          - name: crm-south
            url: https://crm-south.example.com/SuperOffice
            stale_after: 8h
  rules:
    - name: Tell what is wrong, once in an hour for each connection
      condition: event.erpsync.kind in ["connection_stale", "unreachable"]
      throttle:
        once_within: 1 hour
        group_by_attributes:
          - event.erpsync.key
      action:
        debug:
          msg: "{{ event.erpsync.msg }}"
"""

import asyncio
import sys
import typing as t
from pathlib import Path

# The engine runs this file without a package, and does not find collections. Their folder goes
# behind all others, so that it hides nothing there. A repository has no such folder above it.
for _folder in Path(__file__).absolute().parents:
    if _folder.name == "ansible_collections":
        if str(_folder.parent) not in sys.path:
            sys.path.append(str(_folder.parent))
        break

from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_source import watch


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Watch, until the engine cancels it."""
    await watch(queue, args)
