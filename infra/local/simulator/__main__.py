"""`python -m simulator`: serves the simulated WhatsApp Web until it is told to stop."""

import argparse
import asyncio
import sys

from simulator.server import bind, serve
from simulator.settings import Settings, SettingsError, settings_from_json

USAGE_ERROR = 2


def main() -> int:
    """Parses the command line and serves."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--http-port", type=int, default=0, help="control and phone; 0: free port")
    parser.add_argument("--tls-port", type=int, default=0, help="the page's origin; 0: free port")
    parser.add_argument("--config", type=settings_from_json, default=Settings(), help="JSON")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="stop when standard input closes"
    )
    try:
        arguments = parser.parse_args()
        listeners = bind(arguments.http_port, arguments.tls_port)
    except (SettingsError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return USAGE_ERROR
    asyncio.run(serve(listeners, arguments.config, stop_with_stdin=arguments.stop_with_stdin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
