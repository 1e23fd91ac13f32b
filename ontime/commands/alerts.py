"""The command `alerts`."""

from __future__ import annotations

from typing import Annotated

import typer

from ontime.alerts import channels, feeds, findings, memory
from ontime.alerts.memory import AlertError
from ontime.commands.outcome import console, errors, fail

app = typer.Typer(add_completion=False)


@app.command()
def alerts(
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print nothing unless a message could not be sent.")
    ] = False,
) -> None:
    """Report new findings: failed runs, data quality, irregular days; each of them once.

    The newest are written as feeds, data/alerts/feed.atom and feed.json. They are sent to the
    command ONTIME_ALERT_COMMAND and to the addresses ONTIME_ALERT_URLS, if these are set. What
    could not be sent is sent by the next run.
    """
    try:
        with memory.one_at_a_time():
            known = memory.with_new(memory.remembered(), findings.collected())
            failed = _send(known, quiet=quiet)
            memory.remember(known)
            atom, _ = feeds.write(list(known.values()))
    except AlertError as error:
        fail(str(error))
    except OSError as error:
        fail(f"The feeds cannot be written in {memory.alerts_folder()}: {error.strerror}.")
    if not quiet:
        console.print(f"{len(known):,} findings in {atom} and feed.json.", markup=False)
    if failed:
        raise typer.Exit(1)


def _send(known: dict[str, memory.Seen], *, quiet: bool) -> bool:
    """Send to each channel what it has not had; return whether one of them failed."""
    failed = False
    for channel in channels.configured():
        new = [one for one in known.values() if channel.channel_id not in one.sent_to]
        if not new:
            continue
        try:
            with memory.sending(known, new, channel.channel_id) as is_again:
                channel.send([one.finding for one in new], is_again=is_again)
        except AlertError as error:
            errors.print(str(error), markup=False)
            failed = True
            continue
        if not quiet:
            console.print(f"{channel.name}: {len(new):,} findings sent.", markup=False)
    return failed
