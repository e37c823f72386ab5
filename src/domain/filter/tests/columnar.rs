//! All songs at once against song by song, and counts against counting.

use super::super::bits::Bits;
use super::super::columns::{Cells, Columns};
use super::super::compile::{EvalContext, compile};
use super::super::evaluate::{Verdict, join};
use super::super::fields::{FIELDS, Kind};
use super::super::judge::{RuleCount, Verdicts, count_rules, judge};
use super::super::rule::{Filter, Group, MatchMode, Node, Reduce, Rule};
use super::super::{json, oracle};
use super::generate::{any_context, any_filter, any_tracks, full_track, many_tracks};
use crate::domain::capability::Capabilities;
use crate::domain::track::FilterableTrack;
use proptest::collection::vec;
use proptest::prelude::*;

fn verdicts(judged: &Verdicts) -> Vec<Verdict> {
    let verdict = |row| match (judged.yes.has(row), judged.unknown.has(row)) {
        (true, false) => Verdict::Yes,
        (false, true) => Verdict::Unknown,
        (false, false) => Verdict::No,
        (true, true) => panic!("row {row} is both yes and unknown"),
    };
    (0..judged.yes.len()).map(verdict).collect()
}

fn plain(filter: &Filter, tracks: &[FilterableTrack], context: &EvalContext) -> Vec<Verdict> {
    tracks.iter().map(|track| oracle::verdict(filter, track, context)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_048))]

    /// The same columns for all: what one filter asked of them must not show in the next.
    #[test]
    fn columns_say_what_the_oracle_says(
        filters in vec(any_filter(), 1..4), tracks in many_tracks(), context in any_context(),
    ) {
        let columns = Columns::new(&tracks);
        let all: Vec<&Filter> = filters.iter().collect();
        let together = judge(&columns, &all, &context).unwrap();
        for (filter, judged) in filters.iter().zip(&together) {
            prop_assert_eq!(verdicts(judged), plain(filter, &tracks, &context), "{:?}", filter);
            prop_assert_eq!(verdicts(judged), compile(filter, &context).unwrap().verdicts(&tracks));
            let alone = judge(&Columns::new(&tracks), &[filter], &context).unwrap();
            prop_assert_eq!(&alone[0], judged, "leaves that filters share change nothing");
        }
    }

    #[test]
    fn rules_count_what_counting_gives(filter in any_filter(), tracks in any_tracks(), context in any_context()) {
        let counted = count_rules(&Columns::new(&tracks), &filter, &context).unwrap();
        let naive = Naive { filter: &filter, tracks: &tracks, context: &context };
        prop_assert_eq!(counted, naive.counts());
    }
}

/// Counting as the words say it: each node by itself, each node left out.
struct Naive<'a> {
    filter: &'a Filter,
    tracks: &'a [FilterableTrack],
    context: &'a EvalContext,
}

impl Naive<'_> {
    fn counts(&self) -> Vec<RuleCount> {
        let mut counts = vec![self.count(&Node::Group(self.filter.root.clone()), String::new(), 0)];
        self.below(&self.filter.root, &[], &mut counts);
        counts
    }

    fn below(&self, group: &Group, path: &[usize], counts: &mut Vec<RuleCount>) {
        for (at, node) in group.rules.iter().enumerate() {
            let path: Vec<usize> = path.iter().copied().chain([at]).collect();
            let pointer = path.iter().map(|at| format!("/rules/{at}")).collect();
            let removes = self.songs(|track| self.without(&path, track) && !self.matches(&self.filter.root, track));
            counts.push(self.count(node, pointer, removes));
            if let Node::Group(inner) = node {
                self.below(inner, &path, counts);
            }
        }
    }

    fn count(&self, node: &Node, pointer: String, removes: u32) -> RuleCount {
        let verdict = |track: &FilterableTrack| self.alone(node, track);
        RuleCount {
            pointer,
            yes: self.songs(|track| verdict(track) == Verdict::Yes),
            unknown: self.songs(|track| verdict(track) == Verdict::Unknown),
            missing: self
                .songs(|track| verdict(track) != Verdict::Unknown && self.strict(node, track) == Verdict::Unknown),
            removes,
        }
    }

    fn songs(&self, is: impl Fn(&FilterableTrack) -> bool) -> u32 {
        self.tracks.iter().filter(|track| is(track)).count() as u32
    }

    fn alone(&self, node: &Node, track: &FilterableTrack) -> Verdict {
        let root = Group { mode: MatchMode::All, rules: vec![node.clone()] };
        oracle::verdict(&Filter { root, ..Filter::default() }, track, self.context)
    }

    /// A missing value decides where the rule's answer turns with what it says of missing values.
    fn strict(&self, node: &Node, track: &FilterableTrack) -> Verdict {
        match node {
            Node::Group(group) => join(group.mode, group.rules.iter().map(|node| self.strict(node, track))),
            Node::Rule(rule) => {
                let saying = |missing| Node::Rule(Rule { when_missing: Some(missing), ..rule.clone() });
                let (yes, no) = (self.alone(&saying(true), track), self.alone(&saying(false), track));
                if yes == no { yes } else { Verdict::Unknown }
            }
        }
    }

    fn matches(&self, root: &Group, track: &FilterableTrack) -> bool {
        self.alone(&Node::Group(root.clone()), track) == Verdict::Yes
    }

    fn without(&self, path: &[usize], track: &FilterableTrack) -> bool {
        match left_out(&self.filter.root, path) {
            Some(root) => self.matches(&root, track),
            None => self.filter.root.mode != MatchMode::Any,
        }
    }
}

/// The group without what stands at the path; nothing where no rule is left.
fn left_out(group: &Group, path: &[usize]) -> Option<Group> {
    let mut rules = group.rules.clone();
    let inner = match &rules[path[0]] {
        Node::Group(inner) if path.len() > 1 => left_out(inner, &path[1..]),
        Node::Group(_) | Node::Rule(_) => None,
    };
    match inner {
        Some(inner) => rules[path[0]] = Node::Group(inner),
        None => drop(rules.remove(path[0])),
    }
    (!rules.is_empty()).then_some(Group { mode: group.mode, rules })
}

/// A reader that gave another kind of value would look like one that gives none.
#[test]
fn each_field_reads_values_of_its_kind() {
    let full = full_track();
    let tracks = [full, FilterableTrack::default()];
    let columns = Columns::new(&tracks[..]);
    for field in FIELDS {
        let column = columns.column(field, Reduce::Max);
        assert!(!column.missing.has(0), "{}", field.id);
        match (&column.cells, field.kind) {
            (Cells::Texts { .. }, Kind::Text | Kind::Enum(_))
            | (Cells::Lists { .. }, Kind::TextList | Kind::Ids | Kind::Set(_))
            | (Cells::Numbers(_), Kind::Number { .. } | Kind::Duration)
            | (Cells::Booleans(_), Kind::Boolean)
            | (Cells::Days(_), Kind::Date)
            | (Cells::Instants(_), Kind::Instant) => {}
            (cells, kind) => panic!("{}: {kind:?} as {cells:?}", field.id),
        }
    }
}

#[test]
fn an_empty_filter_takes_nothing_unless_it_says_so() {
    let tracks = [FilterableTrack::default()];
    let context = EvalContext { now_ms: 0, zone: vec![], capabilities: Capabilities::NONE };
    let columns = Columns::new(&tracks[..]);
    let (empty, everything) = (Filter::default(), Filter::everything());
    let judged = judge(&columns, &[&empty, &everything], &context).unwrap();
    assert_eq!((judged[0].yes.count(), judged[1].yes.count()), (0, 1));
    let count = count_rules(&columns, &everything, &context).unwrap();
    assert_eq!(count, [RuleCount { pointer: String::new(), yes: 1, unknown: 0, missing: 0, removes: 0 }]);
}

#[test]
fn a_pattern_that_does_not_compile_names_its_filter() {
    let good = json::parse(&serde_json::json!({"schema_version": 1, "match": "all", "rules": [
        {"field": "title", "op": "regex", "value": "a"}]}))
    .unwrap();
    let mut bad = good.clone();
    let Node::Rule(rule) = &mut bad.root.rules[0] else { panic!("a rule was written") };
    rule.value = Some(serde_json::json!("("));
    let context = EvalContext { now_ms: 0, zone: vec![], capabilities: Capabilities::ALL };
    let tracks: [FilterableTrack; 0] = [];
    let (at, error) = judge(&Columns::new(&tracks[..]), &[&good, &bad], &context).unwrap_err();
    assert_eq!((at, error.pointer.as_str()), (1, "/rules/0/value"));
}

#[test]
fn words_are_found_whole_wherever_they_stand() {
    let titles =
        ["rap", "rapture rap", "wrap-rap", "rap's", "o rap\u{301}", "(rap)", "rap2", "rock, classics", "rap.rap", "!"];
    let tracks: Vec<FilterableTrack> = titles
        .iter()
        .map(|title| FilterableTrack { title: (*title).to_owned(), ..FilterableTrack::default() })
        .collect();
    let context = EvalContext { now_ms: 0, zone: vec![], capabilities: Capabilities::ALL };
    for wanted in ["rap", "rock classics", "!", "rap rap", "rapture rap", "s", "rap's", "classics rock"] {
        let filter = json::parse(&serde_json::json!({"schema_version": 1, "match": "all", "rules": [
            {"field": "title", "op": "has_word", "value": wanted}]}))
        .unwrap();
        let judged = judge(&Columns::new(&tracks), &[&filter], &context).unwrap();
        assert_eq!(verdicts(&judged[0]), plain(&filter, &tracks, &context), "{wanted}");
    }
}

#[test]
fn bits_of_a_column_end_with_it() {
    let tracks = vec![FilterableTrack { title: "a".to_owned(), ..FilterableTrack::default() }; 70];
    let context = EvalContext { now_ms: 0, zone: vec![], capabilities: Capabilities::ALL };
    let filter = json::parse(&serde_json::json!({"schema_version": 1, "match": "none", "rules": [
        {"field": "title", "op": "not_equals", "value": "a"}]}))
    .unwrap();
    let judged = judge(&Columns::new(&tracks), &[&filter], &context).unwrap();
    assert_eq!(judged[0].yes, Bits::all(70));
}
