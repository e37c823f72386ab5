//! A base playlist as a card of the dashboard.

use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::SyncEvent;
use crate::server_fns::base_playlists::{BaseCard, ChildLine};
use crate::ui::components::child_rows::ChildLines;
use crate::ui::components::cover::{Cover, OpenInSpotify};
use crate::ui::components::lock::{BaseLock, LockLine};
use crate::ui::components::schedule_line::ScheduleLine;
use crate::ui::components::sync_panel::SyncPanel;
use crate::ui::components::sync_words::{WordBadge, counted, songs};
use crate::ui::components::times::Ago;
use leptos::prelude::*;

/// "612 songs · 3 child playlists".
pub fn base_counts(base: &BasePlaylist, child_count: usize) -> String {
    let total = base.track_total.map_or_else(|| "not read yet".to_owned(), songs);
    format!("{total} · {}", counted(u32::try_from(child_count).unwrap_or(u32::MAX), "child playlist"))
}

/// Whether a child was changed after the last sync ended.
pub fn is_stale(children: &[ChildLine], last: Option<&SyncEvent>) -> bool {
    let Some(ended) = last.and_then(|event| event.completed_at.as_deref()) else { return false };
    children.iter().any(|child| child.updated.as_str() > ended)
}

/// The last sync in words, or that there was none.
#[component]
pub fn LastSync(last: Option<SyncEvent>) -> impl IntoView {
    match last {
        None => view! { <p class="quiet">"Never synced"</p> }.into_any(),
        Some(event) => {
            let when = event.completed_at.clone().unwrap_or_else(|| event.started_at.clone());
            view! {
                <p class="last-sync">
                    <WordBadge word=event.word() />
                    " "
                    <a href=format!("/history/{}", event.id)>
                        "Last sync "
                        <Ago instant=when />
                    </a>
                </p>
            }
            .into_any()
        }
    }
}

/// Id of the form for syncing several bases, to which the ticks of the cards belong.
pub const SEVERAL: &str = "several";

/// Cover, name, counts, state, button, children.
#[component]
pub fn BaseCardView(
    card: BaseCard,
    must_reconnect: bool,
    /// With a tick for syncing several at once.
    may_choose: bool,
) -> impl IntoView {
    let BaseCard { base, children, sync } = card;
    let last = sync.last_event.clone();
    let lock = BaseLock(RwSignal::new(sync));
    let href = format!("/base-playlists/{}", base.id);
    let (is_stale, has_children) = (is_stale(&children, last.as_ref()), !children.is_empty());
    view! {
        <article class="card">
            <div class="card-head">
                <Cover url=base.image_url.clone() size=96 />
                <div>
                    <h2>
                        <a href=href.clone()>{base.name.clone()}</a>
                    </h2>
                    <p class="quiet">{base_counts(&base, children.len())}</p>
                    <LastSync last=last.clone() />
                    {base.schedule.clone().map(|schedule| view! { <ScheduleLine schedule /> })}
                    <OpenInSpotify url=base.spotify_url.clone() name=base.name.clone() />
                    {may_choose.then(|| view! {
                        <label class="choice">
                            <input type="checkbox" name="base_ids[]" value=base.id.to_string() form=SEVERAL />
                            "Sync with others"
                            <span class="visually-hidden">{format!(": {}", base.name)}</span>
                        </label>
                    })}
                </div>
            </div>
            {match has_children {
                true => view! {
                    <SyncPanel base=base.clone() lock is_stale must_reconnect />
                    <LockLine lock />
                    <ChildLines children_of_base=children last />
                }
                .into_any(),
                false => view! {
                    <p>"No child playlist yet. Add one with a rule, and songs of this base flow into it."</p>
                    <p class="actions">
                        <a class="button button-primary" href=format!("{href}/child-playlists/new")>
                            "Add child playlist"
                            <span class="visually-hidden">{format!(" to {}", base.name)}</span>
                        </a>
                    </p>
                }
                .into_any(),
            }}
        </article>
    }
}
