//! The list of assists for noxfiles. A new one is a file in `noxfile/` and a word here.

assists![];
