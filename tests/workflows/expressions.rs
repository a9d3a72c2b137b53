//! Expressions, evaluated by us and by GitHub's own evaluator.
