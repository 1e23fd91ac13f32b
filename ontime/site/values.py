"""Write values for people: months, shares, counts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

NOT_KNOWN = "not known"
MONTH = "%B %Y"


def shown(value: Any, form: str = "") -> str:
    """Return a value as text; `form` is a format of dbt-charts or, for dates, of strftime."""
    match value:
        case None:
            return NOT_KNOWN
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return _number(float(value), form)
        case datetime():
            return f"{value:%-d %B %Y, %H:%M}"
        case date():
            return value.strftime(form if form.startswith("%") else "%-d %b %Y")
    return str(value)


def _number(value: float, form: str) -> str:
    match form:
        case "percent":
            return f"{value:.1%}"
        case "percent_whole":
            return f"{value:.0%}"
        case "year" | "id":
            return f"{value:.0f}"
        case "number_full":
            return f"{value:,.2f}"
        case "rating":
            return f"{value:,.1f}"
        case _:
            return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def plain(value: Any) -> str:
    """Return a value as a CSV file has it: nothing if it is not known, and no rounding to read."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() | Decimal():
            text = f"{value:.{_DECIMALS}f}"
            return text.rstrip("0").rstrip(".")
        case date():
            return value.isoformat()
    return str(value)


_DECIMALS = 6
