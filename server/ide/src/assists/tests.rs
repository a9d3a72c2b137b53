//! Offers, as a person sees them: titles, results, refusals.
