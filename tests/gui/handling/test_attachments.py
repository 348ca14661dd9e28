"""A person attaches files, looks at them, saves copies and takes them out."""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desk.domain import media
from desk.domain.events import Attached, Detached, Exported, Revealed
from desk.errors import BadInput
from desk.services import attachments
from desk.services.attachments import Item
from desk.store import attachments as store
from desk.ui.attachments import attaching, copying, pictures
from desk.ui.attachments.card import AttachmentsCard, AttachmentsSheet, Row
from desk.ui.attachments.viewer import Viewer
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.intake.page import IntakePage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import ElidedLabel
from desk.ui.widgets.sheet import ConfirmSheet
from tests.gui.handling.conftest import Desk
from tests.media_files import pdf, png, wav

WORDS = "2026-11-05 客户来电：要求退回手续费。\n" * 30


def picture(wide: int = 640, high: int = 400) -> QImage:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("#7aa3a8"))
    return image


def named(host: QWidget, name: str, kind: type[Button] = Button) -> Button:
    found = next(b for b in host.findChildren(kind, name) if b.isVisible())
    assert found.isEnabled()
    return found


def drop(page: QWidget, *paths: Path) -> None:
    """Drag files over a page and let them go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), copy, data, left, none))


def items(desk: Desk) -> tuple[Item, ...]:
    return desk.ask(lambda s: attachments.listing(s, desk.case))


def events(desk: Desk) -> list[object]:
    return [event.payload for event in desk.ask(lambda s: s.vault.events(desk.case))]


def file_page(desk: Desk) -> CaseFilePage:
    page = CaseFilePage(desk.work)
    desk.show(page)
    return page


def attach(desk: Desk, content: bytes, name: str) -> Item:
    import io

    return desk.ask(lambda s: attachments.add(s, desk.case, io.BytesIO(content), name)).item


def settle(desk: Desk) -> None:
    for _round in range(4):
        desk.rest()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "来件"
    folder.mkdir()
    (folder / "回单.png").write_bytes(png(40, 30))
    (folder / "合同.pdf").write_bytes(pdf(3))
    (folder / "通话.wav").write_bytes(wav())
    (folder / "记录.txt").write_text(WORDS, encoding="gb18030")
    (folder / "run.exe").write_bytes(b"MZ\x90\0\x03\0\0\0")
    return folder


@pytest.fixture
def clipboard() -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


def test_a_person_drops_looks_copies_and_takes_out(desk: Desk, files: Path, tmp_path: Path) -> None:
    page = file_page(desk)
    card = page.attachments
    assert card.place.isVisible()
    drop(page, files / "回单.png", files / "合同.pdf")
    settle(desk)
    sheet = desk.sheet()
    assert sheet is not None
    assert {w.whole_text() for w in sheet.findChildren(ElidedLabel)} >= {"回单.png", "合同.pdf"}
    desk.type("customer brought it")
    desk.press(Qt.Key.Key_Return)
    settle(desk)
    assert [(one.name, one.note) for one in items(desk)] == [
        ("回单.png", "customer brought it"),
        ("合同.pdf", "customer brought it"),
    ]
    assert [row.item.name for row in card.rows] == ["回单.png", "合同.pdf"]
    assert not card.place.isVisible()
    assert "2" in card.hint.whole_text()
    assert any(line.detail == "合同.pdf" for line in page.timeline.lines())

    named(card.rows[1], "attachment_look").click()
    settle(desk)
    viewer = desk.sheet()
    assert isinstance(viewer, Viewer)
    assert viewer.problem() == ""
    assert events(desk)[-1] == Revealed(field=f"attachment/{items(desk)[1].file}")
    named(viewer, "viewer_copy").click()
    settle(desk)
    asked = next(s for s in desk.window.findChildren(ConfirmSheet) if s.isVisible())
    named(asked, "sheet_do").click()
    dialog = page.findChild(QFileDialog, "copy_dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "out.pdf"))
    dialog.close()
    with desk.qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    settle(desk)
    assert (tmp_path / "out.pdf").read_bytes() == pdf(3)
    last = desk.ask(lambda s: s.vault.happenings()[-1].payload)
    assert isinstance(last, Exported)
    viewer.dismiss()

    named(card.rows[0], "attachment_remove").click()
    desk.rest()
    desk.enter()
    assert len(items(desk)) == 2  # without a reason nothing goes
    desk.type("wrong case")
    desk.enter()
    settle(desk)
    assert desk.sheet() is None
    assert [row.item.name for row in card.rows] == ["合同.pdf"]
    assert isinstance(events(desk)[-1], Detached)


def test_pages_and_zoom_by_keys(desk: Desk) -> None:
    attach(desk, pdf(3), "a.pdf")
    page = file_page(desk)
    named(page.attachments.rows[0], "attachment_look").setFocus()
    desk.press(Qt.Key.Key_Return)
    settle(desk)
    viewer = desk.sheet()
    assert isinstance(viewer, Viewer)
    assert viewer.page_words() == "第 1 页，共 3 页"
    wide = viewer.page_width()
    for expected in ("第 2 页，共 3 页", "第 3 页，共 3 页", "第 3 页，共 3 页"):
        turn(desk, viewer, Qt.Key.Key_PageDown)
        assert viewer.page_words() == expected
    desk.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert viewer.page_width() == pytest.approx(1.5 * wide, abs=2)
    desk.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert viewer.page_width() == wide
    turn(desk, viewer, Qt.Key.Key_PageUp)
    assert viewer.page_words() == "第 2 页，共 3 页"
    desk.press(Qt.Key.Key_Escape)
    assert desk.sheet() is None
    assert desk.focus().objectName() == "attachment_look"


def test_what_opens_late_stays_below_the_privacy_cover(desk: Desk) -> None:
    attach(desk, png(300, 300), "a.png")
    page = file_page(desk)
    named(page.attachments.rows[0], "attachment_look").click()
    desk.window.cover()
    settle(desk)
    [viewer] = desk.window.findChildren(Viewer)
    assert desk.window.is_covered()
    assert not viewer.isVisible()
    desk.window.lift_cover()
    settle(desk)
    assert viewer.isVisible()
    assert viewer.problem() == ""
    viewer.dismiss()


def turn(desk: Desk, viewer: Viewer, key: Qt.Key) -> None:
    """Go on with a key: along the page first, then over to the next, where there is one."""
    before = viewer.page_words()
    for _press in range(4):
        if viewer.page_words() == before:
            desk.press(key)
            settle(desk)


def test_words_are_shown_as_words(desk: Desk) -> None:
    attach(desk, WORDS.encode("gb18030"), "记录.txt")
    page = file_page(desk)
    QTest.mouseClick(page.attachments.rows[0], Qt.MouseButton.LeftButton)
    settle(desk)
    viewer = desk.sheet()
    assert isinstance(viewer, Viewer)
    assert viewer.words.toPlainText() == WORDS
    assert viewer.words.isReadOnly()
    viewer.dismiss()


def test_a_recording_can_be_copied_and_not_played(desk: Desk) -> None:
    attach(desk, wav(), "通话.wav")
    row = file_page(desk).attachments.rows[0]
    names = {button.objectName() for button in row.findChildren(Button)}
    assert names == {"attachment_copy", "attachment_remove"}
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    settle(desk)
    assert desk.sheet() is None


def test_what_may_not_be_kept_is_told_by_name_and_the_rest_goes_in(desk: Desk, files: Path) -> None:
    page = file_page(desk)
    drop(page, files / "run.exe", files / "通话.wav", files / "通话.wav")
    desk.rest()
    desk.enter()
    settle(desk)
    assert [one.name for one in items(desk)] == ["通话.wav"]
    told = desk.notices.shown()
    assert any(words.startswith("run.exe：文件没有添加。") for words in told)
    assert any("已有这个文件" in words for words in told)


def test_pasting_a_picture_in_the_intake_wherever_the_cursor_is(
    desk: Desk, clipboard: None
) -> None:
    page = IntakePage(desk.work)
    desk.show(page)
    field = next(f for f in page.findChildren(LineField) if f.isVisible())
    field.setFocus()
    QGuiApplication.clipboard().setText("plain words")
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert field.text() == "plain words"
    assert desk.sheet() is None
    QGuiApplication.clipboard().setImage(picture())
    field.setFocus()
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert desk.sheet() is not None
    desk.enter()
    settle(desk)
    [item] = items(desk)
    assert item.name == "图片 2026-11-06 09.05.png"
    assert item.media is media.PNG
    assert field.text() == "plain words"
    assert page.attached.text() == "1"
    page.attached.click()
    settle(desk)
    sheet = desk.sheet()
    assert isinstance(sheet, AttachmentsSheet)
    assert [row.item.file for row in sheet.findChildren(Row)] == [item.file]
    sheet.dismiss()


def test_slow_files_say_how_far_they_are_and_can_be_stopped(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "SLOW_MS", 0)
    large = tmp_path / "large.png"
    with large.open("wb") as stream:
        stream.write(png())
        stream.truncate(150 * 1024 * 1024)
    page = file_page(desk)
    page.attaching.offer([attaching.Offer("large.png", large), attaching.Offer("b.png", large)])
    desk.rest()
    QTest.keyClick(desk.focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    card = page.attachments
    desk.qtbot.waitUntil(lambda: bool(shares(page)), timeout=10000)
    named(card, "attach_stop").click()
    settle(desk)
    assert items(desk) == ()
    assert page.attaching.underway is None
    assert not [w for w in card.findChildren(Button, "attach_stop") if w.isVisible()]
    folder = store.folder_of(desk.session.vault.database.path)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_large_copy_says_how_far_it_is_and_leaves_nothing_when_stopped(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SLOW_MS", 0)
    large, out = tmp_path / "large.png", tmp_path / "out"
    out.mkdir()
    with large.open("wb") as stream:
        stream.write(png())
        stream.truncate(100 * 1024 * 1024)
    page = file_page(desk)
    page.attaching.offer([attaching.Offer("large.png", large)])
    desk.rest()
    desk.enter()
    settle(desk)
    (item,) = items(desk)
    page.attachments.look(item)
    settle(desk)
    viewer = desk.sheet()
    assert isinstance(viewer, Viewer)
    work = page.attachments._copying
    (stop,) = viewer.findChildren(Button, "copy_stop")
    for stops in (True, False):
        work.save(page.case, item, out / "large.png")
        desk.qtbot.waitUntil(
            lambda: work.underway is not None and work.underway[1] > 0, timeout=20000
        )
        assert stop.isVisible()
        if stops:
            stop.click()
        settle(desk)
        assert not stop.isVisible()
        assert work.underway is None
        assert [one.name for one in out.iterdir()] == ([] if stops else ["large.png"])
    assert (out / "large.png").stat().st_size == large.stat().st_size
    viewer.dismiss()


def shares(page: CaseFilePage) -> list[float]:
    underway = page.attaching.underway
    return [underway[1]] if underway is not None and underway[1] > 0 else []


@pytest.mark.parametrize("role", ["auditor"])
def test_who_may_only_read_sees_names_and_no_doors(qtbot: QtBot, tmp_path: Path, role: str) -> None:
    desk = Desk(qtbot, tmp_path / "desk.vault", "teller")
    try:
        attach(desk, png(), "回单.png")
        from dataclasses import replace

        from desk.domain.staff import Person
        from desk.settings import Settings
        from desk.ui.work import Work

        desk.session = replace(desk.session, actor=Person("0999", "沈静", role))
        desk.work = Work(desk.session, desk.jobs, desk.notices, Settings())
        page = file_page(desk)
        [row] = page.attachments.rows
        assert row.findChildren(Button) == []
        assert not page.attachments.add_file.isVisible()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
        enter = QDragEnterEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(page, enter)
        assert not desk.sheet()
    finally:
        desk.close()


@pytest.mark.qt_log_ignore("QImageIOHandler: Rejecting image", extend=True)
def test_a_header_that_promises_a_house_is_refused_without_building_it() -> None:
    bomb = png(60_000, 60_000, rows=b"\0" * 100_000)
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    with pytest.raises(BadInput) as refused:
        pictures.leaves(bomb, media.PNG)
    assert refused.value.params["reason"] == "picture_large"
    with pytest.raises(BadInput):  # within the bound of pixels, beyond that of memory
        pictures.leaves(png(10_900, 10_900, rows=b""), media.PNG)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    assert after - before < 40_000_000


def test_a_bomb_in_the_case_says_why_it_is_not_shown(desk: Desk) -> None:
    attach(desk, png(60_000, 60_000, rows=b"\0" * 100_000), "bomb.png")
    page = file_page(desk)
    named(page.attachments.rows[0], "attachment_look").click()
    settle(desk)
    viewer = desk.sheet()
    assert isinstance(viewer, Viewer)
    assert "太大" in viewer.problem()
    viewer.dismiss()


@pytest.mark.qt_log_ignore("Not a JPEG file", extend=True)
def test_a_picture_is_read_as_what_it_is_and_as_nothing_else() -> None:
    large = pictures.decoded(pictures.as_png(picture(5000, 100)), media.PNG)
    assert (large.width(), large.height()) == (pictures.MOST_SIDE, 64)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    for kind in media.ALL:
        if kind.decoder:
            with pytest.raises(BadInput):
                pictures.decoded(drawing, kind)
    leaves = pictures.leaves(pictures.as_png(picture()), media.PNG)
    assert (leaves.count, leaves.draw(0, 320).width(), leaves.draw(0, 9000).width()) == (
        1,
        320,
        640,
    )


def test_an_event_has_what_the_file_is(desk: Desk) -> None:
    item = attach(desk, png(), "a.png")
    [told] = [one for one in events(desk) if isinstance(one, Attached)]
    assert (told.file, told.media, told.size) == (item.file, "image/png", item.size)


def test_the_card_keeps_its_rows_while_nothing_changes(desk: Desk) -> None:
    attach(desk, png(), "a.png")
    page = file_page(desk)
    card = page.findChild(AttachmentsCard)
    assert card is page.attachments
    before = card.rows
    page.refresh()
    settle(desk)
    assert card.rows is before
