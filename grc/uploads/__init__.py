"""What may be uploaded: judged by its bytes, refused with a sentence, never opened further than it must be."""

from grc.uploads.inspection import Inspection, inspect
from grc.uploads.kinds import ACCEPTED_EXTENSIONS, Kind
from grc.uploads.names import safe_name
from grc.uploads.refusal import FileRefused

__all__ = ["ACCEPTED_EXTENSIONS", "FileRefused", "Inspection", "Kind", "inspect", "safe_name"]
