"""P80: templates hold no script and no style of their own, and every form that changes something proves it is ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "monitor" / "web" / "templates").rglob("*.html"))
INLINE = re.compile(r"""<script|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<iframe|<object|<embed|<base""", re.I)
ABROAD = re.compile(r"""(src|href|action)\s*=\s*["'](https?:)?//""", re.I)
FORM = re.compile(r"<form\b.*?</form>", re.S)


def texts_of(files: list[Path]) -> dict[str, str]:
    return {file.name: re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.S) for file in files}


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_template_holds_script_or_style_or_loads_anything_from_abroad(file: Path) -> None:
    """P80: the policy would not let them run."""
    text = re.sub(r"\{[%{].*?[%}]\}", "x", texts_of([file])[file.name], flags=re.S)

    assert INLINE.findall(text) == []
    assert ABROAD.findall(text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_form_that_changes_something_carries_its_token(file: Path) -> None:
    """P72."""
    for form in FORM.findall(texts_of([file])[file.name]):
        if 'method="post"' in form:
            assert re.search(r'name="token"|\bsigned\(', form), form


@pytest.mark.parametrize("planted", ["<p style='x'>", "<a onclick=x>", "<SCRIPT>", '<a href="javascript:x">'])
def test_what_is_looked_for_is_found(planted: str) -> None:
    assert INLINE.search(planted)
