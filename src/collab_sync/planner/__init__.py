"""Findings in, plan out. Restraint is a feature: exclusive labels, sticky comments, budgets, limits, stages."""
