//! What few rules need: how names are compared, and what a missing value decides.

use super::choice::choice;
use crate::domain::filter::form::FormRow;
use crate::domain::filter::form::choices;
use crate::domain::filter::form::query::row_name;
use crate::domain::filter::form::values;
use leptos::prelude::*;

/// The options of a line, folded away unless one is set.
#[component]
pub fn More(at: usize, row: FormRow) -> impl IntoView {
    const MISSING: [(&str, &str); 3] = [("", "as usual for this operator"), ("no", "no match"), ("yes", "a match")];
    const ITEMS: [(&str, &str); 3] = [("", "as a whole"), ("contains", "as a part"), ("has_word", "as a word of it")];
    const ARTISTS: [(&str, &str); 3] = [("", "the highest"), ("min", "the lowest"), ("primary", "the first named")];
    let number = at + 1;
    let has_items = choices::compares_items(&row.field, &row.op);
    let has_missing = values::judges_missing(&row.op);
    let has_artists = choices::reduces(&row.field);
    let is_open = !row.when_missing.is_empty() || !row.item_match.is_empty() || !row.reduce.is_empty();
    (has_items || has_missing || has_artists).then(|| {
        view! {
            <details class="more-options advanced" open=is_open>
                <summary>"More" <span class="visually-hidden">{format!(" of rule {number}")}</span></summary>
                {has_items
                    .then(|| {
                        view! {
                            <label class="choice">
                                "Compare"
                                {choice(
                                    row_name(at, "item_match"),
                                    format!("How rule {number} compares"),
                                    &ITEMS,
                                    &row.item_match,
                                )}
                            </label>
                        }
                    })}
                {has_artists
                    .then(|| {
                        view! {
                            <label class="choice">
                                "Of several artists counts"
                                {choice(
                                    row_name(at, "reduce"),
                                    format!("Which artist counts in rule {number}"),
                                    &ARTISTS,
                                    &row.reduce,
                                )}
                            </label>
                        }
                    })}
                {has_missing
                    .then(|| {
                        view! {
                            <label class="choice">
                                "A song without a value is"
                                {choice(
                                    row_name(at, "when_missing"),
                                    format!("What a missing value decides in rule {number}"),
                                    &MISSING,
                                    &row.when_missing,
                                )}
                            </label>
                        }
                    })}
            </details>
        }
    })
}
