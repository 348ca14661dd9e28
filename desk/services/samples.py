"""Vaults of invented cases: the throw-away one to try the program with, and large ones for benches.

Neither belongs near real data: the sample vault is thrown away, and its password is no secret.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from desk.domain.engine import Engine
from desk.errors import BadInput, KeysAlone, VaultExists
from desk.packs import shelf
from desk.services import seed_histories, seeds
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.services.seed_histories import Progress
from desk.services.session import Session
from desk.store import files, key_file
from desk.store.stretching import Argon
from desk.store.vault import Vault, person_put

PASSWORD = "sample-vault"  # noqa: S105 - opens invented cases only
_FILE = "sample.vault"
# There is nothing to protect, and whoever tries the program should not wait for it.
_QUICK = Argon(m=64, t=1, p=1)


def sample_session(
    folder: Path,
    moment: Moment | None = None,
    password: str = PASSWORD,
    *,
    engine: Engine | None = None,
) -> Session:
    """A new vault in `folder` with the sample cases, open for the branch head.

    `folder` is the caller's to throw away. Raises VaultExists when there is a sample already.
    """
    return _made(
        folder / _FILE, moment or Moment(), password, engine or Engine(shelf.newest()), _QUICK
    )


def _made(
    path: Path, moment: Moment, password: str, engine: Engine, argon: Argon | None
) -> Session:
    found = seeds.load()
    when = seeds.When(moment.now(), moment.wall_ms())
    planned = seeds.plan(found, engine.pack, when, moment.randomness)
    session = _vault(path, found.crew, when, password, moment, engine, argon)
    try:
        seeds.fill(session.vault, planned, when, engine.pack.stamp)
    except BaseException:
        session.vault.close()
        raise
    return session


def make_vault(
    path: Path, password: str, cases: int, seed: int = 1, progress: Progress | None = None
) -> None:
    """A new vault of invented histories as :func:`seeded_session` makes it, closed.

    It has its name once it is complete: when the making is killed there is no vault, and the next
    begins anew. Raises VaultExists, KeysAlone or VaultBusy, too.
    """
    files.make_folder(path.parent)
    hold = files.Hold(path)
    try:
        folder = path.with_name(f"{path.name}.seeding")
        draft = folder / path.name
        keys, draft_keys = key_file.path_of(path), key_file.path_of(draft)
        if path.exists():
            raise VaultExists(path=str(path))
        if keys.exists() and draft.exists() and not draft_keys.exists():
            keys.unlink()  # of a vault that was killed between its two last steps
        if keys.exists():
            raise KeysAlone(path=str(path))
        _sown(
            draft, lambda: seeded_session(draft, cases, seed, password=password, progress=progress)
        )
        files.move(draft_keys, keys)
        files.move(draft, path)
        shutil.rmtree(folder)
    finally:
        hold.release()


def _sown(draft: Path, make: Callable[[], Session]) -> None:
    """Make a vault in a folder of its own, in which nothing of an earlier attempt is left."""
    shutil.rmtree(draft.parent, ignore_errors=True)
    try:
        make().vault.close()
    except BaseException:
        shutil.rmtree(draft.parent, ignore_errors=True)
        raise


def seeded_session(
    path: Path,
    cases: int,
    seed: int = 1,
    *,
    password: str,
    moment: Moment | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Session:
    """A new vault at `path` with `cases` invented histories, open for the branch head.

    The same `seed` and moment give the same histories. Raises VaultExists, or BadInput when
    `cases` is negative.
    """
    if cases < 0:
        raise BadInput(reason="cases_negative", where=str(cases))
    if path.exists():
        raise VaultExists(path=str(path))
    moment = moment or Moment()
    engine = engine or Engine(shelf.newest())
    when = seeds.When(moment.now(), moment.wall_ms())
    crew = seeds.load().crew
    stock = seed_histories.load_stock(engine.pack)
    composer = seed_histories.Composer(stock, engine.pack, crew, when, cases, seed)
    session = _vault(path, crew, when, password, moment, engine, None)
    try:
        strokes = seed_histories.merged(composer.histories())
        seed_histories.sow(session.vault, strokes, engine.pack.stamp, progress)
    except BaseException:
        session.vault.close()
        raise
    return session


_OLD_MS = 5 * 365 * 24 * 3600 * 1000
"""How long the vault has been there: longer than any case that is told."""


def _vault(
    path: Path,
    crew: seeds.Crew,
    when: seeds.When,
    password: str,
    moment: Moment,
    engine: Engine,
    argon: Argon | None,
) -> Session:
    head = crew.people[0]
    editions = Editions()
    began_ms = when.wall_ms - _OLD_MS
    vault = Vault.create(
        path,
        password,
        person=head,
        branch=crew.branch,
        device=crew.device,
        projector=editions.projector(engine),
        wall_ms=began_ms,
        argon=argon,
    )
    others = [person_put(person) for person in crew.people[1:]]
    vault.record(*others, actor=head.id, wall_ms=began_ms)
    return Session(vault, engine, moment, head, crew.branch, editions)
