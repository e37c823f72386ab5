use super::*;
use crate::domain::capability::Capabilities;
use crate::domain::filter::json;
use crate::domain::filter::rule::Filter;
use crate::domain::sync::settle::settle;
use crate::domain::track::TrackArtist;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const IDS: [&str; 4] =
    ["2XU0oxnq2qxCpomAAuJY8K", "2NjfBq1NflQcKSeiDooVjY", "0UywfDKYlyiu1b38DRrzYD", "3n3Ppam7vgaVa1iaRUc9Lp"];

fn uri(n: usize) -> String {
    format!("spotify:track:{}", IDS[n])
}

fn context(popularity: bool) -> EvalContext {
    let capabilities = Capabilities { popularity, ..Capabilities::ALL };
    EvalContext { now_ms: 0, zone: vec![(i64::MIN, 0)], capabilities }
}

#[derive(Debug, Clone)]
struct Child {
    filter: Filter,
    kind: ChildKind,
    active: bool,
    holds: Option<Vec<String>>,
}

fn child(filter: Value) -> Child {
    Child { filter: json::parse(&filter).unwrap(), kind: ChildKind::Filter, active: true, holds: None }
}

fn any_child() -> impl Strategy<Value = Child> {
    let rule = prop_oneof![
        3 => (0..5u32).prop_map(|n| json!({"field": "position", "op": "gt", "value": n})),
        3 => (0..5u32).prop_map(|n| json!({"field": "duration", "op": "gte", "value": n * 30_000})),
        1 => Just(json!({"field": "popularity", "op": "gte", "value": 0})),
    ];
    let limit = option::of(prop_oneof![
        (1..4u32).prop_map(|n| json!({"tracks": n})),
        (1..3u32).prop_map(|n| json!({"minutes": n}))
    ]);
    let output = (select(&["id", "isrc", "isrc_then_name"][..]), limit, option::of(1..3u32), any::<bool>());
    let hands = (vec(0..IDS.len(), 0..2), vec(0..IDS.len(), 0..2), option::of(vec(0..IDS.len(), 0..3)));
    (rule, output, hands, any::<bool>(), option::weighted(0.8, Just(()))).prop_map(
        |(rule, output, hands, first, active)| {
            let (dedupe, limit, cap, is_sorted) = output;
            let mut out = json!({"dedupe": dedupe});
            if let Some(limit) = limit {
                out["limit"] = limit;
            }
            if let Some(cap) = cap {
                out["max_per_artist"] = json!(cap);
            }
            if is_sorted {
                out["sort"] = json!([{"field": "duration", "dir": if first { "asc" } else { "desc" }}]);
            }
            let uris = |list: Vec<usize>| list.into_iter().map(uri).collect::<Vec<_>>();
            let (pins, bans) = (uris(hands.0), uris(hands.1));
            let filter = json!({"schema_version": 1, "rules": [rule], "output": out, "pins": pins, "bans": bans});
            Child { active: active.is_some(), holds: hands.2.map(uris), ..child(filter) }
        },
    )
}

fn any_base() -> impl Strategy<Value = Vec<FilterableTrack>> {
    let song = (0..IDS.len(), 0..4u32, option::of(select(&["A", "B"][..])), select(&["x", "y"][..]));
    vec(song, 1..10).prop_map(|songs| {
        let track = |((id, length, isrc, name), position): ((usize, u32, Option<&str>, &str), u32)| FilterableTrack {
            position,
            uri: uri(id),
            id: IDS[id].to_owned(),
            title: name.to_owned(),
            artists: vec![TrackArtist { name: name.to_owned(), ..TrackArtist::default() }],
            duration_ms: length * 30_000,
            isrc: isrc.map(str::to_owned),
            popularity: Some(3),
            ..FilterableTrack::default()
        };
        songs.into_iter().zip(1..).map(track).collect()
    })
}

fn id(at: usize) -> ChildPlaylistId {
    ChildPlaylistId::parse(&format!("{at:032x}")).unwrap()
}

fn routing_children(children: &[Child]) -> Vec<RoutingChild<'_>> {
    children
        .iter()
        .enumerate()
        .map(|(at, child)| RoutingChild {
            id: id(at),
            filter: &child.filter,
            kind: child.kind,
            active: child.active,
            holds: child.holds.as_deref(),
        })
        .collect()
}

/// What the active children get while one is left as it is.
fn routed_with(
    tracks: &[FilterableTrack],
    given: &[RoutingChild<'_>],
    routing: Routing,
    context: &EvalContext,
    left: Option<usize>,
) -> Routed {
    let active: Vec<usize> = (0..given.len()).filter(|at| given[*at].active).collect();
    let children: Vec<RoutingChild<'_>> = active.iter().map(|at| RoutingChild { ..given[*at] }).collect();
    let left: Vec<usize> = active.iter().position(|at| Some(*at) == left).into_iter().collect();
    settle(tracks, &children, routing, context, &left, |_, _| None).unwrap().routed
}

/// The placement of each song in each child.
fn all_placements(
    tracks: &[FilterableTrack],
    children: &[Child],
    routing: Routing,
    context: &EvalContext,
    left: Option<usize>,
) -> Vec<Vec<Placement>> {
    let given = routing_children(children);
    let routed = routed_with(tracks, &given, routing, context, left);
    let left = left.map(|at| (id(at), "It is held.".to_owned())).into_iter().collect();
    let base = RoutedBase { tracks, children: &given, routing, context, routed: &routed, left: &left };
    (0..children.len()).map(|at| (0..tracks.len()).map(|song| placement(&base, at, song).unwrap()).collect()).collect()
}

/// Whether the song is in a child whose output is changed.
#[expect(clippy::too_many_arguments, reason = "the whole case, and which song of it")]
fn is_in_with(
    tracks: &[FilterableTrack],
    children: &[Child],
    routing: Routing,
    context: &EvalContext,
    left: Option<usize>,
    at: usize,
    song: usize,
    change: impl Fn(&mut Output),
) -> bool {
    let mut children = children.to_vec();
    change(&mut children[at].filter.output);
    let given = routing_children(&children);
    let routed = routed_with(tracks, &given, routing, context, left);
    routed.children.iter().find(|routed| routed.id == id(at)).unwrap().target.contains(&tracks[song].uri)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_048))]

    #[test]
    fn what_is_told_is_what_was_routed_and_the_reason_is_the_reason(
        tracks in any_base(), children in vec(any_child(), 1..4), last in any::<bool>(), is_first in any::<bool>(), popularity in any::<bool>(),
        left in option::of(0..3usize),
    ) {
        let mut children = children;
        if last {
            children.last_mut().unwrap().kind = ChildKind::Leftovers;
        }
        let routing = if is_first { Routing::FirstMatch } else { Routing::Overlap };
        let context = context(popularity);
        let given = routing_children(&children);
        let left = left.filter(|at| children.get(*at).is_some_and(|child| child.active));
        let routed = routed_with(&tracks, &given, routing, &context, left);
        for (at, told) in all_placements(&tracks, &children, routing, &context, left).into_iter().enumerate() {
            let target = routed.children.iter().find(|routed| routed.id == id(at));
            for (song, told) in told.into_iter().enumerate() {
                let held = children[at].holds.as_ref().map(|held| held.contains(&tracks[song].uri));
                let expected = match target {
                    Some(target) if target.unknown == 0 && left != Some(at) => Some(target.target.contains(&tracks[song].uri)),
                    Some(_) | None => held,
                };
                prop_assert_eq!(told.is_in, expected, "{:?}", told);
                let with = |change: &dyn Fn(&mut Output)| is_in_with(&tracks, &children, routing, &context, left, at, song, change);
                match told.code {
                    PlacementCode::OverLimit => prop_assert!(with(&|output| output.limit = None), "{:?}", told),
                    PlacementCode::OverArtistCap => prop_assert!(with(&|output| {
                        (output.limit, output.max_per_artist) = (None, None);
                    }), "{:?}", told),
                    PlacementCode::Duplicate => {
                        prop_assert!(told.position.is_some_and(|row| row < tracks[song].position), "{:?}", told);
                    }
                    PlacementCode::TakenBefore => {
                        let by = given.iter().find(|child| Some(child.id) == told.taken_by).unwrap();
                        let taker = routed.children.iter().find(|routed| routed.id == by.id).unwrap();
                        let is_left = taker.unknown > 0 || left.map(id) == Some(by.id);
                        let uris = if is_left { by.holds.unwrap() } else { taker.target.as_slice() };
                        prop_assert!(uris.contains(&tracks[song].uri));
                    }
                    PlacementCode::NotWritten => prop_assert_eq!(Some(at), left),
                    PlacementCode::Inactive => prop_assert!(!children[at].active),
                    PlacementCode::NotJudged => prop_assert!(target.unwrap().unknown > 0),
                    PlacementCode::Banned => prop_assert!(children[at].filter.bans.contains(&tracks[song].uri)),
                    PlacementCode::Pinned => prop_assert!(children[at].filter.pins.contains(&tracks[song].uri)),
                    PlacementCode::Matched | PlacementCode::NotMatched => {}
                    PlacementCode::SkippedRow => prop_assert!(false),
                }
            }
        }
    }
}

/// Code and words of each song in the only child.
fn told(songs: &[(usize, u32)], output: Value) -> Vec<(PlacementCode, String)> {
    let tracks: Vec<FilterableTrack> = songs
        .iter()
        .zip(1..)
        .map(|((id, seconds), position)| FilterableTrack {
            position,
            uri: uri(*id),
            title: format!("{id}"),
            artists: vec![TrackArtist { name: "Björk".into(), ..TrackArtist::default() }],
            duration_ms: seconds * 1_000,
            ..FilterableTrack::default()
        })
        .collect();
    let filter =
        json!({"schema_version": 1, "rules": [{"field": "duration", "op": "gte", "value": 10_000}], "output": output});
    let placed = all_placements(&tracks, &[child(filter)], Routing::Overlap, &context(true), None);
    placed.into_iter().flatten().map(|one| (one.code, one.words)).collect()
}

#[test]
fn reasons_read_as_people_speak() {
    use PlacementCode::{Matched, NotMatched, OverArtistCap, OverLimit};
    let songs = [(0, 5), (1, 60), (2, 60), (1, 60)];
    let of = |output| told(&songs, output);
    assert_eq!(
        of(json!({"limit": {"tracks": 1}})),
        [
            (NotMatched, "its rules do not take this song".to_owned()),
            (Matched, "it stands at place 1".to_owned()),
            (OverLimit, "it stops at 1 song, and the song would stand at place 2".to_owned()),
            (Matched, "it stands at place 1, once for this row and row 2".to_owned()),
        ]
    );
    assert_eq!(of(json!({"max_per_artist": 1}))[2], (OverArtistCap, "it already has 1 song by Björk".to_owned()));
    assert_eq!(of(json!({"limit": {"minutes": 1}}))[2].0, OverLimit);
}
