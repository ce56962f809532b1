# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encrypted file of a sign-in: what is in it, and what it never replaces."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _vault_file
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._vault_file import MARK, VaultFile

OURS = {"erpsync_tenant": "Cust12345", "erpsync_client_id": "app", "erpsync_refresh_token": "canary-r"}


def loader(*passwords: tuple[str, str]) -> DataLoader:
    made = DataLoader()
    made.set_vault_secrets([(name, VaultSecret(password.encode())) for name, password in passwords or [("default", "pw")]])  # type: ignore[misc]
    return made


def at(path: Path, *passwords: tuple[str, str], vault_id: str | None = None, **whose: str) -> VaultFile:
    return VaultFile(str(path), loader(*passwords), vault_id, **{"tenant": "Cust12345", "client_id": "app", **whose})


def refused(path: Path, *passwords: tuple[str, str], **options: Any) -> str:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(BadInput) as caught:
        at(path, *passwords, **options)
    assert (path.read_bytes() if path.is_file() else None) == before
    message = caught.value.message
    assert "canary" not in message
    return message


def left_alone(what: str, path: Path) -> str:
    return f"{path} {what}. It is left alone, and nothing was done. Name another file with path (erpsync_sign_in_path), or move this one."


def seal(path: Path, text: str, password: str = "pw") -> None:
    path.write_bytes(VaultLib().encrypt(text, secret=VaultSecret(password.encode())))


def opened(path: Path, password: str = "pw") -> str:
    return VaultLib([("default", VaultSecret(password.encode()))]).decrypt(path.read_bytes()).decode()  # type: ignore[no-any-return, unused-ignore]


def test_the_file_is_one_that_ansible_reads(tmp_path: Path) -> None:
    path = tmp_path / "host_vars" / "crm-oslo" / "online.yml"
    texts = {**OURS, "erpsync_sign_in_system_user_token": 'App "{{ 7 * 7 }}" {# x #}: \u00e5 #-\\n'}
    assert at(path).write(texts) == list(texts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"canary" not in path.read_bytes()
    assert opened(path).startswith(f"---\n{MARK}\n")
    read = loader().load_from_file(str(path))
    assert read == texts
    # Nothing but the file is there.
    assert [entry.name for entry in path.parent.iterdir()] == ["online.yml"]


def test_it_is_replaced_for_the_same_tenant_and_application_and_no_token_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "online.yml"
    at(path).write({**OURS, "erpsync_sign_in_system_user_token": "canary-s"})
    path.chmod(0o644)
    # A person who is no administrator gets no system user token.
    at(path, tenant="cust12345").write({**OURS, "erpsync_refresh_token": "canary-new"})
    assert yaml.safe_load(opened(path)) == {**OURS, "erpsync_refresh_token": "canary-new", "erpsync_sign_in_system_user_token": "canary-s"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # From one way to sign in to the other: two ways at once would be an error.
    other = {"erpsync_tenant": "Cust12345", "erpsync_client_id": "app", "erpsync_system_user_token": "canary-s"}
    at(path).write(other)
    assert yaml.safe_load(opened(path)) == {**other, "erpsync_sign_in_refresh_token": "canary-new"}
    at(path).write(OURS)
    assert yaml.safe_load(opened(path)) == {**OURS, "erpsync_sign_in_system_user_token": "canary-s"}


FOREIGN = {
    "a file of somebody": "---\nerpsync_tenant: Cust12345\nerpsync_client_id: app\n",
    "nothing": "",
    "the mark further down": f"---\n# Somebody's\n{MARK}\nerpsync_tenant: Cust12345\nerpsync_client_id: app\n",
    "no YAML": f"---\n{MARK}\n'canary",
    "a list": f"---\n{MARK}\n- canary\n",
    "a python object": f"---\n{MARK}\na: !!python/object/apply:os.getcwd []\n",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_vault_of_somebody_else_is_left_alone(what: str, tmp_path: Path) -> None:
    path = tmp_path / "vault.yml"
    seal(path, FOREIGN[what])
    assert refused(path) == left_alone("was not written by this playbook", path)


def test_what_else_may_be_there(tmp_path: Path) -> None:
    path = tmp_path / "vars.yml"
    path.write_text("erpsync_url: https://crm.example.com\n", encoding="utf-8")
    assert refused(path) == left_alone("is not encrypted, so this playbook did not write it", path)
    seal(path, f"---\n{MARK}\na: canary\nerpsync_tenant: Cust12345\nb: 1\n")
    assert refused(path) == left_alone("has other variables (a, b)", path)
    seal(path, f"---\n{MARK}\n{'v' * 300}: 1\n")
    assert refused(path) == left_alone(f"has other variables ({'v' * 200})", path)
    ours = tmp_path / "ours.yml"
    at(ours).write(OURS)
    assert refused(ours, tenant="Cust23456") == left_alone("is for another tenant, Cust12345", ours)
    assert refused(ours, client_id="other") == left_alone("is for another application (erpsync_client_id)", ours)
    assert refused(ours, ("default", "another")) == left_alone("is encrypted, and no vault password that was given opens it", ours)
    seal(path, f"---\n{MARK}\nerpsync_tenant: {'t' * 50}\n")
    assert refused(path) == left_alone(f"is for another tenant, {'t' * 40}", path)
    assert refused(tmp_path) == left_alone("is no file", tmp_path)
    path.write_bytes(b"$ANSIBLE_VAULT;1.1;AES256\n" + b"0" * (2 * 1024 * 1024))
    assert refused(path) == left_alone("was not written by this playbook", path)


def test_a_file_that_cannot_be_looked_at_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vars.yml"
    path.write_text("x", encoding="utf-8")
    # Root may read everywhere.
    for place, name, what in ((os, "stat", "looked at"), (_vault_file, "open", "read")):
        for error, why in ((PermissionError(13, "Permission denied"), "permission denied"), (OSError(), "unknown reason")):

            def fails(*_given: Any, error: OSError = error, **_more: Any) -> None:
                raise error

            with monkeypatch.context() as patch, pytest.raises(BadInput) as caught:
                patch.setattr(place, name, fails, raising=False)
                at(path)
            assert caught.value.message == left_alone(f"cannot be {what} ({why})", path)


def test_all_variables_of_a_sign_in_may_be_in_the_file_in_one_order(tmp_path: Path) -> None:
    path = tmp_path / "vars.yml"
    whole = {
        "erpsync_tenant": "Cust12345",
        "erpsync_online_environment": "stage",
        "erpsync_login_url": "https://login.example.com",
        "erpsync_client_id": "app",
        "erpsync_refresh_token": "canary-r",
        "erpsync_system_user_token": "canary-s",
        "erpsync_sign_in_refresh_token": "canary-t",
        "erpsync_sign_in_system_user_token": "canary-u",
    }
    at(path).write(dict(reversed(whole.items())))
    lines = [f'{name}: "{value}"' for name, value in whole.items()]
    assert opened(path).splitlines() == ["---", MARK, *lines]
    assert at(path).write(OURS) == list(yaml.safe_load(opened(path)))


def test_a_file_that_comes_while_a_person_signs_in_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "online.yml"
    file = at(path)
    path.write_text("mine: true\n", encoding="utf-8")
    with pytest.raises(BadInput, match="is not encrypted"):
        file.write(OURS)
    assert path.read_text(encoding="utf-8") == "mine: true\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.yml").symlink_to(tmp_path / "elsewhere" / "real.yml")
    at(tmp_path / "link.yml").write(OURS)
    assert (tmp_path / "link.yml").is_symlink()
    assert yaml.safe_load(opened(tmp_path / "elsewhere" / "real.yml")) == OURS


@pytest.mark.parametrize("ending", [".yml", ".yaml", ".json"])
def test_a_folder_that_would_hide_a_file_of_variables(ending: str, tmp_path: Path) -> None:
    hidden = tmp_path / f"crm-oslo{ending}"
    hidden.write_text("a: 1\n", encoding="utf-8")
    path = tmp_path / "crm-oslo" / "online.yml"
    assert refused(path) == (
        f"{hidden} stands where the folder {tmp_path / 'crm-oslo'} would be. Ansible reads only the folder then. Move the file into it "
        "first, for example as main.yml, or name another file with path (erpsync_sign_in_path). Nothing was done."
    )
    # Where both are there, Ansible reads the folder already.
    (tmp_path / "crm-oslo").mkdir()
    at(path).write(OURS)


def test_places_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = tmp_path / "file" / "online.yml"
    other = "Name another file with path (erpsync_sign_in_path). Nothing was done."
    assert refused(path) == f"{tmp_path / 'file'} is no folder, so {path} cannot be written. {other}"
    # Root may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    path = tmp_path / "a" / "b" / "online.yml"
    assert refused(path) == f"Nothing may be written in {tmp_path}, so {path} cannot be. {other}"


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "online.yml"
    at(path).write(OURS)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput) as caught:
        at(path).write({**OURS, "erpsync_refresh_token": "canary-new"})
    assert caught.value.message == (
        f"{path} cannot be written (no space left on device). Nothing was written. "
        "Make room for it, or name another file with path (erpsync_sign_in_path), and run it again."
    )
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["online.yml"]


def test_which_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "online.yml"
    several = ("dev", "one"), ("prod", "two")
    assert refused(path, *several) == (
        f"There are several vault passwords: dev, prod. Name the one to encrypt {path} with in vault_id (erpsync_sign_in_vault_id). "
        "Nothing was done."
    )
    assert refused(path, *several, vault_id="test") == (
        "vault_id is test, for which no vault password was given. There is one for dev, prod. Nothing was done."
    )
    file = at(path, *several, vault_id="prod")
    file.write(OURS)
    assert path.read_bytes().startswith(b"$ANSIBLE_VAULT;1.2;AES256;prod\n")
    assert yaml.safe_load(opened(path, "two")) == OURS
    monkeypatch.setenv("ANSIBLE_VAULT_ENCRYPT_IDENTITY", "dev")
    at(tmp_path / "other.yml", *several).write(OURS)
    assert yaml.safe_load(opened(tmp_path / "other.yml", "one")) == OURS
    monkeypatch.delenv("ANSIBLE_VAULT_ENCRYPT_IDENTITY")
    # Two passwords of one name, as for a rotation: Ansible encrypts with the first.
    at(path, ("default", "two"), ("default", "three")).write(OURS)
    assert yaml.safe_load(opened(path, "two")) == OURS


def test_no_password(tmp_path: Path) -> None:
    made = DataLoader()
    for secrets in (None, list[Any]()):
        made.set_vault_secrets(secrets)
        with pytest.raises(BadInput) as caught:
            VaultFile(str(tmp_path / "online.yml"), made, None, tenant="Cust12345", client_id="app")
        assert caught.value.message == (
            f"There is no vault password with which to encrypt {tmp_path / 'online.yml'}. Start ansible-playbook with "
            "--vault-password-file FILE, --vault-id NAME@FILE or --ask-vault-pass. Nothing was done."
        )
