"""How a report says dates and sums in its own language."""

from desk.services.composition.tongue import Tongue


def test_money_is_written_exactly() -> None:
    tongue = Tongue("zh")
    amounts: list[float] = [52000, 1234567.0, 0.1, 1234567.89]
    assert [tongue.money(amount) for amount in amounts] == [
        "52,000 元",
        "1,234,567 元",
        "0.10 元",
        "1,234,567.89 元",
    ]
