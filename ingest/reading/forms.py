"""Read the form on a web page: what it holds, and what a browser would send."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

_PRESSED_OR_EMPTY = ("submit", "button", "image", "reset", "file")


@dataclass
class Form:
    """A form: its address, hidden and written fields, boxes, choices, and buttons.

    `boxes` states of each box whether it is ticked. `choices` are the values of each list, in
    order, and `chosen` the one that is selected.
    """

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, bool] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)

    def entries(self) -> dict[str, str]:
        """Return what a browser sends of the form, without a button."""
        ticked = {name: "on" for name, is_ticked in self.boxes.items() if is_ticked}
        return {**self.fields, **self.chosen, **ticked}


def read_form(text: str, hidden: Collection[str]) -> Form | None:
    """Return the form on a page that has these hidden fields, or None if there is none."""
    parser = _Forms()
    parser.feed(text)
    parser.close()
    return next((form for form in parser.forms if form.fields.keys() >= set(hidden)), None)


class _Forms(HTMLParser):
    """Collects the forms of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        form = self._open
        if form is None:
            return
        if tag == "input" and name:
            _add_input(form, given.get("type", "text").lower(), name, given)
        elif tag == "select" and name:
            self._list = name
            form.choices[name] = []
        elif tag == "option" and self._list:
            form.choices[self._list].append(value)
            # without a selected one, a browser sends the first
            if "selected" in given or self._list not in form.chosen:
                form.chosen[self._list] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._list = ""


def _add_input(form: Form, kind: str, name: str, given: dict[str, str]) -> None:
    value = given.get("value", "")
    if kind == "checkbox":
        form.boxes[name] = "checked" in given
    elif kind == "radio":
        if "checked" in given:
            form.fields[name] = value
    elif kind in _PRESSED_OR_EMPTY:
        form.buttons[name] = value
    else:
        form.fields[name] = value
