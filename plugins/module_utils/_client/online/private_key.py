# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the application's private key: PEM, or the RSA XML of .NET.

A message about a key names the option and what to do, and nothing of the key.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import typing as t
from xml.etree.ElementTree import Element

from ..errors import BadInput
from ..soap.document import Malformed, child, parse, split
from .rsa_keys import PrivateKey, PrivateNumbers, UnusableKey, need_cryptography, private_key_of_der, private_key_of_numbers

# A key of 16384 bits has about 13,000 characters as PEM.
_LONGEST = 64 * 1024
_FORMS = "Give the application's private RSA key as PEM (-----BEGIN PRIVATE KEY-----) or as XML (<RSAKeyValue>)"
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_KEYS = ("RSA PRIVATE KEY", "PRIVATE KEY")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_PATH = re.compile(r"[~./\\]|[A-Za-z]:[/\\]|[^\n<]{1,200}\.(pem|key|xml|der|pfx|p12)$", re.IGNORECASE)
# By the label of a PEM block: what it is, and what to do.
_OTHERS = {
    "ENCRYPTED PRIVATE KEY": "is encrypted, and nobody is there to type its password. Take the password off, and protect the key with "
    "ansible-vault: openssl pkey -in KEY -out KEY-WITHOUT-PASSWORD.",
    "CERTIFICATE": "is a certificate, which has only the public key. Give the private key that belongs to it.",
    "PUBLIC KEY": "is a public key, which is SuperOffice's part of the pair. Give the private key.",
    "OPENSSH PRIVATE KEY": "is in the format of OpenSSH. Convert it: ssh-keygen -p -N '' -m PEM -f KEY.",
    "EC PRIVATE KEY": "is a key for elliptic curves. SuperOffice takes RSA keys only.",
    "DSA PRIVATE KEY": "is a DSA key. SuperOffice takes RSA keys only.",
}
# A lookup opens such a file, and an option such a variable. A path does neither.
_VAULT = (
    "is encrypted with ansible-vault, and nobody has decrypted it. Give the content in place of the path, for example private_key: "
    "\"{{ lookup('ansible.builtin.file', PATH) }}\"."
)
_ALIKE = {"RSA PUBLIC KEY": "PUBLIC KEY", "X509 CERTIFICATE": "CERTIFICATE", "TRUSTED CERTIFICATE": "CERTIFICATE"}
# The members of RSAKeyValue, in the order of PrivateNumbers.
_MEMBERS = ("Modulus", "Exponent", "D", "P", "Q", "DP", "DQ", "InverseQ")
_PUBLIC = _MEMBERS[:2]


def text_of(path: str) -> str:
    """The text of a key's file.

    :raises BadInput: for a file that cannot be read, or is no text.
    """
    option = f"private_key_path: the file {path}"
    try:
        with open(path, "rb") as file:
            content = file.read(_LONGEST + 1)
    except OSError as error:
        raise BadInput(f"{option} cannot be read ({error.strerror or type(error).__name__}). Check the path and its permissions.") from None
    except ValueError:
        raise BadInput("private_key_path is no path. Check where the value comes from.") from None
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"{option} is no text. {_FORMS}; openssl converts other formats, for example openssl pkey -inform DER -in KEY -out KEY.pem."
        ) from None


def read(text: str, source: str = "private_key") -> PrivateKey:
    """The key in a text: PEM with line breaks, blanks or the two letters ``\\n`` between its lines,
    or RSA XML.

    :param source: the option, with which messages begin; for a file ``private_key_path: the file
        PATH``.
    :raises MissingLibrary: without cryptography.
    :raises BadInput: for anything else.
    """
    need_cryptography()
    # Byte order marks, read as UTF-8, or as Latin-1 before.
    text = text.strip().lstrip("\ufeff").removeprefix("\u00ef\u00bb\u00bf").strip()
    if not text:
        raise BadInput(f"{source} is empty. {_FORMS}.")
    if len(text) > _LONGEST:
        raise BadInput(f"{source} is longer than any key. {_FORMS}.")
    text = text.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t")
    if text.startswith("<"):
        return _of_xml(text, source)
    blocks = dict(_BLOCK.findall(text))
    label = next((label for label in _KEYS if label in blocks), None)
    if label is not None:
        return _of_pem(blocks[label], source)
    raise BadInput(f"{source} {_no_key(text, blocks)}")


def _no_key(text: str, blocks: t.Mapping[str, str]) -> str:
    """What a text without a usable block of PEM is, and what to do."""
    begins = _BEGIN.findall(text)
    for label in (*blocks, *begins):
        known = _OTHERS.get(_ALIKE.get(label, label))
        if known:
            return known
    if any(label in _KEYS for label in begins):
        return "is cut off: its last line, -----END ...-----, is missing. Give the whole key."
    if begins:
        return f"is PEM of another kind. {_FORMS}."
    if text.startswith("$ANSIBLE_VAULT;"):
        return _VAULT
    if _PATH.match(text):
        return "looks like the path of a file. Give the path as private_key_path."
    if text.startswith("MII"):
        return "lacks its first and last line. Give the key with -----BEGIN ...----- and -----END ...-----."
    return f"is no key. {_FORMS}."


def _of_pem(content: str, source: str) -> PrivateKey:
    if "ENCRYPTED" in content:
        raise BadInput(f"{source} {_OTHERS['ENCRYPTED PRIVATE KEY']}")
    try:
        return private_key_of_der(_decoded(content))
    except UnusableKey:
        raise BadInput(
            f"{source} is damaged, or no RSA key. Check with openssl pkey -in KEY -noout -text that it is a whole RSA key, "
            "and copy it again."
        ) from None


def _of_xml(text: str, source: str) -> PrivateKey:
    # The declaration is about the bytes of a file, which are a text by now.
    without_declaration = _DECLARATION.sub("", text, count=1)
    try:
        root = parse(without_declaration.encode("utf-8", "replace"))
    except Malformed:
        raise BadInput(f"{source} is no valid XML, or has a document type. Give the whole <RSAKeyValue>, and nothing else.") from None
    if split(root.tag)[1] != "RSAKeyValue":
        raise BadInput(f"{source} is XML, but not <RSAKeyValue>. {_FORMS}.")
    members = {name: "".join(_text(child(root, name)).split()) for name in _MEMBERS}
    missing = [name for name in _MEMBERS if not members[name]]
    if missing == [name for name in _MEMBERS if name not in _PUBLIC]:
        raise BadInput(f"{source} {_OTHERS['PUBLIC KEY']} In .NET ToXmlString(true) writes it.")
    if missing:
        raise BadInput(f"{source} lacks {', '.join(missing)} in <RSAKeyValue>. In .NET ToXmlString(true) writes the whole private key.")
    try:
        numbers = [int.from_bytes(_decoded(members[name]), "big") for name in _MEMBERS]
        return private_key_of_numbers(PrivateNumbers(*numbers))
    except UnusableKey:
        raise BadInput(f"{source} is damaged: the numbers in <RSAKeyValue> are no RSA key. Copy the key again.") from None


def _text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def _decoded(text: str) -> bytes:
    """The bytes of base64 with white space."""
    try:
        return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise UnusableKey from None
