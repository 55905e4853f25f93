"""Chromium's command line: what a host's browsers have in common."""

from __future__ import annotations

PLAYWRIGHT_DISABLES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""Chromium heeds the last `--disable-features` only, so ours repeats Playwright's own.

Source: chromiumSwitches.ts of Playwright 1.65; a test compares it with a running browser.
"""
SQLITE_ROLL_OUT = (
    "IdbSqliteBackingStore",
    "IdbSqliteOnDiskRollout",
    "DomStorageSqlite",
    "DomStorageSqliteMigration",
    "DomStorageSqliteNewDatabases",
)
"""A profile kept in LevelDB and opened by a browser that keeps SQLite has lost its login."""


def flags() -> list[str]:
    """Flags of every browser, whatever the settings."""
    disabled = ",".join((*PLAYWRIGHT_DISABLES, *SQLITE_ROLL_OUT))
    return ["--no-first-run", f"--disable-features={disabled}"]
