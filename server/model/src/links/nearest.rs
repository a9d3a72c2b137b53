//! "Did you mean": the nearest of some names, if it is near.

/// The candidate with the smallest edit distance to `name`, at most about a third of its length; the first of equals.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(80).collect();
    let limit = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let most = best.map_or(limit, |(distance, _)| distance.saturating_sub(1));
        if candidate.len().abs_diff(name.len()) > most + 2 {
            continue;
        }
        let chars: Vec<char> = candidate.to_lowercase().chars().take(80).collect();
        let distance = distance(&wanted, &chars);
        if distance <= most {
            best = Some((distance, candidate));
        }
        if distance == 0 {
            break;
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits between two texts: insert, delete, replace, swap of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for (i, x) in a.iter().enumerate() {
        rows[2][0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = rows[1][j] + usize::from(x != y);
            let mut least = replaced.min(rows[1][j + 1] + 1).min(rows[2][j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && *x == b[j - 1] {
                least = least.min(rows[0][j - 1] + 1);
            }
            rows[2][j + 1] = least;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_not() {
        let names = ["lint", "unit_tests", "docs", "format"];
        assert_eq!(nearest("unit_test", names.into_iter()), Some("unit_tests"));
        assert_eq!(nearest("lnit", names.into_iter()), Some("lint"));
        assert_eq!(nearest("Lint", names.into_iter()), Some("lint"));
        assert_eq!(nearest("deploy", names.into_iter()), None);
    }
}
