# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gets the tenants of an inventory from its options, from a file and from an address."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.errors import AnsibleError

from ..module_utils._client.errors import BadInput
from ..module_utils._client.exchange import Destination, Request
from ..module_utils._client.session import Session
from ..module_utils._wire.wording import shown, without_userinfo
from ._tenant_list import Entry, read, read_lines, together
from ._variables import no_yaml

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19, where each text of a file may be a template
    trust_as_template = str  # type: ignore[assignment]

LIST, FILE, ADDRESS = "tenants", "tenants_file", "tenants_url"
_DOCUMENTS = (".yml", ".yaml", ".json")
_ANSWERS = "Give an address that answers with JSON, or with one tenant in each line"


def entries(config: t.Mapping[str, t.Any], folder: str, session: Session, loader: t.Any) -> list[Entry]:
    """The tenants of all sources in their order, each once.

    :param config: the options of the inventory.
    :param folder: of the inventory file.
    :raises errors.ErpSyncError: where a source cannot be used, or none has a tenant.
    """
    for name in (FILE, ADDRESS):
        if not isinstance(config.get(name), (str, type(None))):
            raise BadInput(f"{name} is {shown(config[name])}; give a text. A list of tenants is given as {LIST}.")
    given = [name for name in (LIST, FILE, ADDRESS) if config.get(name) not in (None, "")]
    if not given:
        raise BadInput(f"There are no tenants. Give {LIST}, a list such as [Cust12345]; or {FILE}; or {ADDRESS}.")
    found: list[Entry] = []
    if LIST in given:
        found += read(config[LIST], LIST)
    if FILE in given:
        found += _of_file(os.path.join(folder, os.path.expanduser(config[FILE])), loader)
    if ADDRESS in given:
        found += _of_address(config[ADDRESS].strip(), session)
    if not found:
        # A file that was cut off would empty a controller's inventory.
        raise BadInput(f"There is no tenant in {' and '.join(given)}. Give at least one, for example Cust12345.")
    return together(found)


def _of_file(path: str, loader: t.Any) -> list[Entry]:
    place = f"{FILE} ({path})"
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except UnicodeDecodeError:
        raise BadInput(f"{place} is no text in UTF-8. Save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no path").lower()
        raise BadInput(f"{place} cannot be read: {reason}. Give a file below the folder of the inventory file, or a full path.") from None
    if not path.endswith(_DOCUMENTS):
        return read_lines(text, place)
    try:
        value = loader.load(trust_as_template(text), file_name=path)
    except AnsibleError:
        reason = no_yaml(text.replace("{{", "")) or "a value has no meaning"
        raise BadInput(f"{place} is neither YAML nor JSON: {reason}. Correct it.") from None
    return read(_listed(value), place)


def _of_address(url: str, session: Session) -> list[Entry]:
    # A query may have a key.
    place = f"{ADDRESS} ({without_userinfo(url).partition('?')[0]})"
    if not url.lower().startswith(("http://", "https://")) or without_userinfo(url) != url:
        raise BadInput(f"{place} is no web address without a user name. Use the form https://intranet.example.com/tenants.json.")
    response = session.send(Request("GET", "", place, False), Destination(url, option=ADDRESS))
    if response.status != 200:
        raise BadInput(f"{place} answers with {response.status}. {_ANSWERS}, without signing in and without a redirect.")
    try:
        text = response.body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadInput(f"{place} answers with bytes that are not text in UTF-8. {_ANSWERS}.") from None
    if text.startswith("<"):
        raise BadInput(f"{place} answers with a web page. {_ANSWERS}, without a sign-in page in front of it.")
    if not text.startswith(("[", "{")):
        return read_lines(text, place)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput(f"{place} answers with a text that begins like JSON and is not. {_ANSWERS}.") from None
    return read(_listed(value), place, with_variables=False)


def _listed(value: t.Any) -> t.Any:
    """The list in a document, which may be the value of its only key."""
    return value[LIST] if isinstance(value, t.Mapping) and set(value) == {LIST} else value
