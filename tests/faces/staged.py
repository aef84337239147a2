"""The web over what really happened: a stage's store behind the pages, and an explainer for made-up desks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.domain.explanations import ExplainedFinding, Outage, WatchlistFolder
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleView
from monitor.pipeline.correct import Corrector
from monitor.store import Ownership
from monitor.web import OpenAccess, create_app
from monitor.wiring.desk import Desk
from monitor.wiring.explaining import explainer
from monitor.wiring.hands import Hands, build_hands
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, Stage

SECRET = "s" * 40
POLICIES = "stale_from: major\n"


class MadeUpExplainer:
    """Knows of no finding, no gap and no file."""

    def finding(self, finding_id: str) -> ExplainedFinding | None:
        """None is known."""
        assert finding_id

    def outages(self, view: ArticleView, *, now: datetime) -> tuple[Outage, ...]:
        """Every source was read all the time."""
        assert view.row.id
        assert now
        return ()

    def watchlists(self) -> WatchlistFolder:
        """An empty folder."""
        return WatchlistFolder(files=(), read_at=datetime(2026, 11, 20, 12, tzinfo=UTC))


def retracted(url: str, *, policy: Policy | None = None) -> Stage:
    """A stage on which the paper was retracted on the third day, after the article came in."""
    stage = Stage(url, policy=policy).open()
    retract(stage)
    return stage


def retract(stage: Stage) -> None:
    """Two days later the paper is retracted, and its source is asked."""
    stage.later(days=2)
    stage.source.records = {PAPER.identifier: RETRACTED, NOTICE.identifier: NOTICE}
    stage.source.notices = (NOTICE,)
    stage.poll()


def watchlists(folder: Path, *, policies: str = POLICIES) -> Path:
    """A folder of watchlists with a policy alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policies.yaml").write_text(policies, encoding="utf-8")
    return folder


def desk(stage: Stage) -> Desk:
    """The desk of a stage."""
    return Desk(
        store=stage.store,
        editors=stage.editors,
        policy=stage.policy,
        registrar=stage.registrar,
        ownership=Ownership(stage.policy.owners),
    )


def hands(stage: Stage) -> Hands:
    """The hands of its editors."""
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    return build_hands(stage.store, stage.editors, corrector, ())


def application(stage: Stage, folder: Path) -> FastAPI:
    """The pages of a stage, whose watchlists stand in ``folder``."""
    return create_app(
        desk=desk(stage),
        explainer=explainer(stage.store, stage.policy, folder, stage.clock),
        hands=hands(stage),
        clock=stage.clock,
        access=OpenAccess("Ada"),
        secret_key=SECRET,
    )


def browser(stage: Stage, folder: Path) -> TestClient:
    """A client before the pages of a stage."""
    return TestClient(
        application(stage, folder),
        base_url="http://127.0.0.1:8642",
        follow_redirects=False,
        raise_server_exceptions=False,
    )
