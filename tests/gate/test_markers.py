"""`make check` runs no test that needs a build, however the test asks for it."""

from __future__ import annotations

import subprocess
import sys

from tests.commands import ROOT


def test_a_build_that_a_parameter_names_makes_a_test_whole() -> None:
    """`test_time_travel.py` takes `built` and `small` from a parameter."""
    listed = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "not whole"),
            *("-p", "no:cacheprovider", "-p", "no:xdist"),
            *("tests/features/test_time_travel.py", "tests/metrics/test_agreement.py"),
            *("tests/subjects/test_rotations.py", "tests/lint/test_lint.py"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "test_lint.py::" in listed
    assert "test_what_happens_later_changes_no_feature" not in listed
    assert "test_every_metric_is_what_plain_sql_over_the_flights_says" not in listed
    assert "test_each_leg_is_what_plain_python_makes_of_it" not in listed
