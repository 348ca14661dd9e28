"""A hub whose store is in its vault or in PostgreSQL, and frames that come to it."""

import dataclasses
import itertools
import uuid

from sqlalchemy import create_engine, make_url, select

from desk.domain.events import CaseOpened, FieldSet, Payload
from desk.domain.exchange import Profile
from desk.domain.hub import HubBranch, HubDevice
from desk.store.hub import registry
from desk.store.hub.base import Store
from desk.store.hub.tables import METADATA
from desk.store.hub.taking import Came, Taken, taking
from tests.store.desks import Desk, Packed

AT = "2026-11-22T10:00"
_COUNT = itertools.count()


def story(number: str, name: str = "王小明") -> tuple[Payload, ...]:
    """What happens to a case at first."""
    return (
        CaseOpened(number=number, received_at="2026-11-22T09:30", first_receiver="0417"),
        FieldSet(field="name", value=name, personal=True),
        FieldSet(field="business", value="B_CARD"),
    )


@dataclasses.dataclass
class Hub:
    """Head office: its vault, and its store of branches' logs."""

    desk: Desk
    store: Store

    def approve(self, *desks: Desk, profile: Profile = "full") -> None:
        with self.store.writing() as connection:
            registry.put_branch(connection, HubBranch("CD", "城东支行", "", profile, AT))
            for one in desks:
                keys = one.keys
                row = HubDevice("CD", one.id, 1, "柜台", keys.sign_key, keys.age_key, "approved")
                registry.put_device(connection, row)

    def have(self) -> dict[str, int]:
        with self.store.reading() as connection:
            return {one.device: one.seq for one in registry.devices(connection, "CD")}

    def packed(self, one: Desk, known: dict[str, int] | None = None) -> Packed:
        return one.packed(self.desk, self.have() if known is None else known)

    def take(self, packed: Packed, lanes: dict[str, int] | None = None) -> Taken:
        came = Came(f"{next(_COUNT):064x}", "x.cdx", 1, AT)
        with taking(self.store, packed.manifest, came, lanes) as taken:
            for frame in packed.frames:
                taken(frame)
        return taken.taken

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """All that the store holds, besides which files came when and nonces of what is sealed."""
        found = {}
        with self.store.reading() as connection:
            for table in METADATA.sorted_tables:
                if table.name in {"hub_bundles", "hub_schema"}:
                    continue
                columns = [one for one in table.c if one.name not in {"part", "key", "made_at"}]
                rows = (tuple(row) for row in connection.execute(select(*columns)))
                found[table.name] = sorted(rows, key=repr)
        return found


def database(server: str) -> str:
    """An empty database on a server."""
    name = f"desk_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
