"""The prompt of `make query`, as a user types into it."""

from __future__ import annotations

import subprocess
import sys

from tests.commands import ROOT, Project

TYPED = """\
select count(*) as counted
from fct_flights
where flight_state = 'completed';
.tables
.columns fct_flights
select nonsense;
.unknown
create table x (a integer);
pivot dim_carriers on is_in_reference using count(*) group by current_group_code;
.quit
select 'never asked';
"""


def test_the_prompt_answers_explains_and_outlives_mistakes(built: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "query"],
        cwd=ROOT,
        env=built.environment({"ONTIME_SQL": ""}),
        input=TYPED,
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout
    assert "327346" in said
    assert "One row per scheduled flight, whatever became of it." in said
    assert "miles per hour" in said
    assert 'Referenced column "nonsense" was not found' in said
    assert ".quit             leave" in said
    assert "attached in read-only mode" in said
    assert "current_group_code" in said
    assert "never asked" not in said
    assert "Traceback" not in said + done.stderr
