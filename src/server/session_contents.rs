//! What a session holds, and how its person sees it.

use crate::domain::access::{SessionLine, browser_words};
use crate::domain::ids::UserId;
use crate::server::clock;
use crate::server::store::sessions::SessionRow;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The key of it.
pub const PERSON: &str = "person";
const HANDLE_LEN: usize = 16;

/// Who is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    pub user_id: UserId,
    pub signed_in_ms: i64,
    pub touched_ms: i64,
    /// In words; sessions of earlier versions do not say it.
    #[serde(default)]
    pub browser: String,
}

/// A session as its person sees it: named by a hash, since its id is what the browser is let in by.
pub fn session_line(row: &SessionRow, this: Option<&str>) -> Option<SessionLine> {
    let contents: serde_json::Value = serde_json::from_str(&row.contents).ok()?;
    let person: Person = serde_json::from_value(contents.get(PERSON)?.clone()).ok()?;
    let hash = Sha256::digest(&row.id);
    Some(SessionLine {
        id: hash.iter().take(HANDLE_LEN).map(|byte| format!("{byte:02x}")).collect(),
        browser: if person.browser.is_empty() { browser_words("") } else { person.browser },
        is_this: this == Some(row.id.as_str()),
        signed_in_at: clock::text_of(person.signed_in_ms),
        last_seen_at: clock::text_of(person.touched_ms),
    })
}
