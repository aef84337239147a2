"""The head of a page: title, question, date of the last update, review status, and where the article's body begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.domain.articles import ReviewStatus
from monitor.intake.chrome import STATUS_LINE, is_chrome
from monitor.intake.dates import date_in
from monitor.intake.errors import UnreadableArticle
from monitor.intake.lines import Block, BlockKind, Page, readable
from monitor.intake.prose.markers import bare_mark, certain_marks

BANNERS: tuple[tuple[re.Pattern[str], ReviewStatus], ...] = (
    (re.compile(r"content is pending human review", re.I), ReviewStatus.SUBMITTED),
    (re.compile(r"content is (?:currently )?under (?:human )?review", re.I), ReviewStatus.UNDER_REVIEW),
    (re.compile(r"content (?:has been|was) (?:reviewed and )?approved", re.I), ReviewStatus.APPROVED),
)
"""Sentences of a page's banner and the review status they state."""

STATED = re.compile(r"(?:article )?(?:review )?status\s*:?\s*(?P<state>submitted|under[ _]review|approved)\.?$", re.I)
_UPDATED = (
    re.compile(r"\blast (?:updated|modified|revised)\b", re.I),
    re.compile(r"^(?:date )?(?:updated|modified|revised)\b", re.I),
    re.compile(
        r"最后更新|最近更新|更新日期|更新时间|更新時間|最終更新日?|آخر تحديث|تاريخ التحديث|последнее обновление"
        r"|\bzuletzt (?:aktualisiert|geändert|überarbeitet)\b|\bletzte (?:aktualisierung|änderung)\b|^stand\b"
        r"|\b(?:dernière (?:mise à jour|modification)|mis(?:e)? à jour)\b"
        r"|\b(?:última (?:actualización|modificación|atualização)|actualizad[oa]|atualizado em)\b"
        r"|\b(?:ultimo aggiornamento|aggiornato|laatst (?:bijgewerkt|gewijzigd)|son güncelleme|senast uppdaterad)\b",
        re.I,
    ),
    re.compile(r"\blast reviewed\b|\bzuletzt (?:geprüft|überprüft)\b|\bletzte (?:über)?prüfung\b", re.I),
    re.compile(r"^(?:reviewed|published|date)\b", re.I),
)
_ASKS = ("?", "？", "؟")
_LONGEST_DATE_LINE = 200
_LONGEST_BANNER = 600
_QUESTION_LABEL = re.compile(r"^(?:clinical )?question\s*:\s*", re.I)
_SMALL_WORDS = frozenset(["what", "which", "does", "with", "from", "that", "this", "have", "when", "effective"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the head says. ``body_from`` is the index of the first block that belongs to the body."""

    title: str
    question: str
    body_from: int


def read_header(page: Page, *, name: str) -> Header:
    """Find title and question. Raises :class:`UnreadableArticle` when the page has no title."""
    blocks = page.blocks
    prose_at = next((at for at, block in enumerate(blocks) if _is_prose(block)), len(blocks))
    asked_at = _question_at(blocks, prose_at)
    question = page.question or (_QUESTION_LABEL.sub("", blocks[asked_at].text) if asked_at is not None else "")
    title_at = _title_at(blocks, prose_at, question)
    after = max(-1 if title_at is None else title_at, -1 if asked_at is None else asked_at) + 1
    if title_at is not None:
        return Header(
            title=page.title if _is_front(page) else readable(blocks[title_at].text), question=question, body_from=after
        )
    if title := page.title or question:
        return Header(title=readable(title), question=question, body_from=after)
    first = next((at for at, block in enumerate(blocks) if not is_chrome(block)), None)
    if first is None or len(blocks[first].text) > _LONGEST_DATE_LINE or first + 1 >= len(blocks):
        raise UnreadableArticle(
            name,
            "no title was found; put the title alone on the first line",
            line=blocks[first].line if first is not None else 1,
        )
    return Header(title=readable(blocks[first].text), question="", body_from=first + 1)


def last_updated(page: Page) -> date | None:
    """The date of the last update: from the metadata, else from a line that says so. Dates in prose are none.

    What the head says for machines counts where neither does.
    """
    if (stated := date_in(page.updated)) is not None:
        return stated
    for pattern in _UPDATED:
        for block in page.blocks:
            match = pattern.search(block.text) if len(block.text) <= _LONGEST_DATE_LINE else None
            if match and (found := date_in(block.text[match.end() : match.end() + 40])) is not None:
                return found
    return date_in(page.reviewed)


def review_status(page: Page, header: Header) -> ReviewStatus | None:
    """The status a banner or a single explicit statement gives; None when the page states none, or several."""
    for pattern, status in BANNERS:
        if any(pattern.search(block.text) for block in page.blocks if len(block.text) <= _LONGEST_BANNER):
            return status
    head = page.blocks[: header.body_from]
    stated = {_state(match["state"]) for block in page.blocks if (match := STATED.match(block.text))}
    printed = {_state(block.text) for block in head if STATUS_LINE.match(block.text)}
    if page.status and STATUS_LINE.match(page.status.replace("_", " ")):
        return _state(page.status)
    found = stated if len(printed) <= 1 and stated else printed
    return next(iter(found)) if len(found) == 1 else None


def _state(words: str) -> ReviewStatus:
    return ReviewStatus(words.strip().lower().replace(" ", "_"))


def _is_front(page: Page) -> bool:
    """Whether the title comes from front matter, which is the author's, and not from a browser's title line."""
    return bool(page.title) and not any(block.kind is BlockKind.HEADING and block.level == 1 for block in page.blocks)


def _is_prose(block: Block) -> bool:
    """Whether the article itself has begun: a marked or full sentence, or an item of a list."""
    if block.kind is BlockKind.HEADING or is_chrome(block) or STATUS_LINE.match(block.text) or _asks(block):
        return False
    if bare_mark(block.text) or certain_marks(block.text) or block.is_item or block.kind is not BlockKind.PARAGRAPH:
        return True
    words = len(block.text.split())
    return (words >= 5 and block.text[-1] in '.!:;)”"؛۔') or words >= 25 or block.text[-1] in "。！"


def _asks(block: Block) -> bool:
    """Whether a block is a question and nothing else; a paragraph may end in one."""
    return block.text.endswith(_ASKS) and not certain_marks(block.text) and "。" not in block.text


def _question_at(blocks: Sequence[Block], prose_at: int) -> int | None:
    """The first question in the head; a label before it counts."""
    for at, block in enumerate(blocks[:prose_at]):
        if _asks(block) and not is_chrome(block) and len(block.text) <= 500:
            return at
    return None


def _title_at(blocks: Sequence[Block], prose_at: int, question: str) -> int | None:
    """The printed title: a first-rank heading, else among the head's headings the one nearest to the question's words.

    Where none shares a word with the question, it is the last before the prose on a page with chrome, else the first.
    """
    heads = [
        at
        for at, block in enumerate(blocks[:prose_at])
        if block.kind is BlockKind.HEADING
        and not is_chrome(block)
        and not block.text.endswith(_ASKS)
        and not STATUS_LINE.match(block.text)
    ]
    first_rank = [at for at in heads if blocks[at].level == 1]
    if first_rank or not heads:
        return first_rank[0] if first_rank else None
    shared = {at: len(_words(blocks[at].text) & _words(question)) for at in heads}
    best = max(heads, key=lambda at: (shared[at], -at))
    if shared[best]:
        return best
    if question and blocks[heads[0]].level:
        return None
    return heads[-1] if any(is_chrome(block) for block in blocks[:prose_at]) else heads[0]


def _words(text: str) -> set[str]:
    found: Iterable[str] = re.findall(r"[^\W\d_]{4,}", text.casefold())
    return {word.rstrip("s") for word in found if word not in _SMALL_WORDS}
