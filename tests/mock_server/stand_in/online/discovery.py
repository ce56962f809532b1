# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients read before they sign in: the OpenID Connect metadata and the public keys."""

from __future__ import annotations

from ..wire.answers import Answer, json_answer
from ..wire.call import Call
from .keys import IDENTITY
from .side import Online


def metadata(online: Online, call: Call) -> Answer:
    login = f"{online.login_url}/login"
    return json_answer(
        {
            "issuer": online.login_url,
            "authorization_endpoint": f"{login}/common/oauth/authorize",
            "token_endpoint": f"{login}/common/oauth/tokens",
            "jwks_uri": f"{login}/.well-known/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256", "plain"],
            "scopes_supported": ["openid"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nbf", "nonce", f"{IDENTITY}ctx", f"{IDENTITY}system_token"],
        }
    )


def jwks(online: Online, call: Call) -> Answer:
    return json_answer(online.keys.jwks())
