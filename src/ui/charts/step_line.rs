//! A small line of steps beside the numbers that it shows.

use crate::domain::insights::picture;
use leptos::prelude::*;
use std::fmt::Write;

/// A line from what was before through values at places from 0 to 1.
#[component]
pub fn StepLine(before: u32, values: Vec<(f64, u32)>) -> impl IntoView {
    let mut points = String::new();
    for (x, y) in picture::steps(before, &values) {
        // Writing into a text cannot fail.
        let _ = write!(points, "{x:.2},{y:.2} ");
    }
    let svg = format!(
        "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" focusable=\"false\"><polyline points=\"{}\"/></svg>",
        points.trim_end()
    );
    view! { <span class="step-line" aria-hidden="true" inner_html=svg></span> }
}
