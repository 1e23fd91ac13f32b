"""Run the command line: `ontime`, or `python -m ontime`."""

import sys


def main() -> None:
    """Run the command that the arguments name."""
    try:
        from ontime.cli import app  # noqa: PLC0415
    except KeyboardInterrupt:  # importing takes a moment, long enough for a change of mind
        sys.stderr.write("Stopped. Nothing was done.\n")
        sys.exit(130)
    app(prog_name="ontime")


if __name__ == "__main__":
    main()
