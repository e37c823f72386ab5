//! Links into the editor with a rule filled in: "make a playlist of these".

use crate::domain::filter::form::{FilterForm, FormRow};
use crate::domain::sync::facets::Facet;
use crate::domain::sync::routing_view::UnroutedReason;
use crate::server_fns::child_draft::ChildDraft;

fn rule(field: &str, op: &str, value: String) -> FormRow {
    FormRow { field: field.to_owned(), op: op.to_owned(), value, ..FormRow::default() }
}

fn list(field: &str, op: &str, values: &[String]) -> FormRow {
    FormRow { values: values.to_vec(), ..rule(field, op, String::new()) }
}

fn draft(base_id: &str, name: &str, rows: Vec<FormRow>) -> String {
    let filter = FilterForm { mode: "all".to_owned(), rows, ..FilterForm::default() };
    ChildDraft { base_id: base_id.to_owned(), name: name.to_owned(), filter, ..ChildDraft::default() }.path("")
}

/// The editor with these very songs.
pub fn of_songs(base_id: &str, name: &str, track_ids: &[String]) -> String {
    draft(base_id, name, vec![list("track_id", "any_of", track_ids)])
}

/// The editor with the rule that describes a reason; `None` where no rule does.
pub fn of_reason(base_id: &str, reason: UnroutedReason) -> Option<String> {
    match reason {
        UnroutedReason::NoGenre => {
            Some(draft(base_id, "No genre known", vec![rule("genre", "is_missing", String::new())]))
        }
        UnroutedReason::NoYear => {
            Some(draft(base_id, "No year known", vec![rule("release_year", "is_missing", String::new())]))
        }
        UnroutedReason::Cut | UnroutedReason::NotJudged | UnroutedReason::NoRuleFits => None,
    }
}

/// What a bar is called. `field` is "genre" or "release_year".
pub fn facet_words(field: &str, facet: &Facet) -> String {
    match facet {
        Facet::Genre(genre) => {
            let mut letters = genre.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        Facet::OtherGenres => "Other genres".to_owned(),
        Facet::Decade(year) => format!("{year}s"),
        Facet::Missing if field == "genre" => "No genre known".to_owned(),
        Facet::Missing => "No year known".to_owned(),
    }
}

/// The editor with the rule that describes a bar. `ranked` are the genres that have bars of their own.
pub fn of_facet(base_id: &str, field: &str, facet: &Facet, ranked: &[String]) -> String {
    let rows = match facet {
        Facet::Genre(genre) => vec![list("genre", "any_of", std::slice::from_ref(genre))],
        Facet::OtherGenres => {
            vec![rule("genre", "is_present", String::new()), list("genre", "none_of", ranked)]
        }
        Facet::Decade(year) => {
            vec![FormRow { to: (year + 9).to_string(), ..rule("release_year", "between", year.to_string()) }]
        }
        Facet::Missing => vec![rule(field, "is_missing", String::new())],
    };
    draft(base_id, &facet_words(field, facet), rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(path: &str) -> ChildDraft {
        let (page, query) = path.split_once('?').unwrap();
        assert_eq!(page, "/base-playlists/b/child-playlists/new");
        ChildDraft::from_query(query).unwrap().0
    }

    #[test]
    fn every_link_opens_a_draft_that_is_a_filter() {
        let ranked = ["rock".to_owned(), "rhythm, blues & soul".to_owned()];
        let facets = [
            ("genre", Facet::Genre(ranked[1].clone()), "Rhythm, blues & soul"),
            ("genre", Facet::OtherGenres, "With a genre, not Rock or Rhythm, blues & soul"),
            ("genre", Facet::Missing, "Without a genre"),
            ("release_year", Facet::Decade(1990), "Released 1990 to 1999"),
            ("release_year", Facet::Missing, "Without a release year"),
        ];
        for (field, facet, words) in facets {
            let draft = opened(&of_facet("b", field, &facet, &ranked));
            assert_eq!(draft.filter.errors(), [], "{facet:?}");
            assert_eq!(draft.filter.sentence().as_deref(), Some(words));
            assert_eq!(draft.name, facet_words(field, &facet));
        }
        for reason in UnroutedReason::ALL {
            let draft = of_reason("b", reason).map(|path| opened(&path));
            assert!(draft.is_none_or(|draft| draft.filter.errors().is_empty()), "{reason:?}");
        }
        let ids: Vec<String> = (0..200).map(|n| format!("{n:022}")).collect();
        let draft = opened(&of_songs("b", "A and B", &ids));
        assert_eq!(draft.filter.errors(), []);
    }
}
