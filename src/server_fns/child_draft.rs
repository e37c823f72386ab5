//! Everything that the editor of a child playlist holds, saved or not.

use crate::domain::base_tracks::fingerprint;
use crate::domain::filter::form::FilterForm;
use crate::domain::filter::form::query::{pairs_of, query_of};
use crate::domain::playlist::ChildKind;
use serde::{Deserialize, Serialize};

/// The editor's fields. Without scripts the draft travels in the address of the editor's page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChildDraft {
    /// The base that the child belongs to.
    pub base_id: String,
    /// Empty for a new child.
    pub child_id: String,
    pub name: String,
    pub description: String,
    /// An existing playlist to fill; empty creates one.
    pub spotify_playlist_id: String,
    /// "leftovers"; anything else is a child with a filter.
    pub kind: String,
    /// How the editor shows it: "advanced", "json", else simple.
    pub view: String,
    pub filter: FilterForm,
}

/// The kind that the form's word names; `None` where it names none.
pub fn kind_of(word: &str) -> Option<ChildKind> {
    match word {
        "filter" => Some(ChildKind::Filter),
        "leftovers" => Some(ChildKind::Leftovers),
        _ => None,
    }
}

impl ChildDraft {
    /// Reads a draft and the button that was pressed from an address; `None` where it holds no draft.
    pub fn from_query(query: &str) -> Option<(Self, String)> {
        let pairs = pairs_of(query);
        let mut draft = Self { filter: FilterForm::from_pairs(&pairs), ..Self::default() };
        let mut button = String::new();
        for (name, value) in pairs {
            match name.as_str() {
                "base_id" => draft.base_id = value,
                "child_id" => draft.child_id = value,
                "name" => draft.name = value,
                "description" => draft.description = value,
                "spotify_playlist_id" => draft.spotify_playlist_id = value,
                "marks[kind]" => draft.kind = value,
                "view" => draft.view = value,
                "do" => button = value,
                _ => {}
            }
        }
        (!draft.base_id.is_empty()).then_some((draft, button))
    }

    /// The editor's page with this draft in it, as if `button` had been pressed.
    pub fn path(&self, button: &str) -> String {
        let own = [
            ("base_id", &self.base_id),
            ("child_id", &self.child_id),
            ("name", &self.name),
            ("description", &self.description),
            ("spotify_playlist_id", &self.spotify_playlist_id),
            ("marks[kind]", &self.kind),
            ("view", &self.view),
        ];
        let mut pairs: Vec<(String, String)> = own.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
        pairs.extend(self.filter.to_pairs());
        pairs.push(("do".to_owned(), button.to_owned()));
        format!("{}?{}", self.page(), query_of(&pairs))
    }

    /// Names these rules: who saves them with this mark has seen their effect.
    pub fn mark(&self) -> String {
        fingerprint(&[self.filter.to_json().to_string(), self.kind.clone()])
    }

    /// The name typed, else the one that the rules give.
    pub fn full_name(&self) -> Option<String> {
        let typed = self.name.trim();
        if typed.is_empty() { self.filter.name_suggestion() } else { Some(typed.to_owned()) }
    }

    /// The editor's page.
    pub fn page(&self) -> String {
        match self.child_id.as_str() {
            "" => format!("/base-playlists/{}/child-playlists/new", self.base_id),
            id => format!("/child-playlists/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_survives_the_address() {
        let draft = ChildDraft {
            base_id: "b".into(),
            name: "Rock & roll".into(),
            filter: FilterForm::first(),
            ..ChildDraft::default()
        };
        let path = draft.path("preview");
        let (page, query) = path.split_once('?').unwrap();
        assert_eq!(page, "/base-playlists/b/child-playlists/new");
        assert_eq!(ChildDraft::from_query(query), Some((draft, "preview".to_owned())));
        assert_eq!(ChildDraft::from_query("utm=1"), None);
    }
}
