"""The tables of the vault as types. No behaviour: reading and writing is their neighbours' work."""

from desk.store.base import Base, table_of
from desk.store.rows.cases import CaseLine, ChecklistItemLine, ClockLine
from desk.store.rows.log import (
    CaseKeyLine,
    DeviceKeyLine,
    DeviceLine,
    EventLine,
    ReceivedLine,
    SignedHeadLine,
    TipLine,
)
from desk.store.rows.settings import NumberLine, PersonLine, SettingLine

METADATA = Base.metadata

EVENTS = table_of(EventLine)
CASE_KEYS = table_of(CaseKeyLine)
DEVICES = table_of(DeviceLine)
TIPS = table_of(TipLine)
DEVICE_KEYS = table_of(DeviceKeyLine)
SIGNED_HEADS = table_of(SignedHeadLine)
RECEIVED = table_of(ReceivedLine)
PERSONS = table_of(PersonLine)
SETTINGS = table_of(SettingLine)
NUMBERS = table_of(NumberLine)
CASES = table_of(CaseLine)
CLOCKS = table_of(ClockLine)
CHECKLIST_ITEMS = table_of(ChecklistItemLine)
