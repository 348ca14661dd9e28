"""A piece of pack content in both languages."""

import msgspec


class Text(msgspec.Struct, frozen=True):
    """One text in Chinese and English; packs hold no text in one language only."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in `language` ("zh" or "en"); anything else reads Chinese."""
        return self.en if language == "en" else self.zh
