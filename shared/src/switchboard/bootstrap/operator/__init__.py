"""The operator's command: lines, hosts, outbox, dead letters, snapshots of one deployment."""
