//! Hints on a rule or group, below its line.

use crate::domain::filter::lint::fix::Fix;
use crate::domain::filter::lint::{Lint, LintCode};
use leptos::prelude::*;

/// Makes the button of a fix: a submit button in a plain form, or one with an action of its own.
pub type FixButton = Box<dyn Fn(Fix) -> AnyView>;

/// The hints on one place of a filter: a rule's or group's pointer, "" for the whole.
#[component]
pub fn LintLines(
    /// All hints of the filter.
    lints: Vec<Lint>,
    /// The place.
    pointer: String,
    /// Makes the button of a fix, where the place can do one.
    #[prop(optional)]
    fix_button: Option<FixButton>,
) -> impl IntoView {
    let lines: Vec<AnyView> = lints
        .into_iter()
        .filter(|lint| lint.pointer == pointer)
        .map(|lint| {
            let (class, kind) = kind(lint.code);
            let button = lint.fix.zip(fix_button.as_ref()).map(|(fix, button)| button(fix));
            view! {
                <li class=class>
                    <strong>{kind}</strong>
                    " "
                    {lint.words}
                    {button}
                </li>
            }
            .into_any()
        })
        .collect();
    (!lines.is_empty()).then(|| view! { <ul class="lint-lines">{lines}</ul> })
}

const fn kind(code: LintCode) -> (&'static str, &'static str) {
    if code.is_problem() { ("lint lint-problem", "Check:") } else { ("lint", "Hint:") }
}
