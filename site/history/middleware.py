"""Binds the signed-in person to the request: whatever it writes, the history names them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from history.actor import Actor, Source, actor_for, bound, new_request_id


class ActorMiddleware:
    """After AuthenticationMiddleware. An anonymous request has no actor, so it writes no record.

    The person is asked for at the first write only: a page for the public opens no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The log has given the request its id already, where it is installed.
        request_id: str = getattr(request, "request_id", "") or new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]

        def signed_in() -> Actor:
            return actor_for(request.user, source=Source.FORM, request_id=request_id)

        signed_in.request_id = request_id  # type: ignore[attr-defined]
        with bound(signed_in):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
