"""The ECS agent's endpoint inside a task."""
