//! The picture above two number boxes: how the songs of the base spread, what the rule takes of them, and
//! shortcuts to whole decades.

use super::editor::Editor;
use crate::domain::filter::fields::{self, Kind};
use crate::domain::filter::form::FormRow;
use crate::domain::filter::form::values::read_length;
use crate::domain::filter::histogram::Bin;
use crate::ui::components::times::clock_words;
use leptos::prelude::*;

const BAR_WIDTH: usize = 10;
const HEIGHT: u32 = 40;

/// Histogram, and decades for years. Nothing until the songs are here.
#[component]
pub fn RangePicture(editor: Editor, at: usize, field: String) -> impl IntoView {
    let is_length = fields::find(&field).is_some_and(|field| field.kind == Kind::Duration);
    let is_year = field == "release_year";
    let bins = Memo::new(move |_| editor.live.histogram(&field));
    let ends = Memo::new(move |_| {
        editor.draft.with(|draft| draft.filter.rows.get(at).map(|row| ends_of(row, is_length)).unwrap_or_default())
    });
    move || {
        let bins = bins.get();
        (!bins.is_empty()).then(|| {
            let words = spread_words(&bins, is_length);
            let (low, high) = ends.get();
            view! {
                <div class="range-picture">
                    {bars(&bins, low, high)}
                    <p class="range-ends quiet" aria-hidden="true">
                        <span>{bins.first().map(|bin| value_words(bin.low, is_length))}</span>
                        <span>{bins.last().map(|bin| value_words(bin.high, is_length))}</span>
                    </p>
                    <p class="visually-hidden">{words}</p>
                    {is_year.then(|| view! { <Decades editor at /> })}
                </div>
            }
        })
    }
}

/// The ends of a rule on numbers; open where nothing is typed.
fn ends_of(row: &FormRow, is_length: bool) -> (Option<i64>, Option<i64>) {
    let read = |typed: &str| match is_length {
        true => read_length(typed).and_then(|ms| i64::try_from(ms).ok()),
        false => typed.trim().parse::<i64>().ok(),
    };
    let value = read(&row.value);
    match row.op.as_str() {
        "between" | "not_between" => (value, read(&row.to)),
        "eq" | "ne" => (value, value),
        "lt" => (None, value.map(|value| value - 1)),
        "lte" => (None, value),
        "gt" => (value.map(|value| value + 1), None),
        "gte" => (value, None),
        _ => (None, None),
    }
}

fn bars(bins: &[Bin], low: Option<i64>, high: Option<i64>) -> impl IntoView + use<> {
    let most = bins.iter().map(|bin| bin.songs).max().unwrap_or(1).max(1);
    let is_inside = |bin: &Bin| low.is_none_or(|low| bin.high >= low) && high.is_none_or(|high| bin.low <= high);
    let bars = bins.iter().enumerate().map(|(index, bin)| {
        // A bar that holds a song can be seen.
        let height = if bin.songs == 0 { 0 } else { (bin.songs * HEIGHT).div_ceil(most).max(2) };
        view! {
            <rect
                class=if is_inside(bin) { "spread-bar spread-bar-inside" } else { "spread-bar" }
                x=index * BAR_WIDTH + 1
                y=HEIGHT - height
                width=BAR_WIDTH - 2
                height=height
            />
        }
    });
    view! {
        <svg
            class="histogram"
            viewBox=format!("0 0 {} {HEIGHT}", bins.len() * BAR_WIDTH)
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            {bars.collect_view()}
        </svg>
    }
}

fn value_words(value: i64, is_length: bool) -> String {
    if is_length { clock_words(value.unsigned_abs()) } else { value.to_string() }
}

fn spread_words(bins: &[Bin], is_length: bool) -> String {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return String::new() };
    let peak = bins.iter().max_by_key(|bin| bin.songs).unwrap_or(first);
    let words = |value| value_words(value, is_length);
    format!(
        "Songs of this base go from {} to {}; most of them, {}, lie from {} to {}.",
        words(first.low),
        words(last.high),
        peak.songs,
        words(peak.low),
        words(peak.high)
    )
}

#[component]
fn Decades(editor: Editor, at: usize) -> impl IntoView {
    let buttons = editor.live.decades().into_iter().map(|(decade, songs)| {
        view! {
            <button
                type="button"
                class="button button-small"
                title=format!("{songs} songs")
                on:click=move |_| {
                    editor
                        .change(|filter| {
                            if let Some(row) = filter.rows.get_mut(at) {
                                row.op = "between".to_owned();
                                row.value = decade.to_string();
                                row.to = (decade + 9).to_string();
                            }
                        });
                }
            >
                {format!("{decade}s")}
            </button>
        }
    });
    view! {
        <div class="decades" role="group" aria-label=format!("Decades for rule {}", at + 1)>
            {buttons.collect_view()}
        </div>
    }
}
