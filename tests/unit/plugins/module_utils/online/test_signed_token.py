# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signed system user token: the same text as two other implementations give."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from base64 import b64encode

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import private_key, signed_token
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import NOW, key, pem, xml

# SHA-256 in front of a hash: DigestInfo of RFC 8017, 9.2.
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
# The vendor's printed sample for Node.
_NODE = """
const crypto = require('crypto');
const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const signed = pairs.map(([data, key]) => {
  const sign = crypto.createSign('SHA256');
  sign.update(data);
  sign.end();
  return `${data}.${sign.sign(key, 'base64')}`;
});
process.stdout.write(JSON.stringify(signed));
"""
TOKENS = ("Stand-in ERP Sync-a1B2c3D4e5", "x", "Ærlig Økonomi og Blåbær-aZ", "a.b.202001010000.c", "日本-" + "t" * 300)
SIZES = (1024, 1536, 2048, 3072)


def by_integers(token: str, when: str, size: int) -> str:
    numbers = key(0, size).private_numbers()
    length = size // 8
    text = f"{token}.{when}"
    hashed = _DIGEST_INFO + hashlib.sha256(text.encode()).digest()
    padded = b"\0\1" + b"\xff" * (length - len(hashed) - 3) + b"\0" + hashed
    signature = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(length, "big")
    return f"{text}.{b64encode(signature).decode()}"


@pytest.mark.parametrize("size", SIZES)
def test_plain_integers_give_the_same_text(size: int) -> None:
    keys = [private_key.read(text) for text in (pem(key(0, size)), xml(key(0, size)))]
    for token in TOKENS:
        signed = [signed_token.sign(token, loaded, NOW) for loaded in keys]
        assert signed == [by_integers(token, "202609211413", size)] * 2


def test_node_gives_the_same_text() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    pairs = [(token, size) for token in TOKENS for size in SIZES]
    sent = json.dumps([(f"{token}.202609211413", pem(key(0, size))) for token, size in pairs])
    done = subprocess.run([node, "-e", _NODE], input=sent, capture_output=True, text=True, check=True, timeout=120)
    ours = [signed_token.sign(token, private_key.read(xml(key(0, size))), NOW) for token, size in pairs]
    assert json.loads(done.stdout) == ours


@pytest.mark.parametrize(
    "now, minute",
    [(0.0, "197001010000"), (59.999, "197001010000"), (60.0, "197001010001"), (NOW + 47, "202609211414"), (4102444799.5, "209912312359")],
)
def test_the_minute_is_of_utc(now: float, minute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    assert signed_token.sign("t", private_key.read(pem(key())), now).split(".")[:2] == ["t", minute]


def test_blanks_around_a_token_are_none_of_it() -> None:
    loaded = private_key.read(pem(key()))
    assert signed_token.sign(" App Name-x\n", loaded, NOW) == signed_token.sign("App Name-x", loaded, NOW)


@pytest.mark.parametrize("token", ["", " \n", "App\nName-x", "App\tx", "x\0", "x\ud800"])
def test_tokens_that_are_none(token: str) -> None:
    with pytest.raises(BadInput, match="system_user_token contains a line break or another character that no token has"):
        signed_token.sign(token, private_key.read(pem(key())), NOW)
