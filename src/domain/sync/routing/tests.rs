use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashSet;

fn child_id(n: u128) -> ChildPlaylistId {
    ChildPlaylistId::parse(&format!("{n:032x}")).unwrap()
}

/// Each word is a track of one second; its position in the text is its position in the base.
fn base(text: &str) -> Vec<FilterableTrack> {
    text.split_whitespace()
        .zip(1..)
        .map(|(word, position)| FilterableTrack {
            position,
            uri: word.to_owned(),
            duration_ms: 1_000,
            ..FilterableTrack::default()
        })
        .collect()
}

/// What a child of a test takes: the URIs it matches; those it cannot judge end in "?".
struct Wants {
    kind: ChildKind,
    songs: Vec<String>,
    holds: Option<Vec<String>>,
    pins: Vec<String>,
    bans: Vec<String>,
    output: Output,
}

impl Wants {
    fn work(&self, n: u128) -> ChildWork<'_> {
        ChildWork {
            id: child_id(n),
            kind: self.kind,
            holds: self.holds.as_deref(),
            pins: &self.pins,
            bans: &self.bans,
            output: &self.output,
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn wants(text: &str) -> Wants {
    Wants {
        kind: ChildKind::Filter,
        songs: words(text),
        holds: None,
        pins: vec![],
        bans: vec![],
        output: Output::default(),
    }
}

fn leftovers(text: &str) -> Wants {
    Wants { kind: ChildKind::Leftovers, ..wants(text) }
}

fn routed(tracks: &[FilterableTrack], wants: &[Wants], routing: Routing) -> Routed {
    let children: Vec<ChildWork<'_>> = wants.iter().zip(0..).map(|(wants, n)| wants.work(n)).collect();
    let judged = |wants: &Wants| Verdicts {
        yes: Bits::of(tracks, |track| wants.songs.contains(&track.uri)),
        unknown: Bits::of(tracks, |track| wants.songs.contains(&format!("{}?", track.uri))),
    };
    let judged: Vec<Verdicts> = wants.iter().map(judged).collect();
    let routed = route_judged(&Columns::new(tracks), &children, routing, &judged);
    assert_eq!(routed.unrouted, routed.unrouted_rows.count());
    assert!((0..tracks.len()).all(|row| routed.unrouted_rows.has(row) == (routed.takers(row).count() == 0)));
    routed
}

fn targets(routed: &Routed) -> Vec<String> {
    routed.children.iter().map(|child| child.target.join(" ")).collect()
}

#[test]
fn a_song_may_go_to_several_children_in_the_base_order() {
    let routed = routed(&base("c a b d"), &[wants("a b c"), wants("b"), wants("")], Routing::Overlap);
    assert_eq!(targets(&routed), ["c a b", "b", ""]);
    assert_eq!((routed.unrouted, routed.overlaps), (1, 1));
    assert_eq!(routed.children[0].tracks, [0, 1, 2]);
    assert_eq!(routed.children[0].duration_ms, 3_000);
}

#[test]
fn a_repeated_song_is_placed_once_and_its_rows_count_as_matched() {
    let routed = routed(&base("a b a x x"), &[wants("a b"), wants("a")], Routing::Overlap);
    assert_eq!(targets(&routed), ["a b", "a"]);
    assert_eq!((routed.unrouted, routed.overlaps), (2, 1));
    assert_eq!(routed.children[0].tracks, [0, 1]);
}

#[test]
fn of_a_repeated_song_the_first_row_that_matches_counts() {
    let tracks = base("a b a");
    let child = wants("");
    let judged = Verdicts { yes: Bits::of(&tracks, |track| track.position > 1), unknown: Bits::none(3) };
    let routed = route_judged(&Columns::new(&tracks), &[child.work(0)], Routing::Overlap, &[judged]);
    assert_eq!(targets(&routed), ["b a"]);
}

#[test]
fn the_first_child_takes_and_leftovers_are_judged_last() {
    let children = [leftovers("a b c d"), wants("a b"), wants("b c")];
    let tracks = base("a b c d e");
    let first_match = routed(&tracks, &children, Routing::FirstMatch);
    assert_eq!(targets(&first_match), ["d", "a b", "c"]);
    assert_eq!((first_match.unrouted, first_match.overlaps), (1, 0));
    let overlap = routed(&tracks, &children, Routing::Overlap);
    assert_eq!(targets(&overlap), ["d", "a b", "b c"]);
    assert_eq!((overlap.unrouted, overlap.overlaps), (1, 1));
}

#[test]
fn a_child_that_cannot_be_judged_counts_as_taking_what_it_holds() {
    let holding = Wants { holds: Some(words("b gone")), ..wants("a b? c") };
    let routed = routed(&base("a b c d"), &[holding, leftovers("a b c d")], Routing::FirstMatch);
    assert_eq!(routed.children[0].unknown, 1);
    assert_eq!(targets(&routed), ["a c", "a c d"]);
    let takers: Vec<Vec<usize>> = (0..4).map(|row| routed.takers(row).collect()).collect();
    assert_eq!(takers, [[1], [0], [1], [1]]);
    assert_eq!((routed.unrouted, routed.overlaps), (0, 0));
}

#[test]
fn a_song_that_is_taken_already_leaves_no_doubt() {
    let routed = routed(&base("a b"), &[wants("a"), wants("a? b")], Routing::FirstMatch);
    assert_eq!(routed.children[1].unknown, 0);
    assert_eq!(targets(&routed), ["a", "b"]);
}

#[test]
fn pins_enter_past_rules_and_first_match_and_bans_shut_out() {
    let pinning = Wants { pins: words("x a c y x z"), bans: words("b z"), ..wants("b c? d") };
    let routed = routed(&base("a b c d z"), &[wants("a"), pinning], Routing::FirstMatch);
    assert_eq!(targets(&routed), ["a", "a c d x y"]);
    assert_eq!((routed.children[1].unknown, routed.children[1].duration_ms), (0, 3_000));
    assert_eq!((routed.unrouted, routed.overlaps), (2, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    /// Rows of the base are numbered modulo 12, so that songs repeat; bits say which child matches which.
    #[test]
    fn every_row_is_matched_somewhere_or_unrouted(
        rows in vec(0..12_usize, 0..40),
        masks in vec((any::<u16>(), any::<bool>()), 0..5),
        first_match in any::<bool>(),
    ) {
        let tracks = base(&rows.iter().map(|row| format!("s{row}")).collect::<Vec<_>>().join(" "));
        let children: Vec<Wants> = masks.iter().map(|&(mask, last)| {
            let songs = (0..12).filter(|bit| mask & (1 << bit) != 0).map(|bit| format!("s{bit} ")).collect::<String>();
            if last { leftovers(&songs) } else { wants(&songs) }
        }).collect();
        let routing = if first_match { Routing::FirstMatch } else { Routing::Overlap };
        let routed = routed(&tracks, &children, routing);

        let takers = |uri: &String| routed.children.iter().filter(|child| child.target.contains(uri)).count();
        prop_assert_eq!(routed.unrouted as usize, tracks.iter().filter(|track| takers(&track.uri) == 0).count());
        for (child, wants) in routed.children.iter().zip(&children) {
            let uris: HashSet<&String> = child.target.iter().collect();
            prop_assert_eq!(uris.len(), child.target.len(), "a song twice");
            prop_assert!(child.tracks.is_sorted(), "not the base's order");
            prop_assert!(child.target.iter().all(|uri| wants.songs.contains(uri)));
            let at_rows: Vec<&String> = child.tracks.iter().map(|&row| &tracks[row as usize].uri).collect();
            prop_assert_eq!(at_rows, child.target.iter().collect::<Vec<_>>());
            if wants.kind == ChildKind::Leftovers || first_match {
                prop_assert!(child.target.iter().all(|uri| takers(uri) == 1));
            } else {
                let all = tracks.iter().filter(|track| wants.songs.contains(&track.uri)).map(|track| &track.uri);
                prop_assert_eq!(uris, all.collect::<HashSet<_>>());
            }
        }
        // A browser that edits one child judges it alone, on what the others leave.
        let kinds: Vec<ChildKind> = children.iter().map(|child| child.kind).collect();
        for (at, child) in children.iter().enumerate() {
            let mut shut = Bits::none(tracks.len());
            taken_before(&routed.taken, &kinds, at, routing).iter().for_each(|row| shut.insert(*row as usize));
            let judged = Verdicts {
                yes: Bits::of(&tracks, |track| child.songs.contains(&track.uri)),
                unknown: Bits::none(tracks.len()),
            };
            let alone = place(&Columns::new(&tracks), &child.work(at as u128), Some(shut), &judged);
            prop_assert_eq!(&alone, &routed.children[at]);
        }
        let any_wants = |uri: &String| children.iter().any(|wants| wants.songs.contains(uri));
        prop_assert!(tracks.iter().all(|track| any_wants(&track.uri) == (takers(&track.uri) > 0)));
    }
}
