"""What names, passwords and labels may be."""

from __future__ import annotations

import re
import unicodedata

from monitor.domain.access import NotAccepted

LEAST_CHARACTERS, MOST_BYTES, LEAST_DIFFERENT, LEAST_BESIDE_NAME = 12, 1024, 5, 8
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", re.ASCII)
LABEL = re.compile(r"[^\x00-\x1f\x7f()]{1,60}")
REFUSED = frozenset(
    {
        "administrator",
        "changemechangeme",
        "correcthorsebatterystaple",
        "freshness monitor",
        "freshnessmonitor",
        "iloveyouiloveyou",
        "letmeinletmein",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y",
        "welcome12345",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789abc",
        "abcdefghijkl",
        "abc123abc123",
    }
)
"""Long enough, and the first that anybody would try."""


def key_of(name: str) -> str:
    """What two spellings of one name have in common: names differ by more than their case."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def check_name(name: str) -> str:
    """The name, fit for an account. Raises NotAccepted."""
    if not NAME.fullmatch(name):
        raise NotAccepted(
            "name", "A name has 1 to 64 letters (a to z), digits or . _ @ -, and begins with a letter or digit."
        )
    return name


def check_label(label: str) -> str:
    """The label of a token, fit to stand in brackets behind a name. Raises NotAccepted."""
    label = label.strip()
    if not LABEL.fullmatch(label) or not label.isprintable():
        raise NotAccepted("label", "Say in 1 to 60 characters, without brackets, what the token is for.")
    return label


def password_bytes(password: str) -> bytes:
    """The password as it is hashed: the same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check_password(password: str, *, name: str) -> str:
    """The password, fit for the account of this name. Raises NotAccepted, whose message does not repeat it."""
    if len(password) < LEAST_CHARACTERS:
        raise NotAccepted("password", f"A password has at least {LEAST_CHARACTERS} characters; three or four words do.")
    if len(password_bytes(password)) > MOST_BYTES:
        raise NotAccepted("password", f"A password has at most {MOST_BYTES} bytes.")
    plain = password.casefold()
    if len(plain.replace(key_of(name), "")) < LEAST_BESIDE_NAME:
        raise NotAccepted("password", "The password is little more than the name; choose another.")
    if plain in REFUSED or len(set(plain)) < LEAST_DIFFERENT:
        raise NotAccepted("password", "That password is among the first that anybody would try; choose another.")
    return password
