"""What the outbox puts on the home page: mail that does not leave."""

import grc.webhooks.mails  # noqa: F401
