"""What gives way where room is short: large text, English, a small screen."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.packs import loader
from desk.ui import theme
from desk.ui.escalation.matrix_card import CellButton
from desk.ui.escalation.timeline import Point, Timeline
from desk.ui.page import Page
from desk.ui.shell import Footer, Header
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel
from desk.ui.widgets.progress import Step, Stepper


@pytest.fixture(autouse=True)
def large(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light", 1.5)
    yield
    theme.apply(qapp)


def shown(qtbot: QtBot, widget: QWidget, wide: int) -> QWidget:
    """The widget in a window that gives it any room, more or less than it asks for."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(3000, 300)
    widget.setParent(window)
    widget.resize(wide, widget.sizeHint().height())
    window.show()
    qtbot.waitExposed(window)
    return window


def test_a_cell_is_high_enough_for_its_whole_name(qtbot: QtBot) -> None:
    for cell in loader.load().matrix.cells:
        button = CellButton(cell)
        _window = shown(qtbot, button, 150)
        size, room = theme.now().text_hint, 150 - 2 * theme.px(10)
        lines = painting.lines_needed(button.text(), size, room, strong=True)
        assert button.sizeHint().height() >= lines * theme.px(17)
        high = button.sizeHint().height()
        button.resize(600, high)
        assert button.sizeHint().height() == theme.px(41)


def test_the_line_of_days_takes_a_second_line_for_long_names(qtbot: QtBot) -> None:
    line = Timeline()
    points = [
        Point(name, date(2026, 11, day), "11-21 Sat 23:59")
        for name, day in (("Received", 21), ("First contact by", 23), ("Answer by the day", 30))
    ]
    line.show_points(points, date(2026, 11, 22), "primary")
    _window = shown(qtbot, line, 1200)
    roomy = line.sizeHint().height()
    line.resize(400, roomy)
    assert line.sizeHint().height() == roomy + theme.px(18)  # the names
    line.resize(330, roomy)
    assert line.sizeHint().height() == roomy + 2 * theme.px(18)  # and the days


def test_all_aims_of_the_steps_are_shown_or_none(qtbot: QtBot) -> None:
    stepper = Stepper(5)
    steps = [Step(f"Step {n}", "a good many words on its aim") for n in range(5)]
    stepper.show_steps(steps, 1)
    _window = shown(qtbot, stepper, 2400)
    wide = [button.sizeHint().width() for button in stepper.buttons()]
    stepper.resize(1200, stepper.height())
    assert all(b.sizeHint().width() < w for b, w in zip(stepper.buttons(), wide, strict=True))
    stepper.resize(2400, stepper.height())
    assert [button.sizeHint().width() for button in stepper.buttons()] == wide


def test_the_footer_leaves_out_the_version_before_it_cuts_words(qtbot: QtBot) -> None:
    footer = Footer()
    footer.show_saved("Stored 10:32:05")
    footer.show_who("A branch with a long name · No. 1001 Li Min (Branch head)")
    footer.show_pack("Content pack 1.1.0")
    footer.show_network("Offline")
    _window = shown(qtbot, footer, 2000)
    labels = {label.whole_text(): label for label in footer.findChildren(ElidedLabel)}
    version = labels.pop("Content pack 1.1.0")
    assert version.isVisible()
    footer.resize(1200, footer.height())
    qtbot.waitUntil(lambda: not version.isVisible())
    qtbot.waitUntil(lambda: not any(label.is_elided() for label in labels.values()))
    footer.resize(2000, footer.height())
    qtbot.waitUntil(version.isVisible)


def test_the_header_leaves_out_spare_chips_before_it_cuts_all(qtbot: QtBot) -> None:
    page = Page("Escalation CD20261019-001")
    who, source, where = (
        Chip("刘** · 139****5582"),
        Chip("Passed on by the regulator"),
        Chip("Desk"),
    )
    who.is_spare = where.is_spare = True
    page.header_left = [who, source, where]
    page.header_right = [Button("Report PDF", icon="file-text")]
    header = Header()
    header.add_page(page)
    header.show_page(page)
    _window = shown(qtbot, header, 2000)
    whole = {chip: chip.sizeHint().width() for chip in page.header_left}
    qtbot.waitUntil(lambda: all(chip.width() == whole[chip] for chip in (who, source, where)))
    header.resize(1040, header.height())
    qtbot.waitUntil(lambda: where.width() == 0)
    qtbot.waitUntil(lambda: (who.width(), source.width()) == (whole[who], whole[source]))
    header.resize(900, header.height())
    qtbot.waitUntil(lambda: who.width() == 0)
    qtbot.waitUntil(lambda: source.width() == whole[source])
    header.resize(2000, header.height())
    qtbot.waitUntil(lambda: where.width() == whole[where])
