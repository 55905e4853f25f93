"""Opening pages: from a profile directory to a page on which wa-js found WhatsApp's modules."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from browser_host.whatsapp_web.bridge import PageBridge
from browser_host.whatsapp_web.driver import Driver
from browser_host.whatsapp_web.event_stream import EventStream
from browser_host.whatsapp_web.injection import ORIGIN, injected_script
from browser_host.whatsapp_web.launch import LaunchedBrowser, launch
from browser_host.whatsapp_web.opening import Opening
from browser_host.whatsapp_web.page import WhatsAppWebPage
from browser_host.whatsapp_web.settings import BrowserSettings
from browser_host.whatsapp_web.user_agent import desktop_user_agent
from switchboard.domain.ids import OrganizationId
from switchboard.ports.channel_provider import LinkedPage, LinkedPageOpener
from switchboard.ports.clock import Clock
