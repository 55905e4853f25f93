"""Every port in memory: shipped, so that tests and demonstrations need no mocks."""
