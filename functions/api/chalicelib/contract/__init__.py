"""What each route takes and answers: checked on every request, published as OpenAPI."""
