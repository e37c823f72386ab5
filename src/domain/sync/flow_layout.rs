//! The geometry of the flow diagram: the base as a bar at the left, its ribbons to what stands at the right.
//! Heights go by songs; small ribbons stay visible and no two labels meet.
//!
//! Absent on purpose: words, colours, links. Lengths are units of the drawing.

use serde::{Deserialize, Serialize};

/// For which width a diagram is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowSize {
    Wide,
    /// For phones: everything closer together.
    Narrow,
}

impl FlowSize {
    /// Width of the whole drawing.
    pub const fn width(self) -> f32 {
        match self {
            Self::Wide => 660.0,
            Self::Narrow => 328.0,
        }
    }

    /// Where the ribbons end and the bars of the right side begin.
    const fn right_x(self) -> f32 {
        match self {
            Self::Wide => 380.0,
            Self::Narrow => 132.0,
        }
    }

    /// Height that all ribbons together have, as long as none is too small.
    const fn ribbons_height(self) -> f32 {
        match self {
            Self::Wide => 320.0,
            Self::Narrow => 280.0,
        }
    }
}

/// Width of a bar.
pub const BAR_WIDTH: f32 = 12.0;
/// A ribbon with songs is at least this high.
pub const RIBBON_HEIGHT_MIN: f32 = 3.0;
/// Each ribbon has room for a label of two lines.
pub const SLOT_HEIGHT_MIN: f32 = 44.0;
const GAP: f32 = 8.0;
const LABEL_GAP: f32 = 10.0;

/// One ribbon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ribbon {
    /// The outline of the ribbon, as the `d` of an SVG path; empty where there are no songs.
    pub path: String,
    /// Height of the ribbon and of its bar; 0 where there are no songs.
    pub height: f32,
    /// Top of the ribbon at the base.
    pub left_y: f32,
    /// Top of its bar at the right.
    pub right_y: f32,
    /// Top and height of the room that is its own, label included.
    pub slot_y: f32,
    pub slot_height: f32,
    /// Middle of the label.
    pub label_y: f32,
}

/// A whole diagram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowLayout {
    pub width: f32,
    pub height: f32,
    /// Top and height of the base's bar, which stands at x = 0.
    pub base_y: f32,
    pub base_height: f32,
    pub right_x: f32,
    pub label_x: f32,
    /// In the order of the weights.
    pub ribbons: Vec<Ribbon>,
}

/// Takes the songs of each ribbon, from top to bottom.
pub fn flow_layout(weights: &[u32], size: FlowSize) -> FlowLayout {
    let heights = heights(weights, size.ribbons_height());
    let slots: Vec<f32> = heights.iter().map(|height| height.max(SLOT_HEIGHT_MIN)).collect();
    let height = slots.iter().sum::<f32>() + GAP * slots.len().saturating_sub(1) as f32;
    let base_height = heights.iter().sum::<f32>();
    let base_y = (height - base_height) / 2.0;
    let (mut left_y, mut slot_y) = (base_y, 0.0);
    let mut ribbons = Vec::with_capacity(weights.len());
    for (height, slot_height) in heights.into_iter().zip(slots) {
        let right_y = slot_y + (slot_height - height) / 2.0;
        let path = path(left_y, right_y, height, size.right_x());
        ribbons.push(Ribbon {
            path,
            height,
            left_y,
            right_y,
            slot_y,
            slot_height,
            label_y: slot_y + slot_height / 2.0,
        });
        left_y += height;
        slot_y += slot_height + GAP;
    }
    FlowLayout {
        width: size.width(),
        height,
        base_y,
        base_height,
        right_x: size.right_x(),
        label_x: size.right_x() + BAR_WIDTH + LABEL_GAP,
        ribbons,
    }
}

fn heights(weights: &[u32], all: f32) -> Vec<f32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let height = |weight: u32| match weight {
        0 => 0.0,
        weight => (f64::from(all) * f64::from(weight) / total as f64).max(f64::from(RIBBON_HEIGHT_MIN)) as f32,
    };
    weights.iter().map(|weight| height(*weight)).collect()
}

/// From the base's bar to the bar at the right, in one calm curve.
fn path(left_y: f32, right_y: f32, height: f32, right_x: f32) -> String {
    if height == 0.0 {
        return String::new();
    }
    let middle = (BAR_WIDTH + right_x) / 2.0;
    let (left_end, right_end) = (left_y + height, right_y + height);
    format!(
        "M{BAR_WIDTH:.1} {left_y:.1}C{middle:.1} {left_y:.1} {middle:.1} {right_y:.1} {right_x:.1} {right_y:.1}\
         V{right_end:.1}C{middle:.1} {right_end:.1} {middle:.1} {left_end:.1} {BAR_WIDTH:.1} {left_end:.1}Z"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const SIZES: [FlowSize; 2] = [FlowSize::Wide, FlowSize::Narrow];

    #[test]
    fn heights_go_by_songs() {
        let layout = flow_layout(&[30, 10], FlowSize::Wide);
        let heights: Vec<f32> = layout.ribbons.iter().map(|ribbon| ribbon.height).collect();
        assert_eq!(heights, [240.0, 80.0]);
        assert_eq!((layout.base_height, layout.height, layout.base_y), (320.0, 328.0, 4.0));
        assert_eq!(layout.ribbons[1].right_y, 248.0);
        assert_eq!(layout.ribbons[1].left_y, 244.0);
        assert!(layout.ribbons[0].path.starts_with("M12.0 4.0C196.0 4.0 196.0 0.0 380.0 0.0V240.0"), "{layout:?}");
    }

    #[test]
    fn one_song_among_thousands_is_seen_and_nothing_is_not() {
        let layout = flow_layout(&[9_999, 1, 0], FlowSize::Narrow);
        assert_eq!(layout.ribbons[1].height, RIBBON_HEIGHT_MIN);
        assert_eq!((layout.ribbons[2].height, layout.ribbons[2].path.as_str()), (0.0, ""));
        assert_eq!(layout.ribbons[2].slot_height, SLOT_HEIGHT_MIN);
    }

    #[test]
    fn nothing_at_all_is_drawn_without_fault() {
        assert_eq!(flow_layout(&[], FlowSize::Wide).height, 0.0);
        let empty = flow_layout(&[0, 0], FlowSize::Wide);
        assert_eq!(empty.base_height, 0.0);
        assert!(empty.height.is_finite() && empty.base_y.is_finite());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        #[test]
        fn labels_and_ribbons_never_meet(weights in vec(prop_oneof![Just(0), 1..20_u32, 1..10_000_u32], 1..40)) {
            for size in SIZES {
                let layout = flow_layout(&weights, size);
                prop_assert_eq!(&layout, &flow_layout(&weights, size), "the same twice");
                let near = |a: f32, b: f32| (a - b).abs() < 0.05;
                for pair in layout.ribbons.windows(2) {
                    prop_assert!(pair[0].slot_y + pair[0].slot_height < pair[1].slot_y);
                    prop_assert!(pair[1].label_y - pair[0].label_y >= SLOT_HEIGHT_MIN);
                    prop_assert!(near(pair[0].left_y + pair[0].height, pair[1].left_y), "the base has a hole");
                }
                for (ribbon, weight) in layout.ribbons.iter().zip(&weights) {
                    prop_assert_eq!(ribbon.height > 0.0, *weight > 0);
                    prop_assert!(ribbon.right_y >= ribbon.slot_y - 0.01);
                    prop_assert!(ribbon.right_y + ribbon.height <= ribbon.slot_y + ribbon.slot_height + 0.01);
                }
                for (a, b) in layout.ribbons.iter().zip(&weights) {
                    for (c, d) in layout.ribbons.iter().zip(&weights) {
                        prop_assert!(b < d || a.height >= c.height, "more songs, less height");
                    }
                }
                let last = &layout.ribbons[layout.ribbons.len() - 1];
                prop_assert!(near(last.slot_y + last.slot_height, layout.height));
                prop_assert!(near(last.left_y + last.height, layout.base_y + layout.base_height));
                prop_assert!(layout.base_y >= -0.01 && layout.label_x < layout.width);
            }
        }
    }
}
