"""Whatever a client sends as a filter is read or refused with a sentence; nothing else happens."""

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.find.cursor import Cursor
from evidence.find.query import NAMES, DecisionQuery, read_decision_id, read_subject
from evidence.find.reference import check_reference
from grc.registers.query import BadQuery

values = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["deny", "any", "30d", "2026-11-20", "9999-12-31", "0001-01-01", "2026-11-20T00:00:00+23:59"]),
    st.datetimes().map(str),
    st.dates().map(str),
)


@given(st.lists(st.tuples(st.sampled_from(sorted(NAMES)), values), max_size=8))
@settings(deadline=None)
def test_query_reads_or_refuses(pairs: list[tuple[str, str]]) -> None:
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)
    try:
        query = DecisionQuery.read(params, strict=True)
    except BadQuery as refused:
        assert refused.name in NAMES
        assert refused.message
    else:
        assert query.period.begin < query.period.end
        assert query.period.first_day <= query.period.last_day


@given(st.text(max_size=120))
def test_cursor_ids_and_references_read_or_refuse(text: str) -> None:
    try:
        Cursor.decode(text)
    except BadQuery as refused:
        assert refused.name == "cursor"
    read_decision_id(text)
    assert read_subject(text) in {"", text.strip().lower()}
    try:
        assert check_reference(text).isprintable()
    except BadQuery as refused:
        assert refused.name == "reference"
