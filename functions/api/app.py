"""The API: Chalice behind API Gateway. Routes stand in `chalicelib/routes`, one file a resource."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from chalice import Chalice, ConvertToMiddleware

from chalicelib.errors import answer_errors, reshape
from chalicelib.routes import ROUTES
from chalicelib.wiring import api

logger = Logger()
copy_config_to_registered_loggers(logger, include={"switchboard"})


class Api(Chalice):
    """Answers warm-up invocations before Chalice looks for a route."""

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        """Entry point of the function."""
        if event.get("warmup"):
            api()
            return {}
        return super().__call__(event, context)


app = Api(app_name="switchboard")
app.api.binary_types = ["image/png", "image/jpeg"]
app.register_middleware(
    ConvertToMiddleware(
        logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
    )
)
app.register_middleware(ConvertToMiddleware(Tracer().capture_lambda_handler))
app.register_middleware(reshape, "http")
for routes in ROUTES:
    app.register_blueprint(routes.blueprint)
answer_errors(app)
