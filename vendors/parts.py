"""What vendors add to the pages of records, each part beside what it shows."""

import vendors.agreements.parts
import vendors.asking.parts
import vendors.changes.parts
import vendors.dora.jobs
import vendors.knowledge.citing
import vendors.knowledge.parts
import vendors.overview.parts
import vendors.reviews.parts
import vendors.shadow.parts
import vendors.using.actions
import vendors.using.parts  # noqa: F401
