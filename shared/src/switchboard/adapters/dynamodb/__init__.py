"""The stores on one DynamoDB table, through PynamoDB. Keys: `docs/access-patterns.md`."""
