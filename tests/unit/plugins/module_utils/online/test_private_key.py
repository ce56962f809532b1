# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application's private key, in each form in which people have it, and in those that are none."""

from __future__ import annotations

import base64
import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput, MissingLibrary
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import private_key, rsa_keys
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import MEMBERS, key, pem, public_pem, xml, xml_members
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

KEY = key()
PKCS1, PKCS8, XML = pem(KEY, PrivateFormat.TraditionalOpenSSL), pem(KEY), xml(KEY)
SIGNED = KEY.sign(b"text", padding.PKCS1v15(), SHA256())


def _wrapped(text: str) -> str:
    """XML as an editor folds it: the members in lines of 60 characters, indented."""
    folded = re.sub(r">([^<]+)<", lambda found: ">\n" + textwrap.indent(textwrap.fill(found[1], 60), "    ") + "\n  <", text)
    return folded.replace("><", ">\n  <")


FORMS = {
    "PKCS#8": PKCS8,
    "PKCS#1": PKCS1,
    "CRLF": PKCS8.replace("\n", "\r\n"),
    "literal line breaks": PKCS8.replace("\n", "\\n"),
    "literal line breaks of Windows": PKCS1.replace("\n", "\\r\\n"),
    "one line": PKCS8.replace("\n", " "),
    "indented": textwrap.indent(PKCS8, "    "),
    "text around it": f"Bag Attributes\n  friendlyName: key\n{PKCS8}\nthe end\n",
    "certificate behind it": f"{PKCS8}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "certificate before it": f"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n{PKCS1}",
    "BOM": f"\ufeff{PKCS8}",
    "XML": XML,
    "XML with BOM": f"\ufeff{XML}",
    "XML with a BOM that was read as Latin-1": f"\u00ef\u00bb\u00bf{XML}",
    "XML with a declaration": f'<?xml version="1.0" encoding="utf-8"?>\r\n{XML}',
    "XML with a declaration of UTF-16": f'\ufeff<?xml version="1.0" encoding="utf-16"?>{XML}',
    "XML with white space inside": _wrapped(XML),
    "XML with literal line breaks": _wrapped(XML).replace("\n", "\\r\\n"),
    "XML with a namespace": XML.replace("<RSAKeyValue>", '<RSAKeyValue xmlns="http://www.w3.org/2000/09/xmldsig#">'),
    "XML with other members": XML.replace("<Modulus>", "<Name>key</Name><Modulus>"),
    "XML with a comment": XML.replace("<D>", "<!-- the private part --><D>"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_key(form: str) -> None:
    assert private_key.read(FORMS[form]).sign(b"text") == SIGNED


@pytest.mark.parametrize("size", [1024, 1536, 3072])
def test_sizes(size: int) -> None:
    small = key(1, size)
    signed = small.sign(b"text", padding.PKCS1v15(), SHA256())
    assert [private_key.read(text).sign(b"text") for text in (pem(small), xml(small))] == [signed, signed]


def test_a_key_hides_itself() -> None:
    loaded = private_key.read(XML)
    numbers = rsa_keys.PrivateNumbers(*range(1, 9))
    assert [repr(loaded), str(loaded), repr(numbers), str(numbers)] == ["PrivateKey()"] * 2 + ["PrivateNumbers()"] * 2


def _changed(name: str, value: str) -> str:
    return XML.replace(f"<{name}>{xml_members(KEY)[name]}<", f"<{name}>{value}<")


FORM = "Give the application's private RSA key as PEM (-----BEGIN PRIVATE KEY-----) or as XML (<RSAKeyValue>)"
ENCRYPTED = (
    "is encrypted, and nobody is there to type its password. Take the password off, and protect the key with ansible-vault: "
    "openssl pkey -in KEY -out KEY-WITHOUT-PASSWORD."
)
PUBLIC = "is a public key, which is SuperOffice's part of the pair. Give the private key."
DAMAGED = "is damaged, or no RSA key. Check with openssl pkey -in KEY -noout -text that it is a whole RSA key, and copy it again."
NO_NUMBERS = "is damaged: the numbers in <RSAKeyValue> are no RSA key. Copy the key again."
NO_XML = "is no valid XML, or has a document type. Give the whole <RSAKeyValue>, and nothing else."
CERTIFICATE = "is a certificate, which has only the public key. Give the private key that belongs to it."
# By what it is: the text, and the beginning of the sentence behind the option.
REFUSED = {
    "nothing": (" \n", f"is empty. {FORM}."),
    "only a BOM": ("\ufeff", f"is empty. {FORM}."),
    "a novel": ("x" * 70_000, f"is longer than any key. {FORM}."),
    "a password": ("hunter2", f"is no key. {FORM}."),
    "a path": ("/etc/keys/superoffice.pem", "looks like the path of a file. Give the path as private_key_path."),
    "a path of Windows": ("C:\\keys\\superoffice.xml", "looks like the path of a file. Give the path as private_key_path."),
    "a file name": ("superoffice key.xml", "looks like the path of a file. Give the path as private_key_path."),
    "a vault": (
        "$ANSIBLE_VAULT;1.1;AES256\n6231306264386465\n",
        "is encrypted with ansible-vault, and nobody has decrypted it. Give the content in place of the path, for example private_key: "
        "\"{{ lookup('ansible.builtin.file', PATH) }}\".",
    ),
    "PKCS#8 with a password": (pem(KEY, password="secret"), ENCRYPTED),
    "PKCS#1 with a password": (pem(KEY, PrivateFormat.TraditionalOpenSSL, "secret"), ENCRYPTED),
    "a public key": (public_pem(KEY), PUBLIC),
    "a public key of PKCS#1": (public_pem(KEY, PublicFormat.PKCS1), PUBLIC),
    "a certificate": ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", CERTIFICATE),
    "a trusted certificate": ("-----BEGIN TRUSTED CERTIFICATE-----\nMIIB\n-----END TRUSTED CERTIFICATE-----", CERTIFICATE),
    "a certificate under its old name": ("-----BEGIN X509 CERTIFICATE-----\nMIIB\n-----END X509 CERTIFICATE-----", CERTIFICATE),
    "a certificate without its end": ("-----BEGIN CERTIFICATE-----\nMIIB", CERTIFICATE),
    "a key of OpenSSH": (pem(KEY, PrivateFormat.OpenSSH), "is in the format of OpenSSH. Convert it: ssh-keygen -p -N '' -m PEM -f KEY."),
    "elliptic curves": (
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode(),
        "is a key for elliptic curves. SuperOffice takes RSA keys only.",
    ),
    "elliptic curves in PKCS#8": (
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        DAMAGED,
    ),
    "DSA": (
        dsa.generate_private_key(1024).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode(),
        "is a DSA key. SuperOffice takes RSA keys only.",
    ),
    "a request": ("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----", f"is PEM of another kind. {FORM}."),
    "without its last line": (
        PKCS8.rpartition("-----END")[0],
        "is cut off: its last line, -----END ...-----, is missing. Give the whole key.",
    ),
    "without its frame": (
        "".join(PKCS8.splitlines()[1:-1]),
        "lacks its first and last line. Give the key with -----BEGIN ...----- and -----END ...-----.",
    ),
    "half of it": (PKCS8.replace("".join(PKCS8.splitlines(True)[5:15]), ""), DAMAGED),
    "a character too many": (PKCS8.replace("MII", "M*II", 1), DAMAGED),
    "letters outside ASCII": (PKCS8.replace("MII", "\u00c6II", 1), DAMAGED),
    "an empty block": ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", DAMAGED),
    "XML with the public key": (xml(KEY, MEMBERS[:2]), f"{PUBLIC} In .NET ToXmlString(true) writes it."),
    "XML without two members": (
        xml(KEY, MEMBERS[:5] + MEMBERS[7:]),
        "lacks DQ, InverseQ in <RSAKeyValue>. In .NET ToXmlString(true) writes the whole private key.",
    ),
    "XML without D": (xml(KEY, MEMBERS[:7]), "lacks D in <RSAKeyValue>. In .NET ToXmlString(true) writes the whole private key."),
    "XML with an empty D": (_changed("D", ""), "lacks D in <RSAKeyValue>. In .NET ToXmlString(true) writes the whole private key."),
    "XML of something else": ("<configuration><appSettings/></configuration>", f"is XML, but not <RSAKeyValue>. {FORM}."),
    "XML that is cut off": (XML[:-300], NO_XML),
    "XML with a document type": (f'<!DOCTYPE x [<!ENTITY e "AQAB">]>{XML.replace("AQAB", "&e;")}', NO_XML),
    "XML with an entity": (XML.replace("AQAB", "&e;"), NO_XML),
    "an external entity": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{XML.replace("AQAB", "&e;")}', NO_XML),
    "XML with a lone surrogate": (XML.replace("AQAB", "\ud800"), NO_NUMBERS),
    "XML that nests": ("<a>" * 5000, NO_XML),
    "a modulus that is no base64": (_changed("Modulus", "***"), NO_NUMBERS),
    "another modulus": (_changed("Modulus", xml_members(key(2))["Modulus"]), NO_NUMBERS),
    "another D": (_changed("D", xml_members(key(2))["D"]), NO_NUMBERS),
    "another coefficient": (_changed("InverseQ", xml_members(key(2))["InverseQ"]), NO_NUMBERS),
    "an exponent of 0": (_changed("Exponent", "AA=="), NO_NUMBERS),
    "an exponent of 4": (_changed("Exponent", "BA=="), NO_NUMBERS),
    "a huge exponent": (_changed("Exponent", base64.b64encode(b"\xff" * 5000).decode()), NO_NUMBERS),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("source", ["private_key", "private_key_path: the file /keys/k.pem"])
def test_what_is_no_key_is_refused_without_a_word_of_it(what: str, source: str) -> None:
    text, sentence = REFUSED[what]
    with pytest.raises(BadInput) as caught:
        private_key.read(text, source)
    message = str(caught.value)
    assert message == f"{source} {sentence}"
    assert caught.value.__cause__ is None
    lines = [line for line in text.replace("><", ">\n<").split() if len(line) > 20]
    assert not [line for line in lines if line in message]


def test_without_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa_keys, "CRYPTOGRAPHY_IMPORT_ERROR", "the traceback")
    needing: tuple[Callable[[], object], ...] = (
        lambda: private_key.read(PKCS8),
        # Whoever comes to one of them first.
        lambda: rsa_keys.private_key_of_der(b""),
        lambda: rsa_keys.private_key_of_numbers(rsa_keys.PrivateNumbers(*range(8))),
        lambda: rsa_keys.public_key(1, 1),
    )
    for need in needing:
        with pytest.raises(MissingLibrary) as caught:
            need()
        assert (caught.value.library, caught.value.import_error) == ("cryptography", "the traceback")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "ascii"])
def test_files(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "key"
    bom = b"\xff\xfe" if encoding == "utf-16-le" else b""
    for text in (PKCS1, XML):
        file.write_bytes(bom + text.encode(encoding))
        assert private_key.read(private_key.text_of(str(file))).sign(b"text") == SIGNED


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    der = tmp_path / "key.der"
    der.write_bytes(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    locked = tmp_path / "locked.pem"
    locked.write_text(PKCS8)
    locked.chmod(0)
    said = {
        tmp_path / "absent.pem": "cannot be read (No such file or directory). Check the path and its permissions.",
        tmp_path: "cannot be read (Is a directory). Check the path and its permissions.",
        der: f"is no text. {FORM}; openssl converts other formats, for example openssl pkey -inform DER -in KEY -out KEY.pem.",
    }
    if os.getuid():
        said[locked] = "cannot be read (Permission denied). Check the path and its permissions."
    for path, sentence in said.items():
        with pytest.raises(BadInput) as caught:
            private_key.text_of(str(path))
        assert str(caught.value) == f"private_key_path: the file {path} {sentence}"
    with pytest.raises(BadInput, match="private_key_path is no path"):
        private_key.text_of("a\0b")


def test_a_device_is_read_no_further_than_a_key() -> None:
    assert len(private_key.text_of("/dev/zero")) < 70_000
