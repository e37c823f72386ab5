//! Columns of stacked parts, with the same numbers as a table. Drawn as text, as the flow diagram is.

use crate::domain::insights::picture;
use leptos::prelude::*;
use std::fmt::Write;

/// What one part of all columns stands for.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub name: &'static str,
    /// Class of its colour.
    pub class: &'static str,
}

/// Columns from left to right, each of parts from below.
#[component]
pub fn Columns<const N: usize>(
    parts: [Part; N],
    /// The name of each column, and its numbers.
    stacks: Vec<(String, [u32; N])>,
    /// Names the picture and its table.
    caption: &'static str,
    /// Heads the first column of the table.
    head: &'static str,
) -> impl IntoView {
    let (drawing, top) = draw(&parts, &stacks);
    let edge = |stack: Option<&(String, [u32; N])>| stack.map(|(name, _)| name.clone()).unwrap_or_default();
    let (first, last) = (edge(stacks.first()), edge(stacks.last()));
    let legend = parts.map(|part| {
        view! {
            <li>
                <svg width="12" height="12">
                    <rect class=part.class width="12" height="12" rx="3"></rect>
                </svg>
                {part.name}
            </li>
        }
        .into_any()
    });
    let is_told = |(_, numbers): &(String, [u32; N])| numbers.iter().any(|number| *number > 0);
    let rows = stacks.into_iter().rev().filter(is_told).map(|(name, numbers)| {
        let numbers = numbers.map(|number| view! { <td>{number}</td> }.into_any());
        view! {
            <tr>
                <th scope="row">{name}</th>
                {numbers.into_iter().collect_view()}
            </tr>
        }
        .into_any()
    });
    let heads = parts.map(|part| view! { <th scope="col">{part.name}</th> }.into_any());
    view! {
        <ul class="columns-legend quiet" aria-hidden="true">{legend.into_iter().collect_view()}</ul>
        <div class="columns" aria-hidden="true">
            <span class="columns-top quiet">{top}</span>
            <div class="columns-picture" inner_html=drawing></div>
            <span class="columns-edge quiet">
                <span>{first}</span>
                <span>{last}</span>
            </span>
        </div>
        <details class="twin">
            <summary>"The same as a table, without what is empty"</summary>
            <table>
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{head}</th>
                        {heads.into_iter().collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
}

/// The picture, and the top of its scale.
fn draw<const N: usize>(parts: &[Part; N], stacks: &[(String, [u32; N])]) -> (String, u32) {
    let numbers: Vec<[u32; N]> = stacks.iter().map(|(_, numbers)| *numbers).collect();
    let (top, columns) = picture::columns(&numbers);
    let mut svg = "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" focusable=\"false\">".to_owned();
    for (numbers, blocks) in numbers.iter().zip(&columns) {
        for ((number, block), part) in numbers.iter().zip(blocks).zip(parts).filter(|((number, _), _)| **number > 0) {
            // Writing into a text cannot fail.
            let _ = write!(
                svg,
                "<rect class=\"{}\" data-value=\"{number}\" x=\"{:.3}\" y=\"{:.3}\" width=\"{:.3}\" height=\"{:.3}\"/>",
                part.class, block.x, block.y, block.width, block.height
            );
        }
    }
    (svg + "</svg>", top)
}
