# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SOAP transport on the wire: what travels where, what an answer means, signing in, and what is never sent."""

from __future__ import annotations

import copy
import functools
import json
import threading
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh, RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import Identity
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import schema
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap.sign_in import Principal
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap.transport import SoapTransport
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.versions import VERSIONS
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query
from ansible_collections.superoffice.erpsync.tests.unit.plugins.module_utils.soap.envelopes import (
    PASSWORD,
    SOAP,
    TICKET,
    XSI,
    Talk,
    ask,
    envelope,
    exception,
    fault,
    line,
    response,
    sent,
    signed_in,
    tns,
    xml,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Reply, answer, head
from pytest_stand_in import StandIn

WRITING: dict[str, Any] = {"method": "DeleteConnection", "writes": True, "ErpConnectionId": 3}


def failure(reply: Reply, kind: type[errors.ErpSyncError], method: str = "GetEngineStatus", **more: Any) -> errors.ErpSyncError:
    with pytest.raises(errors.ErpSyncError) as caught:
        ask(reply, method, **more)
    assert caught.value.kind == kind.kind, caught.value.message
    message = caught.value.message
    assert message.startswith(f"{method}: ") and message.isprintable() and len(message) < 1200 and ".." not in message.replace("...", "")
    return caught.value


# Requests


def test_the_envelope() -> None:
    identity = Identity(ticket="7T:a&b", client_secret="app")
    with Talk([(line(), xml(response("GetEngineStatus")))], identity=identity) as talk:
        talk.call()
    request = talk.server.received[0]
    assert request.headers == {
        "host": f"127.0.0.1:{talk.server.port}",
        "user-agent": "superoffice.erpsync (Ansible collection)",
        "accept": "text/xml",
        "accept-encoding": "gzip, deflate",
        "content-type": "text/xml; charset=utf-8",
        "content-length": str(len(request.body)),
        "soapaction": f'"{tns()}/ErpSync/GetEngineStatus"',
    }
    root = ElementTree.fromstring(request.body)
    header, body = list(root)
    assert (root.tag, header.tag, body.tag) == (f"{{{SOAP}}}Envelope", f"{{{SOAP}}}Header", f"{{{SOAP}}}Body")
    assert [part.tag for part in header] == [f"{{{tns()}}}{name}" for name in ("ApplicationToken", "Credentials", "TimeZone")]
    assert [header[0].text, header[1][0].tag, header[1][0].text] == ["app", f"{{{tns()}}}Ticket", "7T:a&b"]
    assert header[2].get(f"{{{XSI}}}nil") == "true"
    assert [child.tag for child in body] == [f"{{{tns()}}}GetEngineStatus"]


def test_without_an_application_token_the_header_part_is_nil() -> None:
    with Talk([(line(), xml(response("GetEngineStatus")))]) as talk:
        talk.call()
    assert ElementTree.fromstring(talk.server.received[0].body)[0][0].get(f"{{{XSI}}}nil") == "true"


def test_arguments_travel_in_the_order_of_the_schema() -> None:
    text = sent("MoveErpFieldItem", ErpActorType="Customer", ErpConnectionId=2, Direction=-1, ErpFieldId=7)
    assert text == (
        "<MoveErpFieldItem><ErpFieldId>7</ErpFieldId><Direction>-1</Direction><ErpConnectionId>2</ErpConnectionId>"
        "<ErpActorType>Customer</ErpActorType></MoveErpFieldItem>"
    )


def test_lists_and_dictionaries() -> None:
    assert "<ErpConnectionIds><a:int>3</a:int><a:int>0</a:int></ErpConnectionIds>" in sent(
        "SaveErpConnectionSyncPriorities", ErpConnectionIds=[3, 0]
    )
    assert "<ErpConnectionIds></ErpConnectionIds>" in sent("SaveErpConnectionSyncPriorities", ErpConnectionIds=[])
    assert '<ExternalKeys><a:string>a</a:string><a:string i:nil="true"/></ExternalKeys>' in sent(
        "ForceResyncExternal", ErpConnectionId=1, ErpActorType="Customer", ExternalKeys=["a", None]
    )
    assert sent("TestConnectionByConfig", ErpConnectionId=1, ConfigFields={"U": "x", "P": None}).endswith(
        "<ConfigFields><StringKeyValuePair><Key>U</Key><Value>x</Value></StringKeyValuePair>"
        '<StringKeyValuePair><Key>P</Key><Value i:nil="true"/></StringKeyValuePair></ConfigFields></TestConnectionByConfig>'
    )


@pytest.mark.parametrize(
    ("interval", "duration"),
    [("00:15:00", "PT15M"), ("1.02:00:01", "P1DT2H1S"), ("2.00:00:00", "P2D"), ("00:00:00", "PT0S"), ("01:01:01", "PT1H1M1S")],
)
def test_durations(interval: str, duration: str) -> None:
    assert sent("ChangeEngineInterval", Interval=interval) == (
        f"<ChangeEngineInterval><Interval>{duration}</Interval></ChangeEngineInterval>"
    )
    told = response("GetEngineStatus", f"<Response><Interval>{duration}</Interval></Response>")
    assert ask(xml(told)) == {"Interval": interval}


def test_texts_survive() -> None:
    url = 'http://x/?a=1&b=<2>\r\n\t\u00e5\u2013\U0001f600 ]]> "'
    with Talk([(line(), xml(response("TestConnectorUrl")))]) as talk:
        talk.call("TestConnectorUrl", Url=url)
    [element] = ElementTree.fromstring(talk.server.received[0].body)[1]
    assert element[0].text == url
    assert "<Url>a?b</Url>" in sent("TestConnectorUrl", Url="a\ud800b")


CONTROL = "has a control character in it, which XML cannot carry"


@pytest.mark.parametrize(
    ("method", "arguments", "told"),
    [
        ("TestConnectorUrl", {"Url": "a\x00b"}, f"Url {CONTROL}"),
        ("TestConnectorUrl", {"Url": 3}, "Url should be a text and is a number"),
        ("GetConnection", {"ErpConnectionId": "3"}, "ErpConnectionId should be a whole number and is a text"),
        ("GetConnection", {"ErpConnectionId": 1.5}, "ErpConnectionId should be a whole number and is a number"),
        ("GetConnection", {"ErpConnectionId": True}, "ErpConnectionId should be a whole number and is true or false"),
        ("GetConnection", {"ErpConnectionId": 2**31}, "ErpConnectionId is 2147483648, which is more than SuperOffice can take"),
        ("GetConnection", {"ErpConnectionId": -(2**31) - 1}, "ErpConnectionId is -2147483649, which is more than SuperOffice can take"),
        ("ChangeEngineStatus", {"Run": 1}, "Run should be true or false and is a number"),
        ("ChangeEngineInterval", {"Interval": "soon"}, "Interval should be a duration and is a text"),
        ("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": [1, None]}, "ErpConnectionIds[1] should be a value and is null"),
        ("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": {}}, "ErpConnectionIds should be an array and is an object"),
        ("SaveConnection", {"Connection": {"ConfigFields": {"P": "\x1b"}}}, f"Connection.ConfigFields.P {CONTROL}"),
        ("SaveConnection", {"Connection": {"ConfigFields": ["x"]}}, "Connection.ConfigFields should be an object and is an array"),
        ("SaveConnection", {"Connection": []}, "Connection should be an object and is an array"),
    ],
)
def test_what_cannot_travel_is_refused_before_anything_is_sent(method: str, arguments: dict[str, Any], told: str) -> None:
    with Talk([], identity=PASSWORD) as talk, pytest.raises(errors.BadInput) as caught:
        talk.call(method, writes=True, **arguments)
    assert caught.value.message == f"{method}: {told}; nothing was sent."


@pytest.mark.parametrize("number", [2**31 - 1, -(2**31), 3.0])
def test_the_largest_numbers(number: float) -> None:
    assert f"<ErpConnectionId>{int(number)}</ErpConnectionId>" in sent("GetConnection", ErpConnectionId=number)


# Carriers


def test_a_carrier_comes_back_as_over_rest() -> None:
    inside = """<Response>
      <TableRight><Mask>Select Update RestrictedUpdate</Mask><Reason i:nil="true"/></TableRight>
      <FieldProperties><FieldPropertyDictionaryKeyValuePair><Key>Active</Key><Value><FieldRight><Mask>Read Write</Mask></FieldRight>
        <FieldType>System.Boolean</FieldType><FieldLength>0</FieldLength></Value></FieldPropertyDictionaryKeyValuePair></FieldProperties>
      <ErpConnectionId> 7 </ErpConnectionId><DisplayName>US:"A &amp; B"</DisplayName><DisplayDescription></DisplayDescription>
      <Active>1</Active><MostRecentTimestamp i:nil="true"/>
      <ConfigFields><StringKeyValuePair><Key>U</Key><Value>x </Value></StringKeyValuePair>
        <StringKeyValuePair><Key>P</Key><Value i:nil="1"/></StringKeyValuePair></ConfigFields>
      <UserGroupAccessIds><a:int>3</a:int><a:int>-1</a:int></UserGroupAccessIds><AssociateAccessIds/>
    </Response>"""
    assert ask(xml(response("GetConnection", inside)), "GetConnection", ErpConnectionId=7) == {
        "TableRight": {"Mask": "Select, Update, RestrictedUpdate", "Reason": None},
        "FieldProperties": {"Active": {"FieldRight": {"Mask": "Read, Write"}, "FieldType": "System.Boolean", "FieldLength": 0}},
        "ErpConnectionId": 7,
        "DisplayName": 'US:"A & B"',
        "DisplayDescription": "",
        "Active": True,
        "MostRecentTimestamp": None,
        "ConfigFields": {"U": "x ", "P": None},
        "UserGroupAccessIds": [3, -1],
        "AssociateAccessIds": [],
    }


def test_nil_absent_and_void() -> None:
    assert ask(xml(response("GetConnection", '<Response i:nil="true"/>')), "GetConnection", ErpConnectionId=9) is None
    assert ask(xml(response("GetConnection")), "GetConnection", ErpConnectionId=9) is None
    assert ask(xml(response("DeleteConnection")), "DeleteConnection", ErpConnectionId=9) is None
    assert ask(xml(response("ToggleErpConnectionActive", "<Response/>")), "ToggleErpConnectionActive", ErpConnectionId=9) == []


STRANGE = (
    '<Response><x:Before xmlns:x="urn:x" x:note="a&amp;b">first</x:Before><ErpConnectionId>7</ErpConnectionId>'
    '<DisplayName>Old</DisplayName><Brand>new &lt;</Brand><Nothing i:nil="true"/>'
    '<Typed xmlns:q="urn:q" i:type="q:Kind" plain="&quot;"><Part>1</Part> and <Part/>more</Typed><Active>false</Active></Response>'
)


def test_members_that_the_schema_does_not_know_go_back_where_they_were() -> None:
    script = [(line(), xml(response("GetConnection", STRANGE))), (line(), xml(response("SaveConnection", STRANGE)))]
    with Talk(script) as talk:
        carrier = talk.call("GetConnection", ErpConnectionId=7)
        assert carrier["Brand"] == "new <" and json.loads(json.dumps(carrier))["Brand"] == "new <"
        changed = copy.deepcopy({**carrier, "DisplayName": "New", "Deleted": False, "Unknown": "from us"})
        talk.call("SaveConnection", writes=True, Connection=changed)
    [element] = ElementTree.fromstring(talk.server.received[1].body)[1]
    [saved] = element
    before = ElementTree.fromstring(f'<e xmlns="{tns()}" xmlns:i="{XSI}">{STRANGE}</e>')[0]
    names = [child.tag.rpartition("}")[2] for child in saved]
    assert names == ["Before", "ErpConnectionId", "DisplayName", "Brand", "Nothing", "Typed", "Active", "Deleted"]
    assert saved[2].text == "New" and saved[7].text == "false"

    def told(found: ElementTree.Element) -> Any:
        attributes = {key: value.rpartition(":")[2] for key, value in found.attrib.items()}
        return found.tag, attributes, found.text or "", [(told(child), child.tail or "") for child in found]

    for place in (0, 3, 4, 5):
        assert told(saved[place]) == told(before[place])
    assert b'xmlns:t="urn:q" i:type="t:Kind"' in talk.server.received[1].body


def test_members_that_a_version_lacks_are_not_sent_and_not_lost() -> None:
    field = {"ErpFieldId": 1, "Access": "Normal", "ListReference": "table=payterm"}
    mapping = {"ErpConnectionId": 1, "FieldMappings": [field], "ActorTypeErp": "Customer"}
    assert "ListReference" not in sent("SaveActorTypeMapping", Mapping=mapping, version=75)
    assert "<ListReference>table=payterm</ListReference></ErpSyncFieldMapping>" in sent("SaveActorTypeMapping", Mapping=mapping, version=86)
    # A server that gives it to such a version all the same gets it back.
    field_xml = "<ErpSyncFieldMapping><ListReference>table=x</ListReference></ErpSyncFieldMapping>"
    inside = f"<Response><FieldMappings>{field_xml}</FieldMappings></Response>"
    script = [
        (line(version=75), xml(response("GetActorTypeMapping", inside, version=75))),
        (line(version=75), xml(response("SaveActorTypeMapping", version=75))),
    ]
    with Talk(script, version=75) as talk:
        came = talk.call("GetActorTypeMapping", ErpConnectionId=1, ActorType="Customer")
        assert came == {"FieldMappings": [{"ListReference": "table=x"}]}
        talk.call("SaveActorTypeMapping", Mapping=came)
    assert b"<ListReference>table=x</ListReference>" in talk.server.received[1].body


def test_null_for_what_has_no_nil_is_left_out() -> None:
    text = sent("SaveConnection", Connection={"Active": None, "ErpConnectionId": None, "DisplayName": None})
    assert text == '<SaveConnection><Connection><DisplayName i:nil="true"/></Connection></SaveConnection>'


def test_members_are_found_whatever_their_case() -> None:
    assert "<URL>https://x</URL>" in sent("SaveErpSyncConnectorEntity", ErpSyncConnectorEntity={"url": "https://x"})


@pytest.mark.parametrize(
    ("inside", "method", "told"),
    [
        ("text", "GetConnection", "the answer should have elements in it and has text"),
        ("<ErpConnectionId>x</ErpConnectionId>", "GetConnection", "ErpConnectionId should be a whole number and is not"),
        ("<ErpConnectionId>1.5</ErpConnectionId>", "GetConnection", "ErpConnectionId should be a whole number and is not"),
        ("<ErpConnectionId></ErpConnectionId>", "GetConnection", "ErpConnectionId should be a whole number and is not"),
        (
            "<ErpConnectionId><a/></ErpConnectionId>",
            "GetConnection",
            "ErpConnectionId should be a single value and has elements in it",
        ),
        ("<Active>TRUE</Active>", "GetConnection", "Active should be true or false and is neither"),
        ("<Active>true</Active><Active>false</Active>", "GetConnection", "the answer has Active twice"),
        ("<ErpConnectionId>1</ErpConnectionId>and text", "GetConnection", "the answer should have elements in it and has text"),
        (
            "<UserGroupAccessIds><int>1</int></UserGroupAccessIds>",
            "GetConnection",
            "UserGroupAccessIds should be a list of int and has another element in it",
        ),
        (
            "<UserGroupAccessIds><a:string>1</a:string></UserGroupAccessIds>",
            "GetConnection",
            "UserGroupAccessIds should be a list of int and has another element in it",
        ),
        (
            "<ConfigFields><Key>1</Key></ConfigFields>",
            "GetConnection",
            "ConfigFields should be a dictionary and has something else in it",
        ),
        (
            "<ConfigFields><StringKeyValuePair><Key>1</Key></StringKeyValuePair></ConfigFields>",
            "GetConnection",
            "ConfigFields should be a dictionary and has something else in it",
        ),
        (
            "<ErpConnection/>",
            "GetConfigurationFields",
            "the answer should be a list of FieldMetadata and has another element in it",
        ),
        ("<Interval>P1Y</Interval>", "GetEngineStatus", "Interval should be a duration and is not"),
        ("<Interval>soon</Interval>", "GetEngineStatus", "Interval should be a duration and is not"),
        ("maybe", "TestConnectionById", "the answer should be true or false and is neither"),
    ],
)
def test_answers_of_another_shape(inside: str, method: str, told: str) -> None:
    reply = xml(response(method, f"<Response>{inside}</Response>"))
    error = failure(reply, errors.UnexpectedAnswer, method)
    assert error.message == f"{method}: the server's answer cannot be used: {told}." and not error.uncertain
    assert failure(reply, errors.UnexpectedAnswer, method, writes=True).uncertain


@pytest.mark.parametrize("inside", ["and text<Active>true</Active>", "<Active>true</Active>and text", "<Active>true</Active>\n and text"])
def test_text_between_elements(inside: str) -> None:
    error = failure(xml(response("GetConnection", f"<Response>{inside}</Response>")), errors.UnexpectedAnswer, "GetConnection")
    assert "the answer should have elements in it and has text." in error.message


# Exceptions and faults


@pytest.mark.parametrize(
    ("kind", "expected", "uncertain"),
    [
        ("SuperOffice.Exceptions.SoSessionException", errors.Unauthorized, False),
        ("SoInvalidPasswordException", errors.Unauthorized, False),
        ("SuperOffice.Exceptions.SoSentryException", errors.Forbidden, False),
        ("SoLicenseException", errors.Forbidden, False),
        ("SoIllegalOperationException", errors.ErrorAnswer, False),
        ("System.ArgumentException", errors.ErrorAnswer, False),
        ("SuperOffice.Exceptions.SoServerException", errors.ErrorAnswer, True),
        ("System.NullReferenceException", errors.ErrorAnswer, True),
        ("System.Data.SqlClient.SqlException", errors.ErrorAnswer, True),
        ("Whatever", errors.ErrorAnswer, False),
    ],
)
def test_exceptions_become_typed_errors(kind: str, expected: type[errors.ErpSyncError], uncertain: bool) -> None:
    error = failure(xml(exception(kind, "The row is\n locked.")), expected, **WRITING)
    assert (error.code, error.http_status, error.uncertain) == (kind, 200, uncertain)
    told = {
        "unauthorized": "the server does not accept the credentials. Check the user name and password, or the ticket; it may have expired. "
        "The server says: The row is locked.",
        "forbidden": "the user may not do this. The user needs rights to administer ERP Sync, and the installation a licence for it. "
        "The server says: The row is locked.",
    }.get(expected.kind, "the server refused: The row is locked.")
    assert error.message == f"DeleteConnection: {told}{errors.UNCERTAIN if uncertain else ''}"
    assert not failure(xml(exception(kind, "No.")), expected).uncertain
    detail = f'<ExceptionDetail xmlns="urn:d"><Message>inner</Message><Type>{kind}</Type></ExceptionDetail>'
    error = failure(xml(fault("a:InternalServiceFault", "It failed.", detail), 500), expected, **WRITING)
    assert (error.code, error.http_status) == (kind, 500)
    assert error.uncertain is (uncertain or kind == "Whatever")


@pytest.mark.parametrize(
    ("exception_said", "told"),
    [
        (exception(None, "Plain."), "the server refused: Plain."),
        (exception("X", "Plain.", "Kind."), "the server refused: Kind. Plain."),
        (exception("X", "Plain.", "It is Plain."), "the server refused: It is Plain."),
        (exception("X", None, "Kind."), "the server refused: Kind."),
        (exception("X", "Late.", succeeded="true"), "the server refused: Late."),
        (exception("X", None, "Kind.", succeeded="0"), "the server refused: Kind."),
        (exception(), "the server refused: it gave no reason."),
        (exception(succeeded="0"), "the server refused: it gave no reason."),
        (exception(succeeded="FALSE"), "the server refused: it gave no reason."),
    ],
)
def test_what_an_exception_says(exception_said: bytes, told: str) -> None:
    assert failure(xml(exception_said), errors.ErrorAnswer).message == f"GetEngineStatus: {told}"


def test_what_an_exception_says_is_cut() -> None:
    assert len(failure(xml(exception("X", "long " * 4000)), errors.ErrorAnswer).message) < 700


def test_an_empty_exception_beside_success_is_none() -> None:
    header = f'<ExceptionInfo xmlns="{tns()}"/><Succeeded xmlns="{tns()}">true</Succeeded>'
    body = f'<GetEngineStatusResponse xmlns="{tns()}"><Response><IsRunning>true</IsRunning></Response></GetEngineStatusResponse>'
    assert ask(xml(envelope(body, header))) == {"IsRunning": True}
    assert ask(xml(envelope(body, ""))) == {"IsRunning": True}


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [
        ("a:ActionNotSupported", errors.NotFound, "this server's Services86 does not have the method. Check services_version."),
        ("s:Client.ActionNotSupported", errors.NotFound, "this server's Services86 does not have the method. Check services_version."),
        *(
            (f"a:{code}", errors.NotFound, "the server has no such service. Check url and services_version (86).")
            for code in ("DestinationUnreachable", "EndpointNotFound")
        ),
        *(
            (
                f"w:{code}",
                errors.Unauthorized,
                "the server does not accept the credentials. Check the user name and password, or the ticket.",
            )
            for code in ("InvalidSecurity", "FailedAuthentication", "InvalidSecurityToken")
        ),
        *(
            (
                f"a:{code}",
                errors.ErrorAnswer,
                "the server cannot read the request; services_version (86) may be another than it has.",
            )
            for code in ("DeserializationFailed", "VersionMismatch", "MustUnderstand")
        ),
    ],
)
def test_faults_about_the_request_are_certain(code: str, kind: type[errors.ErpSyncError], told: str) -> None:
    error = failure(xml(fault(code), 500), kind, **WRITING)
    assert error.message == f"DeleteConnection: {told} The server says: It failed." and not error.uncertain
    assert (error.http_status, error.code) == (500, code.partition(":")[2])
    assert failure(xml(fault(code, ""), 500), kind, **WRITING).message == f"DeleteConnection: {told}"


def test_a_method_that_an_older_server_of_the_newest_services_lacks() -> None:
    method = "GetAllConnectors"
    reply = xml(fault("a:ActionNotSupported"), 500)
    told = f"{method}: this server's Services88 does not have the method. Newer servers have it, and REST. The server says: It failed."
    assert failure(reply, errors.NotFound, method, version=88).message == told


@pytest.mark.parametrize(
    ("text", "detail", "code", "told"),
    [
        ("It failed.", "", "Server", "GetEngineStatus: the server refused: It failed."),
        ("", "", "Server", "GetEngineStatus: the server refused: it gave no reason."),
        ("", "<d><Message>It\n failed.</Message></d>", "Server", "GetEngineStatus: the server refused: It failed."),
        ("Outside.", "<d><Message>Inside.</Message></d>", "Server", "GetEngineStatus: the server refused: Outside."),
        ("", "<d><Type>A</Type><ExceptionType>B</ExceptionType></d>", "A", "GetEngineStatus: the server refused: it gave no reason."),
        (
            "",
            "<d><ExceptionType>B</ExceptionType></d><e><Type>C</Type></e>",
            "B",
            "GetEngineStatus: the server refused: it gave no reason.",
        ),
    ],
)
def test_where_a_fault_says_what_it_is_and_why(text: str, detail: str, code: str, told: str) -> None:
    error = failure(xml(fault("s:Server", text, detail), 500), errors.ErrorAnswer)
    assert (error.code, error.message) == (code, told)


def test_other_faults_leave_doubt() -> None:
    error = failure(xml(fault("s:Server", "Internal error"), 500), errors.ErrorAnswer, **WRITING)
    assert error.uncertain and "refused: Internal error." in error.message
    assert not failure(xml(fault("s:Server"), 500), errors.ErrorAnswer).uncertain


# Answers that are no envelope


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, errors.Redirected),
        (400, errors.ErrorAnswer),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.NotFound),
        (421, errors.WrongHost),
        (429, errors.Throttled),
        (500, errors.ErrorAnswer),
        (503, errors.Unavailable),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html><body>No</body></html>", b"<!DOCTYPE html><html>", b"plain"])
def test_statuses(status: int, kind: type[errors.ErpSyncError], body: bytes) -> None:
    error = failure(answer(body=body, status=status, headers={"Content-Type": "text/html"}), kind, **WRITING)
    assert error.http_status == status
    assert error.uncertain is (status in (500, 503))
    if status in (404, 405):
        hint = "Check url and services_version (86); the service may also be switched off."
        assert error.message == f"DeleteConnection: the server does not know this address ({status}). {hint}"


NOTHING = "the server answered with nothing."
A_PAGE = (
    "the server answered with a web page instead of XML. "
    "Check that url is the address of the installation, without a sign-in page in front of it."
)
NO_XML = "the server's answer cannot be read as XML; "
ANOTHER = "its encoding is {} instead of UTF-8."


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (answer(body=b"", status=202), NOTHING),
        (xml(b""), NOTHING),
        (xml(b"   "), NOTHING),
        (xml(b"<html><body>Sign in</body></html>"), A_PAGE),
        (xml(b"<HTML/>"), A_PAGE),
        (xml(b"<!DOCTYPE html><html><br></html>"), A_PAGE),
        (xml(b" <!doctype HTML><br>"), A_PAGE),
        (xml(b"Welcome. <Html><br>"), A_PAGE),
        (xml(b"<html xmlns='http://www.w3.org/1999/xhtml'/>"), A_PAGE),
        (answer(body=response("GetEngineStatus"), headers={"Content-Type": "text/xml; charset=windows-1252"}), "windows-1252"),
        (xml(b'<?xml version="1.0" encoding="iso-8859-1"?>' + response("GetEngineStatus")), "iso-8859-1"),
        (xml(b'<?xml version="1.0" encoding="nonsense"?>' + response("GetEngineStatus")), "nonsense"),
        # What follows are words of the parser.
        (xml(b"{}"), f"{NO_XML}it is not well-formed in line 1: "),
        (xml(b"\n" + response("GetEngineStatus")[:-9]), f"{NO_XML}it is not well-formed in line 2: "),
        (xml(response("GetEngineStatus", "\xe5").decode().encode("latin-1")), f"{NO_XML}it is not well-formed in line 1: "),
        (xml(b"\x00" * 100), f"{NO_XML}it is not well-formed in line 1: "),
    ],
)
def test_what_is_no_soap_message(reply: Reply, told: str) -> None:
    error = failure(reply, errors.NotXml)
    assert isinstance(error, errors.NotJson)
    said = error.message.removeprefix("GetEngineStatus: ")
    if told.endswith(": "):
        assert said.startswith(told)
    else:
        assert said == (told if told.endswith(".") else NO_XML + ANOTHER.format(told))
    assert failure(reply, errors.NotXml, **WRITING).uncertain


NO_ANSWER = (
    "the server should answer with GetEngineStatusResponse and did not. Check that url is the address of a SuperOffice installation."
)
NO_ENVELOPE = "the server answered with XML that is no SOAP message. Check that url is the address of a SuperOffice installation."
SOAP_12 = "the server answered in SOAP 1.2; SuperOffice's services speak SOAP 1.1. Check url."
OTHER_SERVICES = "the answer is not of Services86. Check services_version, and that url is right."


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (response("GetEngineStatus").replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"), SOAP_12),
        (response("GetEngineStatus", version=88), OTHER_SERVICES),
        (response("SyncAll"), NO_ANSWER),
        (envelope(""), NO_ANSWER),
        (b"<a/>", NO_ENVELOPE),
        (b"<a><b/></a>", NO_ENVELOPE),
        (b"<a>%s</a>" % (b" " * 2000 + b"<b/>"), NO_ENVELOPE),
        (f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(), NO_ANSWER),
        (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode(), NO_ANSWER),
        (envelope(f'<GetEngineStatusResponse xmlns="{tns()}"/>' * 2), NO_ANSWER),
    ],
)
def test_answers_that_belong_to_something_else(body: bytes, told: str) -> None:
    assert failure(xml(body), errors.UnexpectedAnswer).message == f"GetEngineStatus: {told}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16le", "utf-16be"])
def test_both_encodings_of_soap(encoding: str) -> None:
    text = response("GetEngineStatus", "<Response><StatusMessage>L\u00f8per</StatusMessage></Response>").decode()
    charset = encoding.removesuffix("-sig")
    reply = answer(body=text.encode(encoding), headers={"Content-Type": f'text/xml; charset="{charset}"'})
    assert ask(reply) == {"StatusMessage": "L\u00f8per"}


@pytest.mark.parametrize("charset", ["", '""', " "])
def test_an_encoding_that_is_not_named(charset: str) -> None:
    text = response("GetEngineStatus", "<Response><StatusMessage>L\u00f8per</StatusMessage></Response>")
    assert ask(answer(body=text, headers={"Content-Type": f"text/xml; charset={charset}"})) == {"StatusMessage": "L\u00f8per"}


def test_a_cut_off_answer() -> None:
    body = response("GetEngineStatus")
    reply = Reply((head(200, {"Content-Type": "text/xml", "Content-Length": str(len(body))}) + body[:50],), then="close")
    error = failure(reply, errors.CutOff, **WRITING)
    assert error.uncertain


# Signing in


def test_the_ticket_is_fetched_once_and_used_for_the_whole_run() -> None:
    script = [(line("SoPrincipal"), signed_in()), *[(line(), xml(response("GetEngineStatus")))] * 2]
    script.append((line("MDO"), xml(response("GetList", "<Response/>"))))
    with Talk(script, identity=Identity(username=PASSWORD.username, password=PASSWORD.password, client_secret="app")) as talk:
        talk.call()
        talk.call()
        assert talk.transport.mdo_list("erpconnectors") == []
    first, *others = talk.server.received
    assert first.headers["soapaction"] == f'"{tns()}/SoPrincipal/AuthenticateUsernamePassword"'
    root = ElementTree.fromstring(first.body)
    assert [part.text for part in root[0]] == ["app"]
    assert [part.text for part in root[1][0]] == ["sync", "secret & <more>"]
    assert all(b"<Ticket>7T:new</Ticket>" in request.body and b"secret" not in request.body for request in others)


def test_an_access_token_is_exchanged_for_a_ticket() -> None:
    with Talk([(line("SoPrincipal"), signed_in()), (line(), xml(response("SyncAll")))], identity=Identity(access_token="8A:x")) as talk:
        talk.call("SyncAll")
    assert b"<AuthenticateWithAccessToken " in talk.server.received[0].body
    assert b"<AccessToken>8A:x</AccessToken>" in talk.server.received[0].body


def test_signing_in_tells_who_is_signed_in() -> None:
    ways: list[tuple[Identity, int, str]] = [
        (PASSWORD, 1, "<UserName>7T:new</UserName><Password></Password>"),
        (TICKET, 0, f"<UserName>{TICKET.ticket}</UserName><Password></Password>"),
        (Identity(access_token="8A:x"), 0, "<AccessToken>8A:x</AccessToken>"),
    ]
    for identity, before, sent_as in ways:
        script = [(line("SoPrincipal"), signed_in())] * before + [(line("SoPrincipal"), signed_in("7T:who"))]
        with Talk(script, identity=identity) as talk:
            assert talk.transport.principal()["UserType"] == "InternalAssociate"
        assert sent_as in talk.server.received[-1].body.decode()


def test_a_ticket_that_may_not_stand_in_place_of_a_user_name_tells_nothing() -> None:
    refused = xml(f'<s:Envelope xmlns:s="{SOAP}"><s:Body><AuthenticateResponse xmlns="{tns()}"/></s:Body></s:Envelope>'.encode())
    with Talk([(line("SoPrincipal"), refused)]) as talk:
        assert talk.transport.principal() is None


EXPIRED = [
    xml(exception("SuperOffice.Exceptions.SoSessionException", "Expired.")),
    xml(fault("s:Server", "x", "<d><Type>SuperOffice.Exceptions.SoSessionException</Type></d>"), 500),
    answer(body=b"", status=401),
    answer(body=b"<html/>", status=403),
]


@pytest.mark.parametrize("expired", EXPIRED)
def test_an_expired_ticket_is_replaced_once_and_the_call_repeated(expired: Reply) -> None:
    script = [
        (line("SoPrincipal"), signed_in("7T:1")),
        (line(), xml(response("SyncAll"))),
        (line(), expired),
        (line("SoPrincipal"), signed_in("7T:2")),
        (line(), xml(response("DeleteConnection"))),
    ]
    with Talk(script, identity=PASSWORD) as talk:
        talk.call("SyncAll")
        talk.call(**WRITING)
    assert b"7T:1" in talk.server.received[2].body and b"7T:2" in talk.server.received[4].body


@pytest.mark.parametrize("expired", EXPIRED)
def test_a_new_ticket_that_is_refused_is_not_replaced(expired: Reply) -> None:
    with Talk([(line("SoPrincipal"), signed_in()), (line(), expired)], identity=PASSWORD) as talk:
        with pytest.raises((errors.Unauthorized, errors.Forbidden)) as caught:
            talk.call()
    assert not caught.value.uncertain
    again = [(line("SoPrincipal"), signed_in()), (line(), xml(response("SyncAll"))), (line(), expired)]
    again += [(line("SoPrincipal"), signed_in()), (line(), expired)]
    with Talk(again, identity=PASSWORD) as talk:
        talk.call("SyncAll")
        with pytest.raises((errors.Unauthorized, errors.Forbidden)):
            talk.call()


def test_a_given_ticket_cannot_be_replaced() -> None:
    with Talk([(line(), EXPIRED[0])], identity=TICKET) as talk, pytest.raises(errors.Unauthorized) as caught:
        talk.call()
    assert "ticket" in caught.value.message


def test_other_failures_never_repeat_a_write() -> None:
    for reply in (xml(fault("s:Server"), 500), answer(body=b"", status=500), Reply(then="close"), xml(exception("SoServerException"))):
        script = [(line("SoPrincipal"), signed_in()), (line(), xml(response("SyncAll"))), (line(), reply)]
        with Talk(script, identity=PASSWORD, retries=3) as talk:
            talk.call("SyncAll")
            with pytest.raises(errors.ErpSyncError) as caught:
                talk.call(**WRITING)
        assert caught.value.uncertain


NOT_LET_IN = [
    f'<AuthenticateResponse xmlns="{tns()}"><AuthenticationSucceeded>false</AuthenticationSucceeded></AuthenticateResponse>',
    f'<AuthenticateResponse xmlns="{tns()}"/>',
    f'<AuthenticateResponse xmlns="{tns()}"><Credentials><Ticket>7T:x</Ticket></Credentials></AuthenticateResponse>',
]


WRONG = "the server does not accept the credentials. Check the user name and password, or the access token."


@pytest.mark.parametrize(
    ("reply", "told", "code"),
    [
        *[(xml(envelope(body)), WRONG, None) for body in NOT_LET_IN],
        (
            xml(exception("SuperOffice.Exceptions.SoSessionException", "Wrong password.")),
            "the server does not accept the credentials. Check the user name and password, or the ticket; it may have expired. The server "
            "says: Wrong password.",
            "SuperOffice.Exceptions.SoSessionException",
        ),
        (xml(exception("Some.OtherException", "Wrong one.")), f"{WRONG} The server says: Wrong one.", "Some.OtherException"),
        (xml(exception("X", "I said: the server refused: No")), f"{WRONG} The server says: I said: the server refused: No.", "X"),
        (xml(exception("X")), f"{WRONG} The server says: it gave no reason.", "X"),
        (
            answer(body=b"", status=401),
            "the server does not accept the credentials (401). Check the user name and password, ticket or token; a ticket or token may "
            "have expired.",
            None,
        ),
    ],
)
def test_a_failed_sign_in(reply: Reply, told: str, code: str | None) -> None:
    with Talk([(line("SoPrincipal"), reply)], identity=PASSWORD) as talk, pytest.raises(errors.Unauthorized) as caught:
        talk.call(**WRITING)
    assert caught.value.method == "AuthenticateUsernamePassword" and not caught.value.uncertain
    assert (caught.value.message, caught.value.code) == (f"AuthenticateUsernamePassword: {told}", code)


def test_a_sign_in_that_fails_for_another_reason() -> None:
    no_ticket = f'<AuthenticateResponse xmlns="{tns()}"><AuthenticationSucceeded>true</AuthenticationSucceeded></AuthenticateResponse>'
    for reply, kind in (
        (xml(exception("SoDbAccessException", "Down.")), errors.ErrorAnswer),
        (xml(exception("SoLicenseException", "None.")), errors.Forbidden),
        (xml(envelope(no_ticket)), errors.UnexpectedAnswer),
        (answer(body=b"<html/>", status=404), errors.NotFound),
        (xml(b"<html/>"), errors.NotXml),
    ):
        with Talk([(line("SoPrincipal"), reply)], identity=PASSWORD) as talk, pytest.raises(errors.ErpSyncError) as caught:
            talk.call()
        assert caught.value.kind == kind.kind


# Versions


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_version_lacks_is_never_sent(version: int) -> None:
    lacking = [operation for operation in schema.OPERATIONS.values() if operation.service == "ErpSync" and version < operation.since]
    assert len(lacking) == {86: 5, 87: 5, 88: 0}.get(version, 11)
    for operation in lacking:
        with Talk([], version=version, identity=PASSWORD) as talk, pytest.raises(errors.NotInVersion) as caught:
            talk.call(operation.name, writes=True)
        message = caught.value.message
        assert message.startswith(f"{operation.name}: Services{version} does not have this method; ")
        assert f"Services{operation.since}" in message and "REST" in message and "Nothing was sent" in message
        assert isinstance(caught.value, errors.NotFound) and not caught.value.uncertain


def test_looking_something_up_writes_nothing() -> None:
    """Whatever writes nothing is asked for again after a lost answer: lists, archives, who one is, and why the agent refuses."""
    found: list[tuple[str, bool]] = []

    class Recorder:
        settings = Settings("", {}, transport="soap", services_version=86, identity=TICKET, tenant=Tenant("Cust1", "https://login"))

        def send(self, request: Request, _destination: Destination) -> Response:
            found.append((request.method, request.writes))
            if request.method in ("SyncAll", "GetEngineStatus"):
                return Response(403, {}, b"", 1)
            return Response(200, {}, response(request.headers["SOAPAction"].strip('"').rpartition("/")[2]), 1)

    session: Any = Recorder()
    transport = SoapTransport(access.given(session), RunMemory())
    assert transport.mdo_list("associate") is None
    page = transport.archive(Query("ErpField", ("Id",)))
    assert page == ([], None, None)
    assert transport.system() == {"NetServerVersion": None, "NetServerLabel": None}
    with pytest.raises(errors.UnexpectedAnswer):
        transport.principal()
    with pytest.raises(errors.Forbidden):
        transport.invoke("SyncAll", {}, writes=True)
    assert found == [
        ("MDO list associate", False),
        ("archive ErpField", False),
        ("GetSystemInfo", False),
        ("AuthenticateUsernamePassword", False),
        ("SyncAll", True),
        ("AuthenticateUsernamePassword", False),
    ]
    # Who one is cannot be told: another service is asked, and the agent once more.
    found.clear()

    class Silent(Recorder):
        def send(self, request: Request, destination: Destination) -> Response:
            if request.method == "AuthenticateUsernamePassword":
                found.append((request.method, request.writes))
                return Response(401, {}, b"", 1)
            return super().send(request, destination)

    session = Silent()
    with pytest.raises(errors.AgentRefused):
        SoapTransport(access.given(session), RunMemory()).invoke("SyncAll", {}, writes=True)
    assert found == [
        ("SyncAll", True),
        ("AuthenticateUsernamePassword", False),
        ("MDO list usergroup", False),
        ("GetEngineStatus", False),
    ]


def test_a_list_goes_through_mdo() -> None:
    inside = "<Response><MDOListItem><Id>1</Id><Name>N</Name><ExtraInfo>e</ExtraInfo></MDOListItem></Response>"
    with Talk([(line("MDO"), xml(response("GetList", inside)))]) as talk:
        assert talk.transport.mdo_list("erpconnections", "useRank=true") == [{"Id": 1, "Name": "N", "ExtraInfo": "e"}]
    [request] = talk.server.received
    assert request.headers["soapaction"] == f'"{tns()}/MDO/GetList"'
    [element] = ElementTree.fromstring(request.body)[1]
    assert [(part.tag.rpartition("}")[2], part.text) for part in element] == [
        ("Name", "erpconnections"),
        ("ForceFlatList", "true"),
        ("AdditionalInfo", "useRank=true"),
        ("OnlyHistory", "false"),
    ]


@each("name", sorted(schema.OPERATIONS))
def test_every_operation_has_its_own_action(name: str) -> None:
    operation = schema.OPERATIONS[name]
    if operation.service != "ErpSync":
        return
    with Talk([(line(version=88), xml(response(name, version=88)))], version=88) as talk:
        talk.call(name)
    assert talk.server.received[0].headers["soapaction"] == f'"{tns(88)}/ErpSync/{name}"'
    assert f"<{name} ".encode() in talk.server.received[0].body


# Several calls at once


def test_calls_side_by_side_share_one_sign_in(stand_in: StandIn) -> None:
    """With a ticket that has expired as well as without any."""
    run = Run(stand_in_options(stand_in), environ={})
    calls = [functools.partial(run.reading.get_connection, number) for number in (1, 2, 3, 4, 5)] * 4
    for sign_ins in (1, 2):
        stand_in.fault("GetConnection", "slow", [1, 2, 3, 4, 5, 6], seconds=0.1)
        found = side_by_side(calls, 8)
        assert [connection["ErpConnectionId"] for connection in found if connection] == [1, 2, 3, 4, 5] * 4
        assert stand_in.methods().count("SoPrincipal.AuthenticateUsernamePassword") == sign_ins
        stand_in.clear_faults()
        stand_in.end_sessions()
    run.close()
    refused = [entry for entry in stand_in.journal() if not entry["carried_out"]]
    assert 1 <= len(refused) <= 8, "only what was under way when the ticket expired is sent twice"


@pytest.mark.parametrize("at_once", [1, 8])
def test_a_password_that_is_refused_is_tried_once(stand_in: StandIn, at_once: int) -> None:
    """Servers count such attempts, and lock the user out."""
    run = Run({**stand_in_options(stand_in), "password": "wrong"}, environ={})
    calls = [functools.partial(run.reading.get_connection, number) for number in range(1, 20)]
    messages = set()
    for _again in range(2):
        with pytest.raises(errors.Unauthorized) as caught:
            side_by_side(calls, at_once)
        messages.add(caught.value.message)
    run.close()
    assert len(messages) == 1 and stand_in.methods() == ["SoPrincipal.AuthenticateUsernamePassword"]


class Waited:
    """A lock that knows when so many have come to it, the one that holds it included."""

    def __init__(self, all_of_them: int) -> None:
        self.all_have_come = threading.Event()
        self._left = all_of_them
        self._counting = threading.Lock()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._counting:
            self._left -= 1
            if not self._left:
                self.all_have_come.set()
        self._lock.acquire()

    def __exit__(self, *_unused: object) -> None:
        self._lock.release()


def test_a_sign_in_that_fails_ends_all_calls_that_wait_for_it_and_may_be_tried_again(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = "AuthenticateUsernamePassword"
    stand_in.fault(sign_in, "closed", [1])
    run = Run({**stand_in_options(stand_in), "timeout": 60}, environ={})
    lock = Waited(5)
    real = Principal.sign_in

    def sign_in_once_all_wait(self: Principal) -> Fresh:
        assert lock.all_have_come.wait(60)
        return real(self)

    monkeypatch.setattr(Principal, "sign_in", sign_in_once_all_wait)
    monkeypatch.setattr(run.transport._access.credential, "_lock", lock)  # type: ignore[attr-defined]
    calls = [functools.partial(run.reading.get_connection, number) for number in range(1, 6)]
    with pytest.raises(errors.ConnectionLost) as caught:
        side_by_side(calls, 5)
    assert caught.value.method == sign_in
    assert stand_in.methods() == [f"SoPrincipal.{sign_in}"], "one failure, and not one after another"
    assert len(side_by_side(calls, 5)) == 5
    run.close()
    assert stand_in.methods().count(f"SoPrincipal.{sign_in}") == 2


def stand_in_options(stand_in: StandIn) -> dict[str, Any]:
    who = {"username": stand_in.username, "password": stand_in.password}
    return {"url": stand_in.url, **who, "retries": 0, "timeout": 20, "transport": "soap", "services_version": 75}
