# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file of variables that is encrypted with ansible-vault and holds what a sign-in obtained.

Ansible's own process encrypts it, with a vault password of the run: no program is started, and no
plain text touches a disk. It uses ``_vault`` of DataLoader, which is not public, as it is in
ansible-core 2.16 to 2.22.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
import typing as t

import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, is_encrypted, match_encrypt_secret
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput

MARK = "# Written by superoffice.erpsync.sign_in. Running it again replaces this file."
TENANT = "erpsync_tenant"
CLIENT_ID = "erpsync_client_id"
VARIABLES = (
    TENANT,
    "erpsync_online_environment",
    "erpsync_login_url",
    CLIENT_ID,
    "erpsync_refresh_token",
    "erpsync_system_user_token",
    "erpsync_sign_in_refresh_token",
    "erpsync_sign_in_system_user_token",
)
"""What such a file may hold, in its order."""
_USED, UNUSED = "erpsync_", "erpsync_sign_in_"
"""Prefixes of a token's variable: of the way to sign in that tasks take, and of the other one.
Tasks do not read the latter, because two ways are an error."""
_TOKENS = ("refresh_token", "system_user_token")
# Ansible reads the folder host_vars/NAME in place of host_vars/NAME.yml.
_SHADOWED = (".yml", ".yaml", ".json")
_LARGEST = 1024 * 1024


class _Loader(yaml.SafeLoader):
    """Reads variables as Ansible writes them."""


def _unsafe(loader: _Loader, node: yaml.ScalarNode) -> t.Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("!unsafe", _unsafe)


class VaultFile:
    """Checked when it is made, before anybody signs in, and again before it is written."""

    def __init__(self, path: str, loader: DataLoader, vault_id: str | None, *, tenant: str, client_id: str) -> None:
        """
        :param path: relative to the folder in which Ansible was started.
        :param vault_id: which password to use where there are several.
        :raises BadInput: where it cannot be encrypted, or something else would be lost.
        """
        self.path = os.path.realpath(os.path.expanduser(path))
        self._tenant = tenant
        self._client_id = client_id
        known: t.Sequence[tuple[str, t.Any]] = getattr(getattr(loader, "_vault", None), "secrets", None) or ()
        self._vault = VaultLib(list(known))
        self.vault_id, self._secret = _chosen(known, vault_id, self.path)
        self._kept()
        self._check_folder()

    def write(self, variables: t.Mapping[str, str]) -> list[str]:
        """Write the file; the names of its variables.

        A token that it has, and that this sign-in did not obtain, stays.

        :raises BadInput: where the file cannot be written, or was changed in between.
        """
        kept, merged = self._kept(), dict(variables)
        for token in _TOKENS:
            before = kept.get(_USED + token) or kept.get(UNUSED + token)
            if before and _USED + token not in merged:
                merged.setdefault(UNUSED + token, before)
        ordered = {name: merged[name] for name in VARIABLES if name in merged}
        encrypted = self._vault.encrypt(to_bytes(_text(ordered)), secret=self._secret, vault_id=self.vault_id)
        folder = os.path.dirname(self.path)
        try:
            os.makedirs(folder, exist_ok=True)
            _replace(self.path, folder, encrypted)
        except OSError as error:
            raise BadInput(
                f"{self.path} cannot be written ({(error.strerror or 'unknown reason').lower()}). Nothing was written. "
                "Make room for it, or name another file with path (erpsync_sign_in_path), and run it again."
            ) from None
        return list(ordered)

    def _kept(self) -> dict[str, str]:
        """The variables of the file that is there; refuses a file that is not one of these."""
        try:
            found = os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise self._refused(f"cannot be looked at ({(error.strerror or 'unknown reason').lower()})") from None
        if not stat.S_ISREG(found.st_mode):
            raise self._refused("is no file")
        if found.st_size > _LARGEST:
            raise self._refused("was not written by this playbook")
        try:
            with open(self.path, "rb") as file:
                content = file.read()
        except OSError as error:
            raise self._refused(f"cannot be read ({(error.strerror or 'unknown reason').lower()})") from None
        if not is_encrypted(content):
            raise self._refused("is not encrypted, so this playbook did not write it")
        try:
            text = to_text(self._vault.decrypt(content))
        except AnsibleError:
            raise self._refused("is encrypted, and no vault password that was given opens it") from None
        return self._of_ours(text)

    def _of_ours(self, text: str) -> dict[str, str]:
        try:
            variables = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        except yaml.YAMLError:
            variables = None
        if MARK not in text.splitlines()[:2] or not isinstance(variables, dict):
            raise self._refused("was not written by this playbook")
        others = sorted(str(name) for name in variables if name not in VARIABLES)
        if others:
            raise self._refused(f"has other variables ({', '.join(others)[:200]})")
        if str(variables.get(TENANT)).casefold() != self._tenant.casefold():
            raise self._refused(f"is for another tenant, {str(variables.get(TENANT))[:40]}")
        if variables.get(CLIENT_ID) != self._client_id:
            raise self._refused("is for another application (erpsync_client_id)")
        return {name: str(value) for name, value in variables.items()}

    def _refused(self, what: str) -> BadInput:
        return BadInput(
            f"{self.path} {what}. It is left alone, and nothing was done. "
            "Name another file with path (erpsync_sign_in_path), or move this one."
        )

    def _check_folder(self) -> None:
        folder = os.path.dirname(self.path)
        hidden = [folder + ending for ending in _SHADOWED if os.path.isfile(folder + ending)]
        if hidden and not os.path.isdir(folder):
            raise BadInput(
                f"{hidden[0]} stands where the folder {folder} would be. Ansible reads only the folder then. Move the file into it first, "
                "for example as main.yml, or name another file with path (erpsync_sign_in_path). Nothing was done."
            )
        nearest = folder
        while not os.path.exists(nearest):
            nearest = os.path.dirname(nearest)
        if not os.path.isdir(nearest):
            raise BadInput(
                f"{nearest} is no folder, so {self.path} cannot be written. "
                "Name another file with path (erpsync_sign_in_path). Nothing was done."
            )
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise BadInput(
                f"Nothing may be written in {nearest}, so {self.path} cannot be. "
                "Name another file with path (erpsync_sign_in_path). Nothing was done."
            )


def _chosen(known: t.Sequence[tuple[str, t.Any]], vault_id: str | None, path: str) -> tuple[str, t.Any]:
    """The vault id and password to encrypt with."""
    if not known:
        raise BadInput(
            f"There is no vault password with which to encrypt {path}. Start ansible-playbook with --vault-password-file FILE, "
            "--vault-id NAME@FILE or --ask-vault-pass. Nothing was done."
        )
    wanted = vault_id or constants.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY")
    names = list(dict.fromkeys(name for name, _secret in known))
    if not wanted and len(names) > 1:
        raise BadInput(
            f"There are several vault passwords: {', '.join(names)}. Name the one to encrypt {path} with in vault_id "
            "(erpsync_sign_in_vault_id). Nothing was done."
        )
    if wanted and wanted not in names:
        raise BadInput(
            f"vault_id is {wanted}, for which no vault password was given. There is one for {', '.join(names)}. Nothing was done."
        )
    chosen: tuple[str, t.Any] = match_encrypt_secret(known, encrypt_vault_id=wanted)  # type: ignore[no-untyped-call, unused-ignore]
    return chosen


def _text(variables: t.Mapping[str, str]) -> str:
    """The variables as YAML. Ansible must not take a text from SuperOffice for a template."""
    lines = ["---", MARK]
    for name, value in variables.items():
        unsafe = "!unsafe " if any(sign in value for sign in ("{{", "{%", "{#")) else ""
        lines.append(f"{name}: {unsafe}{json.dumps(value)}")
    return "\n".join(lines) + "\n"


def _replace(path: str, folder: str, content: bytes) -> None:
    """Put the content in place of the file, at once and for its owner only."""
    # Ansible does not read hidden files. mkstemp makes it for the owner only.
    descriptor, temporary = tempfile.mkstemp(prefix=".sign_in.", suffix="~", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
