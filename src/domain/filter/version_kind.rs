//! What a title says of the version: inside brackets or after " - ", nowhere else, so that the song "Live Forever"
//! is not a live recording.

use super::text::fold;
use unicode_segmentation::UnicodeSegmentation;

/// Words and phrases of a kind, folded; several languages.
const WORDS: &[(&str, &[&str])] = &[
    (
        "live",
        &[
            "live",
            "ao vivo",
            "en vivo",
            "en directo",
            "en concert",
            "dal vivo",
            "im konzert",
            "in concert",
            "en concierto",
            "en direct",
            "unplugged",
            "en public",
            "ライブ",
            "ライヴ",
            "라이브",
        ],
    ),
    ("remix", &["remix", "remixed", "mix", "rmx", "remezcla", "rework", "bootleg", "vip", "リミックス"]),
    ("acoustic", &["acoustic", "unplugged", "acustico", "acustica", "acoustique", "akustik"]),
    ("remaster", &["remaster", "remastered", "remasterizado", "remasterise", "remasterisee", "remasterizada"]),
    ("demo", &["demo"]),
    ("instrumental", &["instrumental", "instrumentale"]),
    ("karaoke", &["karaoke", "カラオケ"]),
    ("cover", &["cover", "originally performed by", "tribute"]),
    ("edit", &["edit"]),
    ("radio", &["radio"]),
];

/// Mixes that are the recording itself, not ones made of it.
const PLAIN_MIXES: &[&str] = &["original mix", "mono mix", "stereo mix", "album mix"];

/// Kinds that a title names, in the table's order; "original" where it names none.
pub fn version_kinds(title: &str) -> Vec<&'static str> {
    let mut folded = fold(title);
    if folded.contains(" mix") {
        folded = PLAIN_MIXES.iter().fold(folded, |title, plain| title.replace(plain, ""));
    }
    // Taken apart once: there are many phrases, and most titles have no aside at all.
    let asides: Vec<Vec<&str>> = asides(&folded).into_iter().map(|aside| aside.unicode_words().collect()).collect();
    let says = |phrase: &&str| asides.iter().any(|aside| has_phrase(aside, phrase));
    let kinds: Vec<&'static str> =
        WORDS.iter().filter(|(_, words)| words.iter().any(says)).map(|(kind, _)| *kind).collect();
    if kinds.is_empty() { vec!["original"] } else { kinds }
}

/// Parts in brackets, and everything after the first " - ".
fn asides(title: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if let Some((_, after)) = title.split_once(" - ") {
        found.push(after);
    }
    for (open, close) in [('(', ')'), ('[', ']'), ('【', '】')] {
        let mut rest = title;
        while let Some((_, after)) = rest.split_once(open) {
            let (inside, behind) = after.split_once(close).unwrap_or((after, ""));
            found.push(inside);
            rest = behind;
        }
    }
    found
}

/// Whether the words of a phrase stand next to each other; in phrases nothing but spaces parts words.
fn has_phrase(words: &[&str], phrase: &str) -> bool {
    let len = phrase.split(' ').count();
    words.windows(len).any(|window| window.iter().copied().eq(phrase.split(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_in_brackets_and_after_a_dash_only() {
        let cases: &[(&str, &[&str])] = &[
            ("Live Forever", &["original"]),
            ("Live Forever - Live", &["live"]),
            ("Song (Remastered 2011)", &["remaster"]),
            ("Song [Radio Edit]", &["edit", "radio"]),
            ("Garota - Ao Vivo", &["live"]),
            ("Canción (En Directo)", &["live"]),
            ("Canción - Versión Acústica", &["acoustic"]),
            ("Song (Alive)", &["original"]),
            ("Song – Live at Wembley", &["live"]),
            ("Song (feat. Someone) [Extended Mix]", &["remix"]),
            ("Song (Karaoke", &["karaoke"]),
            ("", &["original"]),
            ("Song (Original Mix)", &["original"]),
            ("Song - Stereo Mix", &["original"]),
            ("Song (Original Mix) [Someone Remix]", &["remix"]),
            ("Song (Deluxe Edition)", &["original"]),
            ("Song (En Concierto)", &["live"]),
            ("Song 【Live】", &["live"]),
            ("Song（ライブ）", &["live"]),
            ("Ao Vivo em Lisboa", &["original"]),
        ];
        for (title, kinds) in cases {
            assert_eq!(version_kinds(title), *kinds, "{title}");
        }
    }

    #[test]
    fn phrases_are_parted_by_spaces_alone() {
        for phrase in WORDS.iter().flat_map(|(_, phrases)| *phrases) {
            assert!(phrase.unicode_words().eq(phrase.split(' ')), "{phrase}");
        }
    }
}
