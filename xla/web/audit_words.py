"""The words of the audit log: for each action's key, what was done."""

from typing import Any

from xla.web.language import lazy

ACTIONS: dict[str, Any] = {
    "account.change": lazy("Changed their account"),
    "account.change_password": lazy("Chose a new password"),
    "account.choose_notices": lazy("Chose what to be told of"),
    "account.end_browser": lazy("Signed a browser out"),
    "account.end_browsers": lazy("Signed all other browsers out"),
    "account.recovery_codes": lazy("Made new recovery codes"),
    "account.second_step_off": lazy("Switched the second step off"),
    "account.second_step_on": lazy("Switched the second step on"),
    "agreement.apply": lazy("Put a version of an agreement into force"),
    "branding.change": lazy("Changed the branding"),
    "branding.logo": lazy("Chose a logo"),
    "branding.no_logo": lazy("Removed the logo"),
    "breach.accepted": lazy("Agreed to accept a breach as it is"),
    "breach.acknowledged": lazy("Acknowledged a breach"),
    "breach.action_planned": lazy("Planned what is done about a breach"),
    "breach.add_action": lazy("Added an action to a breach"),
    "breach.cause": lazy("Wrote down a breach’s cause"),
    "breach.change_action": lazy("Changed an action"),
    "breach.closed": lazy("Closed a breach as proved better"),
    "breach.comment": lazy("Commented on a breach"),
    "breach.drop_action": lazy("Dropped an action"),
    "breach.due": lazy("Set by when a breach is due"),
    "breach.finish_action": lazy("Finished an action"),
    "breach.owner": lazy("Set who owns a breach"),
    "breach.propose_acceptance": lazy("Proposed to accept a breach as it is"),
    "breach.verifying": lazy("Began to verify a breach"),
    "breach.withdraw_acceptance": lazy("Took back the proposal to accept a breach"),
    "draft.begin": lazy("Began a draft of an agreement"),
    "draft.discard": lazy("Threw a draft of an agreement away"),
    "draft.save": lazy("Changed a draft of an agreement"),
    "exclusion.agree": lazy("Agreed to leave out days"),
    "exclusion.propose": lazy("Proposed to leave out days"),
    "exclusion.withdraw": lazy("Took back the proposal to leave out days"),
    "installation.set_up": lazy("Set up the installation"),
    "key.create": lazy("Made an API key"),
    "key.revoke": lazy("Revoked an API key"),
    "period.accept": lazy("Accepted a period’s result"),
    "period.answer": lazy("Answered a dispute"),
    "period.dispute": lazy("Disputed a period’s result"),
    "period.final": lazy("A period’s result became final"),
    "period.withdraw": lazy("Took back a dispute"),
    "person.change": lazy("Changed a person’s role or contracts"),
    "person.disable": lazy("Switched a person’s account off"),
    "person.enable": lazy("Switched a person’s account on"),
    "person.invite": lazy("Invited a person"),
    "person.link_invitation": lazy("Made a new invitation"),
    "person.link_reset": lazy("Made a link for a new password"),
    "person.second_step_off": lazy("Switched a person’s second step off"),
    "report.issue": lazy("Issued a report"),
    "sign_in": lazy("Signed in"),
    "sign_in.fail": lazy("Failed to sign in"),
    "webhook.create": lazy("Made a webhook"),
    "webhook.disable": lazy("Switched a webhook off"),
    "webhook.enable": lazy("Switched a webhook on"),
    "webhook.resend": lazy("Sent a webhook’s message again"),
    "webhook.test": lazy("Sent a webhook a test message"),
}


def action_words(key: str) -> str:
    """What was done; the key itself where nobody wrote words for it."""
    return str(ACTIONS.get(key, key))
