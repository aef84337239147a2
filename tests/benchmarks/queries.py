"""Standing queries in the proportions of systematic reviews' search strategies, over the words of a daily file.

Words 45 %, beginnings of words 21 %, headings 16 %, phrases 15 %, publication types 3 %; two to four blocks of
alternatives; three in ten with a filter for trials, every seventh without animals. These are the shares measured in
the Cochrane strategies of CLEF-TAR (https://github.com/CLEF-TAR/tar).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from monitor.domain.records import Publication
from monitor.domain.topics.words import words_of

TYPES = ("randomized controlled trial", "systematic review", "meta-analysis", "practice guideline")
TRIALS = '("randomized controlled trial"[pt] OR randomized[tiab] OR placebo[tiab] OR trial[ti])'
ANIMALS = "(animals[mh:noexp] NOT humans[mh:noexp])"
LEARNT_FROM = 6_000


def queries(records: Sequence[Publication], *, count: int, seed: int = 1) -> Iterator[str]:
    """So many queries; the same for the same seed, and fewer are the first of more."""
    chance = random.Random(seed)  # noqa: S311 - queries are no secret.
    words, phrases, headings = _material(records, chance)

    def leaf() -> str:
        share = chance.random()
        if share < 0.45:
            return f"{chance.choice(words)}[tiab]"
        if share < 0.66:
            word = chance.choice(words)
            return f"{word[: max(4, len(word) - 3)]}*[tiab]"
        if share < 0.82:
            return f'"{chance.choice(headings)}"[mh:noexp]'
        if share < 0.97:
            return f'"{chance.choice(phrases)}"[tiab]'
        return f'"{chance.choice(TYPES)}"[pt]'

    for _ in range(count):
        blocks = [
            f"({' OR '.join(leaf() for _ in range(chance.choice((1, 2, 3, 4, 6, 8))))})"
            for _ in range(chance.choice((2, 2, 3, 3, 3, 4)))
        ]
        if chance.random() < 0.3:
            blocks.append(TRIALS)
        query = " AND ".join(blocks)
        yield f"({query}) NOT {ANIMALS}" if chance.random() < 0.15 else query


def _material(records: Sequence[Publication], chance: random.Random) -> tuple[list[str], list[str], list[str]]:
    some = chance.sample(records, min(LEARNT_FROM, len(records)))
    texts = [words_of(f"{record.title} {record.abstract}") for record in some]
    words = sorted({word for text in texts for word in text if len(word) > 4 and word.isalpha()})
    starts = [(text, chance.randrange(len(text) - 3)) for text in texts if len(text) > 30 for _ in range(3)]
    phrases = [" ".join(text[start : start + 2]) for text, start in starts]
    headings = sorted({heading.name for record in some for heading in record.mesh})
    return words, phrases, headings
