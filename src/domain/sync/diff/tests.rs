use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// "a b !c" is two songs and a fixed row.
fn rows(text: &str) -> Vec<Row> {
    text.split_whitespace()
        .map(|word| match word.strip_prefix('!') {
            Some(name) => Row { uri: name.to_owned(), fixed: true },
            None => Row::song(word),
        })
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn numbered(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("s{n}")).collect()
}

fn songs(uris: &[String]) -> Vec<Row> {
    uris.iter().map(Row::song).collect()
}

fn comparable(rows: &[Row]) -> Vec<String> {
    rows.iter().filter(|row| !row.fixed).map(|row| row.uri.clone()).collect()
}

fn fixed(rows: &[Row]) -> Vec<Row> {
    rows.iter().filter(|row| row.fixed).cloned().collect()
}

fn set(uris: &[String]) -> HashSet<&str> {
    uris.iter().map(String::as_str).collect()
}

/// Cost E of the quality page, by a slow and simple way: a table of longest runs, song by song.
fn cost_of_edits(current: &[Row], target: &[String]) -> usize {
    let old = comparable(current);
    let (had, wanted) = (set(&old), set(target));
    let requests = |len: usize| len.div_ceil(100);
    let mut inserts = 0;
    let mut run = 0;
    for uri in target {
        if had.contains(uri.as_str()) {
            inserts += requests(run);
            run = 0;
        } else {
            run += 1;
        }
    }
    inserts += requests(run);

    let mut place = HashMap::new();
    let (mut rank, mut fixed_above) = (0, 0);
    for row in current {
        if row.fixed {
            fixed_above += 1;
        } else if wanted.contains(row.uri.as_str()) {
            place.insert(row.uri.as_str(), (rank, fixed_above));
            rank += 1;
        }
    }
    let kept: Vec<(usize, i32)> = target.iter().filter_map(|uri| place.get(uri.as_str()).copied()).collect();
    let opens_block = |i: usize| i == 0 || kept[i].0 != kept[i - 1].0 + 1 || kept[i].1 != kept[i - 1].1;
    let mut best: Vec<(usize, usize)> = Vec::new();
    for i in 0..kept.len() {
        let before = (0..i).filter(|&j| kept[j].0 < kept[i].0).map(|j| best[j]).max().unwrap_or((0, 0));
        best.push((before.0 + 1, before.1 + usize::from(opens_block(i))));
    }
    let blocks = (0..kept.len()).filter(|&i| opens_block(i)).count();
    let staying = best.into_iter().max().unwrap_or((0, 0)).1;
    inserts + (blocks - staying) + requests(had.difference(&wanted).count())
}

fn one_request_reaches(current: &[Row], target: &[String], op: WriteOp) -> bool {
    !current.is_empty() && !target.is_empty() && comparable(&replay(current, &op)) == target
}

/// What the promises say about the way of writing, and what it costs.
fn expected(current: &[Row], target: &[String]) -> (WriteKind, usize) {
    let old = comparable(current);
    let (had, wanted) = (set(&old), set(target));
    let edits = (WriteKind::Edits, cost_of_edits(current, target));
    if old == target {
        return (WriteKind::Nothing, 0);
    }
    if old.len() < current.len() {
        return edits;
    }
    if target.len() <= 100 {
        let added = target.iter().filter(|uri| !had.contains(uri.as_str())).cloned().collect();
        let removed: Vec<_> = old.iter().filter(|uri| !wanted.contains(uri.as_str())).cloned().collect();
        let removed_len = set(&removed).len();
        let by_one = one_request_reaches(current, target, WriteOp::Post { uris: added, position: None })
            || removed_len <= 100 && one_request_reaches(current, target, WriteOp::Delete { uris: removed });
        return (if by_one { WriteKind::Edits } else { WriteKind::Put }, 1);
    }
    let replace = (WriteKind::Replace, target.len().div_ceil(100));
    let kept_rows = old.iter().filter(|uri| wanted.contains(uri.as_str())).count();
    let kept = had.intersection(&wanted).count();
    if (kept == 0 && !old.is_empty()) || kept_rows > kept || edits.1 > 3 * target.len().div_ceil(100) + 3 {
        return replace;
    }
    edits
}

fn len_of(op: &WriteOp) -> usize {
    match op {
        WriteOp::Put { uris } | WriteOp::Post { uris, .. } | WriteOp::Delete { uris } => uris.len(),
        WriteOp::Move { .. } => 1,
    }
}

/// The check of all promises on one case; gives the plan for further questions.
fn check(current: &[Row], target: &[String]) -> WritePlan {
    let plan = plan_writes(current, target).unwrap();
    assert_eq!((plan.kind, plan.ops.len()), expected(current, target), "way and number of requests");

    let old = comparable(current);
    let (had, wanted) = (set(&old), set(target));
    let mut held = current.to_vec();
    for op in &plan.ops {
        assert!(len_of(op) <= 100, "{op:?}");
        held = replay(&held, op);
        assert!(held.len() <= 10_000);
        match plan.kind {
            WriteKind::Nothing | WriteKind::Put | WriteKind::Edits => {
                let now = comparable(&held);
                let now = set(&now);
                assert!(had.intersection(&wanted).all(|uri| now.contains(uri)), "a wanted song is missing");
                assert!(now.iter().all(|uri| had.contains(uri) || wanted.contains(uri)), "a strange song");
            }
            WriteKind::Replace => assert_eq!(fixed(current), []),
        }
        assert_eq!(fixed(&held), fixed(current));
    }
    assert_eq!(comparable(&held), target);

    let again = plan_writes(&held, target).unwrap();
    assert_eq!((again.kind, again.ops), (WriteKind::Nothing, vec![]));
    assert_eq!(set(&plan.added), wanted.difference(&had).copied().collect());
    assert_eq!(set(&plan.removed), had.difference(&wanted).copied().collect());
    assert_eq!(plan.kept as usize, had.intersection(&wanted).count());
    assert_eq!(plan.kept as usize + plan.added.len(), target.len());
    plan
}

#[test]
fn nothing_is_sent_where_nothing_differs() {
    for (current, target) in [("", ""), ("a b", "a b"), ("!x a !y b", "a b"), ("!x", "")] {
        let plan = check(&rows(current), &words(target));
        assert_eq!(plan.ops, [], "{current} -> {target}");
    }
}

#[test]
fn a_short_child_is_written_by_one_request() {
    let put = |text| WriteOp::Put { uris: words(text) };
    let post = |text| WriteOp::Post { uris: words(text), position: None };
    let delete = |text| WriteOp::Delete { uris: words(text) };
    let cases = [
        ("", "a b", put("a b")),
        ("a b", "", put("")),
        ("a", "a b c", post("b c")),
        ("a b c", "a c", delete("b")),
        ("x a x b y", "a b", delete("x y")),
        ("a b", "b a", put("b a")),
        ("a b", "c a b", put("c a b")),
        ("a a", "a", put("a")),
        ("a b", "a c", put("a c")),
        ("a a b", "a b c", put("a b c")),
    ];
    for (current, target, op) in cases {
        assert_eq!(check(&rows(current), &words(target)).ops, [op], "{current} -> {target}");
    }
}

#[test]
fn the_hundred_and_first_song_ends_the_single_request() {
    let hundred = numbered(0..100);
    let more = numbered(0..101);
    let reversed = |uris: &[String]| uris.iter().rev().cloned().collect::<Vec<_>>();
    assert_eq!(check(&songs(&reversed(&hundred)), &hundred).kind, WriteKind::Put);
    let plan = check(&songs(&reversed(&more)), &more);
    assert_eq!((plan.kind, plan.ops.len()), (WriteKind::Replace, 2));
    assert_eq!(check(&songs(&more), &hundred).ops, [WriteOp::Delete { uris: numbered(100..101) }]);
    assert_eq!(check(&songs(&numbered(0..201)), &hundred).kind, WriteKind::Put);
    assert_eq!(check(&songs(&numbered(0..200)), &hundred).kind, WriteKind::Edits);
}

#[test]
fn a_long_child_is_edited() {
    let target = numbered(0..300);
    let mut held = target.clone();
    held.splice(10..12, []);
    let block: Vec<_> = held.splice(100..150, []).collect();
    held.splice(20..20, block);
    held.extend(words("gone1 gone2"));
    let plan = check(&songs(&held), &target);
    assert_eq!(
        plan.ops,
        [
            WriteOp::Post { uris: words("s10 s11"), position: Some(10) },
            WriteOp::Move { range_start: 22, insert_before: 152, range_length: 50 },
            WriteOp::Delete { uris: words("gone1 gone2") },
        ]
    );
}

#[test]
fn new_songs_at_the_end_are_appended_by_the_hundred() {
    let target = numbered(0..450);
    let plan = check(&songs(&target[..200]), &target);
    let lengths: Vec<_> = plan.ops.iter().map(len_of).collect();
    assert_eq!(lengths, [100, 100, 50]);
    assert!(plan.ops.iter().all(|op| matches!(op, WriteOp::Post { position: None, .. })));
}

#[test]
fn an_empty_child_is_filled_by_appending() {
    let plan = check(&[], &numbered(0..201));
    assert_eq!((plan.kind, plan.ops.len()), (WriteKind::Edits, 3), "there is nothing to rewrite");
}

#[test]
fn a_replace_happens_only_for_its_reasons() {
    let target = numbered(0..250);
    let strangers = songs(&numbered(1000..1200));
    assert_eq!(check(&strangers, &target).kind, WriteKind::Replace);
    let mut repeated = songs(&target);
    repeated.push(Row::song("s7"));
    assert_eq!(check(&repeated, &target).kind, WriteKind::Replace);
    let shuffled: Vec<_> = (0..250).map(|n| Row::song(format!("s{}", n * 101 % 250))).collect();
    assert_eq!(check(&shuffled, &target).kind, WriteKind::Replace);
    let mut strange_repeats = songs(&target);
    strange_repeats.extend(rows("x x x"));
    assert_eq!(check(&strange_repeats, &target).kind, WriteKind::Edits, "only songs that go are repeated");
}

#[test]
fn edits_end_where_their_cost_exceeds_the_limit() {
    let target = numbered(0..200);
    let with_gaps = |gaps: usize| {
        let mut held = target.clone();
        for gap in 0..gaps {
            held.remove(gap);
        }
        songs(&held)
    };
    assert_eq!(check(&with_gaps(9), &target).ops.len(), 9);
    assert_eq!(check(&with_gaps(9), &target).kind, WriteKind::Edits);
    assert_eq!(check(&with_gaps(10), &target).kind, WriteKind::Replace);
}

#[test]
fn fixed_rows_stay_and_forbid_put() {
    for (current, target) in
        [("a !x b", ""), ("!x a", "b"), ("a !x b", "b a"), ("!", "a b"), ("a b !x c !", "c x1 a b")]
    {
        let plan = check(&rows(current), &words(target));
        assert_eq!(plan.kind, WriteKind::Edits, "{current} -> {target}");
    }
    let two_moves = check(&rows("c d e a !x b"), &words("a b c d e"));
    assert_eq!(two_moves.ops.len(), 2, "songs around a fixed row do not move as one");
}

#[test]
fn what_cannot_be_written_is_said_before_the_first_request() {
    let too_long = numbered(0..10_001);
    assert_eq!(plan_writes(&[], &too_long), Err(CannotWrite::TooLong { len: 10_001 }));
    assert_eq!(plan_writes(&[], &too_long[..10_000]).unwrap().ops.len(), 100);
    assert_eq!(plan_writes(&rows("a !x a"), &words("a")), Err(CannotWrite::FixedRowsInTheWay));
    assert_eq!(plan_writes(&rows("!x"), &too_long[..10_000]), Err(CannotWrite::FixedRowsInTheWay));
    assert_eq!(plan_writes(&rows("b !x b a"), &words("a")).unwrap().ops.len(), 1);
    assert!(CannotWrite::TooLong { len: 10_001 }.to_string().contains("add a limit"));
}

#[test]
fn a_full_child_makes_room_first() {
    let mut current = songs(&numbered(0..9_999));
    let target = [numbered(0..9_000), numbered(20_000..20_500)].concat();
    for last in [Row::song("last"), Row { uri: String::new(), fixed: true }] {
        current.push(last);
        let plan = check(&current, &target);
        assert_eq!(plan.kind, WriteKind::Edits);
        assert!(matches!(plan.ops[0], WriteOp::Delete { .. }));
        assert!(matches!(plan.ops.last(), Some(WriteOp::Post { .. })));
        current.pop();
    }
}

#[test]
fn a_repeated_target_song_is_repeated_by_writing_the_whole_list() {
    let target = words("a b b a");
    let plan = plan_writes(&rows("a"), &target).unwrap();
    assert_eq!((plan.kind, plan.ops), (WriteKind::Put, vec![WriteOp::Put { uris: target.clone() }]));
    assert_eq!(plan_writes(&rows("a b b a"), &target).unwrap().kind, WriteKind::Nothing);
    let long = [numbered(0..150), numbered(0..1)].concat();
    let plan = plan_writes(&rows("a"), &long).unwrap();
    assert_eq!((plan.kind, plan.ops.len()), (WriteKind::Replace, 2));
    assert_eq!(songs(&long), plan.ops.iter().fold(rows("a"), |rows, op| replay(&rows, op)));
}

#[test]
fn beside_a_fixed_row_a_repeated_target_song_counts_once() {
    let current = [rows("a"), vec![Row { uri: "local".into(), fixed: true }]].concat();
    let plan = plan_writes(&current, &words("a b b a")).unwrap();
    assert_eq!(plan.kind, WriteKind::Edits);
    assert_eq!((plan.added, plan.removed.len(), plan.kept), (words("b"), 0, 1));
}

#[test]
fn spotify_moves_a_range_as_its_reference_says() {
    let cases = [
        ("a b c d", (0, 3, 1), "b c a d"),
        ("a b c d", (0, 4, 2), "c d a b"),
        ("a b c d", (2, 0, 2), "c d a b"),
        ("a b c d", (1, 1, 2), "a b c d"),
        ("a b c d", (1, 2, 2), "a b c d"),
        ("a b c d", (1, 3, 2), "a b c d"),
    ];
    for (before, (range_start, insert_before, range_length), after) in cases {
        let op = WriteOp::Move { range_start, insert_before, range_length };
        assert_eq!(replay(&rows(before), &op), rows(after), "{op:?}");
    }
}

#[test]
fn spotify_inserts_without_dedup_and_removes_all_copies() {
    let insert = |position| replay(&rows("a b"), &WriteOp::Post { uris: words("b c"), position });
    assert_eq!(insert(None), rows("a b b c"));
    assert_eq!(insert(Some(0)), rows("b c a b"));
    assert_eq!(insert(Some(9)), rows("a b b c"));
    assert_eq!(replay(&rows("a b !x b"), &WriteOp::Delete { uris: words("b") }), rows("a !x"));
    assert_eq!(replay(&rows("a !x"), &WriteOp::Put { uris: words("b") }), rows("b"));
}

#[test]
fn the_hash_names_contents_order_and_kind_of_rows() {
    let hash = |current: &str, target: &str| plan_hash(&rows(current), &words(target));
    assert_eq!(hash("a b", "c"), hash("a b", "c"));
    assert_eq!(hash("", "").len(), 32);
    let different = [("a b", "c"), ("b a", "c"), ("a", "b c"), ("ab", "c"), ("a !b", "c"), ("a b", ""), ("", "a b c")];
    let hashes: HashSet<String> = different.iter().map(|(current, target)| hash(current, target)).collect();
    assert_eq!(hashes.len(), different.len());
    let mut known = Fnv128::new();
    known.0 = (known.0 ^ u128::from(b'a')).wrapping_mul(Fnv128::PRIME);
    assert_eq!(format!("{:032x}", known.0), "d228cb696f1a8caf78912b704e4a8964", "the published value for \"a\"");
}

#[test]
fn the_longest_run_is_the_best_of_all_runs() {
    fn permutations(len: usize) -> Vec<Vec<usize>> {
        if len == 0 {
            return vec![vec![]];
        }
        let shorter = permutations(len - 1);
        shorter
            .iter()
            .flat_map(|ranks| {
                (0..len).map(move |at| {
                    let mut longer = ranks.clone();
                    longer.insert(at, len - 1);
                    longer
                })
            })
            .collect()
    }
    for (salt, ranks) in permutations(6).into_iter().enumerate() {
        let groups: Vec<longest_run::Group> =
            ranks.iter().map(|&rank| longest_run::Group { rank, len: 1 + (rank * 7 + salt) % 4 }).collect();
        let weight = |chosen: &[usize]| (chosen.iter().map(|&i| groups[i].len).sum::<usize>(), chosen.len());
        let rises = |chosen: &[usize]| chosen.is_sorted_by_key(|&i| groups[i].rank);
        let best = (0..64_u32)
            .map(|bits| (0..6).filter(|i| bits & (1 << i) != 0).collect::<Vec<usize>>())
            .filter(|chosen| rises(chosen))
            .map(|chosen| weight(&chosen))
            .max();
        let stays = longest_run::longest_run(&groups);
        let chosen: Vec<usize> = (0..6).filter(|&i| stays[i]).collect();
        assert!(rises(&chosen));
        assert_eq!(Some(weight(&chosen)), best, "{groups:?}");
    }
    assert!(longest_run::longest_run(&[]).is_empty());
}

/// Whether a run of songs is in the child, in the target, or in both.
#[derive(Debug, Clone, Copy, PartialEq)]
enum In {
    Both,
    Child,
    Target,
}

/// A child and a target that are related: runs of songs in one or both, some blocks moved, sometimes
/// everything shuffled, rows repeated, fixed rows between.
fn worlds(
    run_len: usize,
    runs: usize,
    repeats: usize,
    fixed_rows: std::ops::Range<usize>,
) -> impl Strategy<Value = (Vec<Row>, Vec<String>)> {
    let side = prop_oneof![5 => Just(In::Both), 2 => Just(In::Child), 2 => Just(In::Target)];
    let moves = vec((any::<Index>(), 1..40_usize, any::<Index>()), 0..6);
    let shuffle = prop_oneof![4 => Just(1_usize), 1 => Just(7_usize), 1 => Just(97_usize)];
    let repeated = prop_oneof![3 => Just(vec![]).boxed(), 1 => vec(any::<(Index, Index)>(), 0..=repeats).boxed()];
    (vec((side, 1..=run_len), 0..=runs), moves, shuffle, repeated, vec(any::<Index>(), fixed_rows)).prop_map(
        |(runs, moves, stride, repeated, fixed_at)| {
            let sides: Vec<In> = runs.iter().flat_map(|&(side, len)| std::iter::repeat_n(side, len)).collect();
            let uris = numbered(0..sides.len() as u32);
            let pick = |not: In| uris.iter().zip(&sides).filter(move |(_, side)| **side != not).map(|(uri, _)| uri);
            let target: Vec<String> = pick(In::Child).cloned().collect();
            let mut held: Vec<Row> = pick(In::Target).map(Row::song).collect();
            held = (0..stride).flat_map(|first| held.iter().skip(first).step_by(stride).cloned()).collect();
            for (from, len, to) in moves.into_iter().filter(|_| !target.is_empty()) {
                let start = from.index(held.len() + 1);
                let block: Vec<Row> = held.splice(start..held.len().min(start + len), []).collect();
                let at = to.index(held.len() + 1);
                held.splice(at..at, block);
            }
            for (from, to) in repeated.into_iter().filter(|_| !sides.is_empty()) {
                let Some(row) = held.get(from.index(sides.len())).cloned() else { continue };
                held.insert(to.index(held.len() + 1), row);
            }
            for (n, at) in fixed_at.into_iter().enumerate() {
                let uri = if n % 3 == 0 { String::new() } else { format!("spotify:local:{n}") };
                held.insert(at.index(held.len() + 1), Row { uri, fixed: true });
            }
            (held, target)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn short_children_keep_the_promises((current, target) in worlds(6, 12, 3, 0..1)) {
        check(&current, &target);
    }

    #[test]
    fn children_keep_the_promises((current, target) in worlds(30, 20, 2, 0..1)) {
        check(&current, &target);
    }

    #[test]
    fn long_runs_keep_the_promises((current, target) in worlds(210, 8, 1, 0..1)) {
        check(&current, &target);
    }

    #[test]
    fn children_with_fixed_rows_keep_the_promises((current, target) in worlds(8, 20, 0, 1..6)) {
        let plan = check(&current, &target);
        prop_assert!(matches!(plan.kind, WriteKind::Nothing | WriteKind::Edits));
    }

    #[test]
    fn repeats_beside_fixed_rows_are_written_safely_or_not_at_all((current, target) in worlds(5, 8, 4, 1..4)) {
        let old = comparable(&current);
        let wanted = set(&target);
        let kept: Vec<&String> = old.iter().filter(|uri| wanted.contains(uri.as_str())).collect();
        if kept.iter().collect::<HashSet<_>>().len() < kept.len() {
            prop_assert_eq!(plan_writes(&current, &target), Err(CannotWrite::FixedRowsInTheWay));
        } else {
            check(&current, &target);
        }
    }

    #[test]
    fn a_crash_after_any_request_is_mended_by_planning_again((current, target) in worlds(30, 20, 1, 0..2), stop in any::<Index>()) {
        if let Ok(plan) = plan_writes(&current, &target) {
            let sent = stop.index(plan.ops.len() + 1);
            let midway = plan.ops[..sent].iter().fold(current, |held, op| replay(&held, op));
            check(&midway, &target);
        }
    }
}
