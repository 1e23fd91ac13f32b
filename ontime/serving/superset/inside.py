"""Prepare Superset and become its server: runs in Superset's own environment.

python inside.py ASSETS PORT; with port 0, nothing is served. All it needs is in SUPERSET_HOME.
"""

# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

import logging
import os
import secrets
import sys
import zipfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

HOME = Path(os.environ["SUPERSET_HOME"])


def main(assets: Path, port: int) -> None:
    """Migrate the metadata database, import the assets, and serve."""
    logging.disable(logging.WARNING)
    # the migrations of Superset's tables log a lot, which only helps if they fail
    with (HOME / "prepare.log").open("w", encoding="utf-8") as log, redirect_stdout(log):
        from superset.app import create_app  # noqa: PLC0415 - slow, and speaks

        app = create_app()
        with app.app_context():
            _prepare(app, assets)
    if port:
        _serve(port)


def _prepare(app: Any, assets: Path) -> None:
    from flask_migrate import upgrade  # noqa: PLC0415
    from superset import db, security_manager  # noqa: PLC0415

    version = app.config["VERSION_STRING"]
    stamp = HOME / "prepared"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != version:
        _tell("Preparing Superset's own tables, which takes half a minute, this once ...")
        upgrade(directory=str(Path(app.root_path) / "migrations"))
        logging.disable(logging.WARNING)  # the migrations set up their own logging
        app.appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        stamp.write_text(version, encoding="utf-8")
    admin = security_manager.find_user("admin")
    if admin is None:
        password = secrets.token_urlsafe(12)
        role = security_manager.find_role("Admin")
        admin = security_manager.add_user(
            "admin", "ontime", "admin", "admin@localhost", role, password
        )
        _tell(f"Log in as admin with the password {password} (shown this once).")
    _import(app, admin, assets)
    db.session.remove()
    db.engine.dispose()


def _import(app: Any, user: Any, assets: Path) -> None:
    """Import all assets; each replaces the one with the same identifier."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand  # noqa: PLC0415
    from superset.utils.core import override_user  # noqa: PLC0415

    with zipfile.ZipFile(assets) as archive:
        contents = {
            name.split("/", 1)[1]: archive.read(name).decode() for name in archive.namelist()
        }
    with app.test_request_context(), override_user(user):
        ImportAssetsCommand(contents).run()


def _serve(port: int) -> None:
    _tell(f"Serving on http://127.0.0.1:{port}/superset/dashboard/punctuality/ until Ctrl-C.")
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    os.execv(  # noqa: S606 - no shell is wanted
        gunicorn,
        [
            gunicorn,
            *("--bind", f"127.0.0.1:{port}"),
            *("--workers", "1", "--threads", "8", "--timeout", "120"),
            *("--log-level", "warning", "--no-control-socket"),
            "superset.app:create_app()",
        ],
    )


def _tell(sentence: str) -> None:
    assert sys.__stdout__ is not None  # noqa: S101
    sys.__stdout__.write(f"{sentence}\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
