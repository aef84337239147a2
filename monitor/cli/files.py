"""Files and folders given to ``monitor article add``: which there are, and what is read of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from monitor.intake import MAX_BYTES, SUFFIXES, Joining, UnreadableArticle

_LONGEST_LINE = 90
_MOST_LINES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One file or address to be added, and the id its article gets."""

    path: str
    identity: str

    @property
    def origin(self) -> str:
        """Where the article comes from, wherever one stands: a file of this name in another folder is another one."""
        return self.path if is_address(self.path) else os.path.abspath(self.path)  # noqa: PTH100 - a link keeps its name.


def given(paths: Sequence[str], identity: str = "") -> tuple[list[Given], list[str]]:
    """Every file and address that the paths name, folders with all that can be read in them.

    Also tells what cannot be added: an empty folder, and a file or address whose id another one has.
    """
    found, wrong = dict[str, Given](), list[str]()
    for path in paths:
        files = _of(path, identity)
        if not files:
            wrong.append(f"{path}: no file in this folder can be read; files end in {', '.join(SUFFIXES)}")
        for file in files:
            first = found.setdefault(file.identity, file)
            if not _is_same(first.path, file.path):
                wrong.append(f"{file.path}: has the id {file.identity} as {first.path} has; add it with --id")
    return list(found.values()), wrong


def body_of(path: str) -> bytes:
    """The bytes of a file. No more is read than an article may have; raises UnreadableArticle for a larger file."""
    file = Path(path)
    if file.exists() and not file.is_file():
        raise UnreadableArticle(path, "this is no file that can be read to its end; give a file")
    with file.open("rb") as opened:
        body = opened.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UnreadableArticle(path, f"the file has more than {MAX_BYTES // 1_000_000} MB; give it in parts")
    return body


def is_address(path: str) -> bool:
    """Whether a path is an address of the web."""
    return path.startswith(("http://", "https://"))


def slug(name: str) -> str:
    """An id from a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "article"


def joining_lines(joining: Joining, file: str) -> Iterator[str]:
    """How a page's list and a file's were joined, in lines for the editor."""
    yield (
        f"{file}: {len(joining.same)} entries joined by identifier or title, {len(joining.by_place)} by place alone, "
        f"{len(joining.added)} added, {len(joining.only_page)} are on the page only"
    )
    for page, entry in joining.by_place:
        yield f"by its number or place alone, please check: {_short(page)} = {_short(entry)}"
    for what, entries in (("added", joining.added), ("on the page only", joining.only_page)):
        for entry in entries[:_MOST_LINES]:
            yield f"{what}: {_short(entry)}"
        if len(entries) > _MOST_LINES:
            yield f"{what}: and {len(entries) - _MOST_LINES} more"


def _of(path: str, identity: str) -> list[Given]:
    if is_address(path) or not Path(path).is_dir():
        return [Given(path=path, identity=identity or slug(Path(urlsplit(path).path).stem or path))]
    return list(_in_folder(Path(path)))


def _is_same(one: str, other: str) -> bool:
    if is_address(one) or is_address(other):
        return one == other
    return Path(one).resolve() == Path(other).resolve()


def _in_folder(folder: Path) -> Iterator[Given]:
    """The files in a folder and those under it, in order; hidden ones are left out."""
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in inside.parts)
        if file.suffix.lower() in SUFFIXES and file.is_file() and not is_hidden:
            yield Given(path=str(file), identity=slug(str(inside.with_suffix(""))))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE].rstrip()}…"
