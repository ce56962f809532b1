# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The signed system user token: the token, the UTC minute, and the signature over both."""

from __future__ import annotations

import base64
import time

from ..errors import BadInput
from .rsa_keys import PrivateKey


def sign(system_user_token: str, key: PrivateKey, now: float) -> str:
    """The text for a moment. The same minute gives the same text.

    :param now: seconds since 1970.
    :raises BadInput: for a token that no text can carry.
    """
    token = system_user_token.strip()
    if not token or not token.isprintable():
        raise BadInput("system_user_token contains a line break or another character that no token has. Check where the value comes from.")
    text = f"{token}.{time.strftime('%Y%m%d%H%M', time.gmtime(now))}"
    return f"{text}.{base64.b64encode(key.sign(text.encode())).decode('ascii')}"
