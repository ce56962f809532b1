# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: online
short_description: Tenants of SuperOffice Online as hosts, each with its state
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Makes a host of each tenant of a list, and asks the host for signing in where it is and whether
    it runs. That is one request for each tenant, without signing in.
  - All hosts are in the group C(superoffice), which the playbooks of this collection take.
    C(erpsync_tenant) and C(erpsync_online_environment), or C(erpsync_login_url), say where they are,
    and C(ansible_connection=local) of the group that tasks run on this machine. Who signs in comes
    from variables, for example in C(group_vars/superoffice/) beside the file, or from the
    environment.
  - Further variables of each host are C(state) (V(Running), V(OnlineMaintenance),
    V(OfflineMaintenance), V(Suspended), V(Deleted) and so on), C(running), C(address), C(version),
    C(valid_until) (UTC, for example V(2026-11-26T12:00:00Z)) and C(message), why a tenant does not run.
    Each but C(state) and C(running) may be null. They are data, never templates.
  - A tenant that cannot be asked, or that nobody knows, is a host of C(state=Unknown), with a warning.
    Where the host for signing in cannot be reached, or ten tenants in a row get no answer, the others
    are not asked.
  - The name of the file ends with C(.superoffice.yml) or C(.superoffice.yaml).
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - superoffice.erpsync.online
  tenants:
    description:
      - The tenants. Each is a name such as V(Cust12345), or keys with values - C(tenant), its name;
        C(name), the name of its host, by default that of the tenant; C(vars), variables of the host.
      - O(tenants), O(tenants_file) and O(tenants_url) may be given together. At least one tenant must
        come of them. A tenant that is listed twice in the same words is one host.
    type: list
    elements: raw
  tenants_file:
    description:
      - A file with the tenants, below the folder of this file or with a full path.
      - It has a list as in O(tenants), or the key C(tenants) with this list, where its name ends with
        C(.yml), C(.yaml) or C(.json). Otherwise it has one tenant in each line; C(#) begins a comment.
    type: str
  tenants_url:
    description:
      - An address that gives the tenants, without signing in and without a redirect. It answers with
        JSON, a list as in O(tenants) or an object with such a list as C(tenants), or with one
        tenant in each line.
      - C(vars) are refused in it, because variables decide what Ansible runs.
    type: str
  online_environment:
    description:
      - Environment of SuperOffice Online that the tenants belong to. Without it and O(login_url) it is
        V(production). Tenants of several environments take a file for each.
      - Without it, the environment variable E(SUPEROFFICE_ONLINE_ENVIRONMENT) is used.
    type: str
    choices:
      - production
      - stage
      - development
  login_url:
    description:
      - Address of another host for signing in than those of O(online_environment), for example
        V(http://127.0.0.1:8088) for the stand-in.
      - Without it, the environment variable E(SUPEROFFICE_LOGIN_URL) is used.
    type: str
  validate_certs:
    description:
      - Whether to verify TLS certificates. By default V(true).
      - Without it, the environment variable E(SUPEROFFICE_VALIDATE_CERTS) is used.
    type: bool
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM format.
      - Without it, the environment variable E(SUPEROFFICE_CA_PATH) is used.
    type: path
  proxy:
    description:
      - Address of an HTTP proxy. By default the environment variables for proxies are used.
      - Without it, the environment variable E(SUPEROFFICE_PROXY) is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take. By default V(30).
      - Without it, the environment variable E(SUPEROFFICE_TIMEOUT) is used.
    type: float
  retries:
    description:
      - How often a failed request is repeated at most. By default V(3).
      - Without it, the environment variable E(SUPEROFFICE_RETRIES) is used.
    type: int
  parallel_requests:
    description:
      - How many tenants are asked for at the same time, from V(1) to V(32). By default V(6).
      - Without it, the environment variable E(SUPEROFFICE_PARALLEL_REQUESTS) is used.
    type: int
  rate_limit:
    description:
      - Requests a second at most, V(0) for no limit. By default V(10).
      - Without it, the environment variable E(SUPEROFFICE_RATE_LIMIT) is used.
    type: float
  cache_timeout:
    description:
      - Seconds for which a state is kept at most, V(0) for no limit. A state is asked for again once
        SuperOffice's C(ValidUntil) is past, whatever this says. Tenants of C(state=Unknown) are asked
        for again in each run.
notes:
  - The connection options here are for the requests of this plugin. Tasks take theirs from variables
    and from the same environment variables.
  - A blank environment variable counts as not given.
requirements:
  - requests
seealso:
  - ref: ansible_collections.superoffice.erpsync.docsite.guide_inventory
    description: From a list of tenants to a drift report, also in a controller.
"""

EXAMPLES = r"""
# acme.superoffice.yml
# ansible-playbook superoffice.erpsync.drift -i acme.superoffice.yml -e erpsync_hosts=running
plugin: superoffice.erpsync.online
# Or tenants_file: tenants.txt, or tenants_url: https://intranet.example.com/superoffice-tenants.json
tenants:
  - Cust12345
  - tenant: Cust23456
    name: dale-timber
    vars:
      country: Norway
# The groups state_Running, state_Suspended and so on; running, those that a playbook should take;
# and a variable with the number of the release.
keyed_groups:
  - key: state
    prefix: state
groups:
  running: running
compose:
  release: version | default('', true) | regex_search('[0-9]+[.][0-9]+')
# Keep the states in files. ValidUntil counts, too.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/superoffice
cache_timeout: 900
"""

import os
import re
import time
import typing as t

from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._client import errors, settings
from ..module_utils._client.online.environments import ENVIRONMENTS, Tenant, login_url
from ..module_utils._client.online.place import SignInHost
from ..module_utils._client.session import Session
from ..module_utils._run.options import connection_spec, without_blanks
from ..module_utils._run.unusable import refuse_unusable
from ..module_utils._wire.wording import hint, shown
from ..plugin_utils import _tenant_list as tenant_list
from ..plugin_utils import _tenant_sources as tenant_sources
from ..plugin_utils import _tenant_states as tenant_states
from ..plugin_utils._tenant_list import ENVIRONMENT, GROUP, LOGIN_URL, TENANT, Entry
from ..plugin_utils._tenant_states import Told

HOST_OPTIONS = (
    "online_environment",
    "login_url",
    "validate_certs",
    "ca_path",
    "proxy",
    "timeout",
    "retries",
    "parallel_requests",
    "rate_limit",
)
"""The connection options that state requests take."""
_SPEC = connection_spec(HOST_OPTIONS)
_VALIDATOR = ArgumentSpecValidator(**_SPEC.as_kwargs())
_ENDINGS = (".superoffice.yml", ".superoffice.yaml")
_OURS = re.compile(rb"""^plugin:\s*['"]?superoffice\.erpsync\.online['"]?\s*(#|$)""", re.MULTILINE)


def _is_ours(path: str) -> bool:
    """Whether a file, whatever its name, is for this plugin."""
    try:
        with open(path, "rb") as file:
            return _OURS.search(file.read(4096)) is not None
    except OSError:
        return False


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "superoffice.erpsync.online"

    now: t.Callable[[], float] = staticmethod(time.time)

    def verify_file(self, path: str) -> bool:
        if not super().verify_file(path):  # type: ignore[no-untyped-call]
            return False
        if path.endswith(_ENDINGS):
            return True
        if _is_ours(path):
            # Ansible would only say that the file could not be verified.
            self.display.warning(f"{path} names {self.NAME}, whose files end with {' or '.join(_ENDINGS)}. Name it so.")
        return False

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)  # type: ignore[no-untyped-call]
        try:
            self._refuse_unknown(config)
            address, chosen = settings.of_many_tenants(_connection_options(config), os.environ)
            with Session(chosen) as session:
                entries = tenant_sources.entries(config, os.path.dirname(path), session, loader)
                place = _place(address)
                self._refuse_rivals(inventory, entries, place)
                known = self._known(entries, address, session, path, cache)
        except errors.MissingLibrary as error:
            raise AnsibleParserError(missing_required_lib(error.library)) from None
        except errors.ErpSyncError as error:
            raise AnsibleParserError(error.message) from None
        for warning in tenant_states.warnings((entry.name, entry.tenant, known[entry.tenant]) for entry in entries):
            self.display.warning(warning)
        self._populate(inventory, entries, place, known)

    def _refuse_unknown(self, config: t.Mapping[str, t.Any]) -> None:
        """
        :raises errors.BadInput: for a key of the file that is no option.
        """
        for key in config:
            if key not in self._options:
                near = hint(str(key), self._options)
                raise errors.BadInput(f"{shown(key)} is no option.{near} See ansible-doc -t inventory {self.NAME} for all of them.")

    def _known(self, entries: t.Sequence[Entry], address: str, session: Session, path: str, may_read: bool) -> dict[str, Told]:
        """What is known of each tenant, from the cache or the sign-in host.

        :param may_read: whether the cache counts, unless it is to be flushed.
        """
        tenants = {entry.tenant: Tenant(entry.tenant, address) for entry in entries}
        caches, seconds = self.get_option("cache"), self.get_option("cache_timeout")  # type: ignore[no-untyped-call]
        key = self.get_cache_key(path)
        stored = self._stored(key) if caches and may_read else None
        found = tenant_states.kept(stored, self.now(), seconds or 0)
        # Tenants that are not listed any more leave the cache.
        kept = {str(tenant): found[str(tenant)] for tenant in tenants.values() if str(tenant) in found}
        missing = [tenant for tenant in tenants.values() if str(tenant) not in kept]
        if missing:
            # One address serves all of them.
            send = SignInHost(session, missing[0])
            fresh = tenant_states.ask(send, missing, session.settings.parallel_requests, self.now)
            kept.update({str(tenant): told for tenant, told in zip(missing, fresh)})
            if caches:
                self._cache[key] = tenant_states.to_keep(kept)
        return {name: kept[str(tenant)] for name, tenant in tenants.items()}

    def _stored(self, key: str) -> t.Any:
        """What the cache has. Nothing where it cannot be read: it is written anew."""
        try:
            return self._cache.get(key)
        except Exception as error:
            self.display.warning(f"The cache of the inventory cannot be read ({type(error).__name__}), so all tenants are asked for.")
            return None

    def _refuse_rivals(self, inventory: t.Any, entries: t.Sequence[Entry], place: t.Mapping[str, str]) -> None:
        """Warn of a second host of a tenant.

        :raises errors.BadInput: for a name that another inventory source gave to another tenant.
        """
        hosts: dict[str, list[str]] = {}
        for name, host in inventory.hosts.items():
            if isinstance(host.vars.get(TENANT), str):
                hosts.setdefault(_whose(host.vars), []).append(name)
        for entry in entries:
            whose = _whose({TENANT: entry.tenant, **place})
            others = inventory.hosts[entry.name].vars if entry.name in inventory.hosts else {}
            if isinstance(others.get(TENANT), str) and _whose(others) != whose:
                raise errors.BadInput(
                    f"{entry.place} is the host {entry.name}, which another inventory source has for {_whose(others)}. Give one of them "
                    f"another name, as in {{tenant: {entry.tenant}, name: ...}}."
                )
            for name in hosts.get(whose, []):
                if name != entry.name:
                    self.display.warning(
                        f"{name} and {entry.name} are both {whose}. What is done to all hosts is done to it twice. Keep one of them."
                    )

    def _populate(self, inventory: t.Any, entries: t.Sequence[Entry], place: t.Mapping[str, str], known: t.Mapping[str, Told]) -> None:
        """Add the hosts, with their variables and groups."""
        inventory.add_group(GROUP)
        inventory.groups[GROUP].vars.setdefault("ansible_connection", "local")
        strict, compose, groups, keyed = (
            self.get_option(name)  # type: ignore[no-untyped-call]
            for name in ("strict", "compose", "groups", "keyed_groups")
        )
        for entry in entries:
            inventory.add_host(entry.name, group=GROUP)
            told = known[entry.tenant]._asdict()
            ours = {TENANT: entry.tenant, **place, **{name: wrap_var(told[name]) for name in tenant_list.TOLD}}
            for name, value in {**ours, **entry.variables}.items():
                inventory.set_variable(entry.name, name, value)
            variables = inventory.get_host(entry.name).get_vars()
            self._set_composite_vars(compose, variables, entry.name, strict=strict)  # type: ignore[no-untyped-call]
            self._add_host_to_composed_groups(groups, {}, entry.name, strict=strict)  # type: ignore[no-untyped-call]
            self._add_host_to_keyed_groups(keyed, {}, entry.name, strict=strict)  # type: ignore[no-untyped-call]

    def _compose(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """The value of an expression, which may be made of a server's words: data, and no template.

        Releases from 2.19 on do so themselves.
        """
        return wrap_var(super()._compose(*args, **kwargs))  # type: ignore[no-untyped-call]


def _connection_options(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The connection options of the file and of the environment.

    :raises errors.BadInput: for a value of another type, without a secret.
    """
    given = without_blanks({name: _plain(config[name]) for name in HOST_OPTIONS if name in config})
    refuse_unusable(given, _SPEC)
    checked = _VALIDATOR.validate(given)
    if checked.error_messages:
        raise errors.BadInput(f"{' '.join(checked.error_messages)}. Correct it.")
    return dict(checked.validated_parameters)


def _plain(value: t.Any) -> t.Any:
    """A value without the tags of Ansible's types. An encrypted one is decrypted."""
    return value if value is None or isinstance(value, (bool, int, float, list, dict)) else str(value)


def _place(address: str) -> dict[str, str]:
    """The variable that says where tenants are."""
    names = {login_url(environment): environment for environment in ENVIRONMENTS}
    return {ENVIRONMENT: names[address]} if address in names else {LOGIN_URL: address}


def _whose(variables: t.Mapping[str, t.Any]) -> str:
    """The tenant of a host in words, the same for the same one."""
    tenant, host = variables[TENANT].strip().capitalize(), variables.get(LOGIN_URL)
    return f"{tenant} ({variables.get(ENVIRONMENT, ENVIRONMENTS[0])})" if host is None else f"{tenant} at {host}"
