//! An entry as bytes: version, form, times, checksum, value. What does not read back is no entry.

use super::entry::CacheEntry;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const VERSION: u8 = 1;
const ABSENT: u8 = 0;
const PLAIN: u8 = 1;
const COMPRESSED: u8 = 2;
const CHECK_LEN: usize = 8;
const HEADER_LEN: usize = 2 + 8 + 8 + CHECK_LEN;
/// Below this compression costs more than it saves.
const PLAIN_LEN_MAX: usize = 1_024;
/// Far above the longest page; more than this is no value of ours.
const VALUE_LEN_MAX: usize = 8 * 1024 * 1024;
const LEVEL: i32 = 3;

/// The bytes of an entry, bound to its key: under another key they do not read back.
pub fn encode(key: &str, entry: &CacheEntry) -> Vec<u8> {
    let (form, body) = match &entry.value {
        None => (ABSENT, Vec::new()),
        Some(value) if value.len() <= PLAIN_LEN_MAX => (PLAIN, value.to_vec()),
        Some(value) => match zstd::bulk::compress(value, LEVEL) {
            Ok(short) => (COMPRESSED, short),
            Err(_) => (PLAIN, value.to_vec()),
        },
    };
    let mut out = Vec::with_capacity(HEADER_LEN + body.len());
    out.extend([VERSION, form]);
    out.extend(entry.fetched_ms.to_be_bytes());
    out.extend(entry.expires_ms.to_be_bytes());
    let check = check(key, &out, &body);
    out.extend(check);
    out.extend(body);
    out
}

/// The entry in these bytes; `None` if they are of another version, another key, or damaged.
pub fn decode(key: &str, bytes: &[u8]) -> Option<CacheEntry> {
    let (header, body) = bytes.split_at_checked(HEADER_LEN)?;
    let (signed, found) = header.split_at(HEADER_LEN - CHECK_LEN);
    if signed[0] != VERSION || check(key, signed, body) != found {
        return None;
    }
    let value = match signed[1] {
        ABSENT if body.is_empty() => None,
        PLAIN => Some(Arc::from(body)),
        COMPRESSED => Some(Arc::from(zstd::bulk::decompress(body, VALUE_LEN_MAX).ok()?)),
        _ => return None,
    };
    let time = |at: usize| Some(i64::from_be_bytes(signed.get(at..at + 8)?.try_into().ok()?));
    Some(CacheEntry { value, fetched_ms: time(2)?, expires_ms: time(10)? })
}

fn check(key: &str, signed: &[u8], body: &[u8]) -> [u8; CHECK_LEN] {
    let mut hash = Sha256::new();
    hash.update((key.len() as u64).to_be_bytes());
    hash.update(key);
    hash.update(signed);
    hash.update(body);
    let mut check = [0; CHECK_LEN];
    check.copy_from_slice(&hash.finalize()[..CHECK_LEN]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = CacheEntry> {
        let value = prop_oneof![
            Just(None),
            proptest::collection::vec(any::<u8>(), 0..3_000).prop_map(Some),
            (0..200_000usize).prop_map(|len| Some(vec![b'x'; len])),
        ];
        (value, any::<i64>(), any::<i64>()).prop_map(|(value, fetched_ms, expires_ms)| CacheEntry {
            value: value.map(Arc::from),
            fetched_ms,
            expires_ms,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(entry in entries()) {
            prop_assert_eq!(decode("k", &encode("k", &entry)), Some(entry));
        }

        #[test]
        fn one_damaged_byte_or_another_key_is_no_entry(entry in entries(), at: prop::sample::Index, by in 1..=255u8) {
            let mut bytes = encode("k", &entry);
            prop_assert_eq!(decode("l", &bytes), None);
            let at = at.index(bytes.len());
            bytes[at] ^= by;
            prop_assert_eq!(decode("k", &bytes), None);
            bytes.truncate(at);
            prop_assert_eq!(decode("k", &bytes), None);
        }
    }

    #[test]
    fn large_values_are_compressed() {
        let value = "{\"genres\":[\"pop\"]}".repeat(1_000);
        let entry = CacheEntry { value: Some(Arc::from(value.as_bytes())), fetched_ms: 1, expires_ms: 2 };
        assert!(encode("k", &entry).len() * 10 < value.len());
    }
}
