"""The desk's tokens: leads list them, issue one and revoke one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.actions.revoke_token import revoke_token
from remit.desk.accounts.models import Agent, ApiToken
from remit.desk.foundation.errors import InvalidInput, NotFoundHere
from remit.desk.workspace.tokens import tokens_page
from remit.desk.workspace.visit import Visit, agent_page, draw


@require_http_methods(["GET", "HEAD", "POST"])
@agent_page
def tokens(visit: Visit) -> HttpResponse:
    """The tokens; sent, a new one, whose secret stands on the answer and nowhere else."""
    visit.need_lead()
    if visit.request.method != "POST":
        return draw(visit, "workspace/tokens.html", tokens_page(visit), current="tokens")
    form = visit.request.POST
    try:
        _, secret = issue_token(
            visit.desk,
            form.get("name", ""),
            agent=_agent(visit, form.get("agent", "")),
            scopes=tuple(form.getlist("scopes")),
            actor=visit.agent.actor,
            now=visit.now,
        )
    except InvalidInput as error:
        page = tokens_page(visit, form=form, errors=error.fields)
        return draw(visit, "workspace/tokens.html", page, current="tokens", status=error.status)
    return draw(visit, "workspace/tokens.html", tokens_page(visit, secret=secret), current="tokens")


@require_POST
@agent_page
def revoke(visit: Visit, number: int) -> HttpResponse:
    """Revoke a token: it is refused from the next call on."""
    visit.need_lead()
    token = ApiToken.objects.filter(desk=visit.desk, pk=number).first()
    if token is None:
        raise NotFoundHere(gettext("There is no such token."))
    revoke_token(token, actor=visit.agent.actor, now=visit.now)
    messages.success(visit.request, gettext("Revoked. The next call with it is refused."))
    return HttpResponseRedirect(visit.address("tokens"))


def _agent(visit: Visit, written: str) -> Agent | None:
    if not written:
        return None
    number = int(written) if written.isdecimal() and len(written) < 18 else 0
    found = Agent.objects.filter(desk=visit.desk, pk=number, is_active=True).first()
    if found is None:
        sentence = gettext("Nobody like this answers at this desk.")
        raise InvalidInput(gettext("The token was not issued."), fields={"agent": sentence})
    return found
