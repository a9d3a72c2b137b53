//! Moments as forges write them, `2026-02-03T04:05:06.123Z`, to seconds since 1970 and back.

/// Seconds since 1970 of an ISO 8601 moment or day. `None` for what is none, and for years before 2000: forges write a
/// time that is not known as year 1.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some()
        || !(2000..10_000).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
    {
        return None;
    }
    let mut seconds = days(year, month, day) as f64 * 86_400.0;
    if let Some(time) = time {
        let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at(zone);
        let mut parts = clock.split(':');
        let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
        let rest: f64 = parts.next().unwrap_or("0").parse().ok().filter(|rest| (0.0..61.0).contains(rest))?;
        if hours > 24 || minutes > 59 || parts.next().is_some() {
            return None;
        }
        seconds += f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + rest - offset(zone)?;
    }
    Some(seconds)
}

/// The UTC day and minute of `seconds`, for people.
pub fn shown(seconds: f64) -> String {
    if !(0.0..2.5e11).contains(&seconds) {
        return "?".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above")]
    let seconds = seconds as i64;
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let rest = seconds.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", rest / 3600, rest / 60 % 60)
}

/// Seconds that `+02:00` is ahead.
fn offset(zone: &str) -> Option<f64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0.0);
    }
    let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: f64 = digits.get(..2)?.parse().ok()?;
    let minutes: f64 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Some(sign * (hours * 3600.0 + minutes * 60.0))
}

/// Days since 1970 of a date (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970 (the same source).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (years + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_forges_write_them() {
        assert_eq!(parse("1970-01-02"), None, "before 2000");
        assert_eq!(parse("2026-11-23T02:28:28Z"), Some(1_795_400_908.0));
        assert_eq!(parse("2026-11-23T04:28:28+02:00"), Some(1_795_400_908.0));
        assert_eq!(parse("2026-11-23T02:28:28.5000000Z"), Some(1_795_400_908.5));
        assert_eq!(parse("0001-01-01T00:00:00Z"), None, "a time that is not known");
        assert_eq!(parse("nox > 12"), None);
        assert_eq!(shown(1_795_400_908.0), "2026-11-23 02:28");
        assert_eq!(parse("2024-02-29").map(shown).as_deref(), Some("2024-02-29 00:00"));
    }
}
