"""An article's page that comes in as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from monitor.intake import Format
from monitor.web.forms.moments import WebAddress


class Page(BaseModel):
    """A page that comes in. ``format`` is told from the url or the text where it is not given; ``title`` is that of a
    list of references. The url is kept for readers and never asked for."""

    model_config = ConfigDict(extra="forbid")

    text: str
    format: Format | None = None
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]{1,2000})?$"), WebAddress] = ""
    title: Annotated[str, StringConstraints(max_length=500)] = ""
