//! The form loses nothing: every filter goes there and back, also through an address.

use super::generate::any_filter;
use crate::domain::filter::form::FilterForm;
use crate::domain::filter::form::query::{pairs_of, query_of};
use crate::domain::filter::json;
use crate::domain::filter::operators::Op;
use crate::domain::filter::rule::{Filter, Group, ItemMatch, Node};
use proptest::prelude::*;
use serde_json::{Value, json};

/// One text and a list of one text say the same, and what is missing decides nothing where missing is the question.
fn with_lists(filter: &Filter) -> Filter {
    let mut filter = filter.clone();
    lists_in(&mut filter.root);
    filter
}

fn lists_in(group: &mut Group) {
    for node in &mut group.rules {
        match node {
            Node::Group(inner) => lists_in(inner),
            Node::Rule(rule) => {
                if let (Some(Value::String(text)), true) = (&rule.value, rule.field.id != "release_date") {
                    rule.value = Some(json!([text]));
                }
                if matches!(rule.op, Op::IsMissing | Op::IsPresent) {
                    rule.when_missing = None;
                    rule.item_match = ItemMatch::Exact;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn every_filter_goes_there_and_back(filter in any_filter()) {
        let form = FilterForm::from_filter(&filter);
        let back = json::parse(&form.to_json());
        prop_assert!(back.is_ok(), "{:?}", back);
        prop_assert_eq!(with_lists(&back.unwrap()), with_lists(&filter));
        let mut read = FilterForm::from_pairs(&pairs_of(&query_of(&form.to_pairs())));
        // A tick is there once.
        for (row, written) in read.rows.iter_mut().zip(&form.rows) {
            prop_assert!(written.picks.iter().all(|pick| row.picks.contains(pick)));
            row.picks.clone_from(&written.picks);
        }
        prop_assert_eq!(read, form);
    }
}
