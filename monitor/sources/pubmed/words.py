"""The words of a title that are worth asking PubMed for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# fmt: off
LITTLE_WORDS = frozenset(
    {
        "a", "about", "after", "all", "also", "among", "an", "and", "are", "as", "at", "be", "been", "before",
        "between", "both", "but", "by", "can", "could", "did", "do", "does", "during", "each", "for", "from", "had",
        "has", "have", "how", "if", "in", "into", "is", "it", "its", "may", "more", "most", "must", "nor", "not", "of",
        "on", "only", "or", "other", "our", "should", "so", "some", "such", "than", "that", "the", "their", "then",
        "there", "these", "they", "this", "those", "through", "to", "under", "upon", "use", "used", "using", "versus",
        "via", "vs", "was", "we", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with",
        "within", "without", "would",
    }
)
"""Words that PubMed does not index in titles, or that say nothing."""

COMMON_WORDS = frozenset(
    {
        "acute", "adult", "adults", "analysis", "care", "cases", "children", "clinical", "comparison", "controlled",
        "disease", "effect", "effects", "efficacy", "evaluation", "guideline", "guidelines", "health", "human",
        "management", "medical", "men", "meta", "new", "outcome", "outcomes", "patient", "patients", "people",
        "practice", "randomised", "randomized", "recommendations", "report", "research", "results", "review", "risk",
        "safety", "study", "systematic", "therapy", "treatment", "trial", "trials", "update", "women",
    }
)
"""Words in so many titles that they find nothing in particular."""
# fmt: on


def title_words(title: str) -> tuple[str, ...]:
    """The words of a title that PubMed can be asked for, each once, in order, without accents and possessives."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = (re.split(r"[’']", word)[0] for word in re.findall(r"[a-z0-9]+(?:[’'][a-z]+)?", plain))
    return tuple(dict.fromkeys(word for word in words if len(word) > 1 and word not in LITTLE_WORDS))


def rarest_first(words: Sequence[str]) -> list[str]:
    """The words likely to be rare before the others: uncommon ones before common ones, long ones before short ones."""
    return sorted(words, key=lambda word: (word in COMMON_WORDS, word.isdigit(), -len(word)))
