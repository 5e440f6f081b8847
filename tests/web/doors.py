"""The doors of the house: for every route what fills its address, and which roles it opens to.

Written apart from the code's own guards: the walk in `test_doors.py` compares the two. A new route without an
entry fails there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

SEE = frozenset({"admin", "manager", "client", "auditor"})
TAKE_PART = frozenset({"admin", "manager", "client"})
WORK = frozenset({"admin", "manager"})
RESPOND = frozenset({"client"})
ADMINISTER = frozenset({"admin"})
AUDIT = frozenset({"admin", "auditor"})
ANYBODY = frozenset({"nobody"}) | SEE


class Door(NamedTuple):
    """Who a route opens to, and what fills its address besides the contract's key."""

    roles: frozenset[str]
    filled: Mapping[str, Any] = MappingProxyType({})
    scope: str = ""
    """What a key of the API needs there; people get in nowhere where one is needed."""


MACHINES = frozenset[str]()

DOORS: dict[str, Door] = {
    "agreements.file": Door(SEE, {"number": 1}),
    "agreements.points": Door(SEE),
    "agreements.versions": Door(SEE),
    "account.mine": Door(SEE),
    "account.notices_chosen": Door(SEE),
    "account.password_changed": Door(SEE),
    "account.saved": Door(SEE),
    "actions.add": Door(WORK, {"id": 1}),
    "actions.done": Door(WORK, {"id": 1, "action": 1}),
    "actions.drop": Door(WORK, {"id": 1, "action": 1}),
    "actions.edit": Door(WORK, {"id": 1, "action": 1}),
    "actions.edited": Door(WORK, {"id": 1, "action": 1}),
    "api.agreement": Door(MACHINES, scope="read"),
    "api.contracts": Door(MACHINES, scope="read"),
    "api.one_contract": Door(MACHINES, scope="read"),
    "api.response_sent": Door(MACHINES, scope="ratings:write"),
    "api.responses_sent": Door(MACHINES, scope="ratings:write"),
    "audit.file": Door(AUDIT),
    "audit.log": Door(AUDIT),
    "breach_work.acknowledge": Door(WORK, {"id": 1}),
    "breach_work.agree": Door(TAKE_PART, {"id": 1}),
    "breach_work.close": Door(WORK, {"id": 1}),
    "breach_work.comment": Door(TAKE_PART, {"id": 1}),
    "breach_work.details": Door(WORK, {"id": 1}),
    "breach_work.plan": Door(WORK, {"id": 1}),
    "breach_work.propose": Door(TAKE_PART, {"id": 1}),
    "breach_work.withdraw": Door(TAKE_PART, {"id": 1}),
    "breaches.breach": Door(SEE, {"id": 1}),
    "breaches.inbox": Door(SEE),
    "browsers.end": Door(SEE, {"browser": 1}),
    "browsers.end_others": Door(SEE),
    "contracts.contract": Door(SEE),
    "contracts.table": Door(SEE),
    "drafts.discard": Door(WORK, {"number": 1}),
    "drafts.discarded": Door(WORK, {"number": 1}),
    "drafts.draft": Door(WORK, {"number": 1}),
    "drafts.draft_file": Door(WORK, {"number": 1}),
    "drafts.page": Door(WORK, {"number": 1, "section": "parties"}),
    "drafts.page_saved": Door(WORK, {"number": 1, "section": "parties"}),
    "drafts.part": Door(WORK, {"number": 1, "section": "kpis", "place": 0}),
    "drafts.part_saved": Door(WORK, {"number": 1, "section": "kpis", "place": 0}),
    "editor.begin": Door(WORK),
    "editor.begin_from_file": Door(WORK),
    "editor.begin_new": Door(WORK),
    "editor.begin_new_from_file": Door(WORK),
    "editor.contract": Door(WORK),
    "editor.new": Door(WORK),
    "exclusions.agree": Door(TAKE_PART, {"period": "2026-03", "exclusion": 1}),
    "exclusions.propose": Door(TAKE_PART, {"period": "2026-03"}),
    "exclusions.withdraw": Door(TAKE_PART, {"period": "2026-03", "exclusion": 1}),
    "health.alive": Door(ANYBODY),
    "health.ready": Door(ANYBODY),
    "help.accessibility": Door(ANYBODY),
    "help.start": Door(SEE),
    "help.topic": Door(SEE, {"topic": "keyboard"}),
    "identity_provider.back": Door(ANYBODY),
    "identity_provider.leave": Door(ANYBODY),
    "kpis.kpi": Door(SEE, {"kpi": "clean"}),
    "languages.choose": Door(ANYBODY),
    "periods.answer": Door(WORK, {"period": "2026-03"}),
    "periods.decide": Door(RESPOND, {"period": "2026-03"}),
    "periods.inbox": Door(SEE),
    "periods.period": Door(SEE, {"period": "2026-03"}),
    "portfolio.find": Door(SEE),
    "portfolio.start": Door(SEE),
    "rate.added": Door(ANYBODY, {"token": "ab3cd4ef", "answer": "k" * 22}),
    "rate.answers": Door(ANYBODY, {"token": "ab3cd4ef"}),
    "rate.ask": Door(ANYBODY, {"token": "ab3cd4ef"}),
    "rate.change": Door(ANYBODY, {"token": "ab3cd4ef", "answer": "k" * 22}),
    "rate.saved": Door(ANYBODY, {"token": "ab3cd4ef", "answer": "k" * 22}),
    "rate.tapped": Door(ANYBODY, {"token": "ab3cd4ef"}),
    "rate.thanks": Door(ANYBODY, {"token": "ab3cd4ef", "answer": "k" * 22}),
    "reports.archive": Door(SEE),
    "reports.draft": Door(WORK, {"period": "2026-03"}),
    "reports.issue": Door(WORK, {"period": "2026-04"}),
    "reports.report": Door(SEE, {"issue": 1}),
    "people.changed": Door(ADMINISTER, {"person": 1}),
    "people.disable": Door(ADMINISTER, {"person": 1}),
    "people.enable": Door(ADMINISTER, {"person": 1}),
    "people.everybody": Door(ADMINISTER),
    "people.invite": Door(ADMINISTER),
    "people.invited": Door(ADMINISTER),
    "people.link": Door(ADMINISTER, {"person": 1}),
    "people.one": Door(ADMINISTER, {"person": 1}),
    "people.second_step_off": Door(ADMINISTER, {"person": 1}),
    "second_step.propose": Door(SEE),
    "second_step.renew": Door(SEE),
    "second_step.turn_off": Door(SEE),
    "second_step.turn_on": Door(SEE),
    "settings.branded": Door(ADMINISTER),
    "settings.branding": Door(ADMINISTER),
    "settings.delivery_again": Door(ADMINISTER, {"webhook": 1, "delivery": 1}),
    "settings.key_created": Door(ADMINISTER),
    "settings.key_revoked": Door(ADMINISTER, {"api_key": 1}),
    "settings.keys": Door(ADMINISTER),
    "settings.logo": Door(ANYBODY),
    "settings.logo_chosen": Door(ADMINISTER),
    "settings.logo_removed": Door(ADMINISTER),
    "settings.start": Door(ADMINISTER),
    "settings.stylesheet": Door(ANYBODY),
    "settings.webhook": Door(ADMINISTER, {"webhook": 1}),
    "settings.webhook_created": Door(ADMINISTER),
    "settings.webhook_disabled": Door(ADMINISTER, {"webhook": 1}),
    "settings.webhook_enabled": Door(ADMINISTER, {"webhook": 1}),
    "settings.webhook_tested": Door(ADMINISTER, {"webhook": 1}),
    "settings.webhooks": Door(ADMINISTER),
    "sign_in.ask_code": Door(ANYBODY),
    "sign_in.code_given": Door(ANYBODY),
    "sign_in.enter": Door(ANYBODY),
    "sign_in.entered": Door(ANYBODY),
    "sign_in.leave": Door(ANYBODY),
    "staff_networks.added": Door(WORK),
    "staff_networks.listed": Door(WORK),
    "staff_networks.removed": Door(WORK),
    "static": Door(ANYBODY, {"filename": "xla.css"}),
    "verify.check": Door(ANYBODY),
    "verify.form": Door(ANYBODY),
    "welcomes.forgotten": Door(ANYBODY),
    "welcomes.forgotten_told": Door(ANYBODY),
    "welcomes.invitation": Door(ANYBODY, {"token": "any-invitation"}),
    "welcomes.invitation_accepted": Door(ANYBODY, {"token": "any-invitation"}),
    "welcomes.reset": Door(ANYBODY, {"token": "any-reset"}),
    "welcomes.reset_done": Door(ANYBODY, {"token": "any-reset"}),
    "welcomes.set_up": Door(ANYBODY, {"token": "any-setup"}),
    "welcomes.set_up_done": Door(ANYBODY, {"token": "any-setup"}),
}
