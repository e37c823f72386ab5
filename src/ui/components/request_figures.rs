//! What this installation has asked of Spotify, by kind of request, and what its throttle lets through.

use crate::domain::requests::{EndpointGroup, OpenBreaker, RequestReport};
use crate::ui::components::times::Ago;
use leptos::prelude::*;

const fn group_words(group: EndpointGroup) -> &'static str {
    match group {
        EndpointGroup::Profile => "Who you are",
        EndpointGroup::Library => "Your playlists and Liked Songs",
        EndpointGroup::Playlists => "Names and states of playlists",
        EndpointGroup::ItemsRead => "Reading songs of playlists",
        EndpointGroup::ItemsWrite => "Writing songs to playlists",
        EndpointGroup::Artists => "Artists",
        EndpointGroup::Other => "Other",
    }
}

/// What Spotify does not answer for now, and until when: nothing of it is asked before.
#[component]
fn OpenBreakers(open_breakers: Vec<OpenBreaker>) -> impl IntoView {
    let lines = open_breakers.into_iter().map(|one| {
        let why = if one.is_quota { "its quota is used up" } else { "Spotify has asked this app to wait" };
        view! { <li>{group_words(one.group)} ": " {why} "; asked again " <Ago instant=one.closes_at /> "."</li> }
    });
    view! {
        <div class="panel" role="note">
            <p>"Spotify does not answer everything right now. A sync that needs this stops, and goes on by itself then:"</p>
            <ul>{lines.collect_view()}</ul>
        </div>
    }
}

/// A sentence on the throttle and a table of the last day.
#[component]
pub fn RequestFigures(report: RequestReport) -> impl IntoView {
    let RequestReport { per_30_seconds, per_30_seconds_set, open_breakers, last_24_hours } = report;
    let throttle = match per_30_seconds < per_30_seconds_set {
        true => format!(
            "At most {per_30_seconds} requests in any 30 seconds right now, because Spotify has refused some; \
             {per_30_seconds_set} again after a few minutes without a refusal."
        ),
        false => format!("At most {per_30_seconds} requests in any 30 seconds, for everybody on this server together."),
    };
    let total: u64 = last_24_hours.iter().map(|one| one.requests).sum();
    let lines = last_24_hours.into_iter().filter(|one| one.requests > 0).map(|one| {
        view! {
            <tr>
                <th scope="row">{group_words(one.group)}</th>
                <td data-label="Requests">{one.requests}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="asked">
            <h2 id="asked">"Requests to Spotify in the last 24 hours"</h2>
            <p>{throttle}</p>
            {(!open_breakers.is_empty()).then(move || view! { <OpenBreakers open_breakers /> })}
            <div class="table-wrap">
                <table class="rows-on-narrow">
                    <caption class="visually-hidden">"Requests by kind"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Kind"</th>
                            <th scope="col">"Requests"</th>
                        </tr>
                    </thead>
                    <tbody>{lines.collect_view()}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">"All"</th>
                            <td data-label="Requests">{total}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
}
