# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's SOAP services called by a SOAP toolkit that knows only the vendor's WSDLs, where those are at hand.

The toolkit reads answers strictly; beside it each answer is validated against the WSDL's schemas.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import vendor_wsdl
from pytest_stand_in import StandIn
from stand_in.carriers import ENUMS
from stand_in.wire.soap.schema import DICTIONARIES, Operation, Schema
from stand_in.wire.soap.versions import EDITIONS

zeep: Any = pytest.importorskip("zeep", reason="the SOAP toolkit zeep is not installed")
plugins: Any = pytest.importorskip("zeep.plugins")

pytestmark = pytest.mark.skipif(not vendor_wsdl.IS_THERE, reason=vendor_wsdl.REASON)

AGENT_CASES = [
    (version, name, nulls)
    for version, nulls in ((75, "nil"), (86, "nil"), (88, "nil"), (88, "absent"))
    for name in Schema(version, EDITIONS[-1]).operations("ErpSync")
]
SAVES = {
    "SaveConnection": "GetConnection",
    "SaveErpSyncConnectorEntity": "GetErpSyncConnectorEntity",
    "SaveActorTypeMapping": "GetActorTypeMapping",
    "SaveDefaultValueInfo": "GetDefaultValueInfo",
    "SaveConnectionListMappings": "GetConnectionListMappings",
}


@cache
def _client(version: int, service: str) -> tuple[Any, Any]:
    """(zeep client, its history of envelopes)"""
    session = requests.Session()
    session.trust_env = False
    history = plugins.HistoryPlugin(maxlen=1)
    transport = zeep.Transport(session=session, timeout=20, operation_timeout=20)
    client = zeep.Client(
        str(vendor_wsdl.path(version, service)), transport=transport, settings=zeep.Settings(strict=True), plugins=[history]
    )
    return client, history


class Toolkit:
    """Calls operations of one stand-in and validates what comes back."""

    def __init__(self, stand_in: StandIn, folder: Path) -> None:
        self.stand_in = stand_in
        self.folder = folder

    def call(self, version: int, service: str, operation: str, **arguments: Any) -> Any:
        client, history = _client(version, service)
        namespace = f"http://www.superoffice.net/ws/crm/NetServer/Services{version}"
        address = f"{self.stand_in.url}/Remote/Services{version}/{service}.svc"
        port = client.create_service(f"{{{namespace}}}BasicHttpBinding_{service}", address)
        parts: dict[str, Any] = {"ApplicationToken": "token"}
        if service != "SoPrincipal":
            parts |= {"Credentials": {"Ticket": self.stand_in.ticket}, "TimeZone": {"SoTimeZoneId": 1, "SoTimeZoneLocationCode": "NO"}}
        answer = port[operation](**arguments, _soapheaders=parts)
        self.validate(version, service, history.last_received["envelope"])
        return answer

    def validate(self, version: int, service: str, envelope: Any) -> None:
        """Every header part and the content of the Body."""
        validator = vendor_wsdl.validator(version, service, self.folder)
        checked = [item for part in envelope for item in part]
        assert len(checked) > 1
        for item in checked:
            assert validator.validate(item), f"{item.tag}: {validator.error_log}"


def _exception_type(answer: Any) -> str | None:
    """The toolkit makes an empty object of an ExceptionInfo that is nil."""
    info = answer.header.ExceptionInfo
    return None if info is None else info.ExceptionType


@pytest.fixture(scope="session")
def schema_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@pytest.fixture
def toolkit(stand_in: StandIn, schema_folder: Path) -> Iterator[Toolkit]:
    yield Toolkit(stand_in, schema_folder)
    assert stand_in.problems() == []


def _argument(name: str, type_name: str) -> Any:
    """A value with which the seed answers something, as the toolkit wants it."""
    special = {
        "ErpKey": "10001",
        "CrmRecordId": 7,
        "Interval": timedelta(minutes=10),
        "Url": "https://erp.example.com/Connector.svc",
        "ErpFieldId": 1001,
        "Direction": 1,
    }
    if name in special:
        return special[name]
    if type_name == "integer[]":
        return {"int": [1, 2]}
    if type_name == "string[]":
        return {"string": ["NAME", "NUMBER1"]}
    if type_name.endswith("[]"):
        return {type_name[:-2]: []}
    if type_name in DICTIONARIES:
        return {DICTIONARIES[type_name][0]: [{"Key": "Company", "Value": "1001"}, {"Key": "Empty", "Value": None}]}
    if type_name in ENUMS:
        return "Contact" if type_name == "CrmActorType" else "Customer"
    return {"integer": 1, "boolean": True, "string": "x"}[type_name]


def _arguments(toolkit: Toolkit, version: int, operation: Operation) -> dict[str, Any]:
    if operation.name in SAVES:
        read = Schema(version, EDITIONS[-1]).operations("ErpSync")[SAVES[operation.name]]
        answer = toolkit.call(version, "ErpSync", read.name, **_arguments(toolkit, version, read))
        return {next(iter(operation.arguments)): answer.body.Response}
    arguments = {name: _argument(name, type_name) for name, type_name in operation.arguments.items()}
    if operation.name in ("ConnectActor", "TryConnectActor", "CreateActorLink"):
        arguments["ErpKey"] = "10040"
    return arguments


def _essence(value: Any) -> Any:
    """A state without what the toolkit cannot keep apart: it reads an empty text as null, and an item mapped to nothing as not mapped."""
    if isinstance(value, dict):
        reduced = {key: _essence(item) for key, item in value.items()}
        if "list_items" in reduced:
            reduced["list_items"] = [row for row in reduced["list_items"] if row["CrmItemId"] or row["Origin"]]
        return reduced
    if isinstance(value, list):
        return [_essence(item) for item in value]
    return None if value == "" else value


@pytest.mark.parametrize(("version", "name", "nulls"), AGENT_CASES)
def test_agent(toolkit: Toolkit, stand_in: StandIn, version: int, name: str, nulls: str) -> None:
    stand_in.settings(delete_connector_with_connections="allow", soap_nulls=nulls)
    operation = Schema(version, EDITIONS[-1]).operations("ErpSync")[name]
    arguments = _arguments(toolkit, version, operation)
    before = _essence(stand_in.state())
    answer = toolkit.call(version, "ErpSync", name, **arguments)
    assert answer.header.Succeeded is True
    assert _exception_type(answer) is None
    if operation.results and name != "ToggleErpConnectionActive":  # the toolkit reads an empty array, its good answer, as null
        assert answer.body.Response is not None
    if name in SAVES:
        assert _essence(stand_in.state()) == before  # what was read and saved back has changed nothing


@pytest.mark.parametrize("version", vendor_wsdl.VERSIONS)
@pytest.mark.parametrize("failing", [False, True])
def test_refusals(toolkit: Toolkit, stand_in: StandIn, version: int, failing: bool) -> None:
    """A refusal in the header, with every kind of value it leaves behind in the Body."""
    stand_in.settings(unlicensed=failing)
    for name in ("GetConnection", "TestConnectionById", "GetCrmActorType", "UpdateConnectionFields", "ChangeEngineInterval"):
        operation = Schema(version, EDITIONS[-1]).operations("ErpSync")[name]
        answer = toolkit.call(version, "ErpSync", name, **_arguments(toolkit, version, operation))
        assert answer.header.Succeeded is not failing
        assert _exception_type(answer) == ("SuperOffice.Exceptions.SoLicenseException" if failing else None)


def _sign_in(toolkit: Toolkit, stand_in: StandIn, version: int) -> Any:
    username, password = stand_in.username, stand_in.password
    return toolkit.call(version, "SoPrincipal", "AuthenticateUsernamePassword", UserName=username, Password=password)


def _fail(toolkit: Toolkit, stand_in: StandIn, version: int) -> Any:
    return toolkit.call(version, "SoPrincipal", "AuthenticateUsernamePassword", UserName="x", Password="y")


@pytest.mark.parametrize("version", vendor_wsdl.VERSIONS)
@pytest.mark.parametrize(("how", "call", "good"), [("both", _sign_in, True), ("not_succeeded", _fail, False), ("both", _fail, False)])
def test_authentication(toolkit: Toolkit, stand_in: StandIn, version: int, how: str, call: Callable[..., Any], good: bool) -> None:
    stand_in.settings(login_failure=how)
    answer = call(toolkit, stand_in, version)
    assert answer.body.AuthenticationSucceeded is good
    assert (_exception_type(answer) is not None) is (how == "both" and not good)
    if good:
        assert answer.body.Credentials.Ticket.startswith("7T:")
        assert answer.body.Response.Licenses.GrantedModuleLicense[0].Name == "expander-services"
    else:
        assert answer.body.Credentials is None or answer.body.Credentials.Ticket is None


@pytest.mark.parametrize("version", vendor_wsdl.VERSIONS)
def test_the_rest_of_the_services(toolkit: Toolkit, stand_in: StandIn, version: int) -> None:
    answer = toolkit.call(version, "SoPrincipal", "GetSystemInfo")
    assert answer.body.SystemInfo.FileVersion == stand_in.settings()["net_server_version"]
    for name in ("erpconnections", "erpconnectors", "usergroup", "associate", "country"):
        answer = toolkit.call(version, "MDO", "GetList", Name=name, ForceFlatList=True, AdditionalInfo="useRank=true", OnlyHistory=False)
        items = answer.body.Response.MDOListItem
        assert items and all(isinstance(item.Id, int) and item.Name for item in items)
    for name in ("AuthenticateImplicit", "AuthenticateGeneric"):
        assert toolkit.call(version, "SoPrincipal", name).body.AuthenticationSucceeded is False


# Requests: the stand-in must take what the vendor's schema takes, and refuse what it refuses.

_FIELD = "<n:FieldMappings><n:ErpSyncFieldMapping>{}</n:ErpSyncFieldMapping></n:FieldMappings>"
BODIES = {
    "ChangeEngineStatus": [
        "",
        "<n:Run>true</n:Run>",
        "<n:Run> 1 </n:Run>",
        "<n:Run>TRUE</n:Run>",
        "<n:Run/>",
        '<n:Run i:nil="true"/>',
        "<Run>true</Run>",
        "<n:run>true</n:run>",
        "<n:Run>true</n:Run><n:Run>true</n:Run>",
        "text<n:Run>true</n:Run>",
        '<n:Run unknown="1">true</n:Run>',
        '<n:Run i:type="x:boolean">true</n:Run>',
        '<n:Run i:type="x:string">true</n:Run>',
        "<n:Run><n:Run>true</n:Run></n:Run>",
        "<n:Run>true</n:Run><n:More/>",
    ],
    "ChangeEngineInterval": [
        *(f"<n:Interval>{text}</n:Interval>" for text in ("PT10M", "P1DT2H3M4.5S", "PT0.5S", "-PT1M", "P1D", "\n PT5M ")),
        *(f"<n:Interval>{text}</n:Interval>" for text in ("", "P", "PT", "P1DT", "P1M", "P1Y", "00:10:00", "PT10m", "900", "P1W")),
    ],
    "GetConnection": [
        *(f"<n:ErpConnectionId>{text}</n:ErpConnectionId>" for text in ("1", "-1", "+1", " 01 ", "2147483647", "-2147483648")),
        *(f"<n:ErpConnectionId>{text}</n:ErpConnectionId>" for text in ("", "1.0", "x", "2147483648", "1 2", "١", "0x1", "1e3")),
    ],
    "GetActorTypeMapping": [
        "<n:ErpConnectionId>1</n:ErpConnectionId><n:ActorType>Customer</n:ActorType>",
        "<n:ActorType>Customer</n:ActorType><n:ErpConnectionId>1</n:ErpConnectionId>",
        "<n:ActorType>Customer</n:ActorType>",
        "<n:ActorType>customer</n:ActorType>",
        "<n:ActorType> Customer</n:ActorType>",
        "<n:ActorType>1</n:ActorType>",
    ],
    "SaveErpConnectionSyncPriorities": [
        "<n:ErpConnectionIds><a:int>1</a:int><a:int>2</a:int></n:ErpConnectionIds>",
        "<n:ErpConnectionIds/>",
        '<n:ErpConnectionIds i:nil="true"/>',
        '<n:ErpConnectionIds i:nil="true"><a:int>1</a:int></n:ErpConnectionIds>',
        '<n:ErpConnectionIds i:type="a:ArrayOfint"><a:int i:type="x:int">1</a:int></n:ErpConnectionIds>',
        '<n:ErpConnectionIds i:type="a:ArrayOfstring"/>',
        "<n:ErpConnectionIds><n:int>1</n:int></n:ErpConnectionIds>",
        "<n:ErpConnectionIds><a:string>1</a:string></n:ErpConnectionIds>",
        '<n:ErpConnectionIds><a:int i:nil="true"/></n:ErpConnectionIds>',
        "<n:ErpConnectionIds>1 2</n:ErpConnectionIds>",
    ],
    "GetErpFieldValues": [
        '<n:FieldKeys><a:string>A</a:string><a:string i:nil="true"/><a:string/></n:FieldKeys>',
        "<n:FieldKeys><a:string><a:string/></a:string></n:FieldKeys>",
        "<n:EntityId>1</n:EntityId><n:CrmActorType>Contact</n:CrmActorType>",
    ],
    "TestConnectionByConfig": [
        f"<n:ErpConnectionId>1</n:ErpConnectionId><n:ConfigFields>{text}</n:ConfigFields>"
        for text in (
            "",
            "<n:StringKeyValuePair><n:Key>A</n:Key><n:Value>B</n:Value></n:StringKeyValuePair>",
            '<n:StringKeyValuePair><n:Key>A</n:Key><n:Value i:nil="true"/></n:StringKeyValuePair>',
            "<n:StringKeyValuePair><n:Key>A</n:Key></n:StringKeyValuePair>",
            "<n:StringKeyValuePair><n:Value>B</n:Value><n:Key>A</n:Key></n:StringKeyValuePair>",
            "<n:KeyValuePair><n:Key>A</n:Key><n:Value>B</n:Value></n:KeyValuePair>",
            "<n:A>B</n:A>",
        )
    ],
    "SaveConnection": [
        f"<n:Connection>{text}</n:Connection>"
        for text in (
            "<n:ErpConnectionId>1</n:ErpConnectionId><n:ErpConnectorId>1</n:ErpConnectorId>",
            "<n:ErpConnectorId>1</n:ErpConnectorId><n:ErpConnectionId>1</n:ErpConnectionId>",
            "<n:TableRight><n:Mask>Select Update</n:Mask></n:TableRight><n:ErpConnectionId>1</n:ErpConnectionId>",
            "<n:ErpConnectionId>1</n:ErpConnectionId><n:TableRight/>",
            "<n:TableRight><n:Mask>Select, Update</n:Mask></n:TableRight>",
            "<n:TableRight><n:Mask>R F</n:Mask></n:TableRight>",
            "<n:TableRight><n:Mask>Unused1</n:Mask></n:TableRight>",
            "<n:FieldProperties><n:FieldPropertyDictionaryKeyValuePair><n:Key>A</n:Key><n:Value><n:FieldRight><n:Mask>Nullable</n:Mask>"
            "</n:FieldRight><n:FieldLength>3</n:FieldLength></n:Value></n:FieldPropertyDictionaryKeyValuePair></n:FieldProperties>",
            '<n:DisplayName i:nil="true"/><n:Active>0</n:Active>',
            '<n:DisplayName/><n:Active i:nil="true"/>',
            "<n:DisplayName>a</n:DisplayName><n:Unknown>b</n:Unknown>",
        )
    ],
    "SaveActorTypeMapping": [
        f"<n:Mapping>{_FIELD.format(text)}</n:Mapping>"
        for text in (
            "<n:ErpFieldId>1001</n:ErpFieldId><n:CrmFieldKey>name</n:CrmFieldKey>",
            "<n:Access>Normal</n:Access><n:ListReference>table=x</n:ListReference>",
            "<n:FieldType>Memo</n:FieldType>",
            "<n:CrmFieldKey>name</n:CrmFieldKey><n:ErpFieldId>1001</n:ErpFieldId>",
        )
    ],
    "SaveDefaultValueInfo": [
        '<n:ErpSyncDefaultValue i:nil="true"/>',
        '<n:ErpSyncDefaultValue i:type="n:ErpSyncDefaultValue"/>',
        '<n:ErpSyncDefaultValue i:type="n:ErpConnection"/>',
        "<n:ErpSyncDefaultValue><n:FirstSyncDefaultValue>a</n:FirstSyncDefaultValue><n:PromptUser>1</n:PromptUser></n:ErpSyncDefaultValue>",
        "<n:ErpSyncDefaultValue><n:PromptUser>1</n:PromptUser><n:FirstSyncDefaultValue>a</n:FirstSyncDefaultValue></n:ErpSyncDefaultValue>",
    ],
}


@pytest.mark.parametrize("version", vendor_wsdl.VERSIONS)
@pytest.mark.parametrize("operation", BODIES)
def test_requests_are_judged_as_the_schema_does(stand_in: StandIn, schema_folder: Path, version: int, operation: str) -> None:
    validator = vendor_wsdl.validator(version, "ErpSync", schema_folder)
    namespace = f"http://www.superoffice.net/ws/crm/NetServer/Services{version}"
    header = f"<n:Credentials><n:Ticket>{stand_in.ticket}</n:Ticket></n:Credentials>"
    session = requests.Session()
    session.trust_env = False
    for content in BODIES[operation]:
        body = f"<n:{operation}>{content}</n:{operation}>"
        envelope = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
            'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays" '
            f'xmlns:n="{namespace}"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
        )
        fits = validator.validate(vendor_wsdl.lxml_etree().fromstring(envelope)[1][0])
        stand_in.clear_journal()
        answer = session.post(
            f"{stand_in.url}/Remote/Services{version}/ErpSync.svc",
            envelope.encode(),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f"{namespace}/ErpSync/{operation}"},
            timeout=20,
        )
        (entry,) = stand_in.journal()
        assert (entry["problem"] is None) is fits, (body, entry["problem"], str(validator.error_log))
        assert (answer.status_code == 200) is fits, json.dumps(entry)
