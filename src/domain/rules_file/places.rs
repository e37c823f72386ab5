//! Places of a file in words.

/// "Child playlist 2, rule 1, field" for `/child_playlists/1/filter/rules/0/field`.
pub fn place_words(pointer: &str) -> String {
    let parts: Vec<String> =
        pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let mut words: Vec<String> = Vec::new();
    for part in &parts {
        let number = part.parse::<usize>().ok().and_then(|number| number.checked_add(1));
        match (number, words.last_mut()) {
            (Some(number), Some(list)) => {
                let one = match list.as_str() {
                    "child playlists" => "child playlist",
                    "rules" => "rule",
                    other => other,
                };
                *list = format!("{one} {number}");
            }
            (Some(_), None) | (None, _) if part == "filter" => {}
            (Some(_), None) | (None, _) => words.push(part.replace('_', " ")),
        }
    }
    let said = words.join(", ");
    let mut chars = said.chars();
    chars.next().map_or_else(|| "The file".to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::place_words;

    #[test]
    fn pointers_are_read_out() {
        for (pointer, words) in [
            ("", "The file"),
            ("/child_playlists/1/filter/rules/0/field", "Child playlist 2, rule 1, field"),
            ("/child_playlists/0/filter/rules/2/rules/1/value/4", "Child playlist 1, rule 3, rule 2, value 5"),
            ("/all/0/gt/playCount", "All 1, gt, playCount"),
            ("/duration_ms/min", "Duration ms, min"),
            ("/x~1y", "X/y"),
        ] {
            assert_eq!(place_words(pointer), words);
        }
    }
}
