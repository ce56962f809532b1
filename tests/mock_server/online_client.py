# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client of the Online side for the stand-in's own tests."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
import subprocess
from base64 import b64encode
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pytest_stand_in import OnlineStandIn

CLAIM = "http://schemes.superoffice.net/identity/"
PARTNER = "http://www.superoffice.com/superid/partnersystemuser/0.1"
TENANT = "Cust12345"
REDIRECT = "http://127.0.0.1:8765/callback"
# SHA-256 in front of a hash: DigestInfo of RFC 8017, 9.2.
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

# The vendor's printed sample for Node.
_NODE = """
const crypto = require('crypto');
const [data, key] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sign = crypto.createSign('SHA256');
sign.update(data);
sign.end();
process.stdout.write(`${data}.${sign.sign(key, 'base64')}`);
"""


def minute(offset: float = 0) -> str:
    """UTC, `offset` seconds from now, as signed tokens have it."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=offset)).strftime("%Y%m%d%H%M")


def sign(private_key: str, token: str, when: str | None = None) -> str:
    """The signed system user token by the formula of RFC 8017 with plain integers."""
    key = load_pem_private_key(private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    length = (modulus.bit_length() + 7) // 8
    text = f"{token}.{when or minute()}"
    hashed = _DIGEST_INFO + hashlib.sha256(text.encode()).digest()
    padded = b"\0\1" + b"\xff" * (length - len(hashed) - 3) + b"\0" + hashed
    signature = pow(int.from_bytes(padded, "big"), numbers.d, modulus).to_bytes(length, "big")
    return f"{text}.{b64encode(signature).decode()}"


def sign_with_node(private_key: str, token: str, when: str) -> str | None:
    """The same as the vendor prints it; None where there is no node."""
    node = shutil.which("node")
    if node is None:
        return None
    sent = json.dumps([f"{token}.{when}", private_key])
    return subprocess.run([node, "-e", _NODE], input=sent, capture_output=True, text=True, check=True, timeout=60).stdout


def exchange(online: OnlineStandIn, tenant: str = TENANT, signed: str | None = None, **changes: Any) -> requests.Response:
    """PartnerSystemUser over REST. changes: members to send otherwise; None leaves one out."""
    sent = {
        "SignedSystemToken": signed or sign(online.private_key, online.tenants[tenant]["system_user_token"]),
        "ApplicationToken": online.client_secret,
        "ContextIdentifier": tenant,
        "ReturnTokenType": "JWT",
        **changes,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    return requests.post(f"{online.login_url}/Login/api/PartnerSystemUser/Authenticate", json=body, timeout=20)


def exchange_over_soap(
    online: OnlineStandIn, tenant: str = TENANT, replace: tuple[str, str] = ("", ""), **headers: str
) -> requests.Response:
    """PartnerSystemUser over SOAP, in the vendor's printed envelope.

    replace: a part of the envelope, and what to send in its place. Header names have _ for -.
    """
    signed = sign(online.private_key, online.tenants[tenant]["system_user_token"])
    printed = f"""<?xml version="1.0" encoding="UTF-8"?>
  <SOAP-ENV:Envelope xmlns:ns0="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="{PARTNER}"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:tns="{PARTNER}"
      xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">
    <SOAP-ENV:Header>
      <tns:ApplicationToken>{online.client_secret}</tns:ApplicationToken>
      <tns:ContextIdentifier>{tenant}</tns:ContextIdentifier>
    </SOAP-ENV:Header>
    <ns0:Body>
      <ns1:AuthenticationRequest>
        <ns1:SignedSystemToken>{signed}</ns1:SignedSystemToken>
        <ns1:ReturnTokenType>Jwt</ns1:ReturnTokenType>
      </ns1:AuthenticationRequest>
    </ns0:Body>
  </SOAP-ENV:Envelope>"""
    usual = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f"{PARTNER}/IPartnerSystemUserService/Authenticate"}
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{online.login_url}/login/services/PartnerSystemUserService.svc"
    content = printed.replace(*replace) if replace[0] else printed
    return requests.post(url, data=content.encode(), headers={**usual, **changed}, timeout=20)


def soap_text(response: requests.Response, name: str) -> str | None:
    """The text of the first element of this name."""
    found = ElementTree.fromstring(response.content).find(f".//{{*}}{name}")
    return None if found is None else found.text


class Form(HTMLParser):
    """The one form of a page: where it goes, its hidden fields and the values of its selects."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._select = ""
        self.feed(response.text)
        self.action = urljoin(response.url, self.action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        elif tag == "input":
            self.hidden[found["name"]] = found["value"]
        elif tag == "select":
            self._select = found["name"]
            self.choices[self._select] = []
        elif tag == "option":
            self.choices[self._select].append(found["value"])

    def send(self, decision: str = "accept", **chosen: str) -> requests.Response:
        """Choose the first of each select, but `chosen`, and press the button."""
        first = {name: values[0] for name, values in self.choices.items()}
        return requests.post(self.action, data={**self.hidden, **first, "decision": decision, **chosen}, allow_redirects=False, timeout=20)
