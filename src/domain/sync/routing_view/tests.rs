use super::*;
use crate::domain::track::{PartialDate, TrackArtist};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashSet;

fn child_id(n: usize) -> ChildPlaylistId {
    ChildPlaylistId::parse(&format!("{n:032x}")).unwrap()
}

fn track(uri: &str, genre: Option<&str>, year: Option<i16>) -> FilterableTrack {
    let genres = genre.map(|genre| vec![genre.to_owned()]);
    FilterableTrack {
        uri: uri.to_owned(),
        artists: vec![TrackArtist { genres, ..TrackArtist::default() }],
        release_date: year.map(PartialDate::Year),
        ..FilterableTrack::default()
    }
}

fn base(text: &str) -> Vec<FilterableTrack> {
    text.split_whitespace().map(|uri| track(uri, Some("rock"), Some(1990))).collect()
}

fn lists(texts: &[&str]) -> Vec<Vec<String>> {
    texts.iter().map(|text| text.split_whitespace().map(str::to_owned).collect()).collect()
}

fn view(tracks: &[FilterableTrack], skipped: &[SkippedRow], lists: &[Vec<String>]) -> RoutingView {
    let children: Vec<TakingChild<'_>> =
        lists.iter().enumerate().map(|(n, uris)| TakingChild { id: child_id(n), uris }).collect();
    routing_view(tracks, skipped, &children, Asked::default(), |_| false)
}

fn local(position: u32) -> SkippedRow {
    SkippedRow { position, name: "a file".into(), reason: SkipReason::LocalFile }
}

#[test]
fn counts_pairs_and_lists_of_a_small_base() {
    let view = view(&base("a b c d e"), &[local(6)], &lists(&["a b c", "b c", "c outside", ""]));
    assert_eq!((view.total, view.matched, view.several, view.unrouted, view.skipped), (6, 3, 2, 2, 1));
    let flows: Vec<(u32, u32)> = view.children.iter().map(|child| (child.rows, child.alone)).collect();
    assert_eq!(flows, [(3, 1), (2, 0), (1, 0), (0, 0)]);
    assert_eq!(view.matrix(), [[3, 2, 1, 0], [2, 2, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]]);
    assert_eq!(view.combinations(9), [(vec![0, 1], 1), (vec![0, 1, 2], 1)]);
    assert_eq!(view.combinations(1), [(vec![0, 1], 1)]);
    assert_eq!(view.rows_of(&RowSet::Unrouted(None)), [3, 4]);
    assert_eq!(view.rows_of(&RowSet::Child(1)), [1, 2]);
    assert_eq!(view.rows_of(&RowSet::Alone(0)), [0]);
    assert_eq!(view.rows_of(&RowSet::Several), [1, 2]);
    assert_eq!(view.rows_of(&RowSet::Both(2, 0)), [2]);
    assert_eq!(view.rows_of(&RowSet::Exactly(vec![1, 0])), [1]);
}

#[test]
fn a_song_that_the_base_holds_twice_counts_by_its_rows() {
    let view = view(&base("a b a"), &[], &lists(&["a", "a"]));
    assert_eq!((view.matched, view.several, view.unrouted), (2, 2, 1));
    assert_eq!(view.rows_of(&RowSet::Both(0, 1)), [0, 2]);
}

#[test]
fn a_row_that_nobody_takes_has_the_first_reason_that_holds() {
    let tracks = [
        track("fits", None, None),
        track("bare", None, None),
        track("undated", Some("rock"), None),
        track("whole", Some("rock"), Some(1990)),
    ];
    let reasons = |asked| {
        let view = routing_view(&tracks, &[], &[], asked, |row| row == 0);
        view.reasons.iter().map(|reason| reason.unwrap()).collect::<Vec<_>>()
    };
    use UnroutedReason as R;
    let asked = Asked { genre: true, year: true, not_judged: false };
    assert_eq!(reasons(asked), [R::Cut, R::NoGenre, R::NoYear, R::NoRuleFits]);
    assert_eq!(reasons(Asked { genre: false, ..asked }), [R::Cut, R::NoYear, R::NoYear, R::NoRuleFits]);
    assert_eq!(
        reasons(Asked { not_judged: true, ..Asked::default() }),
        [R::Cut, R::NotJudged, R::NotJudged, R::NotJudged]
    );
    assert_eq!(reasons(Asked::default()), [R::Cut, R::NoRuleFits, R::NoRuleFits, R::NoRuleFits]);
    for reason in R::ALL {
        assert_eq!(R::parse(reason.as_str()), Some(reason));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn every_row_is_in_one_place_and_every_number_is_a_plain_count(
        songs in vec(0..30_usize, 0..60),
        skipped in 0..4_u32,
        taken in vec(vec(0..35_usize, 0..30), 0..7),
        asked in (any::<bool>(), any::<bool>(), any::<bool>()),
        fitting in vec(any::<bool>(), 60),
        known in vec((any::<bool>(), any::<bool>()), 60),
    ) {
        let tracks: Vec<FilterableTrack> = songs.iter().zip(&known)
            .map(|(song, (genre, year))| track(&format!("s{song}"), genre.then_some("rock"), year.then_some(1990)))
            .collect();
        let skipped: Vec<SkippedRow> = (0..skipped).map(local).collect();
        let lists: Vec<Vec<String>> =
            taken.iter().map(|list| list.iter().map(|song| format!("s{song}")).collect()).collect();
        let children: Vec<TakingChild<'_>> =
            lists.iter().enumerate().map(|(n, uris)| TakingChild { id: child_id(n), uris }).collect();
        let asked = Asked { genre: asked.0, year: asked.1, not_judged: asked.2 };
        let view = routing_view(&tracks, &skipped, &children, asked, |row| fitting[row]);

        let sets: Vec<HashSet<usize>> = taken.iter().map(|list| list.iter().copied().collect()).collect();
        let takers = |song: &usize| sets.iter().filter(|set| set.contains(song)).count();
        let rows = |wanted: &dyn Fn(&usize) -> bool| songs.iter().filter(|song| wanted(song)).count() as u32;
        prop_assert_eq!(view.matched, rows(&|song| takers(song) > 0));
        prop_assert_eq!(view.unrouted, rows(&|song| takers(song) == 0));
        prop_assert_eq!(view.several, rows(&|song| takers(song) > 1));
        prop_assert_eq!(view.matched + view.unrouted + view.skipped, view.total);
        prop_assert_eq!(view.total as usize, songs.len() + skipped.len());

        // The ribbons: each child's own, those of several, those of none, and those that are no songs.
        let alone: u32 = view.children.iter().map(|child| child.alone).sum();
        prop_assert_eq!(alone + view.several + view.unrouted + view.skipped, view.total);

        let matrix = view.matrix();
        for (a, of_a) in sets.iter().enumerate() {
            prop_assert_eq!(view.children[a].rows, matrix[a][a]);
            for (b, of_b) in sets.iter().enumerate() {
                let both = rows(&|song| of_a.contains(song) && of_b.contains(song));
                prop_assert_eq!(matrix[a][b], both);
                prop_assert_eq!(view.rows_of(&RowSet::Both(a, b)).len() as u32, both);
            }
            prop_assert_eq!(view.rows_of(&RowSet::Alone(a)).len() as u32, view.children[a].alone);
        }

        let combinations = view.combinations(usize::MAX);
        prop_assert_eq!(combinations.iter().map(|(_, rows)| rows).sum::<u32>(), view.several);
        for (children, rows) in combinations {
            prop_assert!(children.len() > 1 && children.is_sorted());
            prop_assert_eq!(view.rows_of(&RowSet::Exactly(children)).len() as u32, rows);
        }

        let reasons = view.reasons();
        prop_assert_eq!(reasons.iter().map(|(_, rows)| rows).sum::<u32>(), view.unrouted);
        let mut listed: Vec<u32> = reasons.iter()
            .flat_map(|(reason, _)| view.rows_of(&RowSet::Unrouted(Some(*reason)))).collect();
        listed.sort_unstable();
        prop_assert_eq!(listed, view.rows_of(&RowSet::Unrouted(None)));
    }
}
