"""The admission of one call against every rule it falls under: all of them, or nothing."""

from collections.abc import Mapping, Sequence

from nodai_mock.limits.counter import Ask, Counter, Rule
from nodai_mock.limits.decision import Decision, Line
from nodai_mock.limits.registry import KINDS

_NEW = Counter()


def decide(rules: Sequence[Rule], counters: Mapping[tuple[str, str], Counter], now: int, ask: Ask) -> Decision:
    """Admit the call when every rule lets it pass; otherwise take from none and name the rule that holds longest.

    Naming the longest one is what makes Retry-After true: once it has passed, all the others have too.
    """
    lines: list[Line] = []
    refused = False
    for rule in rules:
        kind = KINDS[rule.kind]
        before = kind.current(rule, counters.get((rule.subject, rule.name), _NEW), now)
        if not kind.applies(rule, ask):
            lines.append(Line(rule, before, before, None))
            continue
        verdict = kind.refuses(rule, before, now, ask)
        if verdict is not None:
            refused = True
            lines.append(Line(rule, before, before, verdict))
        else:
            lines.append(Line(rule, before, before if refused else kind.taken(rule, before, now, ask), None))
    if not refused:
        return Decision(now, ask, tuple(lines))
    kept = tuple(line._replace(after=line.before) for line in lines)
    held = max((line for line in kept if line.verdict is not None), key=_holds_until)
    assert held.verdict is not None
    return Decision(now, ask, kept, held.verdict.code, held.rule, held.verdict.passes_at)


def _holds_until(line: Line) -> float:
    verdict = line.verdict
    return float("inf") if verdict is None or verdict.passes_at is None else verdict.passes_at
