"""Password fields: a new password twice, and what makes one too weak."""

from wtforms import PasswordField
from wtforms.validators import DataRequired

from xla.services import passwords
from xla.web.fields import Form
from xla.web.language import gettext as _
from xla.web.language import lazy


class NewPasswordForm(Form):
    """A new password, twice, since nobody sees what is typed."""

    password = PasswordField(lazy("Password"), [DataRequired(lazy("Write a password."))])
    again = PasswordField(lazy("The password again"), [DataRequired(lazy("Write the password again."))])

    def is_good(self, *known: str) -> bool:
        """Whether both are alike and strong enough for who is known by these words; else says why not."""
        first, again = self.password, self.again
        if passwords.is_weak(first.data or "", *known):
            first.errors = [*first.errors, _("Use 12 to 200 characters, and not just your name or address.")]
        elif first.data != again.data:
            again.errors = [*again.errors, _("The two are not the same.")]
        return not first.errors and not again.errors
