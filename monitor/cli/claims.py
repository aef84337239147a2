"""The sentences of an article that a reader should look at twice: fragile ones, and figures beside their abstracts."""

from __future__ import annotations

from rich.console import Console

from monitor.domain.read_models import ArticleView
from monitor.reports.figures import comparable, lines
from monitor.reports.links import plain


def print_claims(out: Console, view: ArticleView) -> None:
    """Print the fragile sentences, then the figures; nothing where there are none."""
    fragile = [claim for claim in view.claims if claim.fragile]
    if fragile:
        out.print("\n[b]Says that something is not known[/b] (fragile: new evidence on it comes first)")
    for claim in fragile:
        out.print(f"  {claim.position}  {plain(claim.text)}", highlight=False, markup=False)
    with_figures = [claim for claim in view.claims if comparable(claim.figures)]
    if with_figures:
        out.print("\n[b]Figures beside the abstracts[/b]")
    for claim in with_figures:
        out.print(f"  {claim.position}  {plain(claim.text)}", highlight=False, markup=False)
        for figure in comparable(claim.figures):
            for line in lines(figure):
                out.print(f"       {plain(line)}", highlight=False, markup=False)
