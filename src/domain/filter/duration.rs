//! Durations as people write them: M:SS or H:MM:SS.

/// Milliseconds as M:SS, or H:MM:SS from an hour on.
pub fn format_duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Reads "3:00", "1:02:03" or whole seconds as milliseconds.
pub fn parse_duration(text: &str) -> Option<u32> {
    const PARTS_MAX: usize = 3;
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > PARTS_MAX {
        return None;
    }
    let mut seconds: u32 = 0;
    for (at, part) in parts.iter().enumerate() {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && (at == 0 || part.len() == 2);
        let number: u32 = digits.then(|| part.parse().ok())??;
        if at > 0 && number >= 60 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    seconds.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_go_there_and_back() {
        for (text, ms) in
            [("3:00", 180_000), ("0:07", 7_000), ("1:02:03", 3_723_000), ("61:05", 3_665_000), ("90", 90_000)]
        {
            assert_eq!(parse_duration(text), Some(ms), "{text}");
        }
        for text in ["", "3:", "3:5", "3:60", "a", "1:2:3:4", "-1", "99999999999"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        assert_eq!(format_duration(219_999), "3:39");
        assert_eq!(format_duration(3_723_000), "1:02:03");
    }
}
