//! Python itself: `Traceback (most recent call last):`, and syntax errors, which come without that line.

use super::location::{Location, frame, is_foreign};
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    is_within: bool,
    place: Option<(String, u32)>,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        if line.starts_with("Traceback (most recent call last)") {
            (self.is_within, self.place) = (true, None);
            return true;
        }
        if line.starts_with("  File \"")
            && let Some((path, at)) = frame(line)
        {
            self.is_within = true;
            if !is_foreign(path) {
                self.place = Some((path.to_owned(), at));
            }
            return true;
        }
        if !self.is_within {
            return false;
        }
        if line.is_empty() || line.starts_with(' ') {
            return true;
        }
        self.is_within = false;
        if let Some((path, at)) = self.place.take() {
            found.add("python", Level::Error, Location::of(&path, at), None, line);
        }
        true
    }
}
