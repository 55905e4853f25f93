"""A picture of the page for operators, small enough for a command's item."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from switchboard.domain.errors import DependencyUnavailable

LARGEST_BYTES = 70_000
"""As base64 it is a third longer, and an item stays below 100 kB."""
_QUALITIES = (70, 40, 20, 5)
_DRAWN_WITHIN_MS = 3_000


async def picture(page: Page) -> bytes:
    """A JPEG, as good as fits.

    Raises:
        DependencyUnavailable: the page does not draw in time, or no quality is small enough.
    """
    for quality in _QUALITIES:
        drawn = await _drawn(page, quality)
        if len(drawn) <= LARGEST_BYTES:
            return drawn
    raise DependencyUnavailable("the page's picture is too large")


async def _drawn(page: Page, quality: int) -> bytes:
    try:
        return await page.screenshot(
            type="jpeg", quality=quality, scale="css", timeout=_DRAWN_WITHIN_MS
        )
    except PlaywrightError as error:
        raise DependencyUnavailable("the page does not draw") from error
