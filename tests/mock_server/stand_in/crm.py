# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CRM side: fields of its records, lists, and a few records. Fictitious data."""

from __future__ import annotations

from typing import Any, NamedTuple


class CrmField(NamedTuple):
    """list_name: the MDO list a list field takes its items from. table: where those items are kept.
    """

    name: str
    field_type: str
    list_name: str | None = None
    table: str | None = None


CRM_FIELDS: dict[str, dict[str, CrmField]] = {
    "Contact": {
        "name": CrmField("Name", "Text"),
        "department": CrmField("Department", "Text"),
        "number1": CrmField("Number", "Text"),
        "code": CrmField("Code", "Text"),
        "orgnr": CrmField("VAT number", "Text"),
        "email": CrmField("E-mail", "Text"),
        "phone": CrmField("Telephone", "Text"),
        "fax": CrmField("Fax", "Text"),
        "webpage": CrmField("Web page", "Text"),
        "streetaddress1": CrmField("Street address", "Text"),
        "streetaddress2": CrmField("Street address 2", "Text"),
        "zipcode": CrmField("Postcode", "Text"),
        "city": CrmField("City", "Text"),
        "country": CrmField("Country", "List", "country", "country"),
        "category": CrmField("Category", "List", "category", "category"),
        "business": CrmField("Business", "List", "business", "business"),
        "currency": CrmField("Currency", "List", "currency", "currency"),
        "paymentterms": CrmField('US:"Payment terms";NO:"Betalingsbetingelser"', "List", "paymentterms", "udlist&udlistdefinition_id=12"),
        "creditlimit": CrmField("Credit limit", "Double"),
        "creditstop": CrmField("Credit stop", "Checkbox"),
        "customersince": CrmField("Customer since", "Date"),
        "employees": CrmField("Employees", "Integer"),
    },
    "Person": {
        "firstname": CrmField("First name", "Text"),
        "lastname": CrmField("Last name", "Text"),
        "title": CrmField("Title", "Text"),
        "email": CrmField("E-mail", "Text"),
        "phone": CrmField("Telephone", "Text"),
        "mobile": CrmField("Mobile", "Text"),
        "position": CrmField("Position", "List", "perspos", "perspos"),
        "retired": CrmField("Retired", "Checkbox"),
    },
    "Project": {
        "name": CrmField("Name", "Text"),
        "number": CrmField("Number", "Text"),
        "type": CrmField("Type", "List", "projtype", "projtype"),
        "status": CrmField("Status", "List", "projstatus", "projstatus"),
        "enddate": CrmField("End date", "Date"),
        "budget": CrmField("Budget", "Double"),
    },
}

RECOGNISED = {
    "name": "name",
    "number1": "number1",
    "kunnr": "number1",
    "orgnumber": "orgnr",
    "email": "email",
    "telephone": "phone",
    "city": "city",
    "zipcode": "zipcode",
    "firstname": "firstname",
    "lastname": "lastname",
    "projectno": "number",
}
"""ERP field keys, in lower case, that saving a connection maps to a CRM field, without direction.
"""


def user_defined_list(name: str, additional_info: str) -> str | None:
    """A user-defined list, by its name, udlist12, or as udlist with its id; None for any other
    name.
    """
    for field in (field for fields in CRM_FIELDS.values() for field in fields.values()):
        table, _sign, extra = (field.table or "").partition("&")
        number = extra.partition("=")[2]
        if number and (name.lower() == f"{table}{number}" or (name.lower() == table and additional_info.strip() == number)):
            return field.list_name
    return None


def crm_lists() -> dict[str, list[dict[str, Any]]]:
    """{list name: [{Id, Name, ToolTip, Rank, Deleted}]}"""
    names: dict[str, list[str]] = {
        "country": ["Norway", "Sweden", "Denmark", "Germany", "Austria", "Finland"],
        "category": ['US:"Customer A";NO:"A-kunde"', 'US:"Customer B";NO:"B-kunde"', 'US:"Supplier";NO:"Leverandør"', "Partner"],
        "business": ["Retail", "Manufacturing", "Shipping", "Public sector", "Fish & seafood"],
        "currency": ["NOK", "SEK", "DKK", "EUR", "USD"],
        "paymentterms": ["30 days", "14 days", "Cash", 'US:"Net 60 days";NO:"60 dager netto"', "Prepaid"],
        "perspos": ["Buyer", "Managing director", "Accountant", "Project manager"],
        "projtype": ["Delivery", "Internal", "Service"],
        "projstatus": ["Planned", "Started", "Closed"],
    }
    return {
        list_name: [
            {"Id": number, "Name": name, "ToolTip": "", "Rank": number, "Deleted": False} for number, name in enumerate(items, start=1)
        ]
        for list_name, items in names.items()
    }


def crm_records() -> dict[str, list[dict[str, Any]]]:
    """{CRM actor type: [{Id, values: {CRM field key: value}}]}"""
    companies = [
        ("Fjordfisk AS", "Ålesund", "10001", "post@fjordfisk.example"),
        ("Nordlys Bygg AS", "Tromsø", "10002", "firma@nordlys.example"),
        ("Småland Möbler AB", "Växjö", "10003", "info@smaland.example"),
        ("Rheintal Maschinen GmbH", "Köln", "10004", "kontakt@rheintal.example"),
        ("Donau Papier GmbH", "Linz", "10005", "office@donaupapier.example"),
        ("Skagen Skibe A/S", "Skagen", "10006", "skibe@skagen.example"),
        ("Bergen Kaffebrenneri AS", "Bergen", "10007", "kaffe@bergen.example"),
        ("Trøndelag Transport AS", "Trondheim", "10008", "transport@trondelag.example"),
    ]
    people = [("Kari", "Nordmann", "10001"), ("Ola", "Hansen", "10002"), ("Astrid", "Lindqvist", "10003"), ("Jürgen", "Weiß", "10004")]
    projects = [("New fish hall", "P-100"), ("Office refit", "P-101"), ("Paper line 4", "P-102")]
    return {
        "Contact": [
            {"Id": number, "Values": {"name": name, "city": city, "number1": code, "email": email, "creditlimit": "[F:50000]"}}
            for number, (name, city, code, email) in enumerate(companies, start=1)
        ],
        "Person": [
            {"Id": number, "Values": {"firstname": first, "lastname": last, "phone": f"+47 55 50 {code}"}}
            for number, (first, last, code) in enumerate(people, start=1)
        ],
        "Project": [{"Id": number, "Values": {"name": name, "number": code}} for number, (name, code) in enumerate(projects, start=1)],
    }


USER_GROUPS = [(1, 'US:"Sales";NO:"Salg"'), (2, "Administration"), (3, "Finance"), (4, "Support")]
ASSOCIATES = [
    (1, "ADM", "Administrator", 2),
    (2, "KNO", "Kari Nordmann", 1),
    (3, "OHA", "Ola Hansen", 1),
    (4, "ALI", "Astrid Lindqvist", 3),
    (5, "JWE", "Jürgen Weiß", 4),
]
"""(id, user name, full name, user group id)"""
