# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world outside SuperOffice: the ERP products and their connector URLs. It never changes.

The state (erp_actors), not this module, keeps records that the agent creates in an ERP system.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
from dataclasses import dataclass, field
from typing import NamedTuple


class ErpField(NamedTuple):
    """One field of an ERP actor type, as its connector describes it."""

    key: str
    name: str
    field_type: str = "Text"
    access: str = "Normal"
    list_name: str | None = None
    default: str = ""
    max_length: int = 0


class ConfigField(NamedTuple):
    """One field of the configuration a connector asks for."""

    key: str
    name: str
    field_type: str = "Text"
    access: str = "Normal"
    list_name: str | None = None
    default: str = ""
    max_length: int = 0
    tooltip: str = ""


@dataclass(frozen=True)
class Product:
    """An ERP product: lists maps the names of its lists to {item key: item name}; searchable:
    actors with advanced search.
    """

    name: str
    config: tuple[ConfigField, ...]
    actors: dict[str, tuple[ErpField, ...]]
    lists: dict[str, dict[str, str]]
    searchable: frozenset[str] = field(default_factory=frozenset)

    def bracketed(self, config: dict[str, str | None]) -> dict[str, str | None]:
        """A configuration with its values in the encoding of CultureDataFormatter."""
        types = {entry.key: entry.field_type for entry in self.config}
        return {key: value if value is None else bracketed(types.get(key, "Text"), value) for key, value in config.items()}

    def accepts(self, config: dict[str, str | None] | None) -> bool:
        """Whether the connector accepts this configuration.

        The password "wrong" is always wrong.
        """
        given = config or {}
        known = {entry.key: entry for entry in self.config}
        if not set(given) <= set(known):
            return False
        return all(self._fits(entry, given.get(entry.key) or "") for entry in self.config)

    def _fits(self, entry: ConfigField, value: str) -> bool:
        if not value:
            return entry.access != "Mandatory"
        if entry.field_type in _BRACKETS:
            value = bare(value)
            if not value:
                return entry.access != "Mandatory"
        if entry.max_length and len(value) > entry.max_length:
            return False
        if entry.field_type == "Password":
            return value != "wrong"
        if entry.field_type == "Checkbox":
            return value.lower() in ("0", "1", "true", "false")
        if entry.field_type == "List":
            return value in self.lists.get(entry.list_name or "", {})
        if entry.field_type in ("Integer", "Double"):
            return _is_number(value, whole=entry.field_type == "Integer")
        if entry.field_type == "Date":
            return _is_date(value)
        return True


_BRACKETS = {"Checkbox": "I", "Integer": "I", "Double": "F", "Date": "DT"}
FIRST_CALL = datetime.datetime(2026, 11, 25, 8, 0, 0)
"""The time of the first request for proposals; later seconds are counted, not measured."""


def bracketed(field_type: str, text: str) -> str:
    """A text in the encoding of CultureDataFormatter; texts, passwords, list keys, blanks stay
    plain.
    """
    if field_type not in _BRACKETS or not text:
        return text
    if field_type == "Date":
        when = datetime.datetime.fromisoformat(text)
        text = f"{when.month:02}/{when.day:02}/{when.year:04} {when:%H:%M:%S}.0000000"
    return f"[{_BRACKETS[field_type]}:{text}]"


def bare(text: str) -> str:
    """A value without its brackets."""
    match = re.fullmatch(r"\[(?:I|F|D|DT|M|T|B):(.*)\]", text, re.DOTALL)
    return match[1] if match else text


def _is_date(text: str) -> bool:
    """Whether a text is ISO 8601 or month/day/year, with or without a time; fractions are ignored."""
    text = re.sub(r"[.,]\d+$", "", text, flags=re.ASCII)
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S"):
        with contextlib.suppress(ValueError):
            return bool(datetime.datetime.strptime(text, form))
    return False


def _is_number(text: str, whole: bool) -> bool:
    try:
        number = float(text.replace(",", "."))
        return number == int(number) if whole else True
    except (ValueError, OverflowError):
        return False


def _company(name: str, number: str, *more: ErpField) -> tuple[ErpField, ...]:
    return (
        ErpField(name, "Name", access="Mandatory", max_length=80),
        ErpField(number, "Number", access="ReadOnly", max_length=20),
        ErpField("ORGNUMBER", 'US:"VAT number";NO:"Organisasjonsnummer"', max_length=20),
        ErpField("EMAIL", "E-mail"),
        ErpField("TELEPHONE", "Telephone"),
        ErpField("STREET", 'US:"Street";NO:"Gate"'),
        ErpField("ZIPCODE", "Postcode", max_length=10),
        ErpField("CITY", "City"),
        ErpField("COUNTRY", "Country", "List", list_name="CountryList"),
        ErpField("CURRENCY", "Currency", "List", list_name="CurrencyList"),
        *more,
    )


_TERMS = {"a": "30 days", "x": "Cash", "9": "14 days", "p": "Prepaid"}
_CURRENCIES = {"NOK": "Norwegian krone", "SEK": "Swedish krona", "EUR": "Euro", "DKK": "Danish krone"}
_COUNTRIES = {"47": "Norway", "46": "Sweden", "45": "Denmark", "49": "Germany", "43": "Austria"}
_TERMS_FIELD = ErpField("STDTERMS", 'US:"Payment terms";NO:"Betalingsbetingelser"', "List", list_name="TermList")
_PERSON = (
    ErpField("FIRSTNAME", "First name"),
    ErpField("LASTNAME", "Last name", access="Mandatory"),
    ErpField("TITLE", "Title"),
    ErpField("EMAIL", "E-mail"),
    ErpField("TELEPHONE", "Telephone"),
    ErpField("MOBILE", "Mobile"),
    ErpField("ROLE", "Role", "List", list_name="RoleList"),
    ErpField("LEFT", "Has left", "Checkbox"),
)
_PROJECT = (
    ErpField("NAME", "Name", access="Mandatory"),
    ErpField("PROJECTNO", "Project number", access="ReadOnly"),
    ErpField("STATE", "State", "List", list_name="StateList"),
    ErpField("ENDDATE", "End date", "Date"),
    ErpField("BUDGET", "Budget", "Double"),
    ErpField("HOURS", "Hours", "Integer"),
)
_LISTS = {
    "TermList": _TERMS,
    "CurrencyList": _CURRENCIES,
    "CountryList": _COUNTRIES,
    "RoleList": {"B": "Buyer", "D": "Director", "A": "Accountant"},
    "StateList": {"10": "Planned", "20": "Started", "90": "Closed"},
}

VISMA = Product(
    name="Visma Business",
    config=(
        ConfigField("Company", "Company", access="Mandatory", max_length=10, tooltip="Number of the company in Visma"),
        ConfigField("User", 'US:"User";NO:"Bruker"', default="superoffice", max_length=40),
        ConfigField("Password", 'US:"Password";NO:"Passord"', "Password", "Mandatory", max_length=64),
        ConfigField("Port", "Port", "Integer", default="443"),
        ConfigField("Timeout", "Time-out in seconds", "Double", default="30.5"),
        ConfigField("UseTls", "Use TLS", "Checkbox", default="1"),
        ConfigField("Ledger", "Ledger", "List", list_name="LedgerList", default="general"),
        ConfigField("StartDate", "Synchronise from", "Date"),
        ConfigField("Serial", "Serial number", access="ReadOnly", default="<ser#>"),
        ConfigField("Help", "Ask the Visma administrator for a service user.", "Label", "ReadOnly"),
    ),
    actors={
        "Customer": _company(
            "NAME",
            "NUMBER1",
            _TERMS_FIELD,
            ErpField("CREDITLIMIT", "Credit limit", "Double", default="[F:10000]"),
            ErpField("CREDITSTOP", "Credit stop", "Checkbox", default="[I:0]"),
            ErpField("CUSTOMERSINCE", "Customer since", "Date"),
            ErpField("EMPLOYEES", "Employees", "Integer"),
            ErpField("BALANCE", "Balance", "Double", "ReadOnly"),
            ErpField("DISTRICT", "District", "List", list_name="DistrictList"),
        ),
        "Supplier": _company(
            "NAME", "NUMBER1", _TERMS_FIELD, ErpField("SUPPLIERLIMIT", "Supplier limit", "Double"), ErpField("BANKACCOUNT", "Bank account")
        ),
        "Person": _PERSON,
        "Project": _PROJECT,
    },
    lists={**_LISTS, "LedgerList": {"general": "General ledger", "export": "Export"}, "DistrictList": {"N": "North", "S": "South"}},
    searchable=frozenset({"Customer", "Supplier"}),
)

SAP = Product(
    name="SAP S/4HANA",
    config=(
        ConfigField("System", "System", access="Mandatory", default="S4H", max_length=3),
        ConfigField("Client", "Client", "Integer", "Mandatory", default="100"),
        ConfigField("User", "User", access="Mandatory", max_length=12),
        ConfigField("Password", "Password", "Password", "Mandatory", max_length=40),
        ConfigField("SalesOrganisation", "Sales organisation", "List", list_name="SalesOrganisationList", default="1010"),
    ),
    actors={
        "Customer": _company(
            "NAME1",
            "KUNNR",
            ErpField("ZTERM", "Terms of payment", "List", list_name="TermList"),
            ErpField("KLIMK", "Credit limit", "Double"),
            ErpField("SPERR", "Blocked", "Checkbox"),
            ErpField("KTOKD", "Account group", "List", "Mandatory", list_name="AccountGroupList", default="KUNA"),
            ErpField("ERDAT", "Created", "Date", "ReadOnly"),
        ),
        "Supplier": _company("NAME1", "LIFNR", ErpField("ZTERM", "Terms of payment", "List", list_name="TermList")),
        "Partner": _company("NAME1", "PARNR"),
        "Person": _PERSON,
        "Project": _PROJECT,
    },
    lists={
        **_LISTS,
        "TermList": {"0001": "Pay immediately", "0030": "30 days", "0060": "60 days net"},
        "SalesOrganisationList": {"1010": "Germany", "1020": "Austria"},
        "AccountGroupList": {"KUNA": "Domestic", "EXPO": "Export"},
    },
    searchable=frozenset({"Customer"}),
)

DYNAMICS = Product(
    name="Microsoft Dynamics 365 Business Central",
    config=(
        ConfigField("Tenant", "Tenant", access="Mandatory"),
        ConfigField("Company", "Company", access="Mandatory", default="CRONUS"),
        ConfigField("ClientId", "Client id", access="Mandatory"),
        ConfigField("ClientSecret", "Client secret", "Password", "Mandatory"),
        ConfigField("Sandbox", "Sandbox", "Checkbox", default="0"),
    ),
    actors={
        "Customer": _company(
            "NAME",
            "NUMBER1",
            ErpField("PAYMENTTERMSCODE", "Payment terms", "List", list_name="TermList"),
            ErpField("CREDITLIMITLCY", "Credit limit", "Double"),
            ErpField("BLOCKED", "Blocked", "Checkbox"),
        ),
        "Supplier": _company("NAME", "NUMBER1", ErpField("PAYMENTTERMSCODE", "Payment terms", "List", list_name="TermList")),
        "Project": _PROJECT,
    },
    lists={**_LISTS, "TermList": {"30D": "30 days", "14D": "14 days", "COD": "Cash"}},
)

VISMA_URL = "https://erp.example.com/Connector.svc"
SAP_URL = "https://sap.example.com/ErpConnector/Service.svc?ConnectorName=SAP"
DYNAMICS_URL = "https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral"
OLD_DYNAMICS_URL = "http://old-nav.example.com/NavConnector.svc"
"""A former connector; nothing answers there any more."""

BULK_ACTORS = ("Customer", "Supplier", "Partner", "Person", "Project")
_BULK_URL = re.compile(r"https://bulk\.example\.com/(\d)x(\d{1,4})/Connector\.svc")


def bulk_url(actors: int, fields: int) -> str:
    """A connector whose product has so many actor types with so many fields each; at most five, and 9999."""
    return f"https://bulk.example.com/{actors}x{fields}/Connector.svc"


def bulk_field(rank: int) -> ErpField:
    return ErpField(f"FIELD{rank:03}", f"Field {rank:03}")


@functools.lru_cache(maxsize=16)
def _bulk(actors: int, fields: int) -> Product:
    described = tuple(bulk_field(rank) for rank in range(1, fields + 1))
    return Product(
        name="Bulk",
        config=(
            ConfigField("Company", "Company", access="Mandatory"),
            ConfigField("Password", "Password", "Password", "Mandatory"),
        ),
        actors=dict.fromkeys(BULK_ACTORS[:actors], described),
        lists={},
    )


def _bulk_at(url: str) -> Product | None:
    match = _BULK_URL.fullmatch(url)
    return _bulk(int(match[1]), int(match[2])) if match else None


_ANSWERING = {VISMA_URL: VISMA, SAP_URL: SAP, DYNAMICS_URL: DYNAMICS}
_REMEMBERED = {**_ANSWERING, OLD_DYNAMICS_URL: DYNAMICS}


def _place(url: str | None) -> str:
    """A connector URL without the user name and password with which its host is asked."""
    return re.sub(r"^(https?://)[^/?#]*@", r"\1", (url or "").strip())


def answering(url: str | None) -> Product | None:
    """The product at a connector URL; None where nothing answers."""
    return _ANSWERING.get(_place(url)) or _bulk_at(_place(url))


def remembered(url: str | None) -> Product | None:
    """The product at the time when the database was filled."""
    return _REMEMBERED.get(_place(url)) or _bulk_at(_place(url))


def erp_record(actor_type: str, key: str, fields: dict[str, str]) -> dict[str, str] | None:
    """Values by field key of one ERP record: keys 10001 to 10050 exist. fields: field key -> field
    type.
    """
    if not key.isdigit() or not 10001 <= int(key) <= 10050:
        return None
    number = int(key)
    by_type = {
        "Integer": f"[I:{number % 97}]",
        "Double": f"[F:{number * 1.5:.2f}]",
        "Checkbox": f"[I:{number % 2}]",
        "Date": f"[D:0{1 + number % 9}/15/2026]",
        "List": "",
    }
    special = {"NUMBER1": key, "KUNNR": key, "LIFNR": key, "PARNR": key, "PROJECTNO": key}
    return {
        field_key: special.get(field_key, by_type.get(field_type, f"{actor_type} {field_key.lower()} {key}"))
        for field_key, field_type in fields.items()
    }
