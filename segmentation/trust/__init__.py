"""Are the cohorts real? Structure, stability, methods, sweep and audits of one result.

Upstream first: people, chain, shuffles, structure, stability, audits, model, record, words, report.
"""
