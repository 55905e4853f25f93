"""WhatsApp Web in Chromium: the only package that knows Playwright and WhatsApp's names.

The way of one event: WhatsApp's modules -> wa-js -> `page_scripts/*.js` -> a CDP binding ->
`bridge` (numbered, nothing lost) -> `translation` (WhatsApp's words to ours) -> `event_stream`.
"""

from browser_host.whatsapp_web.chromium import end_leftovers
from browser_host.whatsapp_web.injection import check_bundle
from browser_host.whatsapp_web.opener import WhatsAppWebPages
from browser_host.whatsapp_web.settings import WA_JS_SHA256, WA_JS_VERSION, BrowserSettings

__all__ = [
    "WA_JS_SHA256",
    "WA_JS_VERSION",
    "BrowserSettings",
    "WhatsAppWebPages",
    "check_bundle",
    "end_leftovers",
]
