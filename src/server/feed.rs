//! Ended syncs as an Atom feed (RFC 4287).

use crate::domain::ids::UserId;
use crate::domain::sync::event::{SyncEvent, SyncEventChild};
use crate::server::clock;
use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};

/// The feed of a person, as XML. `events` are ended, the newest first; `public_url` has no slash at its end.
pub fn write(user: UserId, name: &str, public_url: &str, events: &[SyncEvent]) -> String {
    let newest = events.first().and_then(|event| event.completed_at.as_deref());
    Feed {
        title: Text::plain("Syncs of Headwater"),
        id: format!("urn:uuid:{user}"),
        updated: instant(newest),
        authors: vec![Person { name: name.to_owned(), ..Person::default() }],
        generator: Some(Generator { value: "Headwater".into(), ..Generator::default() }),
        links: vec![
            link("self", format!("{public_url}/api/sync-events.atom"), Some("application/atom+xml")),
            link("alternate", format!("{public_url}/history"), Some("text/html")),
        ],
        entries: events.iter().map(|event| entry(event, public_url)).collect(),
        ..Feed::default()
    }
    .to_string()
}

fn instant(text: Option<&str>) -> FixedDateTime {
    let text = text.map_or_else(|| clock::text_of(0), str::to_owned);
    FixedDateTime::parse_from_rfc3339(&text).unwrap_or_default()
}

fn link(rel: &str, href: String, mime: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href, mime_type: mime.map(str::to_owned), ..Link::default() }
}

fn entry(event: &SyncEvent, public_url: &str) -> Entry {
    Entry {
        title: Text::plain(title(event)),
        id: format!("urn:uuid:{}", event.id),
        updated: instant(event.completed_at.as_deref()),
        published: Some(instant(Some(&event.started_at))),
        links: vec![link("alternate", format!("{public_url}/history/{}", event.id), Some("text/html"))],
        content: Some(Content { content_type: Some("text".into()), value: Some(story(event)), ..Content::default() }),
        ..Entry::default()
    }
}

/// "Done: Kitchen Radio, 12 added, 3 removed".
fn title(event: &SyncEvent) -> String {
    let (added, removed) = event.children.iter().fold((0, 0), |sum, c| (sum.0 + c.added, sum.1 + c.removed));
    let changes = if added + removed == 0 { "nothing changed".into() } else { change_words(added, removed) };
    format!("{}: {}, {changes}", event.word().as_str(), event.base_name)
}

fn change_words(added: u32, removed: u32) -> String {
    format!("{added} added, {removed} removed")
}

fn story(event: &SyncEvent) -> String {
    let child = |child: &SyncEventChild| {
        let error = child.error.as_ref().map(|error| format!(" {error}")).unwrap_or_default();
        format!("{}: {}.{error}", child.name, change_words(child.added, child.removed))
    };
    event.error_message.iter().cloned().chain(event.children.iter().map(child)).collect::<Vec<_>>().join("\n")
}
