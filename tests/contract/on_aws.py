"""`make test-aws`: every contract on a real account, in a table of its own that is deleted afterwards.

Needs credentials that may create, use and delete tables called `switchboard-contract-*`, and a region.
Ends 2 with a word when there are none: nothing was run then.
"""

import os
import subprocess
import sys

import boto3

LONGEST_SECONDS = 3600
NOTHING_RUN = 2


def main() -> int:
    """Look for credentials, then run the suites with the backend `account`."""
    session = boto3.Session()
    region = session.region_name or os.environ.get("AWS_REGION")
    missing = []
    if not session.get_credentials():
        missing.append("credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)")
    if not region:
        missing.append("a region (AWS_REGION or AWS_DEFAULT_REGION)")
    if missing:
        print(f"test-aws: nothing was run, missing {' and '.join(missing)}", file=sys.stderr)
        return NOTHING_RUN
    return _run(str(region))


def _run(region: str) -> int:
    words = ("-q", "-p", "no:cacheprovider", "-k", "account", "tests/contract")
    command = [sys.executable, "-m", "pytest", *words]
    environment = {**os.environ, "CONTRACT_BACKENDS": "account", "AWS_DEFAULT_REGION": region}
    return subprocess.run(command, env=environment, check=False, timeout=LONGEST_SECONDS).returncode


if __name__ == "__main__":
    sys.exit(main())
