"""Superset's configuration: runs in Superset's own environment, and only reads what it is told.

Serves on loopback, asks nobody anything: no usage statistics, no fonts, no map tiles, and a content
policy with which a browser refuses to fetch what is not served from here. The published file is
opened read-only and shut off from other files, whatever a connection's own settings say.
"""

import os
from pathlib import Path
from typing import Any

HOME = Path(os.environ["SUPERSET_HOME"])
PUBLISHED = Path(os.environ["ONTIME_PUBLISHED"])

SECRET_KEY = (HOME / "secret_key").read_text(encoding="utf-8").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'metadata.db'}"

APP_NAME = "ontime"
LOG_LEVEL = "WARNING"
# cookies of one host are shared by its ports: another Superset on it keeps its own
SESSION_COOKIE_NAME = "ontime_superset"
FEATURE_FLAGS = {"ALERT_REPORTS": False, "THUMBNAILS": False, "TAGGING_SYSTEM": False}
RATELIMIT_STORAGE_URI = "memory://"
CELERY_CONFIG = None

# Answers are not kept: DuckDB gives them at once, and a new publication shows with the next look.
# Unless told otherwise, an answer would count as good for a day.
CACHE_DEFAULT_TIMEOUT = 0
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# No call home. The pages hold a picture that counts users; the policy keeps it from being fetched.
MAPBOX_API_KEY = ""
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}


def DB_CONNECTION_MUTATOR(  # noqa: N802 - a name of Superset's
    uri: Any, params: dict[str, Any], *_: Any
) -> tuple[Any, dict[str, Any]]:
    """Open DuckDB files read-only and shut off from others, and the publication in place."""
    if uri.get_backend_name() == "duckdb":
        params["connect_args"] = {
            "read_only": True,
            "config": {"enable_external_access": "false", "lock_configuration": "true"},
        }
        if uri.database == str(PUBLISHED):
            # by the name of the version in place: DuckDB knows an open file by its name, and would
            # answer from the one before as long as a query of this process still reads it
            uri = uri.set(database=str(PUBLISHED.resolve()))
    return uri, params


# the project's colours: told apart by the colour-blind, and from light to dark in grey
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "ontime",
        "label": "ontime",
        "description": "",
        "isDefault": False,
        "colors": ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"],
    }
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "ontime_blues",
        "label": "ontime: low is dark",
        "description": "",
        "isDiverging": False,
        "isDefault": False,
        "colors": ["#08306b", "#2171b5", "#6baed6", "#c6dbef", "#f7fbff"],
    }
]
