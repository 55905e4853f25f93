"""`python -m simulator`: serves the simulated WhatsApp Web until it is told to stop."""

import argparse
import asyncio
import sys

from simulator.server import bind, serve
from simulator.settings import SettingsError, settings_from_json

USAGE_ERROR = 2


def main() -> int:
    """Parses the command line and serves."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--http-port", type=int, default=0, help="control and phone; 0: free port")
    parser.add_argument("--tls-port", type=int, default=0, help="the page's origin; 0: free port")
    parser.add_argument("--config", default="{}", help="settings as JSON")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="stop when standard input closes"
    )
    try:
        arguments = parser.parse_args()
        settings = settings_from_json(arguments.config)
        listeners = bind(arguments.http_port, arguments.tls_port)
    except (SettingsError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return USAGE_ERROR
    asyncio.run(serve(listeners, settings, stop_with_stdin=arguments.stop_with_stdin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
