//! What Spotify's objects look like in each tier.

mod album;
mod artist;
mod playlist;
pub(super) mod rows;
mod track;

use crate::simulator::state::Look;
use crate::simulator::world::World;
use serde_json::{Value, json};

/// What an answer is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    pub world: &'a World,
    pub look: &'a Look,
    /// Whether a market was asked for: only then `is_playable` is sent.
    pub market: bool,
    /// Whether episodes may be shown as such.
    pub episodes: bool,
}

/// The markets that everything is available in.
const MARKETS: [&str; 5] = ["DE", "FR", "JP", "SE", "US"];

impl<'a> Shape<'a> {
    pub fn new(world: &'a World, look: &'a Look) -> Self {
        Self { world, look, market: false, episodes: false }
    }

    fn is_extended(&self) -> bool {
        self.look.is_extended()
    }

    fn href(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.look.public_url)
    }

    /// `href`, `id`, `type`, `uri` and `external_urls` of a noun.
    fn identity(&self, noun: &str, id: &str) -> Value {
        json!({
            "external_urls": { "spotify": format!("https://open.spotify.com/{noun}/{id}") },
            "href": self.href(&format!("{noun}s/{id}")),
            "id": id,
            "type": noun,
            "uri": format!("spotify:{noun}:{id}"),
        })
    }

    fn cover(&self, id: &str, side: Option<u32>) -> Value {
        let url = format!("{}/covers/{id}.svg", self.look.covers_base());
        json!({ "url": url, "height": side, "width": side })
    }

    /// The three sizes that albums and artists have.
    fn covers(&self, id: &str) -> Value {
        [640, 300, 64].map(|side| self.cover(id, Some(side))).into()
    }

    /// An account as it stands on rows and playlists.
    pub fn user(&self, id: &str) -> Value {
        let mut user = self.identity("user", id);
        user["href"] = self.href(&format!("users/{}", crate::simulator::urls::encoded(id))).into();
        user
    }
}

/// Adds the members of one object to another.
fn extend(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}
