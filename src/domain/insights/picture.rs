//! Shapes of the pictures: numbers in, rectangles and lines out.

/// A rectangle of a picture whose height and width are 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The share of a column's place that stays empty.
const GAP: f64 = 0.22;

/// The top of a scale: the next of 1, 2, 5, 10, 20, 50 … that is no less.
pub fn scale_top(most: u32) -> u32 {
    let mut step = 1_u32;
    loop {
        for factor in [1, 2, 5] {
            match step.checked_mul(factor) {
                Some(top) if top >= most => return top,
                Some(_) => {}
                None => return u32::MAX,
            }
        }
        match step.checked_mul(10) {
            Some(next) => step = next,
            None => return u32::MAX,
        }
    }
}

/// One column for each stack of numbers, from below, with the top of their common scale.
pub fn columns<const N: usize>(stacks: &[[u32; N]]) -> (u32, Vec<[Block; N]>) {
    let sum = |stack: &[u32; N]| stack.iter().fold(0_u32, |sum, part| sum.saturating_add(*part));
    let top = scale_top(stacks.iter().map(sum).max().unwrap_or(0).max(1));
    let place = 100.0 / stacks.len().max(1) as f64;
    let column = |(at, stack): (usize, &[u32; N])| {
        let mut below = 0.0;
        stack.map(|part| {
            let height = f64::from(part) * 100.0 / f64::from(top);
            below += height;
            Block {
                x: place * (at as f64 + GAP / 2.0),
                y: (100.0 - below).max(0.0),
                width: place * (1.0 - GAP),
                height,
            }
        })
    };
    (top, stacks.iter().enumerate().map(column).collect())
}

/// A line of steps through values at places from 0 to 1, as points of a picture of 100 by 100.
/// It begins with `before` at the left edge and ends with the last value at the right edge.
pub fn steps(before: u32, values: &[(f64, u32)]) -> Vec<(f64, f64)> {
    let most = values.iter().map(|(_, value)| *value).chain([before]).max().unwrap_or(0);
    let top = f64::from(scale_top(most.max(1)));
    let height = |value: u32| 100.0 - f64::from(value) * 100.0 / top;
    let mut points = vec![(0.0, height(before))];
    let mut last = before;
    for (place, value) in values {
        let x = place.clamp(0.0, 1.0) * 100.0;
        points.push((x, height(last)));
        points.push((x, height(*value)));
        last = *value;
    }
    points.push((100.0, height(last)));
    points
}
