"""The certificate: every fault is really injected, and what remains afterwards is checked.

    make certify                          # all of it; run it again to go on where it stopped
    make certify ARGS="--only publish"    # one fault

A world is a data folder of two made-up months (`world.py`). A phase is a command in a world, and
the calls at which it is stopped (`phases.py`); a preloaded library counts these calls and kills the
process at exactly one of them (`interposer.c`, `stopping.py`). A seed decides which call it is.
After each kill, readers must see a whole publication, and the command run again must end where an
undisturbed one ends (`outcome.py`, `killing.py`). The table is docs/certificate.json.
"""
