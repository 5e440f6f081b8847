"""What in the database is evidence, column by column, and what is not, with the reason."""

EVIDENCE: dict[str, set[str]] = {
    "response": {
        "id", "contract_id", "point_id", "persona", "rated_on", "rated_at", "received_at", "source",
        "channel", "respondent", "reasons", "comment", "upload_id", "withdrawn_at",
    },
    "rating": {"response_id", "question_id", "score"},
    "tally": {"question_id", "rated_on", "point_id", "persona", "score", "n"},
    "observation": {
        "id", "contract_id", "kind_key", "site_key", "observed_on", "received_at", "amount", "base",
        "squares",
    },
    "question": {"id", "contract_id", "key", "lowest", "highest"},
    "rating_point": {"id", "contract_id", "site_key", "touchpoint_key"},
    "agreement_version": {"contract_id", "number", "effective_from", "document", "digest", "applied_at"},
    "period": {"contract_id", "start_on", "end_on", "evaluation_id", "proposed_at", "final_at"},
    "decision": {"id", "period_id", "kpi_key", "kind", "person_id", "at", "wrong", "text"},
    "addendum": {"period_id", "number", "evaluation_id", "reason", "person_id", "at"},
    "exclusion": {
        "id", "contract_id", "site_key", "start_on", "end_on", "reason", "proposed_by", "proposed_at",
        "provider_agreed_at", "client_agreed_at", "withdrawn_at",
    },
    "breach": {"contract_id", "kpi_key", "period_id", "opened_at", "closed_at"},
    "breach_step": {"id", "breach_id", "at", "state", "kind", "person_id", "sentence", "detail", "evidence"},
    "report": {
        "contract_id", "period_id", "issue", "language", "addendum", "issued_at", "sha256", "pdf", "signer",
    },
    "report_stamp": {"report_id", "token", "authority", "stamped_at", "received_at"},
    "amendment": {"id", "response_id", "at", "was"},
    "audit_entry": {"id", "at", "person_id", "action", "contract_id", "subject", "detail"},
    "day_seal": {"day", "leaf_count", "root", "previous", "chained", "scheme", "covers", "marks"},
    "seal_secret": {"secret"},
}  # fmt: skip
FROZEN = {"contract_id", "version_id", "start_on", "end_on", "known_at", "document"}
"""Of an evaluation that a close or an addendum froze; the others are measured anew at any time."""

PART: dict[str, dict[str, str]] = {
    "response": {"group_key": "finds the rows of one answer", "flags": "a remark on how it looks; it counts"},
    "rating_point": dict.fromkeys(
        ("token", "title", "question_keys", "persona", "opened_at", "closed_at"),
        "how it collects",
    ),
    "agreement_version": {"id": "names the row only"},
    "period": {"id": "names the row only; what refers to it holds it"},
    "addendum": {"id": "names the row only"},
    "breach": {"id": "names the row only; its steps hold it"},
    "report": {"id": "names the row only"},
    "amendment": {"contract_id": "the response tells it"},
    "day_seal": {"sealed_at": "what our clock said; the chain gives the order"},
    "seal_secret": {"id": "there is one row"},
    "evaluation": {"id": "names the row only"},
}
"""Columns beside evidence that are none."""

NO_EVIDENCE: dict[str, str] = {
    "client": "names and looks, as they are shown today; the agreement has the client's name",
    "contract": "its key, which every agreement has too, and whose it is",
    "installation": "names, looks and the secret of forms",
    "person": "who may sign in; what they did holds their number, in the steps and the audit log",
    "membership": "who may see what today; each change is an audit entry",
    "notice_choice": "wishes", "recovery_code": "signing in", "sign_in": "signing in",
    "sign_in_failure": "signing in", "ticket": "signing in", "api_key": "access; each is an audit entry",
    "device_salt": "short-lived", "device_use": "short-lived", "given_answer": "short-lived",
    "contact_wish": "how to reach people, deleted when done", "opt_out": "a wish",
    "draft": "not applied yet", "notice": "what was to be told of evidence", "telling": "sending",
    "delivery": "sending", "report_delivery": "sending", "report_recipient": "who gets reports",
    "webhook": "sending", "once_key": "keeps repeats out", "remembered_mapping": "a convenience",
    "staff_network": "a setting", "standing": "worked out anew", "upload": "the file; its rows are evidence",
    "work_item": "what is to be done", "heartbeat": "who works", "kiosk": "devices",
    "invitation": "who was asked", "invitation_plan": "who is to be asked",
    "action": "as it stands; what was planned, done and dropped, and when, is in the breach's steps",
    "breach_work": "as it stands; each change is a step",
}  # fmt: skip
