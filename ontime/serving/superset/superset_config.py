"""Superset's configuration: runs in Superset's own environment, and only reads its settings.

Superset serves on loopback and contacts nobody: no usage statistics, no fonts, no map tiles, and a
content security policy that makes browsers refuse to fetch anything from elsewhere. The published
file is opened read-only and without access to other files, whatever a connection's settings say.
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
# all ports of a host share its cookies: this name leaves those of another Superset alone
SESSION_COOKIE_NAME = "ontime_superset"
FEATURE_FLAGS = {"ALERT_REPORTS": False, "THUMBNAILS": False, "TAGGING_SYSTEM": False}
RATELIMIT_STORAGE_URI = "memory://"
CELERY_CONFIG = None

# Results are not cached: DuckDB answers at once, and a new publication shows at the next look.
# By default, Superset would cache a result for a day.
CACHE_DEFAULT_TIMEOUT = 0
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# No call home. The pages contain a tracking pixel; the policy keeps browsers from fetching it.
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
    """Open the current publication, read-only and without access to other files."""
    if uri.get_backend_name() == "duckdb":
        params["connect_args"] = {
            "read_only": True,
            "config": {"enable_external_access": "false", "lock_configuration": "true"},
        }
        if uri.database == str(PUBLISHED):
            # use the file name of the current version: DuckDB identifies an open file by its name,
            # and would read the previous one as long as a query of this process still uses it
            uri = uri.set(database=str(PUBLISHED.resolve()))
    return uri, params


# the project's colours: safe for colour-blind readers, and from light to dark in grey
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
