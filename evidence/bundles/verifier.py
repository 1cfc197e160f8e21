"""``verify.pyz``, as Assay hands it out: built from the running code, once per process."""

from functools import cache

from evidence.tlog.build_verifier import build


@cache
def verifier() -> bytes:
    """The offline verifier. The same sources give the same bytes, so it can be compared with one from elsewhere."""
    return build()
