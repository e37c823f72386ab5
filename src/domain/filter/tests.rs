//! The filter language as a whole: the worked case, the yardstick, round trips, refusals.

mod columnar;
mod explained;
mod forms;
pub(crate) mod generate;
mod linted;
mod refusals;
mod routed;
mod sentences;
mod worked_case;

use super::compile::compile;
use super::{json, oracle};
use generate::{any_context, any_filter, any_tracks};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_048))]

    #[test]
    fn the_fast_reading_is_the_plain_one(filter in any_filter(), tracks in any_tracks(), context in any_context()) {
        let compiled = compile(&filter, &context).unwrap();
        for track in &tracks {
            prop_assert_eq!(compiled.verdict(track), oracle::verdict(&filter, track, &context), "{:?} {:?}", filter, track);
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(filter in any_filter()) {
        let written = json::write(&filter);
        prop_assert_eq!(json::parse(&written), Ok(filter));
    }

    #[test]
    fn any_json_is_read_or_refused_with_a_pointer(text in "\\PC{0,40}", number in any::<i64>()) {
        let value = serde_json::json!({"schema_version": 1, "rules": [{"field": text, "op": "eq", "value": number}]});
        if let Err(faults) = json::parse(&value) {
            for fault in faults {
                prop_assert!(fault.pointer.is_empty() || value.pointer(&fault.pointer).is_some(), "{}", fault);
            }
        }
    }
}
