//! Where the songs of a base flow: the diagram, the pairs, what is left over, and the list behind each number.

mod drafts;
mod list;
mod made_of;
mod overlaps;
mod unrouted;

use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::flow_layout::FlowLayout;
use crate::domain::sync::routing_answer::{Rest, RoutingAnswer, RoutingChildCount};
use crate::server_fns::routing::{RoutingContent, get_routing};
use crate::ui::charts::flow::{Flow, RibbonView};
use crate::ui::components::loading::{load, loaded};
use crate::ui::components::sync_words::songs;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use list::{ListAsked, RowsList};
use made_of::MadeOf;
use overlaps::Overlaps;
use unrouted::Unrouted;

/// `/base-playlists/{id}/routing?set=…`: the query names a list, as in the HTTP contract.
#[component]
pub fn RoutingPage() -> impl IntoView {
    let (params, location) = (use_params_map(), use_location());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let asked = Memo::new(move |_| (id.get(), location.search.get()));
    let content = load(
        move || asked.with(|(id, query)| format!("{id}?{query}")),
        move |_| {
            let (id, query) = asked.get_untracked();
            get_routing(id, query)
        },
    );
    loaded(content, move |content| {
        let query = asked.with_untracked(|(_, query)| query.clone());
        view! { <RoutingView content query /> }.into_any()
    })
}

#[component]
fn RoutingView(content: RoutingContent, query: String) -> impl IntoView {
    let RoutingContent { base, answer, flow, list } = content;
    let base_path = format!("/base-playlists/{}", base.id);
    let heading = format!("Where {} flows", base.name);
    let has_children = !answer.children.is_empty();
    let list = list.map(|rows| {
        let asked = ListAsked::of(&query, &answer);
        view! { <RowsList rows asked base_id=base.id.to_string() query /> }
    });
    view! {
        <Title text=heading.clone() />
        <p class="crumbs">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=base_path.clone()>{base.name.clone()}</a>
        </p>
        <div class="page-head">
            <h1>{heading}</h1>
            {has_children.then(|| view! {
                <a class="button" href=format!("{base_path}/plan")>
                    "Preview changes"
                </a>
            })}
        </div>
        <p class="lead">{summary(&answer)}</p>
        {match has_children {
            true => view! { <FlowSection answer=answer.clone() flow base=base.clone() /> }.into_any(),
            false => view! {
                <section class="empty">
                    <p>"No child playlist takes songs from this base yet. Pick a genre or a decade below, or begin with a rule of your own."</p>
                    <p class="actions">
                        <a class="button button-primary" href=format!("{base_path}/child-playlists/new")>
                            "Add child playlist"
                        </a>
                    </p>
                </section>
            }
            .into_any(),
        }}
        {list}
        <Unrouted answer=answer.clone() />
        <Overlaps answer=answer.clone() />
        <MadeOf answer base_id=base.id.to_string() />
    }
}

fn summary(answer: &RoutingAnswer) -> String {
    let skipped = match answer.skipped {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    format!(
        "{}: {} in a child playlist, {} of these in several; {} in none{skipped}.",
        songs(answer.total),
        answer.matched,
        answer.overlaps,
        answer.unrouted
    )
}

/// The address of a list on this page.
fn list_path(answer: &RoutingAnswer, query: &str) -> String {
    format!("/base-playlists/{}/routing?{query}#list", answer.base_playlist_id)
}

/// Colours in turn, so that neighbours differ.
const COLOURS: [&str; 3] = ["flow-a", "flow-b", "flow-c"];

/// Each ribbon with its words: the children, then what goes to several, to none, and what is skipped.
fn ribbons(answer: &RoutingAnswer) -> Vec<RibbonView> {
    let ribbon = |name: String, counts: String, query: &str, colour| RibbonView {
        name,
        counts,
        href: list_path(answer, query),
        colour,
    };
    let of_child = |(at, child): (usize, &RoutingChildCount)| {
        let query = format!("set=child&child_playlist_id={}", child.child_playlist_id);
        let counts = match child.matched - child.alone {
            0 => songs(child.matched),
            _ => format!("{} · {} only here", songs(child.matched), child.alone),
        };
        ribbon(child.name.clone(), counts, &query, COLOURS[at % COLOURS.len()])
    };
    let mut all: Vec<RibbonView> = answer.children.iter().enumerate().map(of_child).collect();
    all.extend(answer.rest().map(|(rest, rows)| {
        let (name, query, colour) = match rest {
            Rest::Several => ("In several", "set=overlap", "flow-several"),
            Rest::NoChild => ("In no child", "set=unrouted", "flow-none"),
            Rest::Skipped => ("Skipped", "set=skipped", "flow-skipped"),
        };
        ribbon(name.into(), songs(rows), query, colour)
    }));
    all
}

#[component]
fn FlowSection(answer: RoutingAnswer, flow: [FlowLayout; 2], base: BasePlaylist) -> impl IntoView {
    let ribbons = ribbons(&answer);
    let title = format!("Songs of {} and where they go", base.name);
    let description = summary(&answer);
    let rows = answer.children.iter().zip(&ribbons).map(|(child, ribbon)| {
        let unknown = child.unknown > 0;
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/child-playlists/{}", child.child_playlist_id)>{child.name.clone()}</a>
                    {unknown.then(|| view! { <p class="problem">"Cannot be judged now; counts as taking what it holds."</p> })}
                </th>
                <td class="number">
                    <a class="lone-link" href=ribbon.href.clone()>{child.matched}</a>
                </td>
                <td class="number">
                    <a
                        class="lone-link"
                        href=list_path(&answer, &format!("set=alone&child_playlist_id={}", child.child_playlist_id))
                    >
                        {child.alone}
                    </a>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let rest = ribbons[answer.children.len()..].iter().zip(answer.rest());
    let rest = rest.map(|(ribbon, (_, count))| {
        view! {
            <tr>
                <th scope="row">{ribbon.name.clone()}</th>
                <td></td>
                <td class="number">
                    <a class="lone-link" href=ribbon.href.clone()>{count}</a>
                </td>
            </tr>
        }
    });
    let rest = rest.collect_view();
    let total = answer.total;
    view! {
        <section class="flow-section" aria-labelledby="flow">
            <div class="panel">
                <h2 id="flow">"From " {base.name}</h2>
                <Flow layouts=flow ribbons title description />
            </div>
            <div class="panel">
                <h2>"In numbers"</h2>
                <table class="flow-table">
                    <caption class="visually-hidden">"Songs of each child playlist"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Child playlist"</th>
                            <th scope="col" class="number">"Songs"</th>
                            <th scope="col" class="number">"Only here"</th>
                        </tr>
                    </thead>
                    <tbody>{rows} {rest}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">"All of the base"</th>
                            <td></td>
                            <td class="number">{total}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
}
