//! The flow diagram: the base at the left, where its songs go at the right, each ribbon a link to its list.
//!
//! Drawn as text: a picture of a hundred parts would be a hundred types to the browser's half.

use crate::domain::sync::flow_layout::{BAR_WIDTH, FlowLayout, Ribbon};
use leptos::prelude::*;
use std::fmt::Write;

/// What one ribbon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RibbonView {
    pub name: String,
    /// Numbers in words.
    pub counts: String,
    pub href: String,
    /// Class of its colour.
    pub colour: &'static str,
}

/// The diagram in two widths; the style shows the one that fits.
#[component]
pub fn Flow(
    /// Wide, then narrow.
    layouts: [FlowLayout; 2],
    ribbons: Vec<RibbonView>,
    title: String,
    description: String,
) -> impl IntoView {
    let [wide, narrow] = layouts;
    let wide = draw(&wide, &ribbons, "flow-wide", &title, &description);
    let narrow = draw(&narrow, &ribbons, "flow-narrow", &title, &description);
    view! { <div class="flow" inner_html=wide + &narrow></div> }
}

/// A letter of a label takes about so many units; names are set bold.
const LETTER_WIDTH: f32 = 8.5;
/// Room above and below for the focus ring.
const MARGIN: f32 = 4.0;

fn draw(layout: &FlowLayout, ribbons: &[RibbonView], class: &str, title: &str, description: &str) -> String {
    let (width, height) = (layout.width, layout.height + 2.0 * MARGIN);
    let (title, description) = (escaped(title), escaped(description));
    let mut svg = format!(
        "<svg class=\"{class}\" viewBox=\"0 -{MARGIN} {width} {height:.1}\" role=\"group\" \
         aria-labelledby=\"{class}-title\" aria-describedby=\"{class}-desc\">\
         <title id=\"{class}-title\">{title}</title><desc id=\"{class}-desc\">{description}</desc>\
         <rect class=\"flow-base\" x=\"0\" y=\"{:.1}\" width=\"{BAR_WIDTH}\" height=\"{:.1}\" rx=\"2\"/>",
        layout.base_y, layout.base_height,
    );
    for (place, ribbon) in layout.ribbons.iter().zip(ribbons) {
        draw_ribbon(&mut svg, layout, place, ribbon);
    }
    svg + "</svg>"
}

fn draw_ribbon(svg: &mut String, layout: &FlowLayout, place: &Ribbon, ribbon: &RibbonView) {
    let letters = ((layout.width - layout.label_x) / LETTER_WIDTH) as usize;
    let (name, counts) = (escaped(&shortened(&ribbon.name, letters)), escaped(&ribbon.counts));
    let label = escaped(&format!("{}: {}", ribbon.name, ribbon.counts));
    let (href, colour) = (escaped(&ribbon.href), ribbon.colour);
    let (right_x, label_x) = (layout.right_x, layout.label_x);
    // Writing into a text cannot fail.
    let _ = write!(
        svg,
        "<a class=\"{colour}\" href=\"{href}\" aria-label=\"{label}\">\
         <rect class=\"flow-hit\" x=\"{right_x}\" y=\"{:.1}\" width=\"{}\" height=\"{:.1}\" rx=\"4\"/>\
         <path class=\"flow-ribbon\" d=\"{}\"/>\
         <rect class=\"flow-bar\" x=\"{right_x}\" y=\"{:.1}\" width=\"{BAR_WIDTH}\" height=\"{:.1}\" rx=\"2\"/>\
         <text class=\"flow-name\" x=\"{label_x}\" y=\"{:.1}\">{name}</text>\
         <text class=\"flow-count\" x=\"{label_x}\" y=\"{:.1}\">{counts}</text></a>",
        place.slot_y,
        layout.width - right_x,
        place.slot_height,
        place.path,
        place.right_y,
        place.height,
        place.label_y - 3.0,
        place.label_y + 15.0,
    );
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::flow_layout::{FlowSize, flow_layout};

    #[test]
    fn names_cannot_break_out_of_the_picture() {
        let ribbon = RibbonView {
            name: "<script>\"&'".into(),
            counts: "3 songs".into(),
            href: "/x?a=1&b=\"".into(),
            colour: "flow-a",
        };
        let svg = draw(&flow_layout(&[3], FlowSize::Wide), &[ribbon], "flow-wide", "a<b", "c>d");
        assert!(!svg.contains("<script>"));
        assert!(svg.contains("href=\"/x?a=1&amp;b=&quot;\""), "{svg}");
        assert!(svg.contains("aria-label=\"&lt;script&gt;&quot;&amp;': 3 songs\""), "{svg}");
        assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
    }

    #[test]
    fn long_names_are_cut_where_the_room_ends() {
        assert_eq!(shortened("Rock", 10), "Rock");
        assert_eq!(shortened("Songs for the long way home", 10), "Songs for…");
    }
}
