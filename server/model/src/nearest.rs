//! "Did you mean": the name that somebody most likely meant.

/// The one of `names` nearest to `name`, if it is near: at most a third of the longer one's characters are typed
/// differently (insertions, deletions, changes and swaps of neighbours count one each). Of equals the first.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(MAX_LENGTH).collect();
    let scored = names.filter_map(|other| {
        let letters: Vec<char> = other.chars().take(MAX_LENGTH).collect();
        let limit = wanted.len().max(letters.len()).div_ceil(3);
        let distance = distance(&wanted, &letters);
        (distance > 0 && distance <= limit && distance < wanted.len()).then_some((distance, other))
    });
    scored.min_by_key(|(distance, _)| *distance).map(|(_, other)| other)
}

/// Names longer than this are compared by their beginning.
const MAX_LENGTH: usize = 64;

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows = vec![0; (a.len() + 1) * width];
    for (at, cell) in rows.iter_mut().take(width).enumerate() {
        *cell = at;
    }
    for (i, x) in a.iter().enumerate() {
        rows[(i + 1) * width] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let at = |row: usize, column: usize| rows[row * width + column];
            let mut best = (at(i, j) + usize::from(x != y)).min(at(i, j + 1) + 1).min(at(i + 1, j) + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(at(i - 1, j - 1) + 1);
            }
            rows[(i + 1) * width + j + 1] = best;
        }
    }
    rows[rows.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_understood() {
        let names = ["lint", "unit_tests", "typecheck", "coverage_report"];
        let of = |name| nearest(name, names.into_iter());
        assert_eq!(of("unit_test"), Some("unit_tests"));
        assert_eq!(of("tyepcheck"), Some("typecheck"));
        assert_eq!(of("lnit"), Some("lint"));
        assert_eq!(of("deploy"), None, "a far name is no suggestion");
    }
}
