"""What the kinds of limit promise, for any sequence of calls."""

from array import array
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st
from nodai_mock.limits import budget, rules
from nodai_mock.limits.counter import SECOND, Ask, Counter, Rule
from nodai_mock.limits.decision import Decision

START = 1_795_256_131 * SECOND

gaps = st.lists(
    st.integers(0, 90 * SECOND) | st.sampled_from([0, 1, SECOND, 60 * SECOND, 60 * SECOND - 1]), max_size=120
)
spans = st.sampled_from([1, 7, 59, 60, 61, 3600]).map(lambda seconds: seconds * SECOND)


class Ledger:
    """The counters of some rules, as the service keeps them."""

    def __init__(self, *wanted: Rule) -> None:
        self.wanted = wanted
        self.counters: dict[tuple[str, str], Counter] = {}

    def call(self, now: int, ask: Ask) -> Decision:
        decision = rules.decide(self.wanted, self.counters, now, ask)
        for rule, _, after, _ in decision.lines:
            self.counters[rule.subject, rule.name] = after
        return decision


@given(gaps, spans, st.integers(1, 12))
def test_no_window_holds_more_than_its_limit(gaps: list[int], span: int, limit: int):
    ledger, now, admitted = Ledger(Rule("window", "key", "k", limit, span)), START, list[int]()
    for gap in gaps:
        now += gap
        if ledger.call(now, Ask()).admitted:
            admitted.append(now)
    for position, instant in enumerate(admitted):
        assert position + 1 - bisect_right(admitted, instant - span) <= limit


@given(gaps, spans, st.integers(1, 12))
def test_a_window_refuses_only_when_it_is_full(gaps: list[int], span: int, limit: int):
    """Full: the limit was admitted in the span, with at most one sub-window before it counted whole."""
    ledger, now, admitted = Ledger(Rule("window", "key", "k", limit, span)), START, list[int]()
    for gap in gaps:
        now += gap
        if ledger.call(now, Ask()).admitted:
            admitted.append(now)
        else:
            assert len(admitted) - bisect_right(admitted, now - span - span // 60 - 1) >= limit


@given(gaps, spans)
def test_a_window_remembers_at_most_sixty_one_sub_windows(gaps: list[int], span: int):
    ledger, now = Ledger(Rule("window", "key", "k", 10**9, span)), START
    for gap in gaps:
        now += gap % (span // 50)
        ledger.call(now, Ask())
        assert len(ledger.counters["k", "key"].cells) <= 61 * 16


@given(gaps, st.integers(1, 20), st.integers(1, 20), st.integers(1, 30))
def test_a_bucket_admits_its_capacity_and_what_flows_in(gaps: list[int], capacity: int, refill: int, seconds: int):
    rule = Rule("bucket", "burst", "k", capacity, seconds * SECOND, refill)
    ledger, now, admitted = Ledger(rule), START, list[int]()
    for gap in gaps:
        now += gap // 10
        if ledger.call(now, Ask()).admitted:
            admitted.append(now)
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            flowed = (admitted[last] - admitted[first]) * refill / (seconds * SECOND)
            assert last - first + 1 <= capacity + flowed


@given(gaps, st.integers(1, 5))
def test_who_waits_as_long_as_told_is_admitted(gaps: list[int], limit: int):
    """Over all kinds at once; and a microsecond earlier is too early."""
    ledger = Ledger(
        Rule("bucket", "burst", "k", limit, 10 * SECOND, 1),
        Rule("window", "key", "k", limit + 1, 60 * SECOND),
        Rule("window", "organization", "o", limit + 2, 7 * SECOND),
        Rule("quota", "quota", "o", 40),
    )
    now = START
    for gap in gaps:
        now += gap
        decision = ledger.call(now, Ask(1, 0, True))
        if not decision.admitted:
            assert decision.passes_at is not None
            assert not rules.decide(ledger.wanted, ledger.counters, decision.passes_at - 1, Ask(1, 0, True)).admitted
            assert decision.retry_after_seconds is not None
            waited = now + decision.retry_after_seconds * SECOND
            assert rules.decide(ledger.wanted, ledger.counters, waited, Ask(1, 0, True)).admitted


@given(gaps)
def test_a_refusal_takes_nothing_from_any_rule(gaps: list[int]):
    ledger = Ledger(Rule("window", "organization", "o", 10**6, 60 * SECOND), Rule("window", "key", "k", 3, 60 * SECOND))
    now, admitted = START, 0
    for gap in gaps:
        now += gap // 100
        decision = ledger.call(now, Ask())
        admitted += decision.admitted
        if not decision.admitted:
            assert all(line.after == line.before for line in decision.lines)
    assert sum(cell for _, cell in cells(ledger.counters.get(("o", "organization"), Counter()))) <= admitted


@given(st.lists(st.tuples(st.integers(0, 3_000), st.floats(0, 1)), max_size=60), st.integers(1, 20_000))
def test_what_is_spent_and_reserved_never_passes_the_budget(calls: list[tuple[int, float]], limit: int):
    ledger, flying = Ledger(Rule("budget", "key-budget", "k", limit)), list[tuple[int, int]]()
    place = ("k", "key-budget")
    for number, (estimate, part) in enumerate(calls):
        if ledger.call(START + number, Ask(1, estimate, True)).admitted:
            flying.append((estimate, int(estimate * part)))
        if number % 2 and flying:
            held, cost = flying.pop(0)
            ledger.counters[place] = budget.settled(ledger.counters[place], held, cost)
        counter = ledger.counters[place]
        assert 0 <= counter.amount <= counter.amount + counter.held <= limit


def test_a_clock_that_steps_back_admits_nothing_extra():
    ledger = Ledger(Rule("window", "key", "k", 2, 60 * SECOND), Rule("bucket", "burst", "k", 5, 10 * SECOND, 1))
    for instant in (0, 10, 5, 9, 3):
        ledger.call(START + instant * SECOND, Ask())
    assert ledger.counters["k", "key"].amount == 2
    assert not ledger.call(START + 59 * SECOND, Ask()).admitted
    assert ledger.call(START + 70 * SECOND, Ask()).admitted


def cells(counter: Counter) -> list[tuple[int, int]]:
    values = array("q", counter.cells)
    return list(zip(values[::2], values[1::2], strict=True))
