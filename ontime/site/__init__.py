"""Build the site: dashboards and documentation as pages that need no network and no server."""
