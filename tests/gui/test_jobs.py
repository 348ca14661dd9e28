"""Background work: order, one thread, results and failures on the UI thread, nothing lost."""

import gc
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from desk.errors import DiskFull
from desk.ui.jobs import Jobs, Progress


class Failures(list[Exception]):
    """Errors that reached the last resort."""


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
def jobs(failures: Failures) -> Iterator[Jobs]:
    made = Jobs(failures.append)
    yield made
    made.close()


@pytest.fixture
def owner() -> QObject:
    return QObject()


def test_200_queries_keep_their_order_and_their_thread(
    jobs: Jobs, owner: QObject, qtbot: QtBot
) -> None:
    ran: list[tuple[int, int]] = []
    arrived: list[tuple[int, int]] = []

    def ask(number: int) -> None:
        def task() -> int:
            ran.append((number, threading.get_ident()))
            return number

        jobs.query(task, lambda value: arrived.append((value, threading.get_ident())), owner=owner)

    for number in range(200):
        ask(number)
    qtbot.waitUntil(jobs.is_idle)
    assert [number for number, _ in ran] == list(range(200))
    assert len({thread for _, thread in ran}) == 1
    assert arrived == [(number, threading.get_ident()) for number in range(200)]
    assert ran[0][1] != threading.get_ident()


def test_the_thread_stays_the_same_after_a_rest_and_at_the_close(
    jobs: Jobs, owner: QObject, qtbot: QtBot
) -> None:
    threads: list[int] = []

    def ask_again(_: object) -> None:
        if len(threads) < 4:
            jobs.query(lambda: threads.append(threading.get_ident()), ask_again, owner=owner)

    jobs.query(lambda: threads.append(threading.get_ident()), owner=owner)
    qtbot.waitUntil(jobs.is_idle)
    ask_again(None)
    jobs.close()
    assert len(threads) == 4
    assert len(set(threads)) == 1


def test_the_result_is_dropped_when_the_owner_is_gone_but_the_task_ran(
    jobs: Jobs, failures: Failures, qtbot: QtBot
) -> None:
    gate = threading.Event()
    written: list[str] = []
    arrived: list[object] = []
    owner = QObject()

    def write() -> None:
        gate.wait(5)
        written.append("stored")

    jobs.query(write, arrived.append, owner=owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(jobs.is_idle)
    assert written == ["stored"]
    assert arrived == []
    assert failures == []


def test_a_failure_goes_to_its_handler_else_to_the_last_resort(
    jobs: Jobs, owner: QObject, failures: Failures, qtbot: QtBot
) -> None:
    handled: list[Exception] = []

    def fail() -> None:
        raise DiskFull(path="D:")

    jobs.query(fail, owner=owner, failed=handled.append)
    jobs.query(fail, owner=owner)
    jobs.compute(fail, owner=owner)
    qtbot.waitUntil(jobs.is_idle)
    assert [type(error) for error in handled] == [DiskFull]
    assert [type(error) for error in failures] == [DiskFull, DiskFull]


def test_a_failed_write_is_told_even_when_its_owner_is_gone(
    jobs: Jobs, failures: Failures, qtbot: QtBot
) -> None:
    gate = threading.Event()
    owner = QObject()

    def fail() -> None:
        gate.wait(5)
        raise DiskFull(path="D:")

    jobs.query(fail, owner=owner, failed=lambda _: None)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(jobs.is_idle)
    assert [type(error) for error in failures] == [DiskFull]


def test_close_finishes_accepted_writes_and_what_they_ask_for(
    owner: QObject, failures: Failures
) -> None:
    jobs = Jobs(failures.append)
    written: list[int] = []
    for number in range(50):
        jobs.query(partial(written.append, number), owner=owner)
    jobs.query(
        lambda: None,
        lambda _: jobs.query(lambda: written.append(99), owner=owner),
        owner=owner,
    )
    jobs.close()
    assert written == [*range(50), 99]
    with pytest.raises(RuntimeError):
        jobs.query(lambda: None, owner=owner)


def test_one_bad_callback_does_not_lose_the_rest_at_the_close(
    owner: QObject, failures: Failures
) -> None:
    jobs = Jobs(failures.append)
    written: list[str] = []

    def stumble(_: object) -> None:
        raise ValueError

    jobs.query(lambda: None, stumble, owner=owner)
    jobs.query(lambda: written.append("stored"), owner=owner)
    jobs.close()
    assert written == ["stored"]
    assert [type(error) for error in failures] == [ValueError]


def test_progress_arrives_on_the_ui_thread_and_cancelling_reaches_the_task(
    jobs: Jobs, owner: QObject, qtbot: QtBot
) -> None:
    progress = Progress()
    told: list[tuple[float, str, int]] = []
    progress.reported.connect(
        lambda share, words: told.append((share, words, threading.get_ident()))
    )
    halfway = threading.Event()
    ended: list[str] = []

    def task() -> str:
        progress.report(0.5, "halfway")
        halfway.wait(5)
        return "stopped" if progress.cancelled else "went on"

    jobs.compute(task, ended.append, owner=owner)
    qtbot.waitUntil(lambda: bool(told))
    progress.cancel()
    halfway.set()
    qtbot.waitUntil(jobs.is_idle)
    assert told == [(0.5, "halfway", threading.get_ident())]
    assert ended == ["stopped"]


def test_long_work_shows_that_it_goes_on(jobs: Jobs, owner: QObject, qtbot: QtBot) -> None:
    gate = threading.Event()
    with qtbot.waitSignal(jobs.busy_changed, check_params_cb=bool):
        jobs.query(lambda: gate.wait(5), owner=owner)
    with qtbot.waitSignal(jobs.busy_changed, check_params_cb=lambda busy: not busy):
        gate.set()


def test_garbage_is_collected_here_only_while_jobs_are_open(failures: Failures) -> None:
    gc.enable()
    try:
        jobs = Jobs(failures.append)
        assert not gc.isenabled()
        within = Jobs(failures.append)
        within.close()
        assert not gc.isenabled()  # the outer ones are open still
        jobs.close()
        assert gc.isenabled()
    finally:
        gc.disable()  # as the other tests expect
