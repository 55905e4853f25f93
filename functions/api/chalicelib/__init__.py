"""The API's parts: routes, what requests may hold, and the shapes of answers."""
