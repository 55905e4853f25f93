"""A local WhatsApp Web with a phone: the page, its server, and a control API for tests."""
