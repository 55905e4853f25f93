"""Switchboard: WhatsApp for many organizations. Rooms: domain, ports, application, adapters."""
