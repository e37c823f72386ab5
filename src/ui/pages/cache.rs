//! What the cache holds and what it saves, with figures that follow while the page is open.

use crate::domain::cache::{CacheKind, CacheKindFigures, CacheLayer, CacheLayerFigures, CacheReport, RunSaving};
use crate::server_fns::cache::{CacheContent, ClearCache, WarmCache, get_cache};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::request_figures::RequestFigures;
use crate::ui::components::sync_words::counted;
use crate::ui::components::times::{Ago, clock_words};
use leptos::prelude::*;
use leptos_meta::Title;
use std::time::Duration;

/// How often the figures are read again.
const EVERY: Duration = Duration::from_secs(5);

/// `/cache`
#[component]
pub fn CachePage() -> impl IntoView {
    let looks = RwSignal::new(0_u32);
    look_again(looks);
    let clear = ServerAction::<ClearCache>::new();
    let warm = ServerAction::<WarmCache>::new();
    follow(clear);
    follow(warm);
    let report = load(move || looks.get().to_string(), |_| get_cache());
    view! {
        <Title text="Cache" />
        <h1>"Cache"</h1>
        <p>
            "What Spotify said of artists is kept for a while, so that a sync need not ask again. Clearing it costs
            requests and loses nothing."
        </p>
        {loaded(
            report,
            move |CacheContent { cache, requests }| {
                view! {
                    <Report report=cache clear warm />
                    <RequestFigures report=requests />
                }
                .into_any()
            },
        )}
    }
}

/// Not while nobody looks.
fn look_again(looks: RwSignal<u32>) {
    Effect::new(move |_| {
        let clock = set_interval_with_handle(
            move || {
                if !document().hidden() {
                    looks.update(|looks| *looks += 1);
                }
            },
            EVERY,
        );
        on_cleanup(move || {
            if let Ok(clock) = clock {
                clock.clear();
            }
        });
    });
}

#[component]
fn Report(report: CacheReport, clear: ServerAction<ClearCache>, warm: ServerAction<WarmCache>) -> impl IntoView {
    let CacheReport { figures, is_warming, last_warming, runs } = report;
    view! {
        <section class="panel" aria-labelledby="ahead">
            <h2 id="ahead">"Fetch ahead"</h2>
            <p>
                "Artists that your rules need are fetched between three and five at night, if you synced within the
                last week. You can have it done now."
            </p>
            <p role="status" class="quiet">
                {match is_warming {
                    true => Some("It is being done right now.".to_owned()),
                    false => last_warming.map(|words| format!("Last time: {words}")),
                }}
            </p>
            <ActionForm action=warm>
                <button type="submit" class="button" disabled=is_warming>
                    "Fetch artists now"
                </button>
            </ActionForm>
        </section>
        <Uses kinds=figures.kinds />
        <Layers layers=figures.layers clear />
        <Runs runs />
    }
}

const fn kind_words(kind: CacheKind) -> &'static str {
    match kind {
        CacheKind::Track => "Songs",
        CacheKind::Artist => "Artists",
        CacheKind::Album => "Albums",
        CacheKind::PlaylistItems => "Items of your playlists",
    }
}

#[component]
fn Uses(kinds: Vec<CacheKindFigures>) -> impl IntoView {
    let is_used = |one: &CacheKindFigures| one.kind == CacheKind::Artist || one.hits + one.misses > 0;
    let lines = kinds.into_iter().filter(is_used).map(|one| {
        let asked = one.hits + one.misses;
        let share = (one.hits * 100).checked_div(asked).map_or("–".to_owned(), |share| format!("{share} %"));
        let age = one.age_at_hit_sum_ms.checked_div(one.hits).map_or("–".to_owned(), age_words);
        view! {
            <tr>
                <th scope="row">{kind_words(one.kind)}</th>
                <td data-label="Found">{one.hits}</td>
                <td data-label="Not found">{one.misses}</td>
                <td data-label="Share found">{share}</td>
                <td data-label="Mean age">{age}</td>
                <td data-label="Renewed">{one.refreshes}</td>
                <td data-label="Avoided">{one.requests_avoided}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="uses">
            <h2 id="uses">"Since this server started"</h2>
            <div class="table-wrap">
                <table class="rows-on-narrow">
                    <caption class="visually-hidden">"Uses of the cache by kind"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Kind"</th>
                            <th scope="col">"Found"</th>
                            <th scope="col">"Not found"</th>
                            <th scope="col">"Share found"</th>
                            <th scope="col">"Mean age when found"</th>
                            <th scope="col">"Renewed"</th>
                            <th scope="col">"Requests avoided"</th>
                        </tr>
                    </thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            </div>
            <p class="quiet">
                "Songs and albums come with the items of a playlist, so that nothing has to be kept of them today."
            </p>
        </section>
    }
}

fn age_words(milliseconds: u64) -> String {
    match milliseconds / 1_000 {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

const fn layer_words(layer: CacheLayer) -> &'static str {
    match layer {
        CacheLayer::Memory => "Memory of this server",
        CacheLayer::Sqlite => "The file cache.db",
        CacheLayer::Redis => "Redis",
    }
}

#[component]
fn Layers(layers: Vec<CacheLayerFigures>, clear: ServerAction<ClearCache>) -> impl IntoView {
    let lines = layers.into_iter().map(|layer| {
        let state = if layer.is_healthy { "Works" } else { "Does not answer; syncs go on without it" };
        let sizes = layer.sizes.unwrap_or_default();
        let artists = sizes.iter().find(|size| size.kind == CacheKind::Artist).map_or(0, |size| size.entries);
        let bytes: u64 = sizes.iter().map(|size| size.bytes).sum();
        let warnings = layer.last_warning.map(|words| format!(" (last: {words})"));
        view! {
            <tr>
                <th scope="row">{layer_words(layer.layer)}</th>
                <td data-label="State">{state}</td>
                <td data-label="Artists">{artists}</td>
                <td data-label="Size">{size_words(bytes)}</td>
                <td data-label="Warnings">{layer.warnings} {warnings}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="layers">
            <h2 id="layers">"What is held"</h2>
            <div class="table-wrap">
                <table class="rows-on-narrow">
                    <caption class="visually-hidden">"Layers of the cache, from the nearest on"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Where"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Artists"</th>
                            <th scope="col">"Size"</th>
                            <th scope="col">"Warnings"</th>
                        </tr>
                    </thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            </div>
            <ActionForm action=clear>
                <input type="hidden" name="kind" value=CacheKind::Artist.name() />
                <button type="submit" class="button">
                    "Forget all artists"
                </button>
            </ActionForm>
        </section>
    }
}

fn size_words(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[component]
fn Runs(runs: Vec<RunSaving>) -> impl IntoView {
    if runs.is_empty() {
        return view! { <p class="quiet">"Each sync tells here what the cache spared it. None has run yet."</p> }
            .into_any();
    }
    let lines = runs.into_iter().map(|run| {
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/history/{}", run.sync_event_id)>{run.base_name}</a>
                    " "
                    <Ago instant=run.started_at />
                </th>
                <td data-label="Sent">{counted(run.requests, "request")}</td>
                <td data-label="Saved">{counted(run.requests_saved, "request")}</td>
                <td data-label="Time saved">{clock_words(u64::from(run.seconds_saved) * 1_000)}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="runs">
            <h2 id="runs">"What your syncs were spared"</h2>
            <div class="table-wrap">
                <table class="rows-on-narrow">
                    <caption class="visually-hidden">"Your latest syncs, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Sync"</th>
                            <th scope="col">"Sent"</th>
                            <th scope="col">"Saved"</th>
                            <th scope="col">"Time saved"</th>
                        </tr>
                    </thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
