//! Drawn covers: a few shapes and colours that follow from the id.

use super::ids::hash_of;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use fastrand::Rng;
use http::{StatusCode, header};
use std::fmt::Write;

/// Pixels of the drawing's side.
const SIDE: u32 = 300;

/// `GET /covers/{id}.svg`; any id has a cover, and always the same.
pub(super) async fn cover(Path(file): Path<String>) -> Response {
    let Some(id) = file.strip_suffix(".svg").filter(|id| !id.is_empty()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, draw(id)).into_response()
}

fn draw(id: &str) -> String {
    let mut rng = Rng::with_seed(hash_of(id));
    let hue = rng.u32(..360);
    let mut shapes = String::new();
    for layer in 0..rng.u32(3..6) {
        // Writing to a text cannot fail.
        let _ = writeln!(shapes, "{}", shape(&mut rng, (hue + 40 * layer + 150) % 360));
    }
    let (dark, light) = (rng.u32(18..34), rng.u32(40..58));
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}">
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue} 60% {light}%)"/><stop offset="1" stop-color="hsl({} 65% {dark}%)"/></linearGradient></defs>
<rect width="{SIDE}" height="{SIDE}" fill="url(#g)"/>
{shapes}</svg>
"#,
        (hue + 50) % 360
    )
}

fn shape(rng: &mut Rng, hue: u32) -> String {
    let fill = format!(r#"fill="hsl({hue} 70% {}%)" fill-opacity="0.{}""#, rng.u32(45..75), rng.u32(30..80));
    let (x, y, size) = (rng.u32(..SIDE), rng.u32(..SIDE), rng.u32(30..130));
    match rng.u8(..4) {
        0 => format!(r#"<circle cx="{x}" cy="{y}" r="{size}" {fill}/>"#),
        1 => format!(r#"<rect x="{x}" y="{y}" width="{size}" height="{SIDE}" {fill}/>"#),
        2 => format!(r#"<path d="M0 {y} Q{x} {} {SIDE} {y} V{SIDE} H0 Z" {fill}/>"#, y.saturating_sub(size)),
        _ => format!(r#"<path d="M{x} {y} l{size} {} l-{} 0 Z" {fill}/>"#, size * 2, size * 2),
    }
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_cover_follows_from_its_id() {
        assert_eq!(draw("one"), draw("one"));
        assert_ne!(draw("one"), draw("two"));
        assert!(draw("one").starts_with("<svg xmlns=") && !draw("one").contains("script"));
    }
}
