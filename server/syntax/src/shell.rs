//! Shell scripts as commands with spans.
