"""Tell the operators about a line, once an hour a kind and reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.notice import Notice, NoticeKind
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.operators import Operators

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NotifyOperators:
    """Never fails its caller: what is told about is more important than the telling."""

    board: NoticeBoard
    operators: Operators
    clock: Clock
    metrics: Metrics

    def __call__(self, organization_id: OrganizationId, kind: NoticeKind, code: str) -> bool:
        """Post and tell; log and metric have it in any case, repetitions too.

        Returns:
            Whether the board has it; False: nobody will hear of it unless it is posted again.
        """
        posted = False
        notice = Notice(organization_id, kind, code, self.clock.now())
        _log.error(
            "operator.notice",
            extra={"organization_id": organization_id, "kind": kind.value, "error_code": code},
        )
        self.metrics.put(Metric.OPERATOR_NOTICES, organization_id=organization_id, label=kind)
        try:
            is_news = self.board.post(notice)
            posted = True
            if is_news:
                tell(self.board, self.operators, notice)
        except DependencyUnavailable:
            _log.exception("operator.notice.not_told", extra={"organization_id": organization_id})
        return posted


def tell(board: NoticeBoard, operators: Operators, notice: Notice) -> None:
    """Noted as told only afterwards: whoever dies in between leaves it to be told again.

    Raises:
        DependencyUnavailable: it may not have been told, or not been noted.
    """
    try:
        operators.tell(notice)
    except DependencyUnavailable:
        board.untold(notice)
        raise
    board.told(notice)
