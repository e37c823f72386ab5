//! What two or more children take: pairs, and exact groups.

use super::list_path;
use crate::domain::sync::routing_answer::{RoutingAnswer, RoutingChildCount};
use leptos::prelude::*;

/// A matrix of more children is no longer read; the largest pairs are listed instead.
const MATRIX_LEN_MAX: usize = 20;
const PAIRS_LISTED_MAX: usize = 40;

/// The matrix of pairs and the largest groups; absent where there is nothing to compare.
#[component]
pub fn Overlaps(answer: RoutingAnswer) -> impl IntoView {
    if answer.children.len() < 2 {
        return ().into_any();
    }
    let body = match answer.overlaps {
        0 => view! { <p class="quiet">"No song is in more than one child playlist."</p> }.into_any(),
        _ if answer.children.len() <= MATRIX_LEN_MAX => {
            view! { <Pairs answer=answer.clone() /> <Groups answer /> }.into_any()
        }
        _ => view! { <LargestPairs answer=answer.clone() /> <Groups answer /> }.into_any(),
    };
    view! {
        <section aria-labelledby="several">
            <h2 id="several">"In several"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Pairs(answer: RoutingAnswer) -> impl IntoView {
    let heads = answer.children.iter().zip(1..).map(|(child, number)| {
        view! {
            <th scope="col" class="number">
                <span aria-hidden="true">{number}</span>
                <span class="visually-hidden">{child.name.clone()}</span>
            </th>
        }
    });
    let heads = heads.collect_view();
    let rows = answer.children.iter().enumerate().map(|(at, child)| {
        let cells = answer.children.iter().enumerate().map(|(other, with)| cell(&answer, at, other, child, with));
        let cells = cells.collect_view();
        view! {
            <tr>
                <th scope="row">
                    <span class="pair-number" aria-hidden="true">{at + 1}</span>
                    {child.name.clone()}
                </th>
                {cells}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="pairs-wrap panel" role="region" aria-labelledby="pairs" tabindex="0">
            <table class="pairs">
                <caption id="pairs">"Songs that two child playlists share"</caption>
                <thead>
                    <tr>
                        <td></td>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn cell(
    answer: &RoutingAnswer,
    at: usize,
    other: usize,
    child: &RoutingChildCount,
    with: &RoutingChildCount,
) -> AnyView {
    let count = answer.matrix[at][other];
    if at == other {
        return view! { <td class="number pair-own">{count}</td> }.into_any();
    }
    if count == 0 {
        return view! { <td class="number quiet">"0"</td> }.into_any();
    }
    let query = format!("set=overlap&child_playlist_id={}&with={}", child.child_playlist_id, with.child_playlist_id);
    // Shades by a fifth of what the smaller of the two holds.
    let shade = match count * 5 / child.matched.min(with.matched).max(1) {
        0 => "number pair-1",
        1 => "number pair-2",
        2 | 3 => "number pair-3",
        _ => "number pair-4",
    };
    view! {
        <td class=shade>
            <a class="lone-link" href=list_path(answer, &query)>{count}</a>
        </td>
    }
    .into_any()
}

/// Pairs with the most shared songs, as (children, songs): what a matrix would say first.
fn largest_pairs(matrix: &[Vec<u32>], most: usize) -> Vec<(usize, usize, u32)> {
    let mut pairs: Vec<(usize, usize, u32)> = Vec::new();
    for (at, row) in matrix.iter().enumerate() {
        pairs.extend(row.iter().enumerate().skip(at + 1).filter(|(_, count)| **count > 0).map(|(b, n)| (at, b, *n)));
    }
    pairs.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    pairs.truncate(most);
    pairs
}

#[component]
fn LargestPairs(answer: RoutingAnswer) -> impl IntoView {
    let lines = largest_pairs(&answer.matrix, PAIRS_LISTED_MAX).into_iter().map(|(a, b, count)| {
        let (a, b) = (&answer.children[a], &answer.children[b]);
        let query = format!("set=overlap&child_playlist_id={}&with={}", a.child_playlist_id, b.child_playlist_id);
        view! {
            <li>
                <a class="lone-link" href=list_path(&answer, &query)>{format!("{} + {}", a.name, b.name)}</a>
                <span class="quiet">{count}</span>
            </li>
        }
    });
    view! {
        <h3>"Pairs that share the most"</h3>
        <ul class="groups">{lines.collect_view()}</ul>
    }
}

#[component]
fn Groups(answer: RoutingAnswer) -> impl IntoView {
    let name_of = |id: String| {
        let found = answer.children.iter().find(|child| child.child_playlist_id.to_string() == id);
        found.map(|child| child.name.clone()).unwrap_or_default()
    };
    let lines = answer.combinations.iter().map(|group| {
        let ids: Vec<String> = group.child_playlist_ids.iter().map(ToString::to_string).collect();
        let names: Vec<String> = ids.iter().cloned().map(name_of).collect();
        let href = list_path(&answer, &format!("set=exactly&with={}", ids.join(",")));
        view! {
            <li>
                <a class="lone-link" href=href>{names.join(" + ")}</a>
                <span class="quiet">{group.rows}</span>
            </li>
        }
    });
    view! {
        <h3>"Exactly together"</h3>
        <ul class="groups">{lines.collect_view()}</ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_listed_once_the_largest_first() {
        let matrix = vec![vec![9, 1, 0], vec![1, 8, 4], vec![0, 4, 7]];
        assert_eq!(largest_pairs(&matrix, 9), [(1, 2, 4), (0, 1, 1)]);
        assert_eq!(largest_pairs(&matrix, 1), [(1, 2, 4)]);
    }
}
