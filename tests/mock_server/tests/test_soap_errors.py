# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong over SOAP: refusals, documents that are none, and faults on demand."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from pytest_stand_in import StandIn
from soap_client import SOAP_11, SOAP_12, SoapAgent
from stand_in.wire.soap.tree import MAX_BYTES, MAX_DEPTH

REFUSED = ("ChangeEngineInterval", "<n:Interval>PT0S</n:Interval>")
TEXT = "The interval must be at least one second."


def _action(soap: SoapAgent, operation: str) -> str:
    return f"{soap.namespace}/ErpSync/{operation}"


@pytest.mark.parametrize("version", [75, 83, 86, 88])
def test_wrapped(stand_in: StandIn, version: int) -> None:
    answer = SoapAgent(stand_in, version).post(*REFUSED)
    assert (answer.status, answer.succeeded, answer.message) == (200, False, TEXT)
    assert answer.text("Header/ExceptionInfo/FriendlyText") == TEXT
    assert answer.text("Header/ExceptionInfo/ExceptionType") == "System.ArgumentException"
    assert answer.names("Header/ExceptionInfo") == [
        "Message",
        "StackTrace",
        "FriendlyText",
        "ExceptionType",
        "Source",
        "InnerException",
        "Parameters",
    ]
    assert answer.names("Body") == ["ChangeEngineIntervalResponse"]


def test_what_a_refusal_leaves_in_the_body(stand_in: StandIn) -> None:
    stand_in.settings(forbidden=["*"])
    soap = SoapAgent(stand_in, 88)
    answer = soap.post("TestConnectionById", "<n:ErpConnectionId>1</n:ErpConnectionId>")
    assert (answer.succeeded, answer.text("Body/TestConnectionByIdResponse/Response")) == (False, "false")
    answer = soap.post("GetConnection", "<n:ErpConnectionId>1</n:ErpConnectionId>")
    assert (answer.succeeded, answer.text("Body/GetConnectionResponse/Response")) == (False, None)
    assert answer.text("Header/ExceptionInfo/ExceptionType") == "SuperOffice.Exceptions.SoSentryException"


@pytest.mark.parametrize(
    ("settings", "message", "friendly", "type_name"),
    [
        ({"exception_text": "message"}, TEXT, None, "System.ArgumentException"),
        ({"exception_text": "friendly"}, None, TEXT, "System.ArgumentException"),
        ({"exception_type": "short"}, TEXT, TEXT, "ArgumentException"),
    ],
)
def test_forms_of_the_exception(
    stand_in: StandIn, settings: dict[str, Any], message: str | None, friendly: str | None, type_name: str
) -> None:
    stand_in.settings(**settings)
    answer = SoapAgent(stand_in, 75).post(*REFUSED)
    assert (answer.message, answer.text("Header/ExceptionInfo/FriendlyText")) == (message, friendly)
    assert answer.text("Header/ExceptionInfo/ExceptionType") == type_name


def test_not_wrapped(stand_in: StandIn) -> None:
    stand_in.settings(wrap_exceptions=False)
    soap = SoapAgent(stand_in, 75)
    answer = soap.post(*REFUSED)
    assert (answer.status, answer.fault, answer.text("Body/Fault/faultstring")) == (500, "InternalServiceFault", TEXT)
    assert answer.text("Body/Fault/detail/ExceptionDetail/Type") == "System.ArgumentException"
    stand_in.settings(fault_detail=False)
    answer = soap.post(*REFUSED)
    assert answer.status == 500 and TEXT not in answer.content.decode()
    assert answer.all("Body/Fault/detail") == []


def test_faults_of_the_printed_form_are_of_soap_12(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 75)
    body = soap.envelope("<n:GetConnection><n:Unknown/></n:GetConnection>").replace(SOAP_11, SOAP_12)
    answer = soap.send(body, None, Content_Type="application/soap+xml")
    assert (answer.status, answer.root.tag, answer.fault) == (500, f"{{{SOAP_12}}}Envelope", "DeserializationFailed")
    assert "Unknown" in (answer.text("Body/Fault/Reason/Text") or "")


@pytest.mark.parametrize("version", [75, 83, 86, 88])
def test_what_does_not_fit_the_schema(stand_in: StandIn, version: int) -> None:
    soap = SoapAgent(stand_in, version)
    connection = "<n:ErpConnectorId>1</n:ErpConnectorId><n:ErpConnectionId>1</n:ErpConnectionId>"
    answer = soap.post("SaveConnection", f"<n:Connection>{connection}</n:Connection>")
    assert (answer.status, answer.fault) == (500, "DeserializationFailed")
    expected = "SaveConnection.Connection.ErpConnectionId: the element must stand before ErpConnectorId."
    assert stand_in.problems() == [expected]
    assert expected in (answer.text("Body/Fault/faultstring") or "")
    (entry,) = stand_in.journal()
    assert (entry["method"], entry["writes"], entry["carried_out"], entry["status"]) == ("SaveConnection", True, False, 500)


def test_members_of_a_later_version_do_not_fit(stand_in: StandIn) -> None:
    field = "<n:ErpSyncFieldMapping><n:ListReference/></n:ErpSyncFieldMapping>"
    mapping = f"<n:Mapping><n:ErpConnectionId>1</n:ErpConnectionId><n:FieldMappings>{field}</n:FieldMappings></n:Mapping>"
    SoapAgent(stand_in, 85).post("SaveActorTypeMapping", mapping)
    assert stand_in.problems() == [
        "SaveActorTypeMapping.Mapping.FieldMappings[0].ListReference: the schema of Services85 has no such element here."
    ]
    SoapAgent(stand_in, 86).post("SaveActorTypeMapping", mapping)
    assert len(stand_in.problems()) == 1


def test_items_that_are_null(stand_in: StandIn) -> None:
    """The schema allows them; nobody could carry them out."""
    field = '<n:ErpSyncFieldMapping i:nil="true"/>'
    mapping = (
        f"<n:Mapping><n:ErpConnectionId>1</n:ErpConnectionId><n:FieldMappings>{field}</n:FieldMappings><n:ActorTypeErp>Customer"
        "</n:ActorTypeErp><n:ActorTypeCrm>Contact</n:ActorTypeCrm></n:Mapping>"
    )
    before = stand_in.state()
    answer = SoapAgent(stand_in, 75).post("SaveActorTypeMapping", mapping)
    assert (answer.status, answer.fault) == (500, "DeserializationFailed")
    assert stand_in.state() == before


def test_the_body_must_be_what_the_action_says(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    answer = soap.send(soap.envelope("<n:GetEngineStatus/>"), _action(soap, "SyncAll"))
    assert answer.fault == "DeserializationFailed"
    other = soap.envelope('<m:SyncAll xmlns:m="http://www.superoffice.net/ws/crm/NetServer/Services88"/>')
    assert soap.send(other, _action(soap, "SyncAll")).fault == "DeserializationFailed"
    for wrong in (None, "", "SyncAll", _action(soap, "SyncAll").replace("86", "88"), _action(soap, "syncall")):
        assert soap.send(soap.envelope("<n:SyncAll/>"), wrong).fault == "ActionNotSupported", wrong
    assert stand_in.writes() == ["SyncAll", "SyncAll"]
    assert not any(entry["carried_out"] for entry in stand_in.journal())


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>&c;</s:Body></s:Envelope>'
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>&a;</s:Body></s:Envelope>'
)
DEEP = f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>' + "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1) + "</s:Body></s:Envelope>"
WIDE = f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>' + "<a/>" * 500_001 + "</s:Body></s:Envelope>"
MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "no element found"),
    "no XML": ("{}", "not well-formed"),
    "half": ("<s:Envelope", "unclosed token"),
    "two roots": ("<a/><b/>", "junk after document element"),
    "unbound prefix": ("<s:Envelope/>", "unbound prefix"),
    "control character": (f'<s:Envelope xmlns:s="{SOAP_11}">\x01</s:Envelope>', "not well-formed"),
    "entities": (LAUGHS, "A document type is not allowed."),
    "external entity": (EXTERNAL, "A document type is not allowed."),
    "deep": (DEEP, f"Elements are nested more than {MAX_DEPTH} deep."),
    "wide": (WIDE, "There are more than 500000 elements."),
    "not UTF-8": (f'<s:Envelope xmlns:s="{SOAP_11}">é</s:Envelope>'.encode("latin-1"), "not well-formed"),
    "other encoding": ('<?xml version="1.0" encoding="iso-8859-1"?><a/>', "names an encoding other than UTF-8 and UTF-16"),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?><a/>', "names an encoding other than UTF-8 and UTF-16"),
    "no envelope": ("<a/>", "The root of the document is no soap:Envelope."),
    "other envelope": ('<Envelope xmlns="http://example.net/"/>', "The root of the document is no soap:Envelope."),
    "no body": (f'<s:Envelope xmlns:s="{SOAP_11}"/>', "needs one soap:Body with one element"),
    "empty body": (f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body/></s:Envelope>', "needs one soap:Body with one element"),
    "full body": (f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><a/><b/></s:Body></s:Envelope>', "needs one soap:Body with one element"),
    "header last": (f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><a/></s:Body><s:Header/></s:Envelope>', "a Header where none is expected"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed(stand_in: StandIn, case: str) -> None:
    sent, expected = MALFORMED[case]
    soap = SoapAgent(stand_in, 86)
    answer = soap.send(sent, _action(soap, "ChangeEngineStatus"))
    assert answer.status == 400
    assert answer.text("Body/Fault/faultcode") == "s:Client"
    (problem,) = stand_in.problems()
    assert expected in problem
    assert stand_in.journal()[-1]["carried_out"] is False


def test_too_large(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    answer = soap.send(b" " * (MAX_BYTES + 1), _action(soap, "SyncAll"))
    assert (answer.status, answer.content) == (413, b"")
    assert stand_in.problems() == [f"The document is larger than {MAX_BYTES} bytes."]


def test_header_parts_belong_into_the_header(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    body = soap.envelope("<n:GetEngineStatus/>").replace("<s:Header>", "").replace("</s:Header>", "")
    assert soap.send(body, _action(soap, "GetEngineStatus")).status == 400
    assert stand_in.problems() == ["ApplicationToken stands in the Envelope itself; header parts belong into soap:Header."]


def test_header_parts_that_must_be_understood(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    unknown = '<o:Security xmlns:o="http://example.net/"/>'
    assert soap.post("GetEngineStatus", header=soap.header() + unknown).succeeded
    answer = soap.post("GetEngineStatus", header=soap.header() + unknown.replace("/>", ' s:mustUnderstand="1"/>'))
    assert answer.text("Body/Fault/faultcode") == "s:MustUnderstand"
    known = soap.header().replace("<n:Credentials>", '<n:Credentials s:mustUnderstand="1">')
    assert soap.post("GetEngineStatus", header=known).succeeded
    assert soap.post("GetEngineStatus", header=soap.header() + soap.header()).fault == "DeserializationFailed"
    assert soap.post("GetEngineStatus", header="<n:Credentials><n:Token/></n:Credentials>").fault == "DeserializationFailed"


@pytest.mark.parametrize(
    ("content_type", "encoding", "status"),
    [
        ("text/xml", "utf-8", 200),
        ('text/xml; charset="UTF-8"', "utf-8", 200),
        ("text/xml; charset=utf-16", "utf-16", 200),
        ("text/xml; charset=iso-8859-1", "latin-1", 400),
        ("text/xml; charset=utf-16", "utf-8", 400),
        ("text/xml; charset=klingon", "utf-8", 400),
        ("application/json", "utf-8", 415),
        ("application/soap+xml", "utf-8", 415),
        ("application/xml", "utf-8", 415),
    ],
)
def test_content_types(stand_in: StandIn, content_type: str, encoding: str, status: int) -> None:
    soap = SoapAgent(stand_in, 86)
    body = soap.envelope("<n:GetEngineStatus/>").partition("?>")[2].encode(encoding)
    assert soap.send(body, _action(soap, "GetEngineStatus"), Content_Type=content_type).status == status
    assert (stand_in.journal()[-1]["problem"] is None) is (status == 200)


def test_declaration_against_content_type(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    body = soap.envelope("<n:GetEngineStatus/>").replace('encoding="utf-8"', 'encoding="utf-16"')
    assert soap.send(body, _action(soap, "GetEngineStatus")).status == 400
    assert stand_in.problems() == ["The XML declaration and the Content-Type name different encodings."]


def test_texts_that_xml_cannot_hold(stand_in: StandIn) -> None:
    state = stand_in.state()
    state["connections"][0]["DisplayName"] = "bell \x07"
    stand_in.put_state(state)
    answer = SoapAgent(stand_in, 86).post("GetConnection", "<n:ErpConnectionId>1</n:ErpConnectionId>")
    assert (answer.succeeded, answer.message) == (False, "A text contains a character that is not allowed in XML.")


# Faults on demand


def _stop(stand_in: StandIn) -> Any:
    return SoapAgent(stand_in, 86).post("ChangeEngineStatus", "<n:Run>false</n:Run>")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_status(stand_in: StandIn, status: int) -> None:
    stand_in.fault("ChangeEngineStatus", "status", status=status, retry_after=2, error_type="SoX", message="Not now.")
    answer = _stop(stand_in)
    assert (answer.status, answer.fault, answer.text("Body/Fault/faultstring")) == (status, "InternalServiceFault", "Not now.")
    entry = stand_in.journal()[-1]
    assert (entry["fault"], entry["carried_out"], entry["status"]) == ("status", False, status)


@pytest.mark.parametrize("body", ["html", "empty"])
def test_status_with_another_body(stand_in: StandIn, body: str) -> None:
    stand_in.fault("*", "status", status=500, body=body)
    answer = _stop(stand_in)
    assert answer.status == 500 and (b"<html>" in answer.content) is (body == "html")


def test_errors_with_200(stand_in: StandIn) -> None:
    stand_in.fault("ChangeEngineStatus", "error_object", calls=[1], message="Refused.")
    stand_in.fault("ChangeEngineStatus", "error_object", calls=[2], message="Refused.", shape="model_binding")
    wrapped, fault = _stop(stand_in), _stop(stand_in)
    assert (wrapped.status, wrapped.succeeded, wrapped.message) == (200, False, "Refused.")
    assert (fault.status, fault.text("Body/Fault/faultstring")) == (200, "Refused.")


def test_faults_by_operation_and_by_path(stand_in: StandIn) -> None:
    stand_in.fault("AuthenticateUsernamePassword", "html")
    stand_in.fault("POST /remote/services75/mdo.svc", "html")
    assert SoapAgent(stand_in, 86).sign_in("x", "y").content_type.startswith("text/html")
    assert SoapAgent(stand_in, 75).post("GetList", "", "MDO").content_type.startswith("text/html")
    assert SoapAgent(stand_in, 86).post("GetList", "<n:Name>country</n:Name>", "MDO").succeeded


@pytest.mark.parametrize("kind", ["invalid_json", "surrogate", "entities", "wrong_encoding", "deep", "cut_off"])
def test_documents_that_cannot_be_read(stand_in: StandIn, kind: str) -> None:
    options: dict[str, Any] = {"depth": 100} if kind == "deep" else {}
    stand_in.fault("ChangeEngineStatus", kind, **options)
    if kind == "cut_off":
        with pytest.raises(Exception, match="IncompleteRead"):
            _stop(stand_in)
        return
    answer = _stop(stand_in)
    assert (answer.status, answer.content_type.partition(";")[0]) == (200, "text/xml")
    if kind == "deep":
        assert answer.content == b"<a>" * 100 + b"</a>" * 100
    elif kind == "entities":
        assert b"<!DOCTYPE" in answer.content and answer.content.count(b"<!ENTITY") == 10
    else:
        with pytest.raises(ElementTree.ParseError):
            _root = answer.root


def test_documents_of_another_kind(stand_in: StandIn) -> None:
    for number, kind in enumerate(("wrong_type", "wrong_namespace", "bom", "huge"), start=1):
        options: dict[str, Any] = {"bytes": 1000} if kind == "huge" else {}
        stand_in.fault("ChangeEngineStatus", kind, calls=[number], **options)
    other, namespaced, marked, huge = (_stop(stand_in) for _number in range(4))
    assert other.root.tag == "Other"
    assert b"www.superoffice.net" not in namespaced.content and namespaced.names("Body") == ["ChangeEngineStatusResponse"]
    assert marked.content.startswith(b"\xef\xbb\xbf<s:Envelope") and marked.succeeded
    assert len(huge.content) == 1000 and huge.names("Body") == ["Padding"]


def test_when_over_soap(stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=0)
    stand_in.fault("ChangeEngineStatus", "reset", calls=[1], when="after")
    with pytest.raises(OSError):
        _stop(stand_in)
    assert stand_in.state()["engine"]["IsRunning"] is False
    assert stand_in.journal()[-1]["carried_out"] is True


def test_synchronisations_take_their_time(stand_in: StandIn) -> None:
    stand_in.settings(sync_seconds=0.3)
    soap = SoapAgent(stand_in, 75)
    answer = soap.session.post(
        f"{stand_in.url}/Remote/Services75/ErpSync.svc",
        soap.envelope("<n:SyncAll/>").encode(),
        headers={"Content-Type": "text/xml", "SOAPAction": _action(soap, "SyncAll")},
        timeout=5,
    )
    assert answer.elapsed.total_seconds() >= 0.3
