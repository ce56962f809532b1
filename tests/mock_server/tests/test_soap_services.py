# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SOAP services: where they are, what each version has, and that they stand on the same state as REST."""

from __future__ import annotations

import pytest
import requests
from pytest_stand_in import StandIn
from soap_client import ARRAYS, SOAP_11, SOAP_12, SoapAgent, namespace
from stand_in.wire.soap.versions import VERSIONS
from stand_in_client import Agent

CONNECTION = "<n:ErpConnectionId>1</n:ErpConnectionId>"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_answers_in_its_own_namespace(stand_in: StandIn, version: int) -> None:
    answer = SoapAgent(stand_in, version).call("GetEngineStatus")
    response = answer.all("Body/GetEngineStatusResponse/Response")[0]
    assert response.tag == f"{{{namespace(version)}}}Response"
    assert answer.root.tag == f"{{{SOAP_11}}}Envelope"
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.names("Header") == ["ExceptionInfo", "ExtraInfo", "Succeeded", "TimeZone"]
    assert {part.tag.partition("}")[0] for part in answer.all("Header/*")} == {f"{{{namespace(version)}"}
    assert answer.names("Body/GetEngineStatusResponse/Response") == [
        "TableRight",
        "FieldProperties",
        "IsRunning",
        "StatusMessage",
        "Interval",
    ]
    assert answer.text("Body/GetEngineStatusResponse/Response/Interval") == "PT15M"
    assert answer.text("Body/GetEngineStatusResponse/Response/TableRight/Mask") == "Select Update Insert Delete"
    (entry,) = stand_in.journal()
    assert (entry["transport"], entry["services_version"], entry["problem"]) == ("soap", version, None)


def test_addresses(stand_in: StandIn) -> None:
    session = requests.Session()
    session.trust_env = False
    url = stand_in.url
    agent = SoapAgent(stand_in, 86)
    body = agent.envelope("<n:GetEngineStatus/>").encode()
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f"{agent.namespace}/ErpSync/GetEngineStatus"}
    for path in ("/Remote/Services86/ErpSync.svc", "/remote/SERVICES86/erpsync.SVC"):
        assert session.post(url + path, body, headers=headers, timeout=5).status_code == 200
        assert "text/html" in session.get(url + path, timeout=5).headers["Content-Type"]
    for path in ("/Remote/Services89/ErpSync.svc", "/Remote/Services76/ErpSync.svc", "/Remote/Services86/Contact.svc", "/Remote/"):
        assert session.post(url + path, body, headers=headers, timeout=5).status_code == 404
    assert session.put(url + "/Remote/Services86/MDO.svc", body, headers=headers, timeout=5).status_code == 405


def test_versions_that_a_server_does_not_have(stand_in: StandIn) -> None:
    stand_in.settings(soap_services=["75", "80"])
    assert SoapAgent(stand_in, 80).post("GetEngineStatus").status == 200
    assert SoapAgent(stand_in, 88).post("GetEngineStatus").status == 404


@pytest.mark.parametrize(("how", "status"), [("404_html", 404), ("503_html", 503), ("fault", 500)])
def test_services_that_are_switched_off(stand_in: StandIn, how: str, status: int) -> None:
    stand_in.settings(soap_available=False, soap_off_answer=how)
    answer = SoapAgent(stand_in, 86).post("ChangeEngineStatus", "<n:Run>false</n:Run>")
    assert answer.status == status
    assert (answer.content_type.startswith("text/html")) is (how != "fault")
    assert stand_in.journal()[-1]["carried_out"] is False


LACKING = {
    "ForceSyncAll": [75, 80, 81, 82, 83, 84, 85],
    "GetConnectionListMappings": [75, 80, 81, 82, 83, 84, 85],
    "ForceResyncNoBlankValues": [75, 80, 81, 82, 83, 84, 85, 86, 87],
    "TryConnectActor": [75, 80, 81, 82, 83, 84, 85, 86, 87],
    "GetAllConnections": [75, 80, 81, 82, 83, 84, 85, 86, 87],
    "SyncAll": [],
}


@pytest.mark.parametrize("operation", LACKING)
def test_operations_by_version(stand_in: StandIn, operation: str) -> None:
    answers = {version: SoapAgent(stand_in, version).post(operation) for version in VERSIONS}
    assert [version for version, answer in answers.items() if answer.fault == "ActionNotSupported"] == LACKING[operation]
    assert all(answers[version].status == 500 for version in LACKING[operation])
    assert {entry["services_version"] for entry in stand_in.journal() if entry["problem"]} == set(LACKING[operation])
    assert {entry["services_version"] for entry in stand_in.journal() if entry["method"]} == set(VERSIONS) - set(LACKING[operation])


@pytest.mark.parametrize(
    ("edition", "lacking"),
    [
        ("2020", ["TryConnectActor", "GetAllConnectors", "GetAllConnections"]),
        ("2021", ["GetAllConnectors", "GetAllConnections"]),
        ("2026", []),
    ],
)
def test_editions_of_services88(stand_in: StandIn, edition: str, lacking: list[str]) -> None:
    stand_in.settings(services88_edition=edition)
    agent = SoapAgent(stand_in, 88)
    grown = ["ForceResyncNoBlankValues", "ForceResyncExternalNoBlankValues", "TryConnectActor", "GetAllConnectors", "GetAllConnections"]
    assert [name for name in grown if agent.post(name).fault == "ActionNotSupported"] == lacking
    members = agent.call("SyncAll").names("Body/SyncAllResponse/Response")
    assert ("Status" in members) is (edition == "2026")


def test_missing_methods_are_missing_here_too(stand_in: StandIn) -> None:
    stand_in.settings(missing_methods=["getallconnections"])
    assert SoapAgent(stand_in, 88).post("GetAllConnections").fault == "ActionNotSupported"


def test_members_by_version(stand_in: StandIn) -> None:
    mapping = "<n:ErpConnectionId>1</n:ErpConnectionId><n:ActorType>Customer</n:ActorType>"
    path = "Body/GetActorTypeMappingResponse/Response/FieldMappings/ErpSyncFieldMapping"
    for version in (75, 85, 86, 88):
        members = SoapAgent(stand_in, version).call("GetActorTypeMapping", mapping).names(path)
        assert (members[-1] == "ListReference") is (version >= 86), version
        status = SoapAgent(stand_in, version).call("SyncAll").names("Body/SyncAllResponse/Response")
        assert ("Status" in status) is (version == 88)
        listed = SoapAgent(stand_in, version).call("GetList", "<n:Name>country</n:Name>", "MDO")
        assert ("FullName" in listed.names("Body/GetListResponse/Response/MDOListItem")) is (version > 75)


def test_one_state(stand_in: StandIn, agent: Agent) -> None:
    soap = SoapAgent(stand_in, 75)
    soap.call("SaveErpConnectionSyncPriorities", "<n:ErpConnectionIds><a:int>3</a:int><a:int>0</a:int></n:ErpConnectionIds>")
    assert stand_in.state()["connection_rank"][:2] == [3, 0]
    agent.call("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": [2, 1]})
    ranked = "<n:Name>erpconnections</n:Name><n:AdditionalInfo>useRank=true</n:AdditionalInfo>"
    ids = [item.text for item in soap.call("GetList", ranked, "MDO").all("Body/GetListResponse/Response/MDOListItem/Id")]
    assert ids[:2] == ["2", "1"]
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    agent.call("SaveConnection", {"Connection": {**connection, "DisplayName": "Fjord & <Søn>\r\n\t\"x\""}})
    path = "Body/GetConnectionResponse/Response/DisplayName"
    assert soap.call("GetConnection", CONNECTION).text(path) == "Fjord & <Søn>\r\n\t\"x\""


def test_the_engine_takes_its_time_here_too(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 75)
    stand_in.settings(engine_delay=60)
    assert soap.call("ChangeEngineStatus", "<n:Run>false</n:Run>").text("Body/ChangeEngineStatusResponse/Response/IsRunning") == "true"
    stand_in.settings(engine_delay=0)
    soap.call("ChangeEngineStatus", "<n:Run>false</n:Run>")
    soap.call("ChangeEngineInterval", "<n:Interval>P1DT1H0.9S</n:Interval>")
    answer = soap.call("GetEngineStatus")
    assert answer.text("Body/GetEngineStatusResponse/Response/IsRunning") == "false"
    assert answer.text("Body/GetEngineStatusResponse/Response/Interval") == "P1DT1H"
    refused = soap.post("ChangeEngineInterval", "<n:Interval>-PT1M</n:Interval>")
    assert (refused.status, refused.succeeded) == (200, False)


def test_lists(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    connectors = soap.call("GetList", "<n:Name>erpconnectors</n:Name>", "MDO")
    assert connectors.text("Body/GetListResponse/Response/MDOListItem/ExtraInfo") == "https://erp.example.com/Connector.svc"
    history = soap.call("GetList", "<n:Name>country</n:Name><n:OnlyHistory>true</n:OnlyHistory>", "MDO")
    assert history.all("Body/GetListResponse/Response/MDOListItem") == []
    assert soap.post("GetList", "<n:Name>nothing</n:Name>", "MDO").succeeded is False
    assert soap.post("GetListNames", "", "MDO").fault == "ActionNotSupported"
    assert stand_in.methods()[0] == "MDO.GetList"


def test_null_and_absent(stand_in: StandIn) -> None:
    """What comes: an absent member is the default of its type, nil and absent texts are null, an empty element is an empty text."""
    soap = SoapAgent(stand_in, 86)
    start = "<n:ErpConnectionId>4</n:ErpConnectionId><n:ErpConnectorId>2</n:ErpConnectorId>"
    soap.call("SaveConnection", f'<n:Connection>{start}<n:DisplayName i:nil="true"/><n:DisplayDescription/></n:Connection>')
    record = next(record for record in stand_in.state()["connections"] if record["ErpConnectionId"] == 4)
    assert (record["DisplayName"], record["DisplayDescription"], record["AllAccess"]) == (None, "", False)
    path = "Body/GetConnectionResponse/Response"
    ask = "<n:ErpConnectionId>4</n:ErpConnectionId>"
    shown = soap.call("GetConnection", ask)
    assert shown.text(f"{path}/DisplayName") is None and "DisplayName" in shown.names(path)
    assert shown.text(f"{path}/DisplayDescription") == ""
    stand_in.settings(soap_nulls="absent")
    shown = soap.call("GetConnection", ask)
    assert "DisplayName" not in shown.names(path) and "DisplayDescription" in shown.names(path)
    assert shown.names("Header") == ["Succeeded"]
    unknown = soap.call("GetConnection", "<n:ErpConnectionId>99</n:ErpConnectionId>")
    assert unknown.names("Body/GetConnectionResponse") == []
    stand_in.settings(soap_nulls="nil")
    unknown = soap.call("GetConnection", "<n:ErpConnectionId>99</n:ErpConnectionId>")
    assert unknown.text(path) is None and unknown.names("Body/GetConnectionResponse") == ["Response"]


def _resave(soap: SoapAgent, ask: str, read: str, save: str, argument: str, without: str = "") -> None:
    """Saves what was read, as it came, without one element."""
    answer = soap.call(read, ask).content.decode()
    inner = answer.partition("<Response>")[2].rpartition("</Response>")[0]
    if without:
        start, _tag, rest = inner.partition(f"<{without}")
        inner = start + rest.partition(f"</{without}>")[2]
    body = f'<{save} xmlns="{soap.namespace}"><{argument}>{inner}</{argument}></{save}>'
    envelope = soap.envelope(body).replace("<s:Envelope ", '<s:Envelope xmlns:x="http://www.w3.org/2001/XMLSchema" ')
    saved = soap.send(envelope, f"{soap.namespace}/ErpSync/{save}")
    assert saved.succeeded, saved.content.decode()


ROUND_TRIPS = [
    ("<n:ErpConnectionId>3</n:ErpConnectionId>", "GetConnection", "SaveConnection", "Connection"),
    (
        "<n:ErpSyncConnectorEntityId>1</n:ErpSyncConnectorEntityId>",
        "GetErpSyncConnectorEntity",
        "SaveErpSyncConnectorEntity",
        "ErpSyncConnectorEntity",
    ),
    (
        "<n:ErpConnectionId>1</n:ErpConnectionId><n:ActorType>Customer</n:ActorType>",
        "GetActorTypeMapping",
        "SaveActorTypeMapping",
        "Mapping",
    ),
    ("<n:ErpFieldId>1001</n:ErpFieldId>", "GetDefaultValueInfo", "SaveDefaultValueInfo", "ErpSyncDefaultValue"),
    ("<n:ErpConnectionId>1</n:ErpConnectionId>", "GetConnectionListMappings", "SaveConnectionListMappings", "ListMapping"),
]


@pytest.mark.parametrize("shown", ["kept", "shown"])
@pytest.mark.parametrize("version", [75, 86, 88])
@pytest.mark.parametrize(("ask", "read", "save", "argument"), ROUND_TRIPS, ids=lambda value: str(value).partition("<")[0])
def test_nothing_is_lost(stand_in: StandIn, version: int, shown: str, ask: str, read: str, save: str, argument: str) -> None:
    if version == 75 and "ListMappings" in read:
        assert SoapAgent(stand_in, version).post(read, ask).fault == "ActionNotSupported"
        return
    stand_in.settings(soap_undocumented_members=shown)
    before = stand_in.state()
    _resave(SoapAgent(stand_in, version), ask, read, save, argument)
    after = stand_in.state()
    for state in (before, after):  # saving gives each list item a row, also where it is mapped to nothing
        state["list_items"] = [row for row in state["list_items"] if row["CrmItemId"] or row["Origin"]]
    assert after == before


def test_shown_members_that_do_not_come_back_are_lost(stand_in: StandIn) -> None:
    stand_in.settings(soap_undocumented_members="shown")
    soap = SoapAgent(stand_in, 86)
    _resave(soap, *ROUND_TRIPS[0], without="ExternalReference")
    record = next(record for record in stand_in.state()["connections"] if record["ErpConnectionId"] == 3)
    assert record["ExternalReference"] is None
    assert record["RetryPolicy"] == {"Attempts": 3, "Pause": "00:00:10"}


# The vendor's printed examples: SOAP 1.2 namespace, header parts in the Envelope itself, xsi:type on every value, no HTTP headers shown.


def _printed(version: int, ticket: str, content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<E:Envelope xmlns:E="{SOAP_12}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:arrays="{ARRAYS}" xmlns:ErpSync="{namespace(version)}">\n'
        "  <ErpSync:ApplicationToken>1234567-1234-9876</ErpSync:ApplicationToken>\n"
        f"  <ErpSync:Credentials>\n    <ErpSync:Ticket>{ticket}</ErpSync:Ticket>\n  </ErpSync:Credentials>\n"
        f" <E:Body>\n{content}\n </E:Body>\n</E:Envelope>\n"
    )


PRINTED = {
    "GetEngineStatus": (83, "<ErpSync:GetEngineStatus>\n   </ErpSync:GetEngineStatus>\n", "IsRunning", "true"),
    "ChangeEngineStatus": (
        75,
        '<ErpSync:ChangeEngineStatus>\n<ErpSync:Run xsi:type="xsd:boolean">false</ErpSync:Run>\n</ErpSync:ChangeEngineStatus>',
        "IsRunning",
        "false",
    ),
    "SyncAll": (86, "<ErpSync:SyncAll>\n</ErpSync:SyncAll>", "IsOk", "true"),
}


@pytest.mark.parametrize("operation", PRINTED)
@pytest.mark.parametrize(
    ("content_type", "action"), [("text/xml", True), ("text/xml", False), ("application/soap+xml; charset=utf-8", False)]
)
def test_printed_examples(stand_in: StandIn, operation: str, content_type: str, action: bool) -> None:
    version, content, member, expected = PRINTED[operation]
    stand_in.settings(engine_delay=0)
    soap = SoapAgent(stand_in, version)
    sent_action = f"{soap.namespace}/ErpSync/{operation}" if action else None
    answer = soap.send(_printed(version, stand_in.ticket, content), sent_action, Content_Type=content_type)
    assert (answer.status, answer.root.tag) == (200, f"{{{SOAP_12}}}Envelope")
    assert answer.content_type.partition(";")[0] == content_type.partition(";")[0]
    assert answer.text(f"Body/{operation}Response/Response/{member}") == expected
    (entry,) = stand_in.journal()
    assert (entry["method"], entry["problem"], entry["header_parts"]) == (operation, None, ["ApplicationToken", "Credentials"])


def test_printed_examples_as_they_stand_have_no_session(stand_in: StandIn) -> None:
    answer = SoapAgent(stand_in, 83).send(_printed(83, "7T:1234abcxyzExample==", PRINTED["GetEngineStatus"][1]), None)
    assert answer.succeeded is False
    assert answer.message == "There is no valid session."


def test_printed_examples_can_be_refused(stand_in: StandIn) -> None:
    stand_in.settings(printed_examples=False)
    answer = SoapAgent(stand_in, 83).send(_printed(83, stand_in.ticket, PRINTED["GetEngineStatus"][1]), None)
    assert answer.text("Body/Fault/faultcode") == "s:VersionMismatch"


def test_printed_form_with_an_unknown_operation(stand_in: StandIn) -> None:
    answer = SoapAgent(stand_in, 75).send(_printed(75, stand_in.ticket, "<ErpSync:ForceSyncAll/>"), None)
    assert (answer.status, answer.fault) == (500, "ActionNotSupported")
