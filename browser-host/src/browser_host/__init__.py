"""The browser host: owns lines, keeps their pages linked, delivers their outboxes."""
