"""The processor time of a cluster's processes, with everything that they have started."""

from __future__ import annotations

import os
from pathlib import Path

from ontime.cluster.processes import Cluster

_PROC = Path("/proc")
# fields of /proc/<id>/stat after the name: the session, and times in user and kernel mode
_SESSION, _USER, _KERNEL = 3, 11, 12


def processor_seconds(cluster: Cluster) -> float:
    """Return the processor time so far of what runs; each process of a cluster leads a session."""
    sessions = set(cluster.process_ids.values())
    ticks = 0
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[_SESSION]) in sessions:
            ticks += int(fields[_USER]) + int(fields[_KERNEL])
    return ticks / os.sysconf("SC_CLK_TCK")
