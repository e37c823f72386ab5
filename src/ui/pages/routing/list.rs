//! The list behind a number, paged by plain links.

use super::drafts;
use crate::domain::filter::form::query::{pairs_of, query_of};
use crate::domain::sync::routing_answer::{RoutingAnswer, RoutingTrack, RoutingTracks};
use crate::domain::sync::routing_view::UnroutedReason;
use crate::domain::track::SkipReason;
use crate::ui::components::sync_words::songs;
use crate::ui::components::times::clock_words;
use crate::ui::pages::routing::unrouted::{reason_words, skip_words};
use leptos::prelude::*;

/// What the address asks for, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAsked {
    heading: String,
    /// The child playlists, for the column that names them.
    names: Vec<(String, String)>,
    /// What a playlist of these would be called.
    draft_name: String,
    /// The rule that describes them, where there is one.
    reason: Option<UnroutedReason>,
}

impl ListAsked {
    /// Reads the page's query.
    pub fn of(query: &str, answer: &RoutingAnswer) -> Self {
        let pairs = pairs_of(query);
        let part = |name: &str| {
            let found = pairs.iter().find(|(of_pair, _)| of_pair == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let names: Vec<(String, String)> =
            answer.children.iter().map(|child| (child.child_playlist_id.to_string(), child.name.clone())).collect();
        let name_of = |id: &str| {
            let found = names.iter().find(|(of_child, _)| of_child == id);
            found.map_or_else(|| "a child".to_owned(), |(_, name)| name.clone())
        };
        let reason = UnroutedReason::parse(part("reason"));
        let together = || part("with").split(',').map(name_of).collect::<Vec<_>>().join(" and ");
        let (heading, draft_name) = match (part("set"), part("child_playlist_id")) {
            ("unrouted", _) => match reason {
                None => ("In no child".to_owned(), "In no child".to_owned()),
                Some(reason) => {
                    (format!("In no child: {}", reason_words(reason).0.to_lowercase()), "In no child".into())
                }
            },
            ("skipped", _) => ("Skipped".to_owned(), String::new()),
            ("child", id) => (format!("In {}", name_of(id)), name_of(id)),
            ("alone", id) => (format!("Only in {}", name_of(id)), format!("Only in {}", name_of(id))),
            ("overlap", "") => ("In several child playlists".to_owned(), "In several".to_owned()),
            ("overlap", id) => {
                let both = format!("{} and {}", name_of(id), together());
                (format!("In both {both}"), both)
            }
            (_, _) => (format!("In exactly {}", together()), together()),
        };
        Self { heading, names, draft_name, reason }
    }
}

/// Heading, count, the way to a playlist of these, and one page of rows.
#[component]
pub fn RowsList(rows: RoutingTracks, asked: ListAsked, base_id: String, query: String) -> impl IntoView {
    let path = format!("/base-playlists/{base_id}/routing");
    let made = make_link(&rows, &asked, &base_id);
    let (next, first) = pages(&query, rows.next.as_deref());
    let total = rows.total;
    let lines = rows.items.into_iter().map(|row| line(row, &asked.names)).collect_view();
    view! {
        <section class="panel rows-list" aria-labelledby="list">
            <div class="page-head">
                <h2 id="list">{asked.heading} " " <span class="quiet">{songs(total)}</span></h2>
                <div class="actions">
                    {made}
                    <a class="button button-quiet" href=path.clone()>
                        "Close list"
                    </a>
                </div>
            </div>
            {match total {
                0 => view! { <p class="quiet">"No song is here."</p> }.into_any(),
                _ => view! {
                    <table class="rows-on-narrow">
                        <caption class="visually-hidden">"Songs, in the order of the base"</caption>
                        <thead>
                            <tr>
                                <th scope="col" class="number">"Row"</th>
                                <th scope="col">"Song"</th>
                                <th scope="col">"Album"</th>
                                <th scope="col" class="number">"Length"</th>
                                <th scope="col">"Goes to"</th>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                }
                .into_any(),
            }}
            <nav class="pages" aria-label="Pages of the list">
                {first.map(|query| view! { <a class="button" href=format!("{path}?{query}#list")>"First page"</a> })}
                {next.map(|query| view! { <a class="button" href=format!("{path}?{query}#list")>"Next page"</a> })}
            </nav>
        </section>
    }
}

fn make_link(rows: &RoutingTracks, asked: &ListAsked, base_id: &str) -> Option<AnyView> {
    if rows.track_ids.is_empty() {
        return None;
    }
    let named = u32::try_from(rows.track_ids.len()).unwrap_or(u32::MAX);
    let by_rule = asked.reason.and_then(|reason| drafts::of_reason(base_id, reason));
    let words = match (&by_rule, named < rows.total) {
        (None, true) => format!("Make a playlist of the first {named}"),
        (Some(_), _) | (None, false) => "Make a playlist of these".to_owned(),
    };
    let href = by_rule.unwrap_or_else(|| drafts::of_songs(base_id, &asked.draft_name, &rows.track_ids));
    let link = view! {
        <a class="button button-primary" href=href>
            {words}
        </a>
    };
    Some(link.into_any())
}

/// Queries of the next and the first page, where these are others than the one shown.
fn pages(query: &str, next: Option<&str>) -> (Option<String>, Option<String>) {
    let pairs = pairs_of(query);
    let is_first = !pairs.iter().any(|(name, _)| name == "cursor");
    let kept: Vec<(String, String)> = pairs.into_iter().filter(|(name, _)| name != "cursor").collect();
    let first = query_of(&kept);
    let next = next.map(|cursor| format!("{first}&cursor={cursor}"));
    (next, (!is_first).then_some(first))
}

fn line(row: RoutingTrack, names: &[(String, String)]) -> AnyView {
    let of_child = |id: String| names.iter().find(|(of_name, _)| *of_name == id).map(|(_, name)| name.clone());
    let takers: Vec<String> = row.child_playlist_ids.iter().filter_map(|id| of_child(id.to_string())).collect();
    let goes = match row.skip_reason {
        Some(reason) => skip_words(reason).to_owned(),
        None if takers.is_empty() => "no child".to_owned(),
        None => takers.join(", "),
    };
    let length = if row.duration_ms == 0 { String::new() } else { clock_words(row.duration_ms.into()) };
    view! {
        <tr>
            <td class="number quiet" data-label="Row">{row.position}</td>
            <th scope="row">
                {row.title}
                <span class="song-by quiet">{row.artists.join(", ")}</span>
            </th>
            <td data-label="Album">{row.album}</td>
            <td class="number" data-label="Length">{length}</td>
            <td data-label="Goes to">{goes}</td>
        </tr>
    }
    .into_any()
}

/// Used by the table of what is skipped.
pub fn skip_heading(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::LocalFile => "Local files",
        SkipReason::Episode => "Podcast episodes",
        SkipReason::Unavailable => "Unavailable at Spotify",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_what_was_asked() {
        assert_eq!(pages("?set=unrouted", None), (None, None));
        assert_eq!(pages("set=unrouted", Some("Mg")), (Some("set=unrouted&cursor=Mg".into()), None));
        let both = (Some("set=a&cursor=Mw".into()), Some("set=a".into()));
        assert_eq!(pages("?set=a&cursor=Mg", Some("Mw")), both);
    }
}
