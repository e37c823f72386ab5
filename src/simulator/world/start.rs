//! Accounts and what they begin with.

use super::journaled::NewPlaylist;
use super::row::{Medium, Row};
use super::{User, UserName, World};
use crate::simulator::catalogue::StartPlaylist;
use crate::simulator::ids::secret_text;
use std::collections::HashSet;
use std::sync::Arc;

/// Names of the first accounts; later ones are numbered.
const NAMES: &[(&str, &str)] = &[
    ("alma", "Alma"),
    ("bruno", "Bruno"),
    ("chidi", "Chidi"),
    ("dunja", "Dunja"),
    ("emil", "Émile"),
    ("fatima", "فاطمة"),
    ("goran", "Горан"),
    ("haruka", "はるか"),
];

/// Characters that make a visitor's id unguessable.
const VISITOR_SECRET_LEN: usize = 16;

/// The id of somebody whose playlists can be followed.
const STRANGER: &str = "somebody_else";

impl World {
    /// Adds the accounts that exist from the start.
    pub fn people(&mut self, count: usize) {
        for number in 0..count {
            let (id, display_name) = NAMES.get(number).map_or_else(
                || (format!("user{}", number + 1), format!("User {}", number + 1)),
                |(id, name)| ((*id).to_owned(), (*name).to_owned()),
            );
            self.add_user(id, display_name, true);
        }
    }

    /// Adds an account for one visitor and gives its name.
    pub fn add_account(&mut self, display_name: &str) -> UserName {
        self.next_account += 1;
        // Nobody else can guess it and sign in as this visitor.
        let id = format!("visitor{}_{}", self.next_account, secret_text(VISITOR_SECRET_LEN));
        self.add_user(id.clone(), display_name.to_owned(), false);
        UserName(id)
    }

    /// Throws an account's playlists away and gives it the starting ones again.
    pub fn reset_user(&mut self, id: &str) -> bool {
        let Some(user) = self.user_mut(id) else { return false };
        user.library.clear();
        user.saved.clear();
        user.null_entries = 0;
        let owned: Vec<String> =
            self.playlists.values().filter(|one| one.owner == id).map(|one| one.id.clone()).collect();
        for playlist in owned {
            self.destroy(&playlist);
        }
        self.give_playlists(id);
        true
    }

    /// The owner of playlists that are nobody's here; has none of the starting ones.
    pub fn stranger(&mut self) -> String {
        if self.user(STRANGER).is_none() {
            self.push_user(STRANGER.to_owned(), "A Stranger".to_owned(), false);
        }
        STRANGER.to_owned()
    }

    fn add_user(&mut self, id: String, display_name: String, public: bool) {
        self.push_user(id.clone(), display_name, public);
        self.give_playlists(&id);
    }

    fn push_user(&mut self, id: String, display_name: String, public: bool) {
        self.users.push(User {
            id,
            display_name,
            library: Vec::new(),
            saved: HashSet::new(),
            null_entries: 0,
            public,
            refused: false,
        });
    }

    fn give_playlists(&mut self, user: &str) {
        let catalogue = self.catalogue.clone();
        // The newest is listed first, so the last one is made first.
        for start in catalogue.playlists().iter().rev() {
            let rows = self.start_rows(user, start);
            let description = Some(start.description.clone()).filter(|text| !text.is_empty());
            let new = NewPlaylist { description, ..NewPlaylist::named(&start.name, rows) };
            self.make_playlist(user, new, None);
        }
    }

    fn start_rows(&self, user: &str, start: &StartPlaylist) -> Vec<Row> {
        let now = self.now.unwrap_or_else(|| self.clock());
        let added_by: Arc<str> = user.into();
        let rows = start.tracks.len();
        let row = |(row, track): (usize, &usize)| Row {
            added_at: Some(start.added.at(row, rows, now)),
            added_by: Some(Arc::clone(&added_by)),
            medium: Medium::Track(Arc::clone(&self.catalogue.tracks()[*track])),
        };
        start.tracks.iter().enumerate().map(row).collect()
    }
}
