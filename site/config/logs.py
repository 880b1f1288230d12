"""One JSON line per event on standard output, without personal data.

- Messages of exceptions are left out: databases and parsers quote the value they dislike. What
  stays is the type and the lines of code it passed, which is what one needs to find a fault.
- Of what libraries log, the sentence and its numbers stay; text they fill in is replaced by "…".
- Query strings, addresses, browsers and accounts are left out. The request id, also in the answer's
  X-Request-ID header, leads from a line here to the history rows of the same request.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares import RequestMiddleware
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished as task_finished_signal

if TYPE_CHECKING:
    from types import TracebackType

    from django.http import HttpRequest, HttpResponse

    Event = MutableMapping[str, Any]
    ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class RequestLog(RequestMiddleware):
    """Logs the end of every request and gives it the id that log, history and answer share."""

    def prepare(self, request: HttpRequest) -> None:
        request.META["HTTP_X_REQUEST_ID"] = uuid.uuid4().hex
        request.request_id = request.META["HTTP_X_REQUEST_ID"]  # type: ignore[attr-defined]
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request.META["HTTP_X_REQUEST_ID"]
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


def task_finished(sender: object, task_result: Any, **_: Any) -> None:
    """Logs the end of every task of the worker, a failed one with where it failed."""
    log = structlog.get_logger(__name__)
    failed = task_result.status == TaskResultStatus.FAILED
    log.log(
        logging.ERROR if failed else logging.INFO,
        "task_finished",
        task=task_result.task.module_path,
        id=task_result.id,
        status=task_result.status.value,
        exc_info=failed,
    )


def places(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """An exception and what caused it, outermost first: type and lines of code, no message."""
    found: list[dict[str, Any]] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(found) < 10:
        frames = traceback.extract_tb(error.__traceback__)
        found.append(
            {
                "type": f"{type(error).__module__}.{type(error).__qualname__}",
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def without_values(_logger: Any, _name: str, event: Event) -> Event:
    """Fill a library's sentence with its numbers only; of an exception's own message stays its type."""
    arguments = event.pop("positional_args", None)
    error = (event.get("exc_info") or (None, None))[1]
    if error is not None and event["event"] == str(error):  # as Django logs what it refuses
        event["event"] = type(error).__name__
    if not arguments:
        return event
    if isinstance(arguments, Mapping):
        arguments = {key: _only_number(value) for key, value in arguments.items()}
    else:
        arguments = tuple(_only_number(value) for value in arguments)
    try:
        event["event"] = event["event"] % arguments
    except (TypeError, ValueError):
        return event  # the sentence wants more than a replaced value can give: keep it unfilled
    return event


def _only_number(value: object) -> object:
    return value if isinstance(value, int | float) else "…"


def without_browser(_logger: Any, _name: str, event: Event) -> Event:
    event.pop("user_agent", None)
    return event


_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configuration(level: str) -> dict[str, Any]:
    """For `logging.config`: everything from `level` on goes to standard output as JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [without_values, *_SHARED],
                "use_get_message": False,
                "pass_foreign_args": True,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.ExceptionRenderer(places),
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            },
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
            },
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": level},
            # RequestLog says the same for every request, with its id.
            "django.request": {"handlers": [], "propagate": True, "level": "CRITICAL"},
            # task_finished says the same, with the name of the task.
            "django_tasks": {"level": "CRITICAL"},
            "django_tasks_db": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
        },
    }


def configure() -> None:
    """Let our own log calls end in the same place as those of the libraries."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            without_browser,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    task_finished_signal.connect(task_finished, dispatch_uid="config.logs")
