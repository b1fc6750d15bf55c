"""Everything that changes a ticket: verb-noun functions with `actor` and `now`, one transaction each."""

from remit.desk.tickets.actions.announce import announce_closure, end_closure, withdraw_closure
from remit.desk.tickets.actions.checklist import tick_step
from remit.desk.tickets.actions.converse import (
    answer_missing_facts,
    ask_requester,
    note_internally,
    receive_message,
    reply_publicly,
)
from remit.desk.tickets.actions.judge import (
    contest_decision,
    correct_fact,
    override_decision,
    record_finding,
    settle_contest,
)
from remit.desk.tickets.actions.merge import merge_tickets, merged_into
from remit.desk.tickets.actions.receive_request import (
    Received,
    preview_decision,
    receive_request,
    ticket_made_under,
)
from remit.desk.tickets.actions.reopen import reopen_ticket
from remit.desk.tickets.actions.settle import close_ticket, solve_ticket
from remit.desk.tickets.actions.steer import (
    assign_ticket,
    change_priority,
    give_estimate,
    hand_up,
    hold_ticket,
    record_diagnosis,
    start_work,
    unhold_ticket,
)

__all__ = [
    "Received",
    "announce_closure",
    "answer_missing_facts",
    "ask_requester",
    "assign_ticket",
    "change_priority",
    "close_ticket",
    "contest_decision",
    "correct_fact",
    "end_closure",
    "give_estimate",
    "hand_up",
    "hold_ticket",
    "merge_tickets",
    "merged_into",
    "note_internally",
    "override_decision",
    "preview_decision",
    "receive_message",
    "receive_request",
    "record_diagnosis",
    "record_finding",
    "reopen_ticket",
    "reply_publicly",
    "settle_contest",
    "solve_ticket",
    "start_work",
    "tick_step",
    "ticket_made_under",
    "unhold_ticket",
    "withdraw_closure",
]
