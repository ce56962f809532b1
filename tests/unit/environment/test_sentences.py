# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences word for word: options that cannot be, durations, statuses of a server, and what synchronising tells."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import ServerWords, status_error
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import duration
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

from .installation import Installation, Json

BASIC = {"url": "https://crm.example.com/SuperOffice", "username": "ADM", "password": "canary"}

SETTINGS: list[tuple[dict[str, Any], str]] = [
    (
        {"url": None},
        (
            "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as "
            "the option, as the variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment; "
            "for SuperOffice Online give tenant instead, for example Cust12345. The module_defaults of a play do not reach into "
            "the roles of this collection."
        ),
    ),
    (
        {"url": "crm.example.com"},
        "url is not a web address: crm.example.com. Use the form https://crm.example.com/SuperOffice.",
    ),
    (
        {"url": "ftp://crm"},
        "url is not a web address: ftp://crm. Use the form https://crm.example.com/SuperOffice.",
    ),
    (
        {"url": "https://"},
        "url is not a web address: https://. Use the form https://crm.example.com/SuperOffice.",
    ),
    (
        {"url": "https://crm:99999"},
        "url is not an address: https://crm:99999. Use the form https://crm.example.com/SuperOffice.",
    ),
    (
        {"url": "https://crm/a?b"},
        "url has a part behind ? or # (https://crm/a?b), which does not belong to the address of an installation. Leave it out.",
    ),
    (
        {"url": "https://crm/#x"},
        "url has a part behind ? or # (https://crm/#x), which does not belong to the address of an installation. Leave it out.",
    ),
    (
        {"url": "https://me:canary@crm"},
        ("url contains a user name or password (https://***@crm). Take them out of the address and use username and password."),
    ),
    (
        {"url": "https://me:canary@c\u200brm"},
        ("url contains a user name or password (https://***@c\ufffdrm). Take them out of the address and use username and password."),
    ),
    (
        {"url": "https://erp/Connector.svc"},
        (
            "url is https://erp/Connector.svc, which looks like the address of a connector. SuperOffice's credentials "
            "would go there; nothing was sent. Give the installation's own address, such as "
            "https://crm.example.com/SuperOffice; over SOAP it is what comes before /Remote/Services86/ErpSync.svc. A "
            "connector's address is connector_url in erpsync_connector, and url of an element of connectors in a "
            "document."
        ),
    ),
    (
        {"transport": "soap"},
        (
            "services_version is missing, which transport: soap needs. Give the number of the installation's web "
            "services, for example 75 for SuperOffice 7.5 or 86 for Services86, or set SUPEROFFICE_SERVICES_VERSION."
        ),
    ),
    (
        {"transport": "soap", "services_version": 79},
        "services_version is 79, which does not exist. Use one of 75, 80, 81, 82, 83, 84, 85, 86, 87, 88.",
    ),
    (
        {"username": None, "password": None},
        (
            "No way to sign in is given. Use username and password; ticket; access_token; for a system user of SuperOffice "
            "Online client_secret, system_user_token and private_key (or private_key_path); or client_id and refresh_token; "
            "as options, as variables erpsync_..., or as environment variables (SUPEROFFICE_USERNAME and SUPEROFFICE_PASSWORD, "
            "SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN and so on)."
        ),
    ),
    (
        {"username": None},
        "password is given without username. Give both, or set SUPEROFFICE_USERNAME.",
    ),
    (
        {"password": None},
        "username is given without password. Give both, or set SUPEROFFICE_PASSWORD.",
    ),
    (
        {"ticket": "7T:x"},
        (
            "More than one way to sign in is given: username and password, ticket. Keep one of them; the environment "
            "variables SUPEROFFICE_... count too."
        ),
    ),
    (
        {"username": None, "password": None, "ticket": "a\nb"},
        ("ticket contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from."),
    ),
    (
        {"username": "a:b"},
        "username contains a colon (a:b), which Basic authentication cannot carry. Use the plain user name.",
    ),
    (
        {"username": "a\ud800"},
        "username or password contains characters that no text has. Check where the values come from.",
    ),
    (
        {"client_secret": "a\nb"},
        ("client_secret contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from."),
    ),
    (
        {"ca_path": "/nonexistent/ca.pem"},
        "ca_path: there is no file /nonexistent/ca.pem. Check the path on the machine where the task runs.",
    ),
    (
        {"client_cert": "/nonexistent/c.pem"},
        "client_cert: there is no file /nonexistent/c.pem. Check the path on the machine where the task runs.",
    ),
    (
        {"client_cert": "/", "client_key": None},
        "client_cert: / is a folder; give the file.",
    ),
    (
        {"client_key": "/nonexistent/k"},
        "client_key is given without client_cert. Give the certificate that belongs to it.",
    ),
    (
        {"proxy": "ftp://p"},
        (
            "proxy is not the address of an HTTP proxy (ftp://p): it does not begin with http:// or https://. Use the "
            "form http://proxy.example.com:3128."
        ),
    ),
    (
        {"proxy": "http://"},
        ("proxy is not the address of an HTTP proxy (http://): it names no host. Use the form http://proxy.example.com:3128."),
    ),
    (
        {"proxy": "http://a b"},
        (
            "proxy is not the address of an HTTP proxy (http://a b): there is a blank or a line break in it. Use the "
            "form http://proxy.example.com:3128."
        ),
    ),
    (
        {"proxy": "http://p:99999"},
        (
            "proxy is not the address of an HTTP proxy (http://p:99999): its host or port is none. Use the form "
            "http://proxy.example.com:3128."
        ),
    ),
    (
        {"proxy": "p"},
        (
            "proxy is not the address of an HTTP proxy (p): it does not begin with http:// or https://. Use the form "
            "http://proxy.example.com:3128."
        ),
    ),
    (
        {"timeout": 0},
        "timeout is 0; use a number of seconds above zero.",
    ),
    (
        {"timeout": -1},
        "timeout is -1; use a number of seconds above zero.",
    ),
    (
        {"timeout": float("inf")},
        "timeout is inf; use a number of seconds above zero.",
    ),
    (
        {"rate_limit": -1},
        "rate_limit is -1; use a number of calls a second above zero.",
    ),
    (
        {"rate_limit": float("nan")},
        "rate_limit is nan; use a number of calls a second above zero.",
    ),
    (
        {"parallel_requests": 0},
        "parallel_requests is 0; use a number from 1 (one after the other) to 32.",
    ),
    (
        {"parallel_requests": 33},
        "parallel_requests is 33; use a number from 1 (one after the other) to 32.",
    ),
    (
        {"retries": -1},
        "retries is -1; use a number from 0 (never repeat) to 100.",
    ),
    (
        {"retries": 101},
        "retries is 101; use a number from 0 (never repeat) to 100.",
    ),
    (
        {"transport": "soap", "services_version": 75, "username": None, "password": None, "access_token": "8A:x"},
        "Services75 takes no access_token; Services86 and newer do, and REST. Use username and password, or ticket.",
    ),
    (
        {"transport": "soap", "services_version": 88, "username": "a\x01"},
        "username contains a character that XML cannot carry. Check where the value comes from.",
    ),
]


@each("params, told", SETTINGS)
def test_options_that_cannot_be(params: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput) as refused:
        settings.from_params({**BASIC, **params})
    assert refused.value.message == told


DURATIONS: list[tuple[object, str]] = [
    (
        "",
        (
            '"" is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or 1.00:00:00 '
            "for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "abc",
        (
            '"abc" is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or 1.00:00:00 '
            "for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "-5",
        (
            '"-5" is negative; an interval is one second or more. Use whole seconds (900), units (15m, 1h30m, 1d), '
            "hh:mm:ss (00:15:00, or 1.00:00:00 for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "10:30",
        '"10:30" can mean hours and minutes or minutes and seconds. Write all three parts, hh:mm:ss.',
    ),
    (
        "1.5",
        '"1.5" is not a whole number of seconds; SuperOffice keeps the interval in whole seconds.',
    ),
    (
        "0",
        '"0" is too short; an interval is one second or more.',
    ),
    (
        "2147483648",
        '"2147483648" is longer than SuperOffice can keep (2147483647 seconds).',
    ),
    (
        True,
        (
            '"True" is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or '
            "1.00:00:00 for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        (
            '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." is not a duration. Use whole seconds '
            "(900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or 1.00:00:00 for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "1.24:00:00",
        (
            '"1.24:00:00" is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or '
            "1.00:00:00 for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        "00:60:00",
        (
            '"00:60:00" is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or '
            "1.00:00:00 for a day) or ISO 8601 (PT15M)."
        ),
    ),
    (
        10**5000,
        "A number of so many digits is longer than SuperOffice can keep (2147483647 seconds).",
    ),
]


@pytest.mark.parametrize("value, told", DURATIONS, ids=[str(place) for place in range(len(DURATIONS))])
def test_what_is_no_duration(value: object, told: str) -> None:
    with pytest.raises(duration.DurationError) as refused:
        duration.parse_declared(value)
    assert str(refused.value) == told


REMARKS: list[tuple[str, int, str]] = [
    (
        "15",
        15,
        '"15" is 15 seconds; did you mean 15m? Write 15s where seconds are meant.',
    ),
    (
        "1",
        1,
        '"1" is 1 second; did you mean 1m? Write 1s where seconds are meant.',
    ),
    (
        "59",
        59,
        '"59" is 59 seconds; did you mean 59m? Write 59s where seconds are meant.',
    ),
    (
        "00:00:15",
        15,
        '"00:00:15" is 15 seconds; did you mean 15m? Write 15s where seconds are meant.',
    ),
    (
        "15s",
        15,
        "",
    ),
    (
        "60",
        60,
        "",
    ),
    (
        "PT15S",
        15,
        "",
    ),
]


@pytest.mark.parametrize("value, seconds, told", REMARKS)
def test_seconds_that_may_be_minutes(value: str, seconds: int, told: str) -> None:
    assert duration.remark(value, seconds) == told


STATUSES: list[tuple[int, str | None, bool, str]] = [
    (
        301,
        None,
        False,
        "M: the server redirects to another address. Use the address that it leads to as url.",
    ),
    (
        301,
        "Bad thing.",
        False,
        "M: the server redirects to another address. Use the address that it leads to as url.",
    ),
    (
        308,
        None,
        False,
        "M: the server redirects to another address. Use the address that it leads to as url.",
    ),
    (
        308,
        "Bad thing.",
        False,
        "M: the server redirects to another address. Use the address that it leads to as url.",
    ),
    (
        204,
        None,
        False,
        "M: the server answered with 204, which means nothing here. Check url, and what stands in front of the server.",
    ),
    (
        204,
        "Bad thing.",
        False,
        "M: the server answered with 204, which means nothing here. Check url, and what stands in front of the server.",
    ),
    (
        304,
        None,
        False,
        "M: the server answered with 304, which means nothing here. Check url, and what stands in front of the server.",
    ),
    (
        304,
        "Bad thing.",
        False,
        "M: the server answered with 304, which means nothing here. Check url, and what stands in front of the server.",
    ),
    (
        401,
        None,
        False,
        (
            "M: the server does not accept the credentials (401). Check the user name and password, ticket or token; a "
            "ticket or token may have expired."
        ),
    ),
    (
        401,
        None,
        True,
        (
            "M: the server does not accept the credentials (401). Check the user name and password, ticket or token; a "
            "ticket or token may have expired."
        ),
    ),
    (
        401,
        "Bad thing.",
        False,
        (
            "M: the server does not accept the credentials (401). Check the user name and password, ticket or token; a "
            "ticket or token may have expired. The server says: Bad thing."
        ),
    ),
    (
        401,
        "Bad thing.",
        True,
        (
            "M: the server does not accept the credentials (401). Check the user name and password, ticket or token; a "
            "ticket or token may have expired. The server says: Bad thing."
        ),
    ),
    (
        403,
        None,
        False,
        ("M: the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it."),
    ),
    (
        403,
        None,
        True,
        ("M: the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it."),
    ),
    (
        403,
        "Bad thing.",
        False,
        (
            "M: the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a "
            "licence for it. The server says: Bad thing."
        ),
    ),
    (
        403,
        "Bad thing.",
        True,
        (
            "M: the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a "
            "licence for it. The server says: Bad thing."
        ),
    ),
    (
        404,
        None,
        False,
        "M: the server does not know this address (404). Check url; on an old version the method may not exist.",
    ),
    (
        404,
        "Bad thing.",
        False,
        (
            "M: the server does not know this address (404). Check url; on an old version the method may not exist. The "
            "server says: Bad thing."
        ),
    ),
    (
        405,
        None,
        False,
        "M: the server does not know this address (405). Check url; on an old version the method may not exist.",
    ),
    (
        405,
        "Bad thing.",
        False,
        (
            "M: the server does not know this address (405). Check url; on an old version the method may not exist. The "
            "server says: Bad thing."
        ),
    ),
    (
        501,
        None,
        False,
        "M: the server does not know this address (501). Check url; on an old version the method may not exist.",
    ),
    (
        501,
        "Bad thing.",
        False,
        (
            "M: the server does not know this address (501). Check url; on an old version the method may not exist. The "
            "server says: Bad thing."
        ),
    ),
    (
        407,
        None,
        False,
        "M: a proxy on the way asks for a user name and password of its own (407), and no proxy is set. Set proxy.",
    ),
    (
        407,
        "Bad thing.",
        False,
        "M: a proxy on the way asks for a user name and password of its own (407), and no proxy is set. Set proxy.",
    ),
    (
        421,
        None,
        False,
        ("M: this is not the host of the tenant (421). SuperOffice Online moves tenants; use the address where it is now as url."),
    ),
    (
        421,
        "Bad thing.",
        False,
        (
            "M: this is not the host of the tenant (421). SuperOffice Online moves tenants; use the address where it is "
            "now as url. The server says: Bad thing."
        ),
    ),
    (
        429,
        None,
        False,
        "M: the server takes no more calls for now (429). Use rate_limit, or try again later.",
    ),
    (
        429,
        None,
        True,
        "M: the server takes no more calls for now (429). Use rate_limit, or try again later.",
    ),
    (
        429,
        "Bad thing.",
        False,
        (
            "M: the server takes no more calls for now (429), after 2 tries. Use rate_limit, or try again later. It asks "
            "to wait 7 seconds. The server says: Bad thing."
        ),
    ),
    (
        429,
        "Bad thing.",
        True,
        (
            "M: the server takes no more calls for now (429), after 2 tries. Use rate_limit, or try again later. It asks "
            "to wait 7 seconds. The server says: Bad thing."
        ),
    ),
    (
        502,
        None,
        False,
        "M: the server is not available (502). Try again later.",
    ),
    (
        502,
        None,
        True,
        (
            "M: the server is not available (502). Try again later. It is not known whether the server carried it out; "
            "run the task again to find out and to finish."
        ),
    ),
    (
        502,
        "Bad thing.",
        False,
        ("M: the server is not available (502), after 2 tries. Try again later. It asks to wait 7 seconds. The server says: Bad thing."),
    ),
    (
        502,
        "Bad thing.",
        True,
        (
            "M: the server is not available (502), after 2 tries. Try again later. It asks to wait 7 seconds. The server "
            "says: Bad thing. It is not known whether the server carried it out; run the task again to find out and to "
            "finish."
        ),
    ),
    (
        504,
        None,
        False,
        "M: the server is not available (504). Try again later.",
    ),
    (
        504,
        None,
        True,
        (
            "M: the server is not available (504). Try again later. It is not known whether the server carried it out; "
            "run the task again to find out and to finish."
        ),
    ),
    (
        504,
        "Bad thing.",
        False,
        ("M: the server is not available (504), after 2 tries. Try again later. It asks to wait 7 seconds. The server says: Bad thing."),
    ),
    (
        504,
        "Bad thing.",
        True,
        (
            "M: the server is not available (504), after 2 tries. Try again later. It asks to wait 7 seconds. The server "
            "says: Bad thing. It is not known whether the server carried it out; run the task again to find out and to "
            "finish."
        ),
    ),
    (
        400,
        None,
        False,
        "M: the server answered with an error (400) and gave no reason.",
    ),
    (
        400,
        None,
        True,
        "M: the server answered with an error (400) and gave no reason.",
    ),
    (
        400,
        "Bad thing.",
        False,
        "M: the server answered with an error (400): Bad thing.",
    ),
    (
        400,
        "Bad thing.",
        True,
        "M: the server answered with an error (400): Bad thing.",
    ),
    (
        500,
        None,
        False,
        "M: the server answered with an error (500) and gave no reason.",
    ),
    (
        500,
        None,
        True,
        (
            "M: the server answered with an error (500) and gave no reason. It is not known whether the server carried "
            "it out; run the task again to find out and to finish."
        ),
    ),
    (
        500,
        "Bad thing.",
        False,
        "M: the server answered with an error (500): Bad thing.",
    ),
    (
        500,
        "Bad thing.",
        True,
        (
            "M: the server answered with an error (500): Bad thing. It is not known whether the server carried it out; "
            "run the task again to find out and to finish."
        ),
    ),
]


@each("status, said, writes, told", STATUSES)
def test_what_a_status_means(status: int, said: str | None, writes: bool, told: str) -> None:
    """With words of the server there were two tries, and a time to wait."""
    request = Request(method="M", verb="POST", path="/p", writes=writes)
    response = Response(status, {"retry-after": "7"} if said else {}, b"", 2 if said else 1)
    error = status_error(request, response, ServerWords("SoX", said) if said else ServerWords())
    assert error.message == told
    assert (error.http_status, error.method, error.attempts, error.code) == (status, "M", response.attempts, "SoX" if said else None)


RESYNC: list[tuple[Json, str]] = [
    (
        {"erp_keys": ["1"]},
        "erp_keys is given without erp. Give the actor type of the keys.",
    ),
    (
        {"erp": "Customer"},
        "erp is given without erp_keys. Give the keys of the records to synchronise again.",
    ),
    (
        {"erp": "Customer", "erp_keys": ["1"]},
        "erp_keys is given without connection. Give the connection of the keys.",
    ),
    (
        {"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["1"], "batch": True},
        "batch does not go with erp_keys; SuperOffice has a batch task for its own records only.",
    ),
    (
        {"record_ids": [1], "batch": True, "keep_blanks": True},
        "batch does not go with keep_blanks; the batch task lets blank values overwrite. Leave one of them out.",
    ),
    (
        {"record_ids": []},
        "record_ids is empty, which means everything to SuperOffice. Leave the option out if that is meant.",
    ),
    (
        {"connection": "Visma Norway", "erp": "Customer", "erp_keys": []},
        "erp is given without erp_keys. Give the keys of the records to synchronise again.",
    ),
    (
        {"connection": 1, "erp": "Person", "erp_keys": []},
        "erp is given without erp_keys. Give the keys of the records to synchronise again.",
    ),
    (
        {"record_ids": [3, -1]},
        "record_ids has -1; an id is a whole number above zero.",
    ),
    (
        {"record_ids": [True]},
        "record_ids has true; an id is a whole number above zero.",
    ),
    (
        {"record_ids": [2**31 - 1, 2**31]},
        "record_ids has 2147483648; an id is a whole number above zero, and 2147483647 at most.",
    ),
    # What a blank answer of a survey becomes.
    (
        {"connection": 1, "erp": "Person", "erp_keys": ""},
        "erp_keys has a blank key. Give the keys of the records, each as the ERP system has it.",
    ),
    (
        {"connection": 1, "erp": "Person", "erp_keys": ["1", " "]},
        "erp_keys has a blank key. Give the keys of the records, each as the ERP system has it.",
    ),
    (
        {},
        (
            "This would synchronise everything again and overwrite what was changed on the other side, whatever its age. "
            "Make a backup, then say confirm: true, or resync_confirm=true to the playbook."
        ),
    ),
    (
        {"record_ids": [1], "sync_timeout": 0},
        "sync_timeout is 0.0; use a number of seconds above zero.",
    ),
    (
        {"record_ids": [1], "sync_timeout": -2},
        "sync_timeout is -2.0; use a number of seconds above zero.",
    ),
]


@pytest.mark.parametrize("options, told", RESYNC)
def test_what_cannot_be_synchronised_again(options: Json, told: str) -> None:
    there = Installation()
    result = there.run("resync", **options)
    assert result["msg"] == told and there.sent == []


RESYNCED: list[tuple[Json, str, str]] = [
    (
        {"confirm": True},
        "Would synchronise again everything from SuperOffice.",
        "Records: 0 added, 5 updated, 0 deleted.",
    ),
    (
        {"record_ids": [1, 2]},
        "Would synchronise again 2 record(s) from SuperOffice.",
        "Records: 0 added, 3 updated, 0 deleted.",
    ),
    (
        {"record_ids": [1], "batch": True},
        "Would synchronise again 1 record(s) from SuperOffice as a batch task.",
        "The server synchronises again 1 record(s) from SuperOffice as a batch task.",
    ),
    (
        {"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["1"]},
        'Would synchronise again 1 Customer record(s) from the connection "Visma Norway".',
        "Records: 0 added, 0 updated, 0 deleted.",
    ),
    (
        {"connection": "Visma Norway", "confirm": True, "batch": True},
        'Would synchronise again everything from the connection "Visma Norway" as a batch task.',
        'The server synchronises again everything from the connection "Visma Norway" as a batch task.',
    ),
    (
        {"connection": 2, "record_ids": [1], "keep_blanks": True},
        'Would synchronise again 1 record(s) from the connection "Visma Sweden".',
        "Records: 0 added, 0 updated, 0 deleted.",
    ),
]


@pytest.mark.parametrize("options, would, told", RESYNCED)
def test_what_is_synchronised_again(options: Json, would: str, told: str) -> None:
    there = Installation()
    assert there.run("resync", check=True, **options)["msg"] == would
    assert there.run("resync", **options)["msg"] == told


OUTCOMES: list[tuple[str, bool | None, list[str], str]] = [
    (
        "auto",
        True,
        [],
        "Records: 1 added, 3 updated, 1 deleted.",
    ),
    (
        "changes",
        True,
        [],
        "Records: 1 added, 1 updated, 1 deleted.",
    ),
    (
        "ok",
        False,
        [],
        "Records: 0 added, 0 updated, 0 deleted. There was nothing to synchronise.",
    ),
    (
        "warning",
        True,
        ["The synchronisation ended with a warning: One record was skipped: its number is used twice."],
        "Records: 1 added, 0 updated, 0 deleted. One record was skipped: its number is used twice.",
    ),
    (
        "error",
        False,
        [],
        "The synchronisation failed (error code UNKNOWN_CONNECTION_ID): The connection is not known to the connector.",
    ),
    (
        "empty",
        False,
        [],
        "Records: 0 added, 0 updated, 0 deleted.",
    ),
    (
        "null_changes",
        True,
        [],
        "The server does not say what changed.",
    ),
]


@pytest.mark.parametrize("outcome, changed, warnings, told", OUTCOMES)
def test_how_a_synchronisation_ends(outcome: str, changed: bool | None, warnings: list[str], told: str) -> None:
    there = Installation(sync_outcome=outcome)
    result = there.run("sync_all", force=True)
    assert (result["msg"], result.get("changed"), there.warnings) == (told, changed, warnings)


@pytest.mark.parametrize(
    "how, told",
    [
        ("error", "The synchronisation failed: Automatic synchronisation is off; nothing was synchronised."),
        ("ok_with_info", "Records: 0 added, 0 updated, 0 deleted. Automatic synchronisation is off; nothing was synchronised."),
        ("exception", "SyncAll: the server answered with an error (400): Automatic synchronisation is off; nothing was synchronised."),
    ],
)
def test_a_synchronisation_while_the_engine_is_off(how: str, told: str) -> None:
    there = Installation(sync_all_while_stopped=how)
    there.site.state.data["engine"]["IsRunning"] = False
    assert there.run("sync_all")["msg"] == told
    would = "Would synchronise Visma Norway, Visma Sweden, SAP Germany."
    assert there.run("sync_all", check=True)["msg"] == f"{would} The engine is stopped; use force to synchronise all the same."
    assert there.run("sync_all", check=True, force=True)["msg"] == would
    for connection in there.site.state.table("connections"):
        connection["Active"] = False
    assert there.run("sync_all", check=True, force=True)["msg"] == "Would synchronise, but no connection is active."
