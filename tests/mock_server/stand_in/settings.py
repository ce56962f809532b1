# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings for undocumented behaviour of the server, and for behaviour that tests vary."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from .books import moment


@dataclass(frozen=True)
class Setting:
    """kind: boolean, number, offset (a number that may be negative), text (null allowed), names (list
    of strings), json (null allowed), time (ISO 8601, null allowed); or choices.
    """

    default: Any
    explanation: str
    kind: str = "text"
    choices: tuple[str, ...] = ()

    def fits(self, value: Any) -> bool:
        if self.choices:
            return value in self.choices
        if self.kind == "boolean":
            return isinstance(value, bool)
        if self.kind in ("number", "offset"):
            return isinstance(value, int | float) and not isinstance(value, bool) and (value >= 0 or self.kind == "offset")
        if self.kind == "names":
            return isinstance(value, list) and all(isinstance(name, str) for name in value)
        if self.kind == "json":
            return value is None or isinstance(value, dict)
        if self.kind == "time":
            return value is None or (isinstance(value, str) and _is_time(value))
        return value is None or isinstance(value, str)


def _is_time(text: str) -> bool:
    try:
        return bool(moment(text))
    except ValueError:
        return False


def _choice(explanation: str, *choices: str) -> Setting:
    return Setting(choices[0], explanation, "choice", choices)


def _switch(default: bool, explanation: str) -> Setting:
    return Setting(default, explanation, "boolean")


TABLE: dict[str, Setting] = {
    # Engine and synchronisation
    "engine_delay": Setting(1.0, "Seconds until a changed engine state or interval takes effect.", "number"),
    "running_message": Setting("Running", "StatusMessage while the engine runs; null is allowed."),
    "stopped_message": Setting("Stopped", "StatusMessage while the engine is stopped; null is allowed."),
    "sync_outcome": _choice(
        "What SyncAll and ForceSyncAll answer. auto: the changes waiting in the state, once; changes: always the same changes; "
        "ok: no changes; warning, error: that status; empty: Ok with empty lists; null_changes: Changes is null; no_status: as auto, "
        "without the member Status.",
        "auto",
        "changes",
        "ok",
        "warning",
        "error",
        "empty",
        "null_changes",
        "no_status",
    ),
    "sync_error_code": Setting("UNKNOWN_CONNECTION_ID", "ErrorCode of sync_outcome error."),
    "sync_seconds": Setting(0, "How long SyncAll, ForceSyncAll and the ForceResync methods take.", "number"),
    "sync_all_while_stopped": _choice(
        "SyncAll while the engine is stopped: an error response, OkWithInfo with no changes, an exception, or a synchronisation.",
        "error",
        "ok_with_info",
        "exception",
        "sync",
    ),
    # Which methods exist, and who may call
    "rest_available": _switch(True, "Whether the REST services are installed, as they are from SuperOffice 8.1 on."),
    "missing_methods": Setting([], "Agent methods this server does not have, as older ones lack some.", "names"),
    "missing_method_answer": _choice(
        "How a call of a missing method is answered.", "404_json", "404_html", "405", "400", "501", "500_not_supported"
    ),
    "unlicensed": _switch(False, "The licence module is missing: every agent method answers SoLicenseException."),
    "forbidden": Setting([], "Agent methods the user has no right to ('*' is all): SoSentryException.", "names"),
    "refusal_status": Setting(403, "HTTP status of unlicensed and forbidden.", "number"),
    "require_app_token": Setting(None, "The SO-AppToken every request must carry; null does not check it."),
    "app_token_status": Setting(401, "HTTP status where SO-AppToken is missing or wrong.", "number"),
    "expired_status": Setting(401, "HTTP status for an expired ticket or token; the vendor's texts also speak of 403.", "number"),
    "ticket_lifetime": Setting(21600, "Seconds a ticket lives after each use.", "number"),
    "token_lifetime": Setting(3600, "Seconds an access token lives.", "number"),
    "function_rights_told": _switch(True, "Whether the principal tells FunctionRights; otherwise they are null."),
    "licence_name_member": _choice("Which member of a licence of User/currentPrincipal has its name.", "Name", "ModuleName"),
    "archive_available": _switch(True, "Whether archives answer, over REST and SOAP."),
    "mdo_available": _switch(True, "Whether /api/v1/MDOList answers."),
    "archive_status": Setting(200, "HTTP status of /api/v1/archive; anything but 200 is an error.", "number"),
    "archive_output_default": _choice(
        "How an archive shows booleans where $output is not asked for: as Display has them, by icon hints, or as Logical has them.",
        "display",
        "logical",
    ),
    "archive_values": _choice(
        'How an archive spells booleans and numbers with $output=Logical: true and 5, 1 and 5, "true" and "5", or "[I:1]" and '
        '"[I:5]"; hints: by icon hints all the same.',
        "json",
        "digits",
        "text",
        "encoded",
        "hints",
    ),
    "archive_enums": _choice(
        "How an archive shows enums: as documented for each column (numbers, of ErpField.ActorTypeErp the name), all by number, or all "
        "by name.",
        "documented",
        "numbers",
        "names",
    ),
    "archive_flags": _choice(
        "How an archive shows yes and no in columns that are documented as int, such as SyncToCrm: as numbers, or as it shows booleans.",
        "numbers",
        "booleans",
    ),
    "archive_dates": _choice(
        "How an archive writes times, which are UTC: ISO 8601 without a zone, with Z, with fractions, with an offset, or in the "
        "brackets of CultureDataFormatter.",
        "plain",
        "z",
        "fraction",
        "offset",
        "encoded",
    ),
    "archive_associates": _choice("How updatedBy and registeredBy name a user.", "initials", "full_name", "id"),
    "archive_column_names": _choice(
        "Under which name a column comes back: the one that was asked for, or the one of the documentation. Of dynamic always the former.",
        "asked",
        "documented",
    ),
    "archive_missing_columns": Setting([], "Columns that no archive of this server knows.", "names"),
    "archive_unknown_column": _choice(
        "What an archive does with a column that it does not know: refuse the question, show null, or leave it out.",
        "refuse",
        "null",
        "absent",
    ),
    "archive_deleted": _choice(
        "What is listed of deleted connections and connectors where no entities are asked for: they and their fields, only the fields, or "
        "nothing. Of dynamic always all.",
        "all",
        "fields",
        "none",
    ),
    "archive_needs_restriction": _switch(False, "Whether an archive that is asked without a restriction (such as getAllRows) has no rows."),
    "archive_operators": _choice(
        "Which operators a column takes: all that fit its type, or only those that are documented for it.", "fitting", "documented"
    ),
    "archive_undocumented_order": _choice(
        "What ordering by a column does of which it is not documented that it can be ordered by.", "sort", "ignore", "refuse"
    ),
    "archive_next_link": _switch(True, "Whether odata.nextLink is there when more rows follow."),
    "archive_counts": _switch(True, "Whether odata.count tells how many rows there are, where $inlineCount asks for it."),
    "archive_post": _choice("How POST to an archive answers: like GET, or as it does on servers that lack it.", "answers", "405", "404"),
    "archives_refused": Setting([], "Archives that are refused ('*' is all), with archives_refused_status.", "names"),
    "archives_refused_status": Setting(403, "HTTP status of archives_refused.", "number"),
    "dynamic_archive": _switch(True, "Whether there is the archive dynamic."),
    "dynamic_undeclared_joins": _switch(True, "Whether that archive joins over field[table], for which the dictionary has no relation."),
    "sync_log_sides": _choice(
        "What the columns source and target of ErpSyncLog say: CRM and ERP; SuperOffice and the connection's name; or the two records.",
        "words",
        "names",
        "records",
    ),
    "never_updated": _choice(
        "When and by whom a row was changed that never was: 0001-01-01 or 1760-01-01 and nobody, or as it was registered.",
        "0001",
        "1760",
        "registered",
    ),
    "stamps_on_every_save": _switch(
        False, "Whether a save also stamps the rows that it does not change; otherwise who changed a row, and when, stays."
    ),
    "clock": Setting(None, "The time at which the installation's clock stands, in ISO 8601, UTC; null is this machine's clock.", "time"),
    "clock_ahead": Setting(0, "Seconds that the installation's clock is ahead.", "offset"),
    "local_minutes": Setting(0, "Minutes that the server's local time, in which LastSync is told, is ahead of UTC.", "offset"),
    "mdo_grouped": _switch(False, "Whether lists are grouped: headings with ids of their own, and their items in ChildItems."),
    "mdo_honours_flat": _switch(True, "Whether a list that is asked for flat (SOAP: ForceFlatList) then comes without headings."),
    "archive_page_size": Setting(100, "Rows of an archive answer before odata.nextLink continues.", "number"),
    "mdo_use_rank": _switch(True, "Whether the MDO list erpconnections honours additional=useRank=true."),
    "mdo_rank_includes_superoffice": _switch(True, "Whether that list then contains SuperOffice itself as item 0."),
    # How answers look
    "duration_format": _choice("How durations are written: [d.]hh:mm:ss or ISO 8601.", "c", "iso"),
    "key_case": _choice("Case of the keys in answers.", "pascal", "camel"),
    "void_answer": _choice(
        "How a method without a value answers. 204_null is a 204 followed by the four letters null, after which the connection closes.",
        "204_empty",
        "204_null",
        "200_null",
    ),
    "status_in_plugin_response": _switch(True, "Whether PluginResponse has the member Status."),
    "error_message_key": _choice("Where the text of an error stands.", "Message", "ErrorMessage", "absent"),
    "connector_down_status": Setting(500, "HTTP status where a connector does not answer its own server.", "number"),
    "undocumented_members": _switch(True, "Whether carriers have members that no description knows."),
    "unknown_members": _choice("What happens to members of a request that the server does not know.", "refuse", "ignore"),
    "net_server_version": Setting("11.10.721.0", "NetServerVersion of GET /api."),
    # SOAP
    "soap_available": _switch(True, "Whether the SOAP services answer at all, as AllowWebServiceRequests decides."),
    "soap_off_answer": _choice("How services that are switched off answer.", "404_html", "503_html", "fault"),
    "soap_services": Setting(
        ["75", "80", "81", "82", "83", "84", "85", "86", "87", "88"], "Services versions this server has; others are answered 404.", "names"
    ),
    "soap_archive_available": _switch(True, "Whether archives answer over SOAP, where they do over REST."),
    "soap_archive_booleans": _choice("How Archive.svc writes yes and no: [I:1], [B:1] or [B:True].", "number", "digit", "word"),
    "services88_edition": _choice("Which Services88: the operations grew from 46 over 47 to 49.", "2026", "2021", "2020"),
    "wrap_exceptions": _switch(
        True, "WrapExceptions: whether a refusal is 200 with the header parts ExceptionInfo and Succeeded=false, or 500 with a soap:Fault."
    ),
    "fault_detail": _switch(True, "Whether such a soap:Fault tells the exception's text and type."),
    "exception_type": _choice("ExceptionType with or without its namespace.", "full", "short"),
    "exception_text": _choice("Which members of ExceptionInfo have the text.", "both", "message", "friendly"),
    "soap_session_answer": _choice(
        "How a ticket that is missing, unknown or expired, or a wrong application token, is answered: as an exception, or by "
        "the HTTP status.",
        "exception",
        "401",
        "403",
    ),
    "login_failure": _choice(
        "What AuthenticateUsernamePassword answers where the password is wrong: AuthenticationSucceeded=false, an exception, or both.",
        "not_succeeded",
        "exception",
        "both",
    ),
    "required_header_parts": Setting(
        ["Credentials"], "Header parts that must be there; ApplicationToken, Credentials and TimeZone are known.", "names"
    ),
    "soap_nulls": _choice("How a member that is null is written: xsi:nil, or not at all.", "nil", "absent"),
    "soap_undocumented_members": _choice(
        "Members of carriers that no description knows: not sent over SOAP and kept where a carrier is saved, or sent behind the "
        "others and expected back.",
        "kept",
        "shown",
    ),
    "printed_examples": _switch(
        True,
        "Whether envelopes in the form of the vendor's printed examples are taken: namespace of SOAP 1.2, header parts in the Envelope.",
    ),
    # Connectors and connections
    "delete_connector_with_connections": _choice("Deleting a connector that still has connections.", "refuse", "allow"),
    "deleted_connections_count": _switch(False, "Whether deleted connections count as connections of their connector."),
    "all_connections_members": _choice(
        "What GetAllConnections fills in, apart from ConfigFields, which it never does: all; id, name and description; or what the "
        "archive ErpConnection has, without user groups and users.",
        "full",
        "minimal",
        "archive",
    ),
    "password_echo": _choice("How configuration fields of type Password come back.", "clear", "blank", "masked", "absent"),
    "unechoed_password_on_save": _choice(
        "What saving back a password just as password_echo showed it does: keep the stored one, or store what came.", "keep", "overwrite"
    ),
    "save_sets_active": _switch(True, "Whether SaveConnection takes the member Active as sent; otherwise only the toggle changes it."),
    "enforce_inactive_for_edit": _switch(
        False, "Whether configuration, field mappings, defaults and list mappings can be changed only while the connection is inactive."
    ),
    "enforce_test_before_save": _switch(False, "Whether SaveConnection refuses a configuration that its connector does not accept."),
    "config_style": _choice(
        "How the configuration values that an installation starts with, and what connectors propose, are written: plain, or in the "
        "brackets of CultureDataFormatter, [I:443]. Both are taken.",
        "plain",
        "bracketed",
    ),
    "connector_defaults_now": _switch(
        False, "Whether connectors propose for a date the time of the call, as the vendor's own test connector does, never twice the same."
    ),
    "priority_accepts_zero": _switch(True, "Whether the priorities may contain 0, SuperOffice itself."),
    # Mappings
    "enforce_mapping_rules": _switch(
        True,
        "Whether SaveActorTypeMapping refuses what the administration client would: a direction without a CRM field, a second "
        "connection writing to CRM, a direction that the field's access does not allow.",
    ),
    "synchronised_and_shown": _choice(
        "A field that is synchronised and shown at once: the vendor's page of 2016 excludes it, the one of 2025 does not.",
        "allow",
        "refuse",
    ),
    "absent_field_mappings": _choice("Fields that SaveActorTypeMapping was not sent.", "cleared", "kept"),
    "no_selection": _choice("How a list item without a CRM item is shown.", "null", "id0"),
    "crm_list_extra_info": _switch(
        True,
        "Whether the CrmList of a list mapping tells in ExtraInfo and Name by which name its items can be asked for; otherwise only "
        "the field's ListReference does.",
    ),
    "duplicate_crm_list_items": _choice("Mapping two ERP items to one CRM item.", "allow", "refuse"),
    "move_step": _choice("How far MoveErpFieldItem moves a field.", "one", "direction"),
    "move_direction": _choice(
        "What a positive Direction does with the rank of a field; that it increases is documented.", "increase", "decrease"
    ),
    "moves_take_effect": _switch(True, "Whether MoveErpFieldItem moves a field; otherwise it is accepted and does nothing."),
    "field_ids": _choice(
        "When an ERP field has an ErpFieldId, and a row in the archive: always; once a mapping of its actor type was saved; or once "
        "one was saved in which it is mapped, shown or searchable. Until then the id is 0.",
        "always",
        "once_saved",
        "once_used",
    ),
    # Online: the state of tenants
    "state_valid_for": Setting(3600, "Seconds from a state request to its ValidUntil.", "number"),
    "state_values": _choice("How a tenant's State is written: by its name or its number.", "name", "number"),
    "state_version": _switch(True, "Whether a tenant's state has the member Version, which older replies lack."),
    "unknown_tenant_answer": _choice(
        "What the state request for an unknown tenant is answered: 404 with JSON or a page, 400, or 200 with the state Unknown or null.",
        "404_json",
        "404_html",
        "400",
        "unknown_state",
        "null",
    ),
    # Online: signing in
    "clock_offset": Setting(0, "Seconds that the clock of the sign-in host is ahead of this machine's, in its header Date too.", "offset"),
    "signed_time_tolerance": Setting(300, "Seconds that the time in a signed system user token may differ from the clock.", "number"),
    "stale_signature_message": _choice(
        "ErrorMessage for a signed system user token whose time is too far away.",
        "ID4148: The token has expired.",
        "InvalidTimestamp",
    ),
    "system_user_refusal_status": Setting(200, "HTTP status where PartnerSystemUser answers IsSuccessful=false.", "number"),
    "jwt_lifetime": Setting(300, "Seconds from iat to exp of a JWT.", "number"),
    "jwt_times": _choice("How a JWT writes iat: as a number, or as a text as in the vendor's printed sample.", "number", "text"),
    "jwt_key_ids": _switch(True, "Whether JWTs and the keys of JWKS have a kid."),
    "jwks_order": _choice("Which key stands first in JWKS while an old one is still published.", "newest_first", "oldest_first"),
    "jwt_flaw": _choice(
        "What is wrong with the JWTs that are issued, if anything: the signature does not fit; a key that JWKS lacks signed it; alg is "
        "none, or HS256 with the public key; it is for another issuer, audience, tenant or nonce; it has expired or is not valid yet; "
        "the claims ticket and system_token are absent; it is not a JWT.",
        "nothing",
        "signature",
        "unknown_key",
        "alg_none",
        "alg_hs256",
        "issuer",
        "audience",
        "tenant",
        "nonce",
        "expired",
        "not_yet_valid",
        "no_credential",
        "not_a_jwt",
    ),
    "system_token_claim": _choice("Whose id_token has the system user token.", "administrators", "everyone"),
    "code_lifetime": Setting(600, "Seconds an authorization code lives.", "number"),
    "redirect_ports": _choice(
        "Whether a redirect URI on a loopback address may have another port than the registered one.", "any", "registered"
    ),
    "token_parameters": _choice(
        "Where the token endpoint takes its parameters from: the body, or, as in the vendor's samples, the query string as well.",
        "body",
        "body_or_query",
    ),
    "refresh_token_again": _switch(False, "Whether the answer to a refresh has a refresh_token, the same one again."),
    "oauth_error_answer": _choice(
        "How the token endpoint refuses: with error and error_description of RFC 6749, with SuperOffice's error object, or with a page.",
        "oauth",
        "error_object",
        "html",
    ),
    "access_token_length": Setting(600, "Characters of an Online access token, at least 100.", "number"),
    # Online: the services of a tenant
    "credential_uses": Setting(0, "Calls after which a tenant's ticket or access token expires; 0 does not count them.", "number"),
    "soap_application_token": _choice(
        "What the header part ApplicationToken must be at a tenant; the vendor's pages name both.", "client_secret", "client_id", "either"
    ),
    "moved_body": _choice("Body of the 421 at a host where the tenant is not.", "error", "text", "html", "empty"),
    "unavailable_status": Setting(503, "HTTP status of the services of a tenant that is not running.", "number"),
    "restricted_agent": _switch(False, "Whether the application lacks the ErpSync agent at tenants; HTTP status: refusal_status."),
    "restricted_error_type": _choice(
        "ErrorType where the application lacks the agent.", "SoSentryException", "SoSessionException", "SoNotSupportedException"
    ),
    "ticket_as_user_name": _switch(
        False, "Whether a ticket may stand in place of the user name at tenants, as the vendor's page about on-site says of any."
    ),
    "throttle_calls": Setting(
        0, "Calls to an installation in throttle_seconds, beyond them 429; the vendor names 10 for tenants, 0 is any number.", "number"
    ),
    "throttle_seconds": Setting(1, "The seconds in which throttle_calls are counted.", "number"),
    "throttle_retry_after": _switch(True, "Whether the 429 has Retry-After."),
}


_DEFAULTS = {name: setting.default for name, setting in TABLE.items()}
_CHANGEABLE = {name: default for name, default in _DEFAULTS.items() if isinstance(default, list | dict)}
"""The defaults of which each needs one of its own."""


class Settings:
    """The value of every setting. `initial` overrides the defaults, also after restore()."""

    def __init__(self, initial: dict[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = {}
        self._initial: dict[str, Any] = {}
        self.restore()
        self.change(initial or {})
        self._initial = initial or {}

    def restore(self) -> None:
        self._values = {**_DEFAULTS, **copy.deepcopy({**_CHANGEABLE, **self._initial})}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings.

        Raises ValueError, and changes nothing, for an unknown setting or unfit value.
        """
        for name, value in changes.items():
            if name not in TABLE:
                raise ValueError(f"unknown setting {name!r}")
            if not TABLE[name].fits(value):
                allowed = ", ".join(TABLE[name].choices) or TABLE[name].kind
                raise ValueError(f"setting {name!r}: {value!r} does not fit ({allowed})")
        self._values.update(copy.deepcopy(changes))

    def described(self) -> dict[str, dict[str, Any]]:
        """{name: {value, default, explanation, kind, choices?}}"""
        described: dict[str, dict[str, Any]] = {}
        for name, setting in TABLE.items():
            described[name] = {
                "value": self._values[name],
                "default": setting.default,
                "explanation": setting.explanation,
                "kind": setting.kind,
            }
            if setting.choices:
                described[name]["choices"] = list(setting.choices)
        return described
