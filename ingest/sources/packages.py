"""Find data files that are installed as Python packages."""

from importlib.util import find_spec
from pathlib import Path

from ingest.errors import IngestError


def package_folder(package: str) -> Path:
    """Return the folder of an installed package without importing it.

    An import could fail, because an old data package may depend on modules that no longer exist.

    Raises:
        IngestError: the package is not installed.

    """
    spec = find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise IngestError(
            f"The data package {package} is not installed in this environment: run `make setup`."
        )
    return Path(next(iter(locations)))
