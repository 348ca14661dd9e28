"""Who works with this vault."""

from desk.domain.staff import Person
from desk.services.session import Session


def everybody(session: Session) -> tuple[Person, ...]:
    """Every person the vault knows, those who left included: old entries bear their numbers."""
    return session.vault.people()
