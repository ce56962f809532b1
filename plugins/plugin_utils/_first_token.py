# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs a person in to SuperOffice Online, and keeps the tokens that this gives.

Everything happens within one call, so that no token leaves it but in the encrypted file.
"""

from __future__ import annotations

import contextlib
import math
import time
import typing as t

from ..module_utils._client import errors
from ..module_utils._client.online import authorization, jwt, state, tokens
from ..module_utils._client.online.authorization import STEP, Authorization, NotTheAnswer
from ..module_utils._client.online.environments import Tenant
from ..module_utils._client.online.sign_in_host import Send
from ..module_utils._run.masking import Masking
from ..module_utils._run.options import connection_spec
from ..module_utils._run.spec import ArgumentSpec
from ._answer_listener import AnswerListener
from ._vault_file import UNUSED, VaultFile

HOST_OPTIONS = (
    "tenant",
    "online_environment",
    "login_url",
    "client_id",
    "client_secret",
    "validate_certs",
    "ca_path",
    "proxy",
    "timeout",
    "retries",
)
"""The connection options that signing in takes."""
PERSON = "person"
SYSTEM_USER = "system_user"
SPEC = ArgumentSpec(
    options={
        **connection_spec(HOST_OPTIONS).options,
        "path": {"type": "path", "no_log": False},
        "vault_id": {"type": "str", "no_log": False},
        "sign_in_as": {"type": "str", "choices": [PERSON, SYSTEM_USER], "no_log": False},
        "paste": {"type": "bool", "default": False, "no_log": False},
        "redirect_host": {"type": "str", "choices": list(authorization.LOOPBACK_HOSTS), "default": "127.0.0.1", "no_log": False},
        "redirect_port": {"type": "int", "default": 8765, "no_log": False},
        "redirect_path": {"type": "str", "default": "callback", "no_log": False},
        "answer_timeout": {"type": "float", "default": 600, "no_log": False},
    }
)
_MOST_PASTES = 5
# Seconds. More would keep the port for days.
_LONGEST_WAIT = 86400.0


class Screen(t.Protocol):
    """The person at the terminal."""

    def show(self, text: str) -> None:
        """Show a text at once."""

    def tell(self, text: str) -> None:
        """Show at once why something that came is not the answer."""

    def ask(self, text: str, seconds: float) -> str:
        """What the person types or pastes, without showing it.

        :raises errors.ErpSyncError: where there is no terminal.
        """


class FirstToken(t.NamedTuple):
    """What is needed to sign a person in. ``secrets`` gets all that must be masked."""

    params: t.Mapping[str, t.Any]
    place: Tenant
    send: Send
    screen: Screen
    file: VaultFile
    sign_in_as: str
    secrets: list[str]
    clock: t.Callable[[], float] = time.monotonic
    now: t.Callable[[], float] = time.time

    def would_do(self) -> str:
        """What it would do, for check mode.

        :raises errors.BadInput: for options with which it would not begin.
        """
        self._check_options()
        return (
            f"Would sign a person in to {self.place.name} at {self.place.login_url}, in a browser, and write what this gives into "
            f"{self.file.path}, encrypted for the vault id {self.file.vault_id}."
        )

    def carry_out(self) -> list[str]:
        """Sign in and write the file; the names of its variables.

        :raises errors.ErpSyncError: where there is no token in the end.
        """
        self._check_options()
        seconds = self.params["answer_timeout"]
        if self.params["paste"]:
            return self._by_paste(seconds)
        return self._by_browser(seconds)

    def _check_options(self) -> None:
        """
        :raises errors.BadInput: for a value with which nothing can be awaited.
        """
        seconds, host, port = (self.params[name] for name in ("answer_timeout", "redirect_host", "redirect_port"))
        if not 0 < seconds <= _LONGEST_WAIT:
            raise errors.BadInput(f"answer_timeout is {seconds:g}; use more than 0 and at most {_LONGEST_WAIT:g} seconds.")
        # A free port, which 0 asks for, is found by listening only.
        if not (1 if self.params["paste"] else 0) <= port <= 65535:
            raise errors.BadInput(
                f"redirect_port is {port}; ports go up to 65535. Give the port of the redirect URI that is registered for the application."
            )
        authorization.redirect_uri(host, port, self.params["redirect_path"])

    def _by_browser(self, seconds: float) -> list[str]:
        with AnswerListener(
            self.params["redirect_host"], self.params["redirect_port"], self.params["redirect_path"], clock=self.clock
        ) as listener:
            self._check_host()
            asked = self._begin(listener.redirect_uri)
            self.screen.show(
                f"To sign in to {self.place.name}, open this address in a browser on this machine:\n\n{asked.address()}\n\n"
                f"The answer is awaited at {asked.redirect_uri} for {seconds:g} seconds. Ctrl-C ends it."
            )
            answer, reply = listener.wait(seconds, lambda query: authorization.code_of(query, asked), self.screen.tell)
            try:
                if isinstance(answer, errors.ErpSyncError):
                    raise answer
                written = self._finish(answer, asked)
            except errors.ErpSyncError as error:
                reply(Masking(self.secrets).value(error.message), succeeded=False)
                raise
            except BaseException:
                reply("The sign-in was not finished. The terminal may say why.", succeeded=False)
                raise
            reply(f"You are signed in to {self.place.name}, and Ansible has what it needs. You may close this window.", succeeded=True)
            return written

    def _by_paste(self, seconds: float) -> list[str]:
        redirect_uri = authorization.redirect_uri(self.params["redirect_host"], self.params["redirect_port"], self.params["redirect_path"])
        self._check_host()
        asked = self._begin(redirect_uri)
        self.screen.show(
            f"To sign in to {self.place.name}, open this address in a browser on any machine:\n\n{asked.address()}\n\n"
            f"In the end the browser is sent to an address that begins with {redirect_uri}?\n"
            "and says that it cannot connect, which is right. Copy this whole address from the browser's address bar."
        )
        until = self.clock() + seconds
        for _try in range(_MOST_PASTES):
            left = until - self.clock()
            pasted = self.screen.ask("Paste the address here and press Enter. It is not shown. ", left) if left > 0 else ""
            if not pasted and self.clock() >= until:
                raise errors.WaitTimedOut(
                    f"Nothing was pasted within {seconds:g} seconds. Run it again; "
                    "answer_timeout (erpsync_sign_in_answer_timeout) gives more time."
                )
            # It may have the code even where it is refused.
            self.secrets.extend(_parts(pasted))
            try:
                code = authorization.code_of_pasted(pasted, asked)
            except NotTheAnswer as other:
                self.screen.tell(other.message)
                continue
            return self._finish(code, asked)
        raise errors.BadInput(f"The right address was not pasted in {_MOST_PASTES} tries. Nothing was written. Run it again.")

    def _check_host(self) -> None:
        """Refuse a tenant that is not there, and a host that cannot be used, before anybody is
        asked to do something.
        """
        # A maintenance may not keep anybody from signing in.
        with contextlib.suppress(errors.TenantNotRunningYet):
            state.ask(self.send, self.place, self.now)
        jwt.keys(self.send)

    def _begin(self, redirect_uri: str) -> Authorization:
        asked = authorization.begin(
            sign_in_host=self.place.login_url, tenant=self.place.name, client_id=self.params["client_id"], redirect_uri=redirect_uri
        )
        self.secrets.append(asked.verifier)
        return asked

    def _finish(self, code: str, asked: Authorization) -> list[str]:
        """Exchange the code, verify what comes and write the file."""
        self.secrets.append(code)
        found = tokens.exchange_code(
            self.send,
            client_id=asked.client_id,
            client_secret=self.params.get("client_secret"),
            code=code,
            redirect_uri=asked.redirect_uri,
            verifier=asked.verifier,
        )
        self.secrets.extend((found.access_token, found.refresh_token, found.id_token))
        claims = jwt.verified(
            found.id_token,
            # Anew: they may have been changed while a person signed in.
            jwt.keys(self.send),
            issuer=self.place.login_url,
            audience=asked.client_id,
            tenant=self.place.name,
            now=self.now,
            step=tokens.STEP_BY_CODE,
        )
        authorization.check_nonce(claims, asked)
        system_user_token = claims.get(f"{jwt.CLAIM}system_token")
        if isinstance(system_user_token, str) and system_user_token:
            self.secrets.append(system_user_token)
        else:
            system_user_token = None
        return self.file.write(self._variables(found.refresh_token, system_user_token))

    def _variables(self, refresh_token: str, system_user_token: str | None) -> dict[str, str]:
        """The variables to keep. Those of the way to sign in have the names that tasks read."""
        place = {
            "erpsync_tenant": self.place.name,
            **{f"erpsync_{name}": self.params.get(name) for name in ("online_environment", "login_url", "client_id")},
        }
        if self.sign_in_as == SYSTEM_USER:
            if system_user_token is None:
                raise errors.SignInFailed(
                    f"{STEP}: the id_token has no system user token. Nothing was written. Let an administrator of {self.place.name} "
                    "sign in, and check with SuperOffice that the application has a system user; or set sign_in_as (erpsync_sign_in_as) to "
                    "person.",
                    method=STEP,
                )
            found: dict[str, str | None] = {"erpsync_system_user_token": system_user_token, f"{UNUSED}refresh_token": refresh_token}
        else:
            found = {"erpsync_refresh_token": refresh_token, f"{UNUSED}system_user_token": system_user_token}
        return {name: value for name, value in {**place, **found}.items() if value}


def whole_seconds(seconds: float) -> int:
    """Seconds for a prompt, at least one."""
    return max(1, math.ceil(seconds))


def _parts(pasted: str) -> list[str]:
    """The values in a pasted address."""
    return [part.partition("=")[2] or part for part in pasted.strip().partition("?")[2].split("&") if part]
