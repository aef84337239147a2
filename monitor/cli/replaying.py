"""``monitor replay serve``: recordings served with the manners of the real upstreams."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.opening import Failed, console
from monitor.daemon import stop_on_signals
from monitor.replay.serving import serve
from monitor.replay.world import World

group = typer.Typer(no_args_is_help=True, help="Recordings instead of live upstreams.")


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.add_typer(group, name="replay")


@group.command("serve", epilog="Example: monitor replay serve recordings/ --date 2026-01-05")
def serve_folder(
    folder: Path,
    port: Annotated[int, typer.Option(help="First port; 0 takes free ones.")] = 0,
    date: Annotated[datetime | None, typer.Option(help="The world's date.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Serve a folder of recordings until Ctrl-C, and print the settings that point the monitor at it."""
    if not folder.is_dir():
        raise Failed(f"{folder} is no folder")
    day = date.date() if date else datetime.now(UTC).date()
    world = World.load(folder, last_day=day)
    world.move_to(day)
    stopping = threading.Event()
    stop_on_signals(stopping)
    with serve(world, port=port) as servers:
        for name, url in servers.urls.items():
            typer.echo(f"{name}={url}")
        for line in world.skipped:
            console().print(f"left out {line}", highlight=False, soft_wrap=True)
        stopping.wait()


@group.callback()
def replay() -> None:
    """Recordings instead of live upstreams."""
