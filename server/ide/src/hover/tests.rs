//! Hovers, as a person sees them.
