"""One thing done to many articles: each for itself, and of each it is told what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.domain.review import Outcome, Refused


def told_of_each(
    articles: Iterable[str], do: Callable[[str], str], *, unavailable: tuple[type[Exception], ...] = ()
) -> tuple[Outcome, ...]:
    """Do it to each article; ``do`` says what it did. What is refused, or could not be done now, stops no other."""
    outcomes = []
    for name in articles:
        try:
            outcomes.append(Outcome(article_id=name, is_done=True, message=do(name)))
        except KeyError:
            outcomes.append(Outcome(article_id=name, is_done=False, message=f"There is no article {name!r}."))
        except Refused as refusal:
            outcomes.append(Outcome(article_id=name, is_done=False, message=str(refusal)))
        except unavailable as error:
            told = f"The database could not be reached ({error}); nothing was changed here, try this one again."
            outcomes.append(Outcome(article_id=name, is_done=False, message=told))
    return tuple(outcomes)
