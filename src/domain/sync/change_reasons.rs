//! Why a song comes into a child or leaves it, in words: what people read before they let a sync change anything.

use crate::domain::filter::columns::Columns;
use crate::domain::filter::compile::{EvalContext, compile};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::first_failing::Demands;
use crate::domain::filter::json::FilterError;
use crate::domain::filter::output::{Limit, Output, apply_output};
use crate::domain::filter::rule::Filter;
use crate::domain::filter::sentence::sentence;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::track::FilterableTrack;
use std::collections::HashMap;

/// A child among the others: what it takes decides what they may take.
#[derive(Debug, Clone, Copy)]
pub struct Taker<'a> {
    pub name: &'a str,
    pub kind: ChildKind,
    /// What routing gives it, or what it holds where it cannot be judged.
    pub uris: &'a [String],
}

/// The songs that others took before a child was asked, with the first who took each. Takes all active children by
/// priority, and the place of the child among them.
pub fn taken_before<'a>(takers: &[Taker<'a>], child: usize, routing: Routing) -> HashMap<&'a str, &'a str> {
    let Some(own) = takers.get(child) else { return HashMap::new() };
    let is_before = |at: usize, other: &Taker<'_>| match (own.kind, routing) {
        (ChildKind::Leftovers, Routing::Overlap | Routing::FirstMatch) => at != child,
        (ChildKind::Filter, Routing::FirstMatch) => at < child && other.kind == ChildKind::Filter,
        (ChildKind::Filter, Routing::Overlap) => false,
    };
    let mut taken = HashMap::new();
    for (_, other) in takers.iter().enumerate().filter(|(at, other)| is_before(*at, other)) {
        for uri in other.uris {
            taken.entry(uri.as_str()).or_insert(other.name);
        }
    }
    taken
}

/// One child's changes explained.
#[derive(Debug)]
pub struct ChangeReasons<'a> {
    tracks: &'a [FilterableTrack],
    columns: Columns<'a>,
    row_of: HashMap<&'a str, u32>,
    filter: &'a Filter,
    kind: ChildKind,
    demands: Demands,
    taken: HashMap<&'a str, &'a str>,
    /// Rows whose rules fit and that nobody took before.
    matched: Vec<u32>,
}

impl<'a> ChangeReasons<'a> {
    /// Takes the base's songs, a child's filter and kind, and what [`taken_before`] gives.
    ///
    /// # Errors
    /// [`FilterError`] where the filter cannot be compiled.
    pub fn new(
        tracks: &'a [FilterableTrack],
        filter: &'a Filter,
        kind: ChildKind,
        taken: HashMap<&'a str, &'a str>,
        context: &EvalContext,
    ) -> Result<Self, FilterError> {
        let compiled = compile(filter, context)?;
        let fits = |track: &FilterableTrack| compiled.verdict(track) == Verdict::Yes;
        let is_open = |uri: &str| !taken.contains_key(uri) && !filter.bans.iter().any(|ban| ban == uri);
        let rows = tracks.iter().zip(0..).filter(|(track, _)| is_open(&track.uri) && fits(track));
        Ok(Self {
            matched: rows.map(|(_, row)| row).collect(),
            row_of: first_rows(tracks),
            demands: Demands::of(filter, context)?,
            columns: Columns::new(tracks),
            tracks,
            filter,
            kind,
            taken,
        })
    }

    /// The song of the base with this URI.
    pub fn track(&self, uri: &str) -> Option<&'a FilterableTrack> {
        self.row_of.get(uri).map(|row| &self.tracks[*row as usize])
    }

    /// Why a song comes in.
    pub fn added(&self, uri: &str) -> String {
        if self.filter.pins.iter().any(|pin| pin == uri) {
            return "Pinned by you".to_owned();
        }
        match (self.kind, self.filter.root.rules.is_empty()) {
            (ChildKind::Leftovers, true) => "No other child takes it".to_owned(),
            (ChildKind::Filter, true) => "This child takes every song".to_owned(),
            (ChildKind::Leftovers, false) => format!("No other child takes it; fits “{}”", sentence(self.filter)),
            (ChildKind::Filter, false) => format!("Fits “{}”", sentence(self.filter)),
        }
    }

    /// Why a song goes.
    pub fn removed(&self, uri: &str) -> String {
        if self.filter.bans.iter().any(|ban| ban == uri) {
            return "Excluded by you".to_owned();
        }
        let Some(track) = self.track(uri) else { return "No longer in the base".to_owned() };
        if let Some(words) = self.demands.first_failing(track) {
            return format!("Does not fit “{words}”");
        }
        if let Some(name) = self.taken.get(uri) {
            return format!("Taken by {name}");
        }
        self.cut(uri)
    }

    /// The rules fit, and nobody else took it: the output rules keep it out.
    fn cut(&self, uri: &str) -> String {
        let output = &self.filter.output;
        let stays = |output: Output| {
            let kept = apply_output(&self.columns, &self.matched, &output);
            kept.into_iter().any(|row| self.tracks[row as usize].uri == uri)
        };
        let without_limit = Output { limit: None, sort: Vec::new(), ..output.clone() };
        match (output.limit, output.max_per_artist) {
            (Some(limit), _) if stays(without_limit.clone()) => format!("Cut by the limit of {}", limit_words(limit)),
            (_, Some(most)) if stays(Output { max_per_artist: None, ..without_limit }) => {
                format!("Over the most of {most} per artist")
            }
            (_, _) if self.is_matched(uri) => "Another copy of it stays".to_owned(),
            (_, _) => "No rule takes it any more".to_owned(),
        }
    }

    fn is_matched(&self, uri: &str) -> bool {
        self.matched.iter().any(|row| self.tracks[*row as usize].uri == uri)
    }
}

/// The first row of each song.
fn first_rows(tracks: &[FilterableTrack]) -> HashMap<&str, u32> {
    let mut rows = HashMap::with_capacity(tracks.len());
    for (track, row) in tracks.iter().zip(0..) {
        rows.entry(track.uri.as_str()).or_insert(row);
    }
    rows
}

fn limit_words(limit: Limit) -> String {
    match limit {
        Limit::Tracks(1) => "1 song".to_owned(),
        Limit::Tracks(most) => format!("{most} songs"),
        Limit::Minutes(most) => format!("{most} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::capability::Capabilities;
    use crate::domain::filter::json;
    use crate::domain::track::TrackArtist;
    use serde_json::{Value, json};

    fn tracks() -> Vec<FilterableTrack> {
        let track = |uri: &str, artist: &str, seconds: u32| FilterableTrack {
            uri: uri.into(),
            id: uri.into(),
            duration_ms: seconds * 1_000,
            artists: vec![TrackArtist { name: artist.into(), ..TrackArtist::default() }],
            ..FilterableTrack::default()
        };
        vec![
            track("a", "A", 100),
            track("b", "A", 110),
            track("c", "B", 120),
            track("d", "C", 130),
            track("e", "C", 300),
        ]
    }

    fn filter(more: Value) -> Filter {
        let mut value = json!({"schema_version": 1, "rules": [{"field": "duration", "op": "lte", "value": 200_000}]});
        for (key, part) in more.as_object().unwrap() {
            value[key] = part.clone();
        }
        json::parse(&value).unwrap()
    }

    fn context() -> EvalContext {
        EvalContext { now_ms: 0, zone: vec![], capabilities: Capabilities::ALL }
    }

    #[test]
    fn each_way_out_of_a_child_has_its_words() {
        let tracks = tracks();
        let filter = filter(json!({"output": {"limit": {"tracks": 2}, "max_per_artist": 1}}));
        let taken = HashMap::from([("c", "Rock")]);
        let reasons = ChangeReasons::new(&tracks, &filter, ChildKind::Filter, taken, &context()).unwrap();
        assert_eq!(reasons.removed("e"), "Does not fit “At most 3:20 long”");
        assert_eq!(reasons.removed("c"), "Taken by Rock");
        assert_eq!(reasons.removed("b"), "Over the most of 1 per artist");
        assert_eq!(reasons.removed("gone"), "No longer in the base");
        assert_eq!(reasons.added("a"), "Fits “At most 3:20 long”");
        let three = Filter { output: Output { limit: Some(Limit::Tracks(1)), ..Output::default() }, ..filter };
        let reasons = ChangeReasons::new(&tracks, &three, ChildKind::Filter, HashMap::new(), &context()).unwrap();
        assert_eq!(reasons.removed("d"), "Cut by the limit of 1 song");
    }

    #[test]
    fn pins_and_exclusions_are_named_first() {
        let tracks = tracks();
        let song = format!("spotify:track:{}", "a".repeat(22));
        let filter = Filter { pins: vec![song.clone()], bans: vec!["b".into()], ..filter(json!({})) };
        let reasons = ChangeReasons::new(&tracks, &filter, ChildKind::Filter, HashMap::new(), &context()).unwrap();
        assert_eq!(reasons.added(&song), "Pinned by you");
        assert_eq!(reasons.removed("b"), "Excluded by you");
    }

    #[test]
    fn who_was_asked_before_depends_on_routing_and_kind() {
        let uris = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (one, two, rest) = (uris("a b"), uris("b c"), uris("d"));
        let taker = |name, kind, uris| Taker { name, kind, uris };
        let all = [
            taker("One", ChildKind::Filter, one.as_slice()),
            taker("Rest", ChildKind::Leftovers, rest.as_slice()),
            taker("Two", ChildKind::Filter, two.as_slice()),
        ];
        assert_eq!(taken_before(&all, 2, Routing::Overlap), HashMap::new());
        assert_eq!(taken_before(&all, 2, Routing::FirstMatch), HashMap::from([("a", "One"), ("b", "One")]));
        assert_eq!(taken_before(&all, 0, Routing::FirstMatch), HashMap::new());
        let others = HashMap::from([("a", "One"), ("b", "One"), ("c", "Two")]);
        assert_eq!(taken_before(&all, 1, Routing::Overlap), others);
    }
}
