"""What a decision says: headers, waiting times, facts, explanation."""

from nodai_mock.limits import rules
from nodai_mock.limits.counter import SECOND, Ask, Counter, Rule
from nodai_mock.limits.policy import Bucket, Subject, rules_of
from nodai_mock.limits.refusal import refusal

NOW = 1_795_256_131 * SECOND
KEY = Rule("window", "key", "k", 1_000, 3_600 * SECOND)
BURST = Rule("bucket", "burst", "k", 200, 10 * SECOND, 100)
BUDGET = Rule("budget", "key-budget", "k", 10_000)


def test_headers_name_every_policy_and_the_tightest_limit():
    decision = rules.decide([BURST, KEY, BUDGET], {}, NOW, Ask(1, 2_000, True))
    assert decision.headers() == [
        ("RateLimit-Policy", '"burst";q=200;w=20, "key";q=1000;w=3600'),
        ("RateLimit", '"burst";r=199;t=1'),
        ("X-RateLimit-Limit", "200"),
        ("X-RateLimit-Remaining", "199"),
        ("X-RateLimit-Reset", "1795256132"),
    ]


def test_the_wait_is_in_whole_seconds_rounded_up_and_at_least_one():
    used = {("k", "burst"): Counter(anchor=NOW, amount=200 * 10 * SECOND)}
    assert rules.decide([BURST], used, NOW, Ask()).retry_after_seconds == 1
    slow = Rule("bucket", "burst", "k", 1, 10 * SECOND, 1)
    used = {("k", "burst"): Counter(anchor=NOW - SECOND // 2, amount=10 * SECOND)}
    assert rules.decide([slow], used, NOW, Ask()).retry_after_seconds == 10


def test_the_refusal_names_the_rule_that_holds_longest():
    used = {
        ("k", "burst"): Counter(anchor=NOW, amount=200 * 10 * SECOND),
        ("k", "key-budget"): Counter(anchor=1_793_491_200 * SECOND, amount=10_000),
    }
    decision = rules.decide([BURST, KEY, BUDGET], used, NOW, Ask(1, 2_000, True))
    assert (decision.code, decision.rule) == ("cost_limit_exceeded", BUDGET)
    assert refusal(decision, "free").facts["spent_usd"] == "0.010000"


def test_an_unmetered_call_asks_neither_quota_nor_budget():
    quota = Rule("quota", "quota", "o", 1)
    used = {
        ("o", "quota"): Counter(anchor=1_793_491_200 * SECOND, amount=1),
        ("k", "key-budget"): Counter(anchor=1_793_491_200 * SECOND, amount=10_000),
    }
    assert rules.decide([KEY, quota, BUDGET], used, NOW, Ask(1, 0, False)).admitted
    assert not rules.decide([KEY, quota, BUDGET], used, NOW, Ask(1, 0, True)).admitted


def test_the_explanation_has_every_rule_before_and_after():
    used = {("k", "key-budget"): Counter(anchor=1_793_491_200 * SECOND, amount=2_000, held=1_000)}
    explained = rules.decide([KEY, BUDGET], used, NOW, Ask(1, 2_000, True)).explanation()
    assert explained["admitted"] is True
    assert [(rule["name"], rule["used_before"], rule["used_after"]) for rule in explained["rules"]] == [
        ("key", "0", "1"),
        ("key-budget", "0.003000", "0.005000"),
    ]


def test_a_key_falls_under_its_own_its_plans_and_its_organizations_rules():
    plain = rules_of(Subject("key_1", "org_1", "free"))
    assert [(rule.name, rule.limit) for rule in plain] == [
        ("burst", 200),
        ("key", 1_000),
        ("organization", 60),
        ("quota", 1_000),
    ]
    rich = Subject("key_1", "org_1", "enterprise", "UTC", 5, 60, Bucket(1, 1, 1), 10_000, 20_000, 7)
    assert [(rule.name, rule.limit) for rule in rules_of(rich)] == [
        ("burst", 1),
        ("key", 5),
        ("organization", 7),
        ("key-budget", 10_000),
        ("organization-budget", 20_000),
    ]
