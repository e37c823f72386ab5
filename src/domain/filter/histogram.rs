//! How the songs of a base spread over a number: the small picture above a range.

use super::fields::{Field, Kind};
use super::read::{Value, reader};
use super::rule::Reduce;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};

/// Bars of a histogram at most.
pub const BINS_MAX: usize = 40;

/// One bar: the songs whose value is from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub low: i64,
    pub high: i64,
    pub songs: u32,
}

/// The histogram of a field of numbers (lengths in milliseconds, years too); empty where no song has a value.
/// Bars are equally wide, by a round width; the values of the longest hundredth share the last bar, so that one
/// very long song does not flatten all others.
pub fn histogram(field: &Field, tracks: &[FilterableTrack]) -> Vec<Bin> {
    let read = reader(field);
    let mut values: Vec<i64> = tracks.iter().filter_map(|track| number(&read(track, Reduce::Max))).collect();
    values.sort_unstable();
    let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return Vec::new() };
    let usual = values[((values.len() - 1) * 99).div_ceil(100)];
    let width = bar_width(field, usual - first);
    let start = first.div_euclid(width) * width;
    let count = usize::try_from((usual - start) / width + 1).unwrap_or(1).min(BINS_MAX);
    let mut bins: Vec<Bin> = (0..count as i64)
        .map(|at| Bin { low: start + at * width, high: start + (at + 1) * width - 1, songs: 0 })
        .collect();
    for value in values {
        let at = usize::try_from((value - start) / width).unwrap_or(0).min(count - 1);
        bins[at].songs += 1;
    }
    if let Some(end) = bins.last_mut() {
        end.high = end.high.max(last);
    }
    bins
}

const fn number(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Missing
        | Value::Text(_)
        | Value::Texts(_)
        | Value::Boolean(_)
        | Value::Days(_, _)
        | Value::Instant(_) => None,
    }
}

/// The smallest round width that needs no more than the allowed bars.
fn bar_width(field: &Field, span: i64) -> i64 {
    const LENGTHS_MS: [i64; 6] = [5_000, 10_000, 15_000, 30_000, 60_000, 300_000];
    const NUMBERS: [i64; 3] = [1, 2, 5];
    let enough = |width: &i64| span / width < BINS_MAX as i64 - 1;
    if field.kind == Kind::Duration {
        return LENGTHS_MS.into_iter().find(enough).unwrap_or(span / 20 + 1);
    }
    let scales = (0..18u32).map(|power| 10_i64.pow(power));
    scales.flat_map(|scale| NUMBERS.map(|width| width * scale)).find(enough).unwrap_or(i64::MAX)
}

/// The decades that the songs' years fall into, with their first year and their songs, in order.
pub fn decades(tracks: &[FilterableTrack]) -> Vec<(i64, u32)> {
    let mut found = std::collections::BTreeMap::new();
    for date in tracks.iter().filter_map(|track| track.release_date) {
        *found.entry(i64::from(date.year()) / 10 * 10).or_insert(0) += 1;
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::fields;
    use crate::domain::track::PartialDate;
    use proptest::prelude::*;

    fn songs(lengths: &[u32]) -> Vec<FilterableTrack> {
        lengths.iter().map(|ms| FilterableTrack { duration_ms: *ms, ..FilterableTrack::default() }).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        #[test]
        fn every_song_stands_in_the_bar_of_its_value(lengths in proptest::collection::vec(0..20_000_000u32, 0..60)) {
            let bins = histogram(fields::find("duration").unwrap(), &songs(&lengths));
            prop_assert!(bins.len() <= BINS_MAX);
            prop_assert_eq!(bins.iter().map(|bin| bin.songs as usize).sum::<usize>(), lengths.len());
            for bin in &bins {
                let inside = lengths.iter().filter(|ms| (bin.low..=bin.high).contains(&i64::from(**ms))).count();
                prop_assert_eq!(inside, bin.songs as usize);
            }
            prop_assert!(bins.windows(2).all(|two| two[0].high + 1 == two[1].low));
        }
    }

    #[test]
    fn years_are_one_bar_each_and_decades_are_counted() {
        let dated =
            |year| FilterableTrack { release_date: Some(PartialDate::Year(year)), ..FilterableTrack::default() };
        let tracks = [dated(1989), dated(1990), dated(1999), FilterableTrack::default()];
        assert_eq!(decades(&tracks), [(1980, 1), (1990, 2)]);
        let bins = histogram(fields::find("release_year").unwrap(), &tracks);
        assert_eq!((bins.len(), bins[0].low, bins[0].high, bins[0].songs), (11, 1989, 1989, 1));
        assert!(histogram(fields::find("popularity").unwrap(), &tracks).is_empty());
    }
}
